// Package opinions_test asks programs of other people what they make of ours. They run in Node, from the packages of e2e/package-lock.json.
package opinions_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// ask hands a question to a script and reads its answer.
func ask(t *testing.T, script string, question, answer any) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("node is missing: the opinions of others need Node 20")
	}
	if _, err := os.Stat("../node_modules"); err != nil {
		t.Fatal("e2e/node_modules is missing: run npm ci --prefix e2e first")
	}
	in, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "question.json")
	if err := os.WriteFile(file, in, 0o600); err != nil {
		t.Fatal(err)
	}
	var complaint bytes.Buffer
	c := exec.CommandContext(t.Context(), node, "--no-warnings", script, file)
	c.Env = append(os.Environ(), "TZ=Europe/Riga")
	c.Stderr = &complaint
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v: %.2000s", script, err, complaint.Bytes())
	}
	if err := json.Unmarshal(out, answer); err != nil {
		t.Fatalf("%s: %v in %.300s", script, err, out)
	}
}
