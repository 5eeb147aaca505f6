package sheet

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"testing"
)

// TestSightingsAreAMap holds the table against a map, and against the room that it may take.
func TestSightingsAreAMap(t *testing.T) {
	t.Parallel()
	const bills = 200_000
	printOf := func(i int) Print {
		sum := sha256.Sum256(fmt.Append(nil, "bill ", i))
		return Print(sum[:16])
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	all := &Sightings{}
	for i := range bills {
		if seen, there := all.Find(printOf(i)); there {
			t.Fatalf("%d is there already: %+v", i, seen)
		}
		all.Put(printOf(i), Sighting{Row: i + 2, Says: uint32(i * 7), Known: i%3 == 0, Failed: i%5 == 0})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	for i := range bills {
		want := Sighting{Row: i + 2, Says: uint32(i * 7), Known: i%3 == 0, Failed: i%5 == 0}
		if seen, there := all.Find(printOf(i)); !there || seen != want {
			t.Fatalf("%d: %+v, %v", i, seen, there)
		}
	}
	for i := bills; i < 2*bills; i++ {
		if _, there := all.Find(printOf(i)); there {
			t.Fatalf("%d is there", i)
		}
	}
	seats := 0
	for i := range all.shards {
		seats += len(all.shards[i].seats)
	}
	if bytes := seats * 16; bytes > 28*bills {
		t.Errorf("%d bytes for %d bills", bytes, bills)
	}
	t.Logf("%d kB for %d bills", (int64(after.HeapAlloc)-int64(before.HeapAlloc))>>10, bills)
}
