package crashtest

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// Cut is a moment at which the power fails, and how much of what was not synced reaches the disk.
type Cut struct {
	// At is the place in the trace.
	At int
	// Kept is how likely a write that no sync has covered is on the disk, and Torn how likely it is there in part.
	Kept, Torn float64
	r          *rand.Rand
}

// Cut draws a moment: anywhere, or, one time out of two, right behind something that was said with one of the words.
func (tr *Trace) Cut(r *rand.Rand, words ...string) Cut {
	c := Cut{At: 1 + r.IntN(tr.ends), r: r}
	said := slices.DeleteFunc(slices.Clone(tr.Said), func(s Saying) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return len(s.Line) > len(w) && s.Line[:len(w)+1] == w+" " })
	})
	if len(said) > 0 && r.IntN(2) == 0 {
		c.At = said[r.IntN(len(said))].At + 1
	}
	c.Kept = []float64{0, 0.1, 0.5, 0.9, 1}[r.IntN(5)]
	c.Torn = []float64{0, 0.3, 1}[r.IntN(3)]
	return c
}

// Before are the lines that were said before the moment.
func (tr *Trace) Before(c Cut) []string {
	var lines []string
	for _, s := range tr.Said {
		if s.At < c.At {
			lines = append(lines, s.Line)
		}
	}
	return lines
}

// Image writes into an empty directory what the disk holds after the power has failed. Everything is there that a sync covered which had ended. Of writes
// that none covered, each is there, is not, or is there in part: some of its sectors. Of names that came and went, some first ones are changed: a file system
// keeps their order. Shared memory holds anything.
func (tr *Trace) Image(t *testing.T, c Cut, into string) {
	t.Helper()
	for name, data := range tr.image(c) {
		if err := os.WriteFile(filepath.Join(into, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// file is a file with whatever name, or none any more.
type file struct{ data []byte }

func (tr *Trace) image(c Cut) map[string][]byte {
	now, kept := map[string]*file{}, map[string]*file{} // what names lead to for the program, and on the disk
	for name, data := range tr.files {
		f := &file{slices.Clone(data)}
		now[name], kept[name] = f, f
	}
	orderly := true // no change of a name was dropped yet
	for i, o := range tr.ops {
		if o.begins >= c.At || o.kind == syncs {
			continue
		}
		held := tr.safe[i] < c.At
		switch o.kind {
		case makes, unlinks:
			if (o.kind == makes) == (now[o.name] != nil) { // it was there, or was not
				continue
			}
			orderly = orderly && (held || c.r.Float64() < c.Kept)
			rename(o, now, kept, held || orderly)
		case writes, cuts:
			if f := now[o.name]; f != nil {
				f.apply(o, held, c)
			}
		case syncs: // nothing by itself
		}
	}
	image := map[string][]byte{}
	for name, f := range kept {
		image[name] = f.data
	}
	for name := range image {
		if filepath.Ext(name) == ".db-shm" {
			image[name] = noise(c.r)
		}
	}
	return image
}

// rename lets a name come or go.
func rename(o op, now, kept map[string]*file, onDisk bool) {
	if o.kind == unlinks {
		delete(now, o.name)
		if onDisk {
			delete(kept, o.name)
		}
		return
	}
	now[o.name] = &file{}
	if onDisk {
		kept[o.name] = now[o.name]
	}
}

// durable says of each op from which place on a power cut cannot undo it: the end of the first sync that began behind its end.
func (tr *Trace) durable() []int {
	safe := make([]int, len(tr.ops))
	for i, o := range tr.ops {
		safe[i] = never
		under := o.name
		if o.kind == makes || o.kind == unlinks {
			under = "" // the directory
		}
		for _, s := range tr.ops[i+1:] {
			if s.kind == syncs && s.name == under && s.begins > o.ends && s.ends != never {
				safe[i] = s.ends
				break
			}
		}
	}
	return safe
}

// apply writes what is on the disk of an op.
func (f *file) apply(o op, held bool, c Cut) {
	part := func(int64) bool { return true }
	if !held {
		switch {
		case c.r.Float64() >= c.Kept && c.r.Float64() >= c.Torn:
			return
		case c.r.Float64() < c.Torn:
			part = torn(o, c.r)
		}
	}
	if o.kind == cuts {
		f.data = append(f.data, make([]byte, max(0, o.at-int64(len(f.data))))...)[:o.at]
		return
	}
	for at := o.at; at < o.at+int64(len(o.data)); {
		next := min((at/sector+1)*sector, o.at+int64(len(o.data)))
		if part(at / sector) {
			f.data = append(f.data, make([]byte, max(0, next-int64(len(f.data))))...)
			copy(f.data[at:next], o.data[at-o.at:next-o.at])
		}
		at = next
	}
}

// torn says which sectors of a write are on the disk: those before a boundary, those behind one, or any.
func torn(o op, r *rand.Rand) func(sector int64) bool {
	first, last := o.at/sector, (o.at+int64(len(o.data)))/sector
	at := first + r.Int64N(last-first+1)
	switch r.IntN(3) {
	case 0:
		return func(s int64) bool { return s < at }
	case 1:
		return func(s int64) bool { return s >= at }
	}
	return func(int64) bool { return r.IntN(2) == 0 }
}

func noise(r *rand.Rand) []byte {
	data := make([]byte, 32<<10)
	for i := range data {
		data[i] = byte(r.UintN(256)) //nolint:gosec // below 256
	}
	return data
}
