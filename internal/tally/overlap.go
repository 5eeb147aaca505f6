package tally

import (
	"context"
	"slices"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
)

// stretch is a period and the row that states it.
type stretch struct {
	civil.Period
	row int
}

// spans are the periods about which a file has stated the same thing so far; none overlaps another, in the order of their days.
type spans []stretch

// find returns what overlaps a period without being the same.
func (s *spans) find(p civil.Period) (other stretch, overlaps bool) {
	at := s.at(p)
	for _, i := range []int{at - 1, at} {
		if i >= 0 && i < len(*s) && (*s)[i].Period != p && (*s)[i].Overlaps(p) {
			return (*s)[i], true
		}
	}
	return stretch{}, false
}

func (s *spans) at(p civil.Period) int {
	at, _ := slices.BinarySearchFunc(*s, p, func(have stretch, p civil.Period) int { return have.From.Compare(p.From) })
	return at
}

// take notes a period that overlaps nothing, once.
func (s *spans) take(p civil.Period, row int) {
	if at := s.at(p); at >= len(*s) || (*s)[at].Period != p {
		*s = slices.Insert(*s, at, stretch{p, row})
	}
}

// about is what a row counts, apart from when: first itself, then what counts it too because it names less.
func (r *Row) about() []string {
	var all []string
	seen := map[string]bool{}
	for _, service := range []string{r.Service, ""} {
		for _, institution := range []string{r.Institution, ""} {
			for _, channel := range []string{string(r.Channel), ""} {
				about := strings.Join([]string{r.Desk, string(r.Act), service, institution, channel}, identityCut)
				if !seen[about] {
					seen[about] = true
					all = append(all, about)
				}
			}
		}
	}
	return all
}

// overlap returns a fault when the same is counted already in another period that overlaps: in the file, or imported earlier.
func (in *importing) overlap(ctx context.Context, row *Row) (*fault.Fault, error) {
	if in.order.Overlapping {
		return nil, nil //nolint:nilnil // no fault is an answer
	}
	period, there, err := in.service.store.Overlapping(ctx, in.service.journal.DB(), *row)
	if err != nil {
		return nil, err
	}
	if there {
		return fault.NewConflict("tally.inside_known", "Period", period.Display()).On(ColumnPeriod), nil
	}
	all := row.about()
	for _, about := range all[1:] {
		if of, known := in.spans[about]; known {
			if other, overlaps := of.find(row.Period); overlaps {
				return fault.NewConflict("tally.inside", "Row", other.row).On(ColumnPeriod), nil
			}
		}
	}
	of, known := in.spans[all[0]]
	if !known {
		of = &spans{}
		in.spans[all[0]] = of
	}
	if other, overlaps := of.find(row.Period); overlaps {
		return fault.NewConflict("tally.inside", "Row", other.row).On(ColumnPeriod), nil
	}
	of.take(row.Period, row.Number)
	return nil, nil //nolint:nilnil // as above
}
