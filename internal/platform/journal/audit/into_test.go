package audit

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// everything has a field of each kind that a check reads.
type everything struct {
	Day      string          `json:"day"`
	Cents    int64           `json:"cents"`
	Served   bool            `json:"served"`
	Declared json.RawMessage `json:"declare"`
	Was      *part           `json:"was"`
	Lines    []part          `json:"lines"`
	Names    []string        `json:"names"`
	Ledger   []struct {
		outer
		Postings []part `json:"postings"`
	} `json:"ledger"`
	outer
	hidden int //nolint:unused // a field that no reading may fill
}

type outer struct {
	Day     string `json:"day"` // hidden by the one above, where there is one
	Centre  string `json:"centre"`
	Service string `json:"service"`
}

type part struct {
	Account string `json:"account"`
	Cents   int64  `json:"cents"`
}

// odd are bodies that are out of the ordinary, or none.
var odd = []string{
	``, ` `, `{}`, `null`, `[]`, `"x"`, `7`, `{"day":null,"cents":null,"served":null,"declare":null,"was":null,"lines":null,"ledger":null}`,
	`{"day":"a","day":"b"}`, `{"DAY":"a"}`, `{"day":7}`, `{"cents":"7"}`, `{"cents":7.0}`, `{"cents":7e2}`, `{"cents":9223372036854775808}`, `{"cents":-0}`, `{"cents":007}`,
	`{"day":"\u0061\n"}`, `{"\u0064ay":"a"}`, "{\"day\":\"\xff\"}", "{\"day\":\"a\x01\"}", `{"day":"āž"}`, `{"day":"\x"}`, `{"day":"\u12"}`, `{"day":"a"`, `{"day":"a"}}`,
	`{"day":"a",}`, `{"lines":[{"account":"a"},]}`, `{"lines":[{"account":"a","cents":1},{"cents":2}]}`, `{"lines":[7]}`, `{"lines":{}}`, `{"was":{"cents":1}}`, `{"was":[]}`,
	`{"declare":{"a":[1, 2]},"names":["a","b"],"served":true}`, `{"declare":"x"}`, `{"names":[null,"b"]}`, ` { "day" : "a" , "x":[[[]]] } `, `{"day":"a"} x`, `{"served":1}`,
	`{"ledger":[{"day":"d","centre":"c","postings":[{"account":"a","cents":-5}]}],"centre":"e","service":"s"}`, `{"daſ":"a"}`, `{"Kind":1}`, `{"cents":-}`, `{"cents":1.}`, `{"cents":1e}`,
	`{"x":tru}`, `{"x":nul}`, `{"a":[1,2`, `{"a" "b"}`, `{"a":1 "b":2}`, "\ufeff{}",
}

// same complains when our own reading of a body is not that of encoding/json.
func same(t *testing.T, data []byte) (taken bool) {
	t.Helper()
	var r reader
	taken = r.take(data)
	if taken && !json.Valid(data) {
		t.Errorf("%q is no JSON, and is taken", data)
	}
	l := Raw{Body: data}
	if taken {
		l.body = body{data: data, nodes: r.nodes}
	}
	var ours, theirs everything
	err, want := l.Into(&ours), json.Unmarshal(data, &theirs)
	if (err == nil) != (want == nil) || err != nil && err.Error() != want.Error() || !reflect.DeepEqual(ours, theirs) {
		t.Errorf("%q is read as %+v, %v\nnot as %+v, %v", data, ours, err, theirs, want)
	}
	return taken
}

func TestBodiesMeanWhatTheyMeanToEverybody(t *testing.T) {
	t.Parallel()
	for _, text := range odd {
		same(t, []byte(text))
	}
	examples, err := filepath.Glob("../../../../docs/formats/facts/*.json")
	if err != nil || len(examples) < 50 {
		t.Fatalf("%d examples, %v", len(examples), err)
	}
	for _, path := range examples {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !same(t, data) {
			t.Errorf("%s is not taken", path)
		}
	}
}

func FuzzBody(f *testing.F) {
	for _, text := range odd {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) { same(t, data) })
}

// What a check reads of an ordinary body is read by what was taken apart already; encoding/json is not asked.
func TestAnOrdinaryBodyIsNotReadAgain(t *testing.T) {
	t.Parallel()
	data := []byte(`{"day":"2026-11-30","cents":5,"served":true,"declare":[1],"was":{"account":"a","cents":1},"lines":[{"account":"ā"}],"ledger":[{"postings":[{"cents":1}]}]}`)
	var r reader
	if !r.take(data) {
		t.Fatal("it is not taken")
	}
	if b := (body{data: data, nodes: r.nodes}); !b.into(new(everything)) {
		t.Error("it was left to encoding/json")
	}
}
