package receipt_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/payment/receipt"
)

// vectorsFile is written by: go test ./internal/payment/receipt -run TestVectors -update.
const vectorsFile = "../../../docs/formats/receipt-vectors.json"

var update = flag.Bool("update", false, "write the vectors instead of comparing them")

// vectors are the examples on which every verifier agrees.
type vectors struct {
	Format  string        `json:"format"`
	Keys    *receipt.Keys `json:"keys"`
	Vectors []vector      `json:"vectors"`
}

// vector is one code and what a verifier must say about it. The expectation is what the maker of the code says, never
// what our verifier answered.
type vector struct {
	Name string    `json:"name"`
	Code string    `json:"code"`
	At   time.Time `json:"at"`
	receipt.Result
	Bills []billQuestion `json:"bills,omitempty"`
}

type billQuestion struct {
	Reference string `json:"reference"`
	Amount    int64  `json:"amount"`
	Pays      bool   `json:"pays"`
}

func allVectors(t testing.TB) vectors {
	t.Helper()
	m := newMaker(t)
	all := slices.Concat(validVectors(m), uncertainVectors(m), textVectors(m), cborVectors(), coseVectors(), payloadVectors(), signatureVectors(m))
	return vectors{"vienkopus-receipt-vectors-1", m.keys, all}
}

func TestVectors(t *testing.T) {
	t.Parallel()
	all := allVectors(t)
	written := encodeVectors(t, all)
	if *update {
		if err := os.WriteFile(vectorsFile, written, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(stored, written) {
		t.Errorf("%s is not what this test makes: run it with -update and look at the difference", vectorsFile)
	}
	if len(all.Vectors) < 200 {
		t.Errorf("only %d vectors", len(all.Vectors))
	}
	names, count := map[string]bool{}, map[receipt.Reason]int{}
	for _, v := range all.Vectors {
		if names[v.Name] {
			t.Errorf("two vectors are called %q", v.Name)
		}
		names[v.Name] = true
		count[v.Reason]++
	}
	for _, reason := range everyReason {
		if count[reason] == 0 {
			t.Errorf("no vector for %s", reason)
		}
	}
	t.Logf("%d vectors: %v", len(all.Vectors), count)
}

var everyReason = []receipt.Reason{
	receipt.ReasonOK, receipt.ReasonPrefix, receipt.ReasonNewer, receipt.ReasonAlphabet, receipt.ReasonTooLong, receipt.ReasonBase45,
	receipt.ReasonCBOR, receipt.ReasonCanonical, receipt.ReasonDuplicate, receipt.ReasonTrailing, receipt.ReasonCOSE, receipt.ReasonCritical,
	receipt.ReasonAlgorithm, receipt.ReasonHeader, receipt.ReasonVersion, receipt.ReasonPayload, receipt.ReasonSum, receipt.ReasonUnknownKey,
	receipt.ReasonSignature, receipt.ReasonCompromised, receipt.ReasonKeyDate, receipt.ReasonFuture,
}

// encodeVectors writes one vector a line, so that a change is one line of a diff.
func encodeVectors(t testing.TB, all vectors) []byte {
	t.Helper()
	line := func(v any) []byte {
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(v); err != nil {
			t.Fatal(err)
		}
		return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	}
	var out bytes.Buffer
	out.WriteString("{\n\"format\": ")
	out.Write(line(all.Format))
	out.WriteString(",\n\"keys\": ")
	out.Write(line(all.Keys))
	out.WriteString(",\n\"vectors\": [\n")
	for i, v := range all.Vectors {
		out.Write(line(v))
		if i < len(all.Vectors)-1 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
	}
	out.WriteString("]\n}\n")
	return out.Bytes()
}

// answers are what a verifier says to the vectors, in their order; each of the three gives this.
type answer struct {
	receipt.Result
	Pays []bool `json:"pays"`
}

// wanted returns the answers that are right, as plain JSON, so that they compare across languages.
func wanted(t testing.TB, all vectors) []any {
	t.Helper()
	var right []answer
	for _, v := range all.Vectors {
		a := answer{v.Result, []bool{}}
		for _, q := range v.Bills {
			a.Pays = append(a.Pays, q.Pays)
		}
		right = append(right, a)
	}
	data, err := json.Marshal(right)
	if err != nil {
		t.Fatal(err)
	}
	return fromJSON(t, data)
}

func fromJSON(t testing.TB, data []byte) []any {
	t.Helper()
	var list []any
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatalf("%v in %.300s", err, data)
	}
	return list
}

// compare names every vector on which a verifier says something else.
func compare(t *testing.T, all vectors, got []byte) {
	t.Helper()
	right, said := wanted(t, all), fromJSON(t, got)
	if len(said) != len(right) {
		t.Fatalf("%d answers to %d vectors", len(said), len(right))
	}
	for i, v := range all.Vectors {
		if !reflect.DeepEqual(said[i], right[i]) {
			t.Errorf("%s:\n said %v\n want %v", v.Name, said[i], right[i])
		}
	}
}

// TestGoAgrees reads the file as a stranger would.
func TestGoAgrees(t *testing.T) {
	t.Parallel()
	stored, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Keys    json.RawMessage
		Vectors []struct {
			Code  string
			At    time.Time
			Bills []billQuestion
		}
	}
	if err := json.Unmarshal(stored, &file); err != nil {
		t.Fatal(err)
	}
	keys, err := receipt.ParseKeys(file.Keys)
	if err != nil {
		t.Fatal(err)
	}
	var said []answer
	for _, v := range file.Vectors {
		result, err := receipt.CheckText(v.Code, keys, v.At)
		if err != nil {
			t.Fatal(err)
		}
		a := answer{result, []bool{}}
		for _, q := range v.Bills {
			a.Pays = append(a.Pays, result.Receipt.Pays(q.Reference, amountOf(q.Amount)))
		}
		said = append(said, a)
	}
	data, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, allVectors(t), data)
}

