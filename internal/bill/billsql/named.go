package billsql

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

const (
	// enoughNamed is how many that fit are opened to choose the first in the alphabet of them.
	enoughNamed = 2 * bill.MostFound
	// mostOpened bounds how many payers are opened for one question, also when hardly any of them fits, because a rare name has its mark in common with a common one.
	mostOpened = 20_000
	// firstLook is how many are opened, of all marks of a reach together, before it is known which of them are worth more; and leastLook of each.
	firstLook, leastLook = 400, 4
)

// errCommon says that there are more who have the marks of what was typed than can be looked through, and nobody of those who were fits.
var errCommon = fault.NewInvalid("bill.query_common").On("query")

// quest looks for payers that fit until there are enough of them.
type quest struct {
	*search
	fits         func(bill.InName) bool
	enough, hits int
}

func (q *quest) use(n bill.InName) (enough bool) {
	if q.fits(n) {
		q.hits++
	}
	return q.ended()
}

func (q *quest) ended() bool { return q.hits >= q.enough || q.left(mostOpened) == 0 }

// gaveUp tells that so many were opened in vain that somebody who fits may be among the others.
func (q *quest) gaveUp() bool { return q.hits == 0 && q.left(mostOpened) == 0 }

// Named returns bills whose payer's folded name begins so at any of its words, at most bill.MostFound: those whose names come first in the alphabet, of the enoughNamed that were opened,
// the newest first. It returns the fault "bill.query_common" when so many are called alike that nobody of this name was among those who were opened.
func (s Store) Named(ctx context.Context, r journal.Reader, name string) ([]bill.Bill, error) {
	on, err := s.search(ctx, r)
	if err != nil {
		return nil, err
	}
	type hit struct {
		beginning string
		bill      id.ID
	}
	var hits []hit
	q := &quest{search: on, enough: enoughNamed, fits: func(n bill.InName) bool {
		first, is := bill.FirstBeginning(n.Name, name)
		if is {
			hits = append(hits, hit{first, n.Bill})
		}
		return is
	}}
	for _, way := range on.ways(name) {
		if len(hits) < bill.MostFound {
			if err := q.along(ctx, way); err != nil {
				return nil, err
			}
		}
	}
	if q.gaveUp() {
		return nil, errCommon
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.beginning, b.beginning), bytes.Compare(b.bill[:], a.bill[:]))
	})
	var ids []id.ID
	for _, h := range hits[:min(len(hits), bill.MostFound)] {
		ids = append(ids, h.bill)
	}
	return s.Bills(ctx, r, ids)
}

// ways are where payers lie whose names begin so. Those who are called exactly so come first in the alphabet, so when they are enough nobody else is looked for.
func (s *search) ways(name string) []func(place string) (reach, error) {
	words := strings.Fields(name)
	switch {
	case len(words) == 0:
		return nil
	case len(words) == 1:
		return []func(string) (reach, error){s.wordIn(inName, name), s.beginningIn(inName, name)}
	case len(words) > 2:
		return []func(string) (reach, error){s.pairIn([2]string(words))}
	case len([]rune(words[1])) < few:
		return []func(string) (reach, error){s.pairIn([2]string(words)), s.wordIn(inName, words[0])}
	}
	return []func(string) (reach, error){s.pairIn([2]string(words)), s.pairBeginningIn(words[0], words[1])}
}

// along looks through what lies in a reach of each municipality: first at a few payers of every mark in it, for a mark stands for several words, then at more of the marks that
// have some that fit, and last at all others.
func (q *quest) along(ctx context.Context, of func(place string) (reach, error)) error {
	all, err := q.veins(ctx, of)
	if err != nil {
		return err
	}
	few := max(leastLook, firstLook/max(1, len(all)))
	for _, round := range []struct {
		rich bool
		most int
	}{{false, few}, {true, enoughNamed}, {false, mostOpened}} {
		for _, v := range all {
			if q.ended() {
				return nil
			}
			if v.exhausted || round.rich && v.fit == 0 {
				continue
			}
			if err := q.dig(ctx, v, round.most); err != nil {
				return err
			}
		}
	}
	return nil
}

// veins are the marks that lie in a reach of each municipality.
func (q *quest) veins(ctx context.Context, of func(place string) (reach, error)) (all []*vein, err error) {
	for _, place := range q.places {
		in, err := of(place)
		if err != nil {
			return nil, err
		}
		marks, err := marksIn(ctx, q.r, in)
		if err != nil {
			return nil, err
		}
		for _, mark := range marks {
			all = append(all, &vein{at: exactly(place, mark)})
		}
	}
	return all, nil
}

// vein are the payers of one mark: how many of them fitted so far, the oldest that was looked at, and whether that was the last.
type vein struct {
	at        reach
	fit       int
	last      []byte
	exhausted bool
}

// dig looks at so many more payers of a mark, the newest first.
func (q *quest) dig(ctx context.Context, v *vein, most int) error {
	had := q.hits
	ids, err := behind(ctx, q.r, v.at, v.last, min(most, q.left(mostOpened)))
	if err != nil {
		return err
	}
	if v.exhausted = len(ids) < min(most, q.left(mostOpened)); len(ids) > 0 {
		last := ids[len(ids)-1]
		v.last = slices.Clone(last[:])
	}
	err = q.look(ctx, ids, q.use)
	v.fit += q.hits - had
	return err
}

// behind are the bills of a mark that are older than one, or all when it is empty, the newest first, at most so many.
func behind(ctx context.Context, r journal.Reader, at reach, last []byte, most int) ([]id.ID, error) {
	if len(last) == 0 {
		return within(ctx, r, at, most)
	}
	return bills(ctx, r, `SELECT bill FROM payer_mark WHERE place = $1 AND mark = $2 AND bill < $3 ORDER BY bill DESC LIMIT $4`, at.place, at.low, last, most)
}

// marksIn are the marks of a reach that somebody has.
func marksIn(ctx context.Context, r journal.Reader, in reach) ([][]byte, error) {
	if bytes.Equal(in.low, in.high) {
		return [][]byte{in.low}, nil
	}
	const query = `WITH RECURSIVE m(mark) AS (SELECT (SELECT p.mark FROM payer_mark p WHERE p.place = $1 AND p.mark >= $2 AND p.mark <= $3 ORDER BY p.mark LIMIT 1)
UNION ALL SELECT (SELECT p.mark FROM payer_mark p WHERE p.place = $1 AND p.mark > m.mark AND p.mark <= $3 ORDER BY p.mark LIMIT 1) FROM m WHERE m.mark IS NOT NULL)
SELECT mark FROM m WHERE mark IS NOT NULL`
	var all [][]byte
	err := sqldb.Each(ctx, r, query, []any{in.place, in.low, in.high}, func(rows *sql.Rows) error {
		var mark []byte
		if err := rows.Scan(&mark); err != nil {
			return fmt.Errorf("billsql: mark: %w", err)
		}
		all = append(all, mark)
		return nil
	})
	return all, err
}
