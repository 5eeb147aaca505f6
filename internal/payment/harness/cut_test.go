package harness_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/crashtest"
)

// images is how many power cuts there are in a test, and in a soak run at the least; a recording gives so many of them.
const images, soakImages, perTrace = 8, 400, 8

// record lets two children take payments in a directory of their own; both are killed.
func (s *story) record(t *testing.T, r *rand.Rand) *crashtest.Trace {
	t.Helper()
	tr := crashtest.NewTrace(t, filepath.Dir(s.part.DSN))
	for range 2 {
		s.part.Run++
		c := tr.Child(t, s.part, nil)
		c.Await(t, "done", 0, 8+r.IntN(20))
		c.Die(t)
	}
	tr.Read(t)
	return tr
}

// The power fails while money is taken by the whole program: what was printed is there, chained and signed as it was, every table is what the lines make, and
// the money adds up.
func TestNothingPrintedIsLostInAPowerCut(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	papers, n := 0, 0
	for enough := crashtest.OftenEnough(t, images, soakImages); !enough(n) && !t.Failed(); {
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		s := newStory(t, part{DSN: paymenttest.Template.SQLite(t), Loose: crashtest.Loose{Fold: 50 + r.IntN(200)}})
		tr := s.record(t, r)
		for range perTrace {
			papers += s.cutOnce(t, tr, r, n)
			n++
		}
	}
	t.Logf("%d power cuts, behind which %d papers were held", n, papers)
	if papers < images {
		t.Error("this proves nothing")
	}
}

// cutOnce lets the power fail somewhere, and holds what the disk has against what was printed; it returns how much that was.
func (s *story) cutOnce(t *testing.T, tr *crashtest.Trace, r *rand.Rand, n int) int {
	t.Helper()
	at, dir := tr.Cut(r, "receipt", "copy"), t.TempDir()
	tr.Image(t, at, dir)
	then := &story{
		part:    part{DSN: filepath.Join(dir, filepath.Base(s.part.DSN)), Run: s.part.Run},
		printed: map[paper]string{}, under: map[paper]string{}, done: map[string]bool{}, blamed: map[string]int{},
	}
	then.listen(tr.Before(at))
	for _, wrong := range then.compare(t) {
		t.Error(wrong)
	}
	w := then.look(t)
	then.counted(t, w)
	w.Sound()
	w.SameAfterRebuild()
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if t.Failed() {
		t.Logf("image %d: power cut at %+v", n, at)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Error(err)
	}
	return then.papers
}
