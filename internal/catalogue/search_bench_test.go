package catalogue_test

import (
	"testing"

	"vienkopus/internal/catalogue"
)

// BenchmarkSearch asks the queries of the test set in turn; the aim is below 2 ms for each.
func BenchmarkSearch(b *testing.B) {
	institutions, services := loadDemo(b)
	index := catalogue.NewIndex(services, institutions)
	queries := readQueries(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		q := queries[i%len(queries)]
		index.Search(q.query, q.lang, 8)
	}
}

func BenchmarkNewIndex(b *testing.B) {
	institutions, services := loadDemo(b)
	for b.Loop() {
		catalogue.NewIndex(services, institutions)
	}
}
