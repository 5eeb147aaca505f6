package history

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"vienkopus/internal/catalogue"
)

// site is one line of the table: a place and its sums of the year.
type site struct {
	code  string
	desks []string
	sums  []sum
}

// sum is one cell of the table. A dash of the source is no sum at all; 0 is one.
type sum struct {
	kind catalogue.ActKind
	n    int64
}

// sites reads the table, in the order of the source.
func sites() ([]site, error) {
	records, err := csv.NewReader(bytes.NewReader(cesis)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("history: table: %w", err)
	}
	var all []site
	for _, record := range records[1:] {
		s := site{code: record[0], desks: strings.Fields(record[1])}
		for i, cell := range record[2:] {
			if cell == "" {
				continue
			}
			n, err := strconv.ParseInt(cell, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("history: %s: %w", s.code, err)
			}
			s.sums = append(s.sums, sum{kind: catalogue.ActKind(records[0][i+2]), n: n})
		}
		all = append(all, s)
	}
	return all, nil
}
