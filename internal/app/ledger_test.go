package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/rest/resttest"
)

// ledger holds every answer of a house against the description, and remembers which were seen.
type ledger struct {
	t    testing.TB
	said resttest.Description
	mu   sync.Mutex
	seen map[string]map[int]int // operation → status → how often
}

func described(t *testing.T, h *house) resttest.Description {
	t.Helper()
	d, err := resttest.Read(t.Context(), h.site.Config.Handler)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// answer is the reply as a description judges it.
func (r reply) answer() resttest.Answer {
	method, address, _ := strings.Cut(r.asked, " ")
	return resttest.Answer{Method: method, Address: address, Status: r.status, Media: r.head.Get("Content-Type"), Body: r.body}
}

func newLedger(t *testing.T, h *house) *ledger {
	t.Helper()
	return &ledger{t: t, said: described(t, h), seen: map[string]map[int]int{}}
}

// note complains when an answer of the interface is not as it is described.
func (l *ledger) note(r reply) {
	method, address, _ := strings.Cut(r.asked, " ")
	if !strings.HasPrefix(address, rest.Prefix+"/") {
		return
	}
	_, name, known := l.said.Operation(method, address)
	if known {
		l.mu.Lock()
		if l.seen[name] == nil {
			l.seen[name] = map[int]int{}
		}
		l.seen[name][r.status]++
		l.mu.Unlock()
	}
	for _, wrong := range l.said.Judge(r.answer()) {
		l.t.Errorf("%s answers with %d %.300s: %s", r.asked, r.status, r.body, wrong)
	}
}

// unseen returns the operations that never answered well.
func (l *ledger) unseen() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var missing []string
	for path, operations := range l.said.Paths {
		for method := range operations {
			name := strings.ToUpper(method) + " " + path
			if l.seen[name][http.StatusOK]+l.seen[name][http.StatusCreated] == 0 {
				missing = append(missing, name)
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// String lists what was seen, for the log.
func (l *ledger) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(l.seen)) {
		fmt.Fprintf(&text, "%s %v\n", name, l.seen[name])
	}
	return text.String()
}
