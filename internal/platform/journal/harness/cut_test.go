package harness_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/platform/crashtest"
)

// record lets children post in a directory of their own: one ends in good order, one is killed, and the last one is working when the recording ends.
func record(t *testing.T, r *rand.Rand, p part) *crashtest.Trace {
	t.Helper()
	tr := crashtest.NewTrace(t, t.TempDir())
	p.DSN = filepath.Join(tr.Dir, "cut.db")
	for _, end := range []string{"stop", "die", "die"} {
		p.Run++
		c := tr.Child(t, p, nil)
		c.Await(t, "ack", 0, 20+r.IntN(60))
		c.Order(end)
		c.End(t)
	}
	tr.Read(t)
	return tr
}

// cutOnce lets the power fail somewhere in a trace, and returns what is wrong with what the disk holds then.
func cutOnce(t *testing.T, tr *crashtest.Trace, seed, n uint64) (wrong []string, acked int) {
	t.Helper()
	at, dir := tr.Cut(rand.New(rand.NewPCG(seed, n)), "ack"), t.TempDir()
	tr.Image(t, at, dir)
	s := newStory(part{DSN: filepath.Join(dir, "cut.db")})
	s.listen(tr.Before(at))
	acked = len(s.acked)
	defer func() {
		if t.Failed() {
			t.Logf("that is image %d of seed %d: %+v", n, seed, at)
		}
	}()
	wrong = s.check(t)
	if err := os.RemoveAll(dir); err != nil {
		t.Error(err)
	}
	return wrong, acked
}

// images is how many power cuts there are in a test, and in a soak run at the least.
const images, soakImages = 60, 2000

// Writes and syncs are recorded, and the power fails at any moment: writes that no sync has covered are lost or torn. Every image opens, is sound, and holds
// every line that was answered.
func TestNothingAnsweredIsLostInAPowerCut(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	var tr *crashtest.Trace
	acked := 0
	n, enough := 0, crashtest.OftenEnough(t, images, soakImages)
	for ; !enough(n) && !t.Failed(); n++ {
		if n%images == 0 {
			r := rand.New(rand.NewPCG(seed, uint64(n)))
			tr = record(t, r, part{Loose: crashtest.Loose{Fold: 20 + r.IntN(100)}})
		}
		wrong, heard := cutOnce(t, tr, seed, uint64(n))
		acked += heard
		for _, w := range wrong {
			t.Error(w)
		}
	}
	t.Logf("seed %d: %d power cuts, behind which %d answers were held", seed, n, acked)
	if acked < images {
		t.Error("this proves nothing")
	}
}

// A program that does not wait for the disk loses what it has answered: the power cuts would be felt.
func TestAProgramThatDoesNotWaitForTheDiskIsCaughtByAPowerCut(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(rand.Uint64(), 0))
	tr := record(t, r, part{Loose: crashtest.Loose{Sync: "NORMAL"}})
	for n := range images {
		wrong, _ := cutOnce(t, tr, r.Uint64(), uint64(n))
		if slices.ContainsFunc(wrong, func(w string) bool { return strings.HasPrefix(w, "lost: line") }) {
			t.Logf("caught by power cut %d: %s", n+1, wrong[0])
			return
		}
	}
	t.Error("it lost nothing")
}
