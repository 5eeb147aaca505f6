package app_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/tally"
)

// lineSeen is one line of a journal as a program gets it.
type lineSeen struct {
	Desk       string
	Number     int64
	ID         id.ID
	RecordedAt time.Time `json:"recorded_at"`
	Actor      string
	Kind       string
	Version    int64
	Body       json.RawMessage
	Prev, Hash string
}

// sum is the hash of the line as docs/formats/journal.md has it, written after that page alone.
func (l lineSeen) sum() string {
	var b bytes.Buffer
	b.WriteString("vienkopus-line-1")
	prev, _ := hex.DecodeString(l.Prev) // what is no hash makes another sum
	b.Write(prev)
	for _, n := range []int64{l.Number, l.RecordedAt.UnixMicro(), l.Version} {
		_ = binary.Write(&b, binary.BigEndian, n)
	}
	b.Write(l.ID[:])
	for _, text := range []string{l.Desk, l.Actor, l.Kind, string(l.Body)} {
		_ = binary.Write(&b, binary.BigEndian, uint32(len(text)))
		b.WriteString(text)
	}
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:])
}

// chain complains about lines that are not 1, 2, 3 … each sound and chained to the one before.
func chain(lines []lineSeen) []string {
	var wrong []string
	prev := strings.Repeat("0", 64)
	for i, l := range lines {
		switch {
		case l.Number != int64(i+1):
			wrong = append(wrong, fmt.Sprintf("line %d stands at place %d", l.Number, i+1))
		case l.Prev != prev:
			wrong = append(wrong, fmt.Sprintf("line %d is not chained", l.Number))
		case l.sum() != l.Hash:
			wrong = append(wrong, fmt.Sprintf("line %d has another hash: %s", l.Number, l.Body))
		}
		prev = l.Hash
	}
	return wrong
}

// journal pages through the lines of a desk, limit at a time.
func (c caller) journal(desk string, limit int) []lineSeen {
	c.h.t.Helper()
	var all []lineSeen
	for after := int64(0); ; {
		var page struct {
			Items []lineSeen
			Next  *int64
		}
		c.get(fmt.Sprintf("/api/v1/journal/%s?after=%d&limit=%d", desk, after, limit)).is(http.StatusOK).into(&page)
		if len(page.Items) > limit {
			c.h.t.Fatalf("%d lines in a page of %d", len(page.Items), limit)
		}
		all = append(all, page.Items...)
		if page.Next == nil {
			return all
		}
		after = *page.Next
	}
}

func TestTheJournalCanBePagedWithoutGapsAndCheckedFromOutside(t *testing.T) {
	inTown(t, func(t *testing.T, h *house) {
		clerk, auditor := h.clerk(cesis), h.token("auditor", "", scope.Network)
		at := clerk.opened()
		for range 20 {
			clerk.post(at+"/acts", "", what{"kind": "letter"}).is(http.StatusCreated)
		}
		// Texts that JSON can write in more than one way must come as they were hashed.
		const row = "desk,period,kind,count,source\nCES-1,2024-01,letter,7,\"A&B <c> \u2028 ķ \"\"d\"\" \\\"\n"
		order := tally.Order{File: "old.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(row)), nil }}
		if result, err := h.Tally.Import(t.Context(), actor.System("test"), order); err != nil || result.Written != 1 {
			t.Fatal(result, err)
		}
		for _, limit := range []int{1, 7, 1000} {
			lines := auditor.journal(cesis, limit)
			if len(lines) != 22 {
				t.Errorf("%d at a time: %d lines", limit, len(lines))
			}
			for _, wrong := range chain(lines) {
				t.Errorf("%d at a time: %s", limit, wrong)
			}
		}
		network := auditor.journal("NETWORK", 100)
		if wrong := chain(network); len(network) < 100 || len(wrong) > 0 {
			t.Errorf("%d lines: %v", len(network), wrong)
		}
		seesFaults(t, auditor.journal(cesis, 100))

		// A reader who asks behind the last line while others write misses nothing.
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 60 {
				clerk.post(at+"/acts", "", what{"kind": "letter"}).is(http.StatusCreated)
			}
		}()
		for {
			select {
			case <-done:
				if lines := auditor.journal(cesis, 5); len(lines) != 82 || len(chain(lines)) > 0 {
					t.Errorf("at the end %d lines: %v", len(lines), chain(lines))
				}
				return
			default:
				if wrong := chain(auditor.journal(cesis, 5)); len(wrong) > 0 {
					t.Fatal(wrong)
				}
			}
		}
	})
}

// seesFaults plants one fault after the other in sound lines.
func seesFaults(t *testing.T, lines []lineSeen) {
	t.Helper()
	for says, plant := range map[string]func(l *lineSeen){
		"stands at place":  func(l *lineSeen) { l.Number++ },
		"is not chained":   func(l *lineSeen) { l.Prev = l.Hash },
		"has another hash": func(l *lineSeen) { l.Body = bytes.Replace(l.Body, []byte("letter"), []byte("Letter"), 1) },
		"line 8 has":       func(l *lineSeen) { l.Actor += "x" },
		"line 8 has a":     func(l *lineSeen) { l.RecordedAt = l.RecordedAt.Add(time.Microsecond) },
	} {
		copied := append([]lineSeen(nil), lines...)
		plant(&copied[7])
		if got := strings.Join(chain(copied), "\n"); !strings.Contains(got, says) {
			t.Errorf("said %q, want %q", got, says)
		}
	}
	if got := chain(append(append([]lineSeen(nil), lines[:5]...), lines[6:]...)); len(got) == 0 {
		t.Error("a line that is missing is not missed")
	}
}

// Desk scopes: an auditor of one municipality reads its desks and no others.
func TestTheJournalIsReadWithinItsScope(t *testing.T) {
	t.Parallel()
	h := newHouse(t, town.SQLite(t))
	local := h.token("auditor", "", scope.Municipality("0026000"))
	local.get("/api/v1/journal/" + cesis).is(http.StatusOK)
	local.get("/api/v1/journal/"+far).fails(http.StatusForbidden, "staff.forbidden")
	local.get("/api/v1/journal/NETWORK").fails(http.StatusForbidden, "staff.forbidden")
	local.get("/api/v1/journal/ATLANTIS").fails(http.StatusForbidden, "staff.forbidden")
	local.get("/api/v1/reports/acts?from=2026-01-01&to=2026-01-31").is(http.StatusOK)
	local.get("/api/v1/reports/acts?from=2026-01-01&to=2026-01-31&territory=0036000").fails(http.StatusForbidden, "staff.forbidden")
	local.get("/api/v1/reports/acts?from=2026-01-01&to=2026-01-31&centre=livani").fails(http.StatusForbidden, "staff.forbidden")
}
