package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// kills is how often the program is killed: ten times, or for as long as VIENKOPUS_SOAK says.
func kills(t *testing.T) func(round int) bool {
	t.Helper()
	text := os.Getenv("VIENKOPUS_SOAK")
	if text == "" {
		return func(round int) bool { return round < 10 }
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("VIENKOPUS_SOAK: %v", err)
	}
	until := time.Now().Add(d)
	return func(int) bool { return time.Now().Before(until) }
}

// story is what programs at several desks were answered over many starts of the server.
type story struct {
	dsn    string
	tokens []string // one per desk
	visits []string // one per desk

	mu       sync.Mutex
	answered map[string]string // key → body
	waiting  map[string]bool   // keys that were sent and not answered
	wrong    []string
}

// posters is how many connections post at once.
const posters = 6

func newStory(t *testing.T, dsn string) *story {
	t.Helper()
	return &story{
		dsn: dsn, tokens: tokens(t, dsn, "CES-1", "CES-2", "MRS-1"), answered: map[string]string{}, waiting: map[string]bool{},
	}
}

// deskOf is the desk at which a key is used.
func (s *story) deskOf(key string) int { return int(key[0]-'a') % len(s.tokens) }

// open begins a visit at each desk.
func (s *story) open(t *testing.T, site string) {
	t.Helper()
	for i, token := range s.tokens {
		got, err := ask(t.Context(), http.MethodPost, site+"/api/v1/visits", token, "open", "{}")
		var v struct{ ID string }
		if err != nil || got.status != http.StatusCreated || json.Unmarshal([]byte(got.body), &v) != nil {
			t.Fatalf("open at %d: %+v %v", i, got, err)
		}
		s.visits = append(s.visits, site+"/api/v1/visits/"+v.ID)
	}
}

// post sends the act of a key, and again until there is an answer or the server is gone.
func (s *story) post(ctx context.Context, site, key string) bool {
	desk := s.deskOf(key)
	s.mu.Lock()
	if _, known := s.answered[key]; !known {
		s.waiting[key] = true
	}
	s.mu.Unlock()
	_, path, _ := strings.Cut(s.visits[desk], "/api/")
	got, err := ask(ctx, http.MethodPost, site+"/api/"+path+"/acts", s.tokens[desk], key, `{"kind":"letter"}`)
	if err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch first, known := s.answered[key]; {
	case got.status != http.StatusCreated:
		s.wrong = append(s.wrong, fmt.Sprintf("%s: answered with %d %s", key, got.status, got.body))
	case known && first != got.body:
		s.wrong = append(s.wrong, fmt.Sprintf("%s: lost: answered as %s, then as %s", key, first, got.body))
	default:
		s.answered[key] = got.body
		delete(s.waiting, key)
	}
	return true
}

// again sends the keys again, from several connections.
func (s *story) again(ctx context.Context, site string, keys []string) {
	var all sync.WaitGroup
	for w := range posters {
		all.Go(func() {
			for i := w; i < len(keys); i += posters {
				if !s.post(ctx, site, keys[i]) {
					return
				}
			}
		})
	}
	all.Wait()
}

// round starts the server, has acts posted from all connections, and kills it at a random instant.
func (s *story) round(t *testing.T, n int) {
	t.Helper()
	p := serve(t, s.dsn, "--quiet")
	if n == 0 {
		s.open(t, p.site)
	}
	var all sync.WaitGroup
	all.Go(func() {
		s.again(t.Context(), p.site, slices.Sorted(maps.Keys(s.copyOf(s.waiting))))
	})
	for w := range posters {
		all.Go(func() {
			for i := 0; s.post(t.Context(), p.site, fmt.Sprintf("%c%d-%d", 'a'+w, n, i)); i++ {
			}
		})
	}
	time.Sleep(time.Duration(10+rand.IntN(300)) * time.Millisecond)
	p.kill()
	all.Wait()
}

func (s *story) copyOf(keys map[string]bool) map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(keys)
}

// check returns what is wrong at the end: with every answer when it is asked for again, with the visits, and with the database.
func (s *story) check(t *testing.T) []string {
	t.Helper()
	p := serve(t, s.dsn, "--quiet")
	s.again(t.Context(), p.site, slices.Sorted(maps.Keys(s.answered)))
	s.again(t.Context(), p.site, slices.Sorted(maps.Keys(s.copyOf(s.waiting))))
	if len(s.waiting) > 0 {
		s.wrong = append(s.wrong, fmt.Sprintf("%d requests are never answered", len(s.waiting)))
	}
	expected := map[int]map[string]bool{}
	for key, body := range s.answered {
		var act struct{ ID string }
		if err := json.Unmarshal([]byte(body), &act); err != nil {
			s.wrong = append(s.wrong, err.Error())
		}
		desk := s.deskOf(key)
		if expected[desk] == nil {
			expected[desk] = map[string]bool{}
		}
		if expected[desk][act.ID] {
			s.wrong = append(s.wrong, fmt.Sprintf("%s: act %s was the answer to two requests", key, act.ID))
		}
		expected[desk][act.ID] = true
	}
	for desk, token := range s.tokens {
		_, path, _ := strings.Cut(s.visits[desk], "/api/")
		var v struct{ Acts []struct{ ID string } }
		got := p.get(p.site+"/api/"+path, token)
		if err := json.Unmarshal([]byte(got.body), &v); err != nil || got.status != http.StatusOK {
			t.Fatal(got, err)
		}
		for _, act := range v.Acts {
			if !expected[desk][act.ID] {
				s.wrong = append(s.wrong, fmt.Sprintf("desk %d has act %s, which answers no request", desk, act.ID))
			}
			delete(expected[desk], act.ID)
		}
		for id := range expected[desk] {
			s.wrong = append(s.wrong, fmt.Sprintf("desk %d: lost: act %s", desk, id))
		}
	}
	if code := p.stop(); code != 0 {
		s.wrong = append(s.wrong, fmt.Sprintf("it stops with %d: %s", code, p.said))
	}
	clean(t, s.dsn)
	return s.wrong
}

