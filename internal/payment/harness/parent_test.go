package harness_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/crashtest"
)

// paper is what was printed: a receipt by its number, or a copy of it.
type paper struct {
	series       string
	number, copy int
}

// story is what all the children of a database have printed.
type story struct {
	part    part
	printed map[paper]string // link and code, or the code of a copy; what was held against the database is struck off
	papers  int              // how many there were
	under   map[paper]string // the request
	tried   []string         // every request, in order
	done    map[string]bool
	wrong   []string
	blamed  map[string]int
}

// newStory begins with bills of two creditors.
func newStory(t *testing.T, p part) *story {
	t.Helper()
	s := &story{part: p, printed: map[paper]string{}, under: map[paper]string{}, done: map[string]bool{}, blamed: map[string]int{}}
	w := paymenttest.Open(t, p.DSN)
	for range 40 {
		s.part.Bills[0] = append(s.part.Bills[0], w.Bill(paymenttest.Water, 100_000).ID)
		s.part.Bills[1] = append(s.part.Bills[1], w.Bill(paymenttest.Council, 100_000).ID)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

// blame notes what is wrong, five times of each kind.
func (s *story) blame(format string, args ...any) {
	if s.blamed[format]++; s.blamed[format] <= 5 {
		s.wrong = append(s.wrong, fmt.Sprintf(format, args...))
	}
}

// listen takes over what a child said.
func (s *story) listen(said []string) {
	for _, line := range said {
		words := strings.SplitN(line, " ", 5)
		switch words[0] {
		case "try":
			s.tried = append(s.tried, words[1])
		case "done":
			s.done[words[1]] = true
		case "receipt", "copy":
			s.heard(line, words)
		case "odd", "broken":
			s.blame("%.300s", line)
		}
	}
}

// heard notes what was printed. The same paper printed again must be the same, and belong to the same request.
func (s *story) heard(line string, words []string) {
	var p paper
	if _, err := fmt.Sscan(words[3], &p.number); err != nil || len(words) < 5 {
		s.blame("unreadable: %s", line)
		return
	}
	key, text := words[1], words[4]
	p.series = words[2]
	if words[0] == "copy" {
		var code string
		number, code, _ := strings.Cut(text, " ")
		if _, err := fmt.Sscan(number, &p.copy); err != nil {
			s.blame("unreadable: %s", line)
			return
		}
		text = code
	}
	earlier, known := s.printed[p]
	if known && (earlier != text || s.under[p] != key && key != "early" && s.under[p] != "early") {
		s.blame("%v was printed for %s and for %s, as %s and as %s", p, s.under[p], key, earlier, text)
		return
	}
	if s.printed[p], s.under[p] = text, key; !known {
		s.papers++
	}
}

// killOnce runs a child for a moment. One in six is killed while it starts.
func (s *story) killOnce(t *testing.T) {
	t.Helper()
	s.part.Run++
	var again []string
	for range min(6, len(s.tried)) { // old ones, answered or not, and the last ones, which the kill cut off
		again = append(again, s.tried[rand.IntN(len(s.tried))])
	}
	again = append(again, s.tried[max(0, len(s.tried)-workers):]...)
	c := crashtest.Start(t, s.part, again)
	if s.part.Run > 1 && rand.IntN(6) == 0 {
		time.Sleep(time.Duration(rand.IntN(80)) * time.Millisecond)
	} else {
		c.Await(t, "try", 0, 1)
		time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
	}
	s.listen(c.Kill(t))
}

// look opens the database after the last child is gone, long after the last receipt.
func (s *story) look(t *testing.T) *paymenttest.World {
	t.Helper()
	w := paymenttest.Open(t, s.part.DSN)
	w.Clock.Advance(time.Duration(s.part.Run)*apart + time.Hour)
	return w
}

// compare holds what was printed against what is stored, and returns everything that is wrong.
func (s *story) compare(t *testing.T) []string {
	t.Helper()
	w := s.look(t)
	for _, desk := range desks {
		for _, series := range []string{desk, payment.SeriesOf(desk, 1, true)} {
			s.series(t, w, series)
		}
	}
	for p := range s.printed {
		s.blame("lost: %v, printed for %s, is not there", p, s.under[p])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return s.wrong
}

// series compares what was printed in a series, and strikes it off.
func (s *story) series(t *testing.T, w *paymenttest.World, series string) {
	t.Helper()
	for _, is := range w.Series(series) {
		p := paper{series: series, number: int(is.Receipt.Number)}
		if text, printed := s.printed[p]; printed && text != is.Receipt.Link.String()+" "+is.Code {
			s.blame("lost: %v was printed for %s as %s, and is %s %s", p, s.under[p], text, is.Receipt.Link, is.Code)
		}
		delete(s.printed, p)
		for _, c := range is.Copies {
			p.copy = int(c.Number)
			code, err := w.Payment.Code(t.Context(), w.DB, is.Document, &c)
			if text, printed := s.printed[p]; err != nil || printed && text != code.Text() {
				s.blame("lost: copy %v was printed as %s: %v", p, text, err)
			}
			delete(s.printed, p)
		}
	}
}

// report fails the test with everything that is wrong with the database and with what was printed.
func (s *story) report(t *testing.T) {
	t.Helper()
	for _, wrong := range s.compare(t) {
		t.Error(wrong)
	}
	w := s.look(t)
	s.counted(t, w)
	w.Sound()
	w.SameAfterRebuild()
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("%d runs, %d requests tried, %d done, %d papers printed", s.part.Run, len(s.tried), len(s.done), s.papers)
	if s.wrong = nil; s.papers < s.part.Run {
		t.Error("too little was printed: the harness proves nothing")
	}
}

// counted sees that there is a receipt for each line, and a line for each receipt: counted in the lines alone.
func (s *story) counted(t *testing.T, w *paymenttest.World) {
	t.Helper()
	for _, c := range []struct {
		kinds string
		out   bool
	}{{"'payment.taken'", false}, {"'payment.voided', 'payment.refunded'", true}} {
		var lines, receipts int
		if err := w.DB.QueryRow(t.Context(), "SELECT COUNT(*) FROM entry WHERE kind IN ("+c.kinds+")").Scan(&lines); err != nil {
			t.Fatal(err)
		}
		for _, desk := range desks {
			if c.out {
				desk = payment.SeriesOf(desk, 1, true)
			}
			receipts += len(w.Series(desk))
		}
		if lines != receipts {
			t.Errorf("%d lines, %d receipts (out: %t)", lines, receipts, c.out)
		}
	}
}
