package history

import (
	"fmt"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
)

// Count is how many payments a desk took on a day for one service.
type Count struct {
	Centre, Desk string
	Day          civil.Date
	Service      string
	N            int64
}

// Payments lays the payments of the table out over the working days of the year, the same for the same year. They are no statement that is imported:
// package takings has them paid.
func Payments(year int) ([]Count, error) {
	all, err := sites()
	if err != nil {
		return nil, err
	}
	var counts []Count
	seen := map[string]bool{} // a site that the source prints twice took its payments once
	for _, s := range all {
		if seen[s.code] {
			continue
		}
		seen[s.code] = true
		for _, cell := range s.sums {
			if !cell.isPaid() {
				continue
			}
			for _, r := range spread(s, cell, year) {
				day, err := civil.ParseDate(r.period)
				if err != nil {
					return nil, fmt.Errorf("history: %s: %w", s.code, err)
				}
				counts = append(counts, Count{Centre: s.code, Desk: r.desk, Day: day, Service: r.service, N: r.n})
			}
		}
	}
	return counts, nil
}

// isPaid tells whether the cell counts payments that are taken one by one; a stated zero is a statement and no payment.
func (c sum) isPaid() bool { return c.kind == catalogue.Payment && c.n > 0 }
