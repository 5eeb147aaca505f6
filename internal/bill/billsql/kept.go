package billsql

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
)

// CheckKept sees that what stands outside the journal fits it: that payers belong to bills and stay erased, that they are found by their own marks and
// by no others, as far as the key is at hand, and that systems are connected as the last line about their creditor says. What the rows say is proven by their
// codes.
func (s Store) CheckKept() audit.Check {
	return audit.Check{Name: "bill", Follow: func(context.Context, sqldb.Reader) (audit.Follower, error) {
		return &keptChecker{store: s, erased: map[id.ID]int64{}, last: map[string]lastTold{}}, nil
	}}
}

// keptChecker reads bodies by itself.
type keptChecker struct {
	store  Store
	erased map[id.ID]int64     // when the payer of a bill was erased last
	last   map[string]lastTold // what the last line about a creditor's system tells
	found  []string
}

// Line notes whose payer was erased, and how a creditor's system is connected.
func (c *keptChecker) Line(l audit.Raw) error {
	ours := l.Kind == "bill.payer-erased" || l.Kind == "creditor.connected"
	if !ours || l.Adopted {
		return nil
	}
	var erased struct{ Bill id.ID }
	var linked lastTold
	var err error
	if l.Kind == "bill.payer-erased" {
		err = l.Into(&erased)
		c.erased[erased.Bill] = max(c.erased[erased.Bill], l.At)
	} else {
		err = l.Into(&linked)
	}
	if err != nil {
		return fmt.Errorf("billsql: body: %w", err)
	}
	if linked.at = l.At; l.Kind == "creditor.connected" && linked.at >= c.last[linked.Number].at {
		c.last[linked.Number] = linked
	}
	return nil
}

// End looks at the tables.
func (c *keptChecker) End(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) (audit.Follower, error) {
	var err error
	for _, look := range []func(context.Context, journal.Reader, *[]string) error{payersOfBills, c.erasedPayers, inClear, c.store.checkMarks, c.links} {
		if err = look(ctx, r, &c.found); err != nil {
			break
		}
	}
	for _, what := range c.found {
		report(audit.Problem{What: what})
	}
	return nil, err
}

func payersOfBills(ctx context.Context, r journal.Reader, found *[]string) error {
	const query = `SELECT p.bill FROM payer p WHERE NOT EXISTS (SELECT 1 FROM bill b WHERE b.id = p.bill) ORDER BY p.bill`
	return sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var b id.ID
		if err := rows.Scan(&b); err != nil {
			return fmt.Errorf("billsql: payer: %w", err)
		}
		*found = append(*found, fmt.Sprintf("payer: no line tells of the bill %s", b))
		return nil
	})
}

// erasedPayers finds payers that were put back after they had been erased.
func (c *keptChecker) erasedPayers(ctx context.Context, r journal.Reader, found *[]string) error {
	erased := c.erased
	all := slices.SortedFunc(maps.Keys(erased), func(a, b id.ID) int { return slices.Compare(a[:], b[:]) })
	return sqldb.InLots(all, func(list string, args []any) error {
		return sqldb.Each(ctx, r, `SELECT bill, changed_at FROM payer WHERE bill IN `+list+` ORDER BY bill`, args, func(rows *sql.Rows) error {
			var b id.ID
			var at int64
			if err := rows.Scan(&b, &at); err != nil {
				return fmt.Errorf("billsql: payer: %w", err)
			}
			if at <= erased[b] {
				*found = append(*found, fmt.Sprintf("payer: the payer of the bill %s was erased and is there again", b))
			}
			return nil
		})
	})
}

// inClear finds beginnings of names from when they stood in clear; they are thrown away when the program starts.
func inClear(ctx context.Context, r journal.Reader, found *[]string) error {
	var n int64
	if err := r.QueryRow(ctx, `SELECT COUNT(*) FROM payer_beginning`).Scan(&n); err != nil {
		return fmt.Errorf("billsql: beginnings: %w", err)
	}
	if n > 0 {
		*found = append(*found, fmt.Sprintf("payer_beginning: %d beginnings of names stand there in clear", n))
	}
	return nil
}

// told is what the last line about the systems of a creditor says.
type lastTold struct {
	Number         string
	Lookup, Notify bool
	at             int64
}

// links compares how systems are connected with the lines.
func (c *keptChecker) links(ctx context.Context, r journal.Reader, found *[]string) error {
	last := c.last
	_, since, err := rowcode.Marked(ctx, r)
	if err != nil {
		return err
	}
	const query = `SELECT creditor, lookup_url <> '', notify_url <> '', changed_at FROM creditor_link ORDER BY creditor`
	err = sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		is := lastTold{}
		if err := rows.Scan(&is.Number, &is.Lookup, &is.Notify, &is.at); err != nil {
			return fmt.Errorf("billsql: link: %w", err)
		}
		want, told := last[is.Number]
		// A link from before codes has no time; its last line is older than they are.
		if is.at == 0 && (since.IsZero() || want.at <= since.UnixMicro()) {
			is.at = want.at
		}
		if !told || is != want {
			*found = append(*found, fmt.Sprintf("creditor_link: the link of %.40q is not the one that the last line about it tells of", is.Number))
		}
		delete(last, is.Number)
		return nil
	})
	for _, number := range slices.Sorted(maps.Keys(last)) {
		if last[number].Lookup || last[number].Notify {
			*found = append(*found, fmt.Sprintf("creditor_link: the link of %s is not there", number))
		}
	}
	return err
}
