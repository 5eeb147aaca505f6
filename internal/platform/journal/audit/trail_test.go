package audit_test

import (
	"encoding/hex"
	"testing"

	"vienkopus/internal/platform/journal/audit"
)

// TestTheDocumentedHash computes the example of docs/formats/journal.md without a database and without the journal.
func TestTheDocumentedHash(t *testing.T) {
	t.Parallel()
	id, err := hex.DecodeString("019aa5b66e8070008000000000000001")
	if err != nil {
		t.Fatal(err)
	}
	hash, err := hex.DecodeString("c13a3f2a2503c980b10ee2ce6d488b90c2bb64b63c05c4d9463313bb889807d6")
	if err != nil {
		t.Fatal(err)
	}
	line := audit.Line{
		Number: 1, RecordedAt: 1795251600000000, Version: 1, Desk: []byte("CES-1"), Actor: []byte("clerk:s1"), Kind: []byte("thing.noted"),
		ID: id, Body: []byte(`{"thing":"x"}`), Prev: make([]byte, 32), Hash: hash,
	}
	var problems []audit.Problem
	trail := audit.NewTrail(func(p audit.Problem) { problems = append(problems, p) })
	trail.Head("CES-1", 1, hash)
	trail.Add(&line)
	trail.End()
	if len(problems) > 0 || trail.Lines() != 1 || trail.Desks() != 1 {
		t.Errorf("problems %v, %d lines, %d desks", problems, trail.Lines(), trail.Desks())
	}
	line.Number, line.Body = 2, []byte(`{`)
	trail.Add(&line)
	trail.Add(&line)
	if len(problems) != 2 {
		t.Errorf("problems %v", problems)
	}
}
