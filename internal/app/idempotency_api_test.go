package app_test

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// write is one kind of writing request that succeeds once, and another one that could succeed as well.
type write struct {
	name  string
	path  string
	body  what
	other what  // another body for the same path; nil where a body has nothing to say
	lines int64 // that it makes when the requests before it have been made
}

// prepare makes a visit for each kind of writing request, and a spare one.
func (c caller) prepare() (list []write, spare string) {
	c.h.t.Helper()
	letter := what{"kind": "letter"}
	held, spare := c.opened(), c.opened() // each is put on hold by the next one
	closing, acting := c.opened(), c.opened()
	undone := c.post(acting+"/acts", "", letter).is(http.StatusCreated).act()
	past := c.opened()
	corrected := c.post(past+"/acts", "", letter).is(http.StatusCreated).act()
	c.post(past+"/close", "", nil).is(http.StatusOK)
	holding := c.opened()
	return []write{
		{"hold", holding + "/hold", nil, nil, 1},
		{"open", visits, what{}, what{"channel": "post"}, 1},
		{"record", acting + "/acts", letter, what{"kind": "call"}, 3}, // the other one waits, this one is taken back
		{"undo", acting + "/acts/" + undone.ID + "/undo", nil, nil, 1},
		{"correct", past + "/acts/" + corrected.ID + "/correct", what{"why": "recorded-twice"}, what{"why": "never-happened"}, 1},
		{"resume", held + "/resume", nil, nil, 2},
		{"close", closing + "/close", nil, nil, 1},
	}, spare
}

func (c caller) write(w write, key string) reply {
	if w.body == nil {
		return c.post(w.path, key, nil)
	}
	return c.post(w.path, key, w.body)
}

func TestARequestSentAgainGetsTheFirstAnswer(t *testing.T) {
	inTown(t, func(t *testing.T, h *house) {
		clerk := h.clerk(cesis)
		first := map[string]reply{}
		list, spare := clerk.prepare()
		for i, w := range list {
			key := fmt.Sprint("again-", i)
			first[w.name] = clerk.write(w, key)
			if s := first[w.name].status; s != http.StatusOK && s != http.StatusCreated {
				t.Fatalf("%s: %d %s", w.name, s, first[w.name].body)
			}
			before := h.lines()
			again := clerk.write(w, key)
			if again.status != first[w.name].status || !bytes.Equal(again.body, first[w.name].body) {
				t.Errorf("%s: first %d %s, then %d %s", w.name, first[w.name].status, first[w.name].body, again.status, again.body)
			}
			if now := h.lines(); now != before {
				t.Errorf("%s: sent again it makes %d more lines", w.name, now-before)
			}
			other := w
			if other.body = w.other; other.body == nil {
				other.path = spare + "/close"
			}
			clerk.write(other, key).fails(http.StatusConflict, "request.key_reused")
			if now := h.lines(); now != before {
				t.Errorf("%s: with another body it makes %d more lines", w.name, now-before)
			}
		}
		// Much later, when the visits have gone on, what the lines alone make up is still the same.
		for i, w := range list {
			if again := clerk.write(w, fmt.Sprint("again-", i)); (w.name == "open" || w.name == "record") && !bytes.Equal(again.body, first[w.name].body) {
				t.Errorf("%s: later %d %s", w.name, again.status, again.body)
			} else if again.status != first[w.name].status {
				t.Errorf("%s: later %d %s", w.name, again.status, again.body)
			}
		}
		// A key is known at its desk alone.
		other := h.clerk(beside)
		if got := other.post(visits, "again-1", what{}).is(http.StatusCreated).visit(); got.Desk != beside {
			t.Errorf("another desk got %+v", got)
		}
		h.sound()
	})
}

// together sends the same request n times at once and returns the different answers.
func (c caller) together(n int, w write, key string) map[string]int {
	c.h.t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	answers := map[string]int{}
	ready := make(chan struct{})
	for range n {
		all.Go(func() {
			<-ready
			q := request{method: http.MethodPost, path: w.path, key: key}
			if w.body != nil {
				q.body = w.body
			}
			r, err := c.send(c.h.t.Context(), q)
			mu.Lock()
			defer mu.Unlock()
			answers[fmt.Sprint(r.status, " ", string(r.body), err)]++
		})
	}
	close(ready)
	all.Wait()
	return answers
}

func TestThirtyTwoAtOnceHaveOneEffect(t *testing.T) {
	inTown(t, func(t *testing.T, h *house) {
		clerk := h.clerk(cesis)
		list, _ := clerk.prepare()
		for i, w := range list {
			before := h.lines()
			answers := clerk.together(32, w, fmt.Sprint("together-", i))
			if len(answers) != 1 {
				t.Errorf("%s: %d different answers: %v", w.name, len(answers), answers)
			}
			if n := h.lines() - before; n != w.lines {
				t.Errorf("%s: %d lines, want %d", w.name, n, w.lines)
			}
		}
		h.sound()
	})
}

// Without a name every request is a new one, which is what the test above would not notice.
func TestWithoutAKeyEveryRequestCounts(t *testing.T) {
	t.Parallel()
	h := newHouse(t, town.SQLite(t))
	clerk := h.clerk(cesis)
	at := clerk.opened()
	answers := clerk.together(8, write{path: at + "/acts", body: what{"kind": "letter"}}, "")
	if got := len(clerk.get(at).is(http.StatusOK).visit().Acts); got != 8 || len(answers) != 8 {
		t.Errorf("%d acts, %d answers", got, len(answers))
	}
}