// clean has verify look at a database and complains about what it finds.
func clean(t *testing.T, dsn string) {
	t.Helper()
	if s := call(t, "verify", "--db", dsn).well(); !strings.Contains(s.out, "problems: 0") {
		t.Errorf("verify says %s%s", s.out, s.err)
	}
}

func TestKilledAtAnyInstantItKeepsWhatItAnswered(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		s, goOn, rounds := newStory(t, dsn), kills(t), 0
		for ; goOn(rounds); rounds++ {
			s.round(t, rounds)
		}
		for _, wrong := range s.check(t) {
			t.Error(wrong)
		}
		t.Logf("%d kills, %d acts answered", rounds, len(s.answered))
		if len(s.answered) < rounds {
			t.Errorf("only %d acts were answered in %d rounds: this proves nothing", len(s.answered), rounds)
		}
	})
}

// A program that had answered what it did not keep would be seen.
func TestAnAnswerThatWasNotKeptIsSeen(t *testing.T) {
	t.Parallel()
	s := newStory(t, town.SQLite(t))
	s.round(t, 0)
	s.answered["a9-9"] = `{"id":"01a1fc60-15b1-764d-b489-3e7121ebdd8c"}`
	if wrong := strings.Join(s.check(t), "\n"); !strings.Contains(wrong, "a9-9: lost") || !strings.Contains(wrong, "lost: act 01a1fc60") ||
		!strings.Contains(wrong, "which answers no request") {
		t.Errorf("found: %s", wrong)
	}
}

// No room is left while acts are posted: the caller is told so, nothing that was answered is lost, reading goes on, and with room it works again.
func TestAFullDiskIsSaidAndLosesNothing(t *testing.T) {
	t.Parallel()
	dsn := town.SQLite(t)
	s := newStory(t, dsn)
	first := serve(t, dsn, "--quiet")
	s.open(t, first.site)
	first.stop()
	file, err := os.Stat(dsn)
	if err != nil {
		t.Fatal(err)
	}
	p := serveWith(t, []string{limiting + "=" + strconv.FormatInt(file.Size()+200_000, 10)}, "serve", "--db", dsn, "--quiet")
	_, path, _ := strings.Cut(s.visits[0], "/api/")
	at := p.site + "/api/" + path
	for i := 0; len(s.wrong) == 0 && i < 2000; i++ {
		if !s.post(t.Context(), p.site, fmt.Sprintf("a0-%d", i)) {
			t.Fatalf("no answer: %s", p.said)
		}
	}
	full := regexp.MustCompile(`: answered with 503 \{"type":"urn:vienkopus:fault:request\.full","title":"The server has no room left`)
	if len(s.wrong) != 1 || !full.MatchString(s.wrong[0]) || len(s.waiting) != 1 || len(s.answered) < 10 {
		t.Fatalf("%d answered, %d waiting, then %q", len(s.answered), len(s.waiting), s.wrong)
	}
	before := len(s.answered)
	for range 3 { // again and again, by several at once; one that needs fewer pages may still find room
		s.again(t.Context(), p.site, []string{"a1-0", "b1-0", "c1-0", "d1-0"})
	}
	for _, wrong := range s.wrong {
		if !full.MatchString(wrong) {
			t.Error(wrong)
		}
	}
	if got := p.get(at, s.tokens[0]); got.status != http.StatusOK || strings.Count(got.body, `"letter"`) != len(s.answered) {
		t.Errorf("%d answered; reading says %d with %d acts", len(s.answered), got.status, strings.Count(got.body, `"letter"`))
	}
	if !strings.Contains(p.said.String(), "no room left") {
		t.Errorf("the log says %s", p.said)
	}
	if code := p.stop(); code != 0 {
		t.Logf("without room it stops with %d", code)
	}
	s.wrong = nil
	for _, wrong := range s.check(t) {
		t.Error(wrong)
	}
	if len(s.answered) != before+5 { // the one that met the full disk first, and four others
		t.Errorf("%d answered before the disk was full, %d with room again", before, len(s.answered))
	}
}
