package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"vienkopus/internal/payment/receipt"
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

// said is what a verifier says of a code.
type said struct {
	Verdict, Reason string
	Receipt         any
	CheckCode       string `json:"check_code"`
	Link            string
	Pays            []bool
}

func readJSON(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%v in %.300s", err, data)
	}
}

func vectorsJSON(t *testing.T) []byte {
	t.Helper()
	stored, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// TestThePageAgrees runs the verifier of the page over all vectors.
func TestThePageAgrees(t *testing.T) {
	t.Parallel()
	var file struct {
		Vectors []struct {
			said
			Name  string
			Bills []struct{ Pays bool }
		}
	}
	readJSON(t, vectorsJSON(t), &file)
	var answers []said
	readJSON(t, inNode(t, "src/vectors.ts", "answers", vectorsFile), &answers)
	if len(answers) != len(file.Vectors) || len(answers) < 200 {
		t.Fatalf("%d answers to %d vectors", len(answers), len(file.Vectors))
	}
	for i, v := range file.Vectors {
		want := v.said
		want.Pays = []bool{}
		for _, bill := range v.Bills {
			want.Pays = append(want.Pays, bill.Pays)
		}
		if !reflect.DeepEqual(answers[i], want) {
			t.Errorf("%s:\n said %+v\n want %+v", v.Name, answers[i], want)
		}
	}
}

// TestThePageAgreesOnMutants goes where nobody thought of a vector. What Go says of a mutant is the expectation here.
func TestThePageAgreesOnMutants(t *testing.T) {
	t.Parallel()
	var file struct {
		Keys    json.RawMessage `json:"keys"`
		Vectors []vector        `json:"vectors"`
	}
	readJSON(t, vectorsJSON(t), &file)
	keys := vectorKeys(t)
	random := rand.New(rand.NewPCG(3, 4))
	var want []receipt.Result
	for i := range 3000 {
		v := &file.Vectors[i%len(file.Vectors)]
		mutant := vector{mutate(random, v.Code), v.At}
		result, err := receipt.CheckText(mutant.Code, keys, mutant.At)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, result)
		file.Vectors = append(file.Vectors, mutant)
	}
	file.Vectors = file.Vectors[len(file.Vectors)-len(want):]
	input := filepath.Join(t.TempDir(), "mutants.json")
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(input, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var answers []struct{ Verdict, Reason string }
	readJSON(t, inNode(t, "src/vectors.ts", "answers", input), &answers)
	reasons := map[string]int{}
	for i, result := range want {
		reasons[answers[i].Reason]++
		if answers[i].Verdict != string(result.Verdict) || answers[i].Reason != string(result.Reason) {
			t.Errorf("%q: the page says %v, Go says %s", file.Vectors[i].Code, answers[i], result.Reason)
		}
	}
	if len(reasons) < 10 {
		t.Errorf("the mutants are too plain: %v", reasons)
	}
	t.Log(reasons)
}

type vector struct {
	Code string    `json:"code"`
	At   time.Time `json:"at"`
}

// mutate replaces one to three characters by others of the alphabet.
func mutate(random *rand.Rand, code string) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
	text := []rune(code)
	for range 1 + random.IntN(3) {
		if len(text) > 4 {
			text[4+random.IntN(len(text)-4)] = rune(digits[random.IntN(len(digits))])
		}
	}
	return string(text)
}