// TestPythonAgrees runs the independent verifier over all vectors.
func TestPythonAgrees(t *testing.T) {
	t.Parallel()
	compare(t, allVectors(t), inPython(t, vectorsFile))
}

func inPython(t *testing.T, file string) []byte {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Fatal("python3 is missing: on Debian, apt-get install python3-minimal")
	}
	var complaint bytes.Buffer
	command := exec.CommandContext(t.Context(), python, "testdata/verify.py", file)
	command.Stderr = &complaint
	said, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaint.Bytes())
	}
	return said
}

// TestPythonAgreesOnMutants goes where nobody thought of a vector. What Go says of a mutant is the expectation here.
func TestPythonAgreesOnMutants(t *testing.T) {
	t.Parallel()
	m := newMaker(t)
	texts := genuine(m)
	random := rand.New(rand.NewPCG(7, 8))
	all := vectors{"vienkopus-receipt-vectors-1", m.keys, nil}
	for i := range 300 {
		v := vector{Name: strconv.Itoa(i), Code: strings.ToValidUTF8(mutate(random, texts), "?"), At: noon.Add(24 * time.Hour)}
		if i%2 == 0 { // signed anew, so that nothing but the contents can be wrong
			v.Code = envelope{payload: mutateBytes(random, plain().Payload())}.text()
		}
		var err error
		if v.Result, err = receipt.CheckText(v.Code, m.keys, v.At); err != nil {
			t.Fatal(err)
		}
		all.Vectors = append(all.Vectors, v)
	}
	file := filepath.Join(t.TempDir(), "mutants.json")
	if err := os.WriteFile(file, encodeVectors(t, all), 0o600); err != nil {
		t.Fatal(err)
	}
	compare(t, all, inPython(t, file))
}

// TestTheFormatIsDescribed holds the page for strangers to the example that it shows and to every reason there is.
func TestTheFormatIsDescribed(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/formats/receipt.md")
	if err != nil {
		t.Fatal(err)
	}
	all := allVectors(t)
	example := all.Vectors[0]
	says := []string{example.Code, example.CheckCode, example.Link, example.Receipt.Bills[0].String(), strconv.Itoa(len(all.Vectors)) + " codes", receipt.KeysFormat, receipt.KeysPath}
	for _, reason := range everyReason {
		says = append(says, "`"+string(reason)+"`")
	}
	for _, words := range says {
		if !bytes.Contains(page, []byte(words)) {
			t.Errorf("the page does not say %q", words)
		}
	}
}
