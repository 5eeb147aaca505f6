package journal

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
)

// TestTheHashIsTheDocumentedOne pins the format for ever: the document tells others how to compute this sum.
func TestTheHashIsTheDocumentedOne(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docs/formats/journal.md")
	if err != nil {
		t.Fatal(err)
	}
	known, err := id.Parse("019aa5b6-6e80-7000-8000-000000000001")
	if err != nil {
		t.Fatal(err)
	}
	e := Entry{
		Desk: "CES-1", Number: 1, ID: known, RecordedAt: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC),
		Actor: actor.Staff("s1", "clerk"), Kind: "thing.noted", Version: 1, Body: []byte(`{"thing":"x"}`),
	}
	if e.RecordedAt.UnixMicro() != 1795251600000000 {
		t.Errorf("the moment is %d", e.RecordedAt.UnixMicro())
	}
	sum := e.sum()
	if hash := hex.EncodeToString(sum[:]); !strings.Contains(string(text), "    "+hash+"\n") {
		t.Errorf("the document does not name the hash %s", hash)
	}
}
