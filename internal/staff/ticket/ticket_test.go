package ticket_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"vienkopus/internal/staff/ticket"
)

type store struct {
	key   []byte
	asked int
	down  error
}

func (s *store) TicketKey(context.Context) ([]byte, error) {
	s.asked++
	return s.key, s.down
}

func (*store) Spend(context.Context, [32]byte, time.Time, time.Time) (bool, error) { return true, nil }

func TestAMarkIsOfOneTextForOneUseUnderOneKey(t *testing.T) {
	t.Parallel()
	office := func(key string) *ticket.Office { return &ticket.Office{Store: &store{key: []byte(key)}, Now: time.Now} }
	mark := func(o *ticket.Office, use, text string) string {
		m, err := o.Mark(t.Context(), use, text)
		if err != nil || len(m) != 16 {
			t.Fatalf("%x: %v", m, err)
		}
		return string(m)
	}
	a := office("a")
	want := mark(a, "device", "x")
	if mark(a, "device", "x") != want || mark(office("a"), "device", "x") != want {
		t.Error("a mark changes")
	}
	for _, other := range []string{mark(a, "device", "y"), mark(a, "devic", "ex"), mark(office("b"), "device", "x")} {
		if other == want {
			t.Error("two have one mark")
		}
	}
}

// A flood must not come as far as the database, and a database that is away for a moment is asked again.
func TestTheKeyIsAskedForOnce(t *testing.T) {
	t.Parallel()
	s := &store{key: bytes.Repeat([]byte{1}, 32), down: errors.New("away")}
	o := &ticket.Office{Store: s, Now: time.Now}
	if _, err := o.Mark(t.Context(), "device", "x"); !errors.Is(err, s.down) {
		t.Fatal(err)
	}
	s.down = nil
	for range 5 {
		if _, err := o.Mark(t.Context(), "device", "x"); err != nil {
			t.Fatal(err)
		}
	}
	if s.asked != 2 {
		t.Errorf("asked %d times", s.asked)
	}
}
