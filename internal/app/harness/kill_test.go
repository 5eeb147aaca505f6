package harness_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/journal/audit"
)

func TestMain(m *testing.M) {
	if !crashtest.Play(func(p part) error { return p.play(context.Background()) }) {
		os.Exit(m.Run())
	}
}

// kills is how often each thing that a program does is killed, per engine.
const kills = 5

// doings are what is killed.
var doings = []string{"serve", "verify", "rebuild", "checkpoint", "resume", "rollup"}

// story is what all children of a database were answered.
type story struct {
	part  part
	acked map[string]string // key → desk
	kills int
	wrong []string
}

func newStory(t *testing.T, dsn string) *story {
	t.Helper()
	s := &story{part: part{DSN: dsn, Dir: t.TempDir()}, acked: map[string]string{}}
	w := paymenttest.Open(t, dsn)
	for range 10 {
		s.part.Bills = append(s.part.Bills, w.Bill(paymenttest.Water, 1_000_000).ID)
	}
	must(t, w.Close())
	must(t, os.Mkdir(filepath.Join(s.part.Dir, "out"), 0o700))
	h, err := s.part.open(t.Context()) // makes the keys
	must(t, err)
	must(t, h.node.State(t.Context()))
	must(t, h.Close())
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *story) blame(format string, args ...any) {
	if s.wrong = append(s.wrong, fmt.Sprintf(format, args...)); len(s.wrong) > 20 {
		s.wrong = s.wrong[:20]
	}
}

// killOnce kills a child at any instant, one in four while it starts.
func (s *story) killOnce(t *testing.T, do string) {
	t.Helper()
	s.part.Run++
	s.part.Do = do
	s.kills++
	c := crashtest.Start(t, s.part, nil)
	if rand.IntN(4) > 0 {
		begun := 2 // so that something was answered
		if do == "verify" || do == "rebuild" {
			begun = 1
		}
		c.Await(t, "begins", 0, begun)
	}
	time.Sleep(rand.N(200 * time.Millisecond))
	for _, line := range c.Kill(t) {
		words := strings.Fields(line)
		switch words[0] {
		case "ack":
			s.acked[words[2]] = words[1]
		case "odd", "broken":
			s.blame("%s: %s", do, line)
		}
	}
}

// sound looks at the database after a kill: it opens, verify finds nothing, with tables too, and what was answered or stated holds.
func (s *story) sound(t *testing.T, tables bool) {
	t.Helper()
	h, err := s.part.open(t.Context())
	must(t, err)
	defer func() { must(t, h.Close()) }()
	report, err := h.Verify(t.Context(), nil)
	must(t, err)
	found := func(p audit.Problem) { s.blame("after %d kills, the last of %s: %s", s.kills, s.part.Do, p) }
	for _, p := range report.Problems {
		found(p)
	}
	if tables {
		_, err := h.VerifyTables(t.Context(), t.TempDir(), nil, found)
		must(t, err)
	}
	for key, desk := range s.acked {
		var n int
		must(t, h.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM request WHERE desk = $1 AND key = $2`, desk, key).Scan(&n))
		if n != 1 {
			s.blame("lost: %s at %s", key, desk)
		}
	}
	var letters, asked int
	must(t, h.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM act WHERE kind = 'letter'`).Scan(&letters))
	must(t, h.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM request WHERE key LIKE 'act:%:letter'`).Scan(&asked))
	if letters != asked {
		s.blame("%d letters for %d requests", letters, asked)
	}
	s.stated(t, h)
}

// stated holds every checkpoint that was handed out against the database.
func (s *story) stated(t *testing.T, h *house) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.part.Dir, "out", "*.checkpoint"))
	must(t, err)
	for _, file := range files {
		signed, err := os.ReadFile(file)
		must(t, err)
		c, err := h.node.Key.Read(signed)
		must(t, err)
		must(t, checkpoint.Holds(t.Context(), h.DB, c, func(what string) { s.blame("%s: %s", filepath.Base(file), what) }))
	}
}

// Whatever the program is at, a kill leaves nothing half done, loses nothing that was answered, and does nothing twice.
func TestAKillOfWhateverTheProgramIsAt(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		s := newStory(t, dsn)
		for over := crashtest.Often(t, kills*len(doings)); !over(s.kills) && len(s.wrong) == 0; {
			s.killOnce(t, doings[s.kills%len(doings)])
			s.sound(t, s.kills%10 == 0)
		}
		s.sound(t, true)
		for _, wrong := range s.wrong {
			t.Error(wrong)
		}
		t.Logf("%d kills, %d requests answered", s.kills, len(s.acked))
		if len(s.acked) < s.kills/4 {
			t.Error("too little was answered: this proves nothing")
		}
	})
}

func TestAProgramThatAnswersWhatItDoesNotRecordIsCaught(t *testing.T) {
	t.Parallel()
	s := newStory(t, paymenttest.Template.SQLite(t))
	s.part.Cheat = true
	for len(s.acked) == 0 {
		s.killOnce(t, "checkpoint")
	}
	if s.sound(t, false); len(s.wrong) == 0 || !strings.HasPrefix(s.wrong[0], "lost: act:") {
		t.Errorf("found: %q", s.wrong)
	}
}
