package bill

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
	printOf := func(i int) fingerprint {
		sum := sha256.Sum256(fmt.Append(nil, "bill ", i))
		return fingerprint(sum[:16])
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	all := &sightings{}
	for i := range bills {
		if seen, there := all.find(printOf(i)); there {
			t.Fatalf("%d is there already: %+v", i, seen)
		}
		all.put(printOf(i), sighting{row: i + 2, says: uint32(i * 7), known: i%3 == 0, failed: i%5 == 0})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	for i := range bills {
		want := sighting{row: i + 2, says: uint32(i * 7), known: i%3 == 0, failed: i%5 == 0}
		if seen, there := all.find(printOf(i)); !there || seen != want {
			t.Fatalf("%d: %+v, %v", i, seen, there)
		}
	}
	for i := bills; i < 2*bills; i++ {
		if _, there := all.find(printOf(i)); there {
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
