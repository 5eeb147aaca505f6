package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

const vectorsFile = "../../docs/formats/receipt-vectors.json"

// inNode runs a function of a module of the page in Node, without a browser: it gets the value of a JSON file, and what
// it returns comes back as JSON.
func inNode(t *testing.T, module, function, input string) []byte {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("node is missing: the page's own script is tested with Node 20")
	}
	script, err := bundle(".", module, api.FormatESModule)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "module.mjs")
	if err := os.WriteFile(file, script, 0o600); err != nil {
		t.Fatal(err)
	}
	const call = `import { readFileSync } from "node:fs";
const [file, name, input] = process.argv.slice(1);
const module = await import(file);
process.stdout.write(JSON.stringify(await module[name](JSON.parse(readFileSync(input, "utf8")))));`
	var complaint bytes.Buffer
	command := exec.CommandContext(t.Context(), node, "--no-warnings", "--input-type=module", "-e", call, "--", "file://"+filepath.ToSlash(file), function, input)
	command.Stderr = &complaint
	said, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaint.Bytes())
	}
	return said
}

// TestThePageAgrees runs the verifier of the page over all vectors.
func TestThePageAgrees(t *testing.T) {
	t.Parallel()
	stored, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Name      string
			Verdict   string
			Reason    string
			Receipt   any
			CheckCode string `json:"check_code"`
			Link      string
			Bills     []struct{ Pays bool }
		}
	}
	if err := json.Unmarshal(stored, &file); err != nil {
		t.Fatal(err)
	}
	var said []struct {
		Verdict, Reason string
		Receipt         any
		CheckCode       string `json:"check_code"`
		Link            string
		Pays            []bool
	}
	if err := json.Unmarshal(inNode(t, "src/vectors.ts", "answers", vectorsFile), &said); err != nil {
		t.Fatal(err)
	}
	if len(said) != len(file.Vectors) || len(said) < 200 {
		t.Fatalf("%d answers to %d vectors", len(said), len(file.Vectors))
	}
	for i, want := range file.Vectors {
		got := said[i]
		if got.Verdict != want.Verdict || got.Reason != want.Reason || got.CheckCode != want.CheckCode || got.Link != want.Link || !reflect.DeepEqual(got.Receipt, want.Receipt) {
			t.Errorf("%s:\n said %+v\n want %+v", want.Name, got, want)
		}
		for j, bill := range want.Bills {
			if got.Pays[j] != bill.Pays {
				t.Errorf("%s: bill %d: %v", want.Name, j+1, got.Pays[j])
			}
		}
	}
}
