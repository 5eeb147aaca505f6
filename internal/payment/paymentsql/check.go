package paymentsql

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
)

// Check compares all lines about payments with the tables, and sees that every series has no gap and its receipts are chained, and that every payment is as much
// in its lines as in its tenders, its postings, its bills and its act. Lines in quarantine were never applied; they count in the series only.
//
// It shares no type and no code with the feature that it checks, and holds some thousand rows at a time, however many payments there are; only of
// what was voided it remembers an id each.
func Check() audit.Check {
	return audit.Check{Name: "payment", Follow: func(ctx context.Context, r sqldb.Reader) (audit.Follower, error) {
		c := &checker{
			r: r, want: map[string]int64{}, seen: map[string]int64{}, keys: map[string]signs{}, voided: map[string]string{}, undone: map[string]bool{},
			ended: map[string]int64{}, open: map[string]*openCharge{}, made: map[string]*audit.Sums{},
		}
		for _, table := range []string{"payment", "payment_line", "act_tie", "bill_settlement"} {
			c.made[table] = audit.NewSums()
		}
		return c, c.known(ctx)
	}}
}

// End holds the tables against what the lines say.
func (c *checker) End(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) (audit.Follower, error) {
	c.r = r
	for _, part := range []func(context.Context) error{
		c.payments, c.reversals, c.refunds, c.decisions, c.paidOut, c.copies, c.charges, c.missing, c.settled, c.sums,
	} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	if c.more > 0 {
		c.found = append(c.found, fmt.Sprintf("and %d findings more", c.more))
	}
	for _, what := range c.found {
		report(audit.Problem{What: what})
	}
	return nil, nil //nolint:nilnil // nobody wants to see the lines once more
}

// checker is one check under way.
type checker struct {
	r journal.Reader
	// want and seen are how many rows of a table the lines make, and how many there are.
	want, seen map[string]int64
	// made are the rows that the lines make in the tables with the most.
	made map[string]*audit.Sums
	// tied is set when the ties of acts are known to be those that the lines make.
	tied bool
	buf  []byte
	// keys are those that sign, by node and id.
	keys map[string]signs
	// voided are the acts that were taken back behind the void of a payment, by payment; undone are the other acts of this kind that were.
	voided map[string]string
	undone map[string]bool
	// ended are how many charges of cards the lines leave in each state, and open those that are asked or given up.
	ended map[string]int64
	open  map[string]*openCharge
	// latest is when the last line was recorded, in microseconds.
	latest int64
	desk   deskState
	found  []string
	more   int
}

// signs is from when to when a key signs, in microseconds.
type signs struct{ from, to int64 }

// mostFound bounds what is spelt out: a report of a broken database must not fill the memory.
const mostFound = 1000

func (c *checker) report(format string, args ...any) {
	if len(c.found) >= mostFound {
		c.more++
		return
	}
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

// rows reads like sqldb.Each. A query that can be interrupted costs a goroutine per row on SQLite; here the end is asked for now and then.
func (c *checker) rows(ctx context.Context, query string, args []any, row func(*sql.Rows) error) error {
	n := 0
	err := sqldb.Each(context.WithoutCancel(ctx), c.r, query, args, func(rows *sql.Rows) error {
		if n++; n%chunk == 0 && ctx.Err() != nil {
			return ctx.Err() //nolint:wrapcheck // wrapped below
		}
		return row(rows)
	})
	if err != nil {
		return fmt.Errorf("paymentsql: check: %w", err)
	}
	return nil
}

// each hands every row over as texts (text).
func (c *checker) each(ctx context.Context, query string, args []any, row func([]string) error) error {
	var cells []any
	return c.rows(ctx, query, args, func(rows *sql.Rows) error {
		if cells == nil {
			names, err := rows.Columns()
			if err != nil {
				return fmt.Errorf("columns: %w", err)
			}
			cells = make([]any, len(names))
		}
		into, texts := make([]any, len(cells)), make([]string, len(cells))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("row: %w", err)
		}
		for i, cell := range cells {
			texts[i] = text(cell)
		}
		return row(texts)
	})
}

// none is the text of a cell that is not there.
const none = "nothing"

// text writes a value alike for both engines: bytes in hexadecimal digits, what is true as 1.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return none
	case bool:
		if v {
			return "1"
		}
		return "0"
	case []byte:
		return hex.EncodeToString(v)
	}
	return fmt.Sprint(v)
}

// whole reads a number that text wrote; what is none, or is not there, is 0.
func whole(cell string) int64 {
	n, err := strconv.ParseInt(cell, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// plain is an id as the tables have it: the hexadecimal digits of its JSON form.
func plain(id string) string { return strings.ReplaceAll(id, "-", "") }

// known reads from when to when which keys sign.
func (c *checker) known(ctx context.Context) error {
	return c.each(ctx, `SELECT node, kid, from_at, to_at FROM receipt_key`, nil, func(cells []string) error {
		c.keys[cells[0]+"/"+cells[1]] = signs{from: whole(cells[2]), to: whole(cells[3])}
		return nil
	})
}

// missing names the lines without a row, where there are fewer rows than there must be, and the rows that are too many.
func (c *checker) missing(ctx context.Context) error {
	for _, t := range []struct{ table, kinds string }{
		{"payment", `'payment.taken'`},
		{"reversal", `'payment.voided', 'payment.refunded', 'payment.returned'`},
		{"refund", `'refund.requested'`},
		{"refund_decision", `'refund.decided'`},
		{"receipt_copy", `'receipt.copied'`},
		{"card_charge", `'payment.card_asked'`},
	} {
		if c.seen[t.table] == c.want[t.table] {
			continue
		}
		err := c.each(ctx, `SELECT e.desk, e.number FROM entry e WHERE e.kind IN (`+t.kinds+`)
AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.desk = e.desk AND q.number = e.number AND q.projection IN ('', 'payment')) EXCEPT SELECT desk, entry FROM `+t.table, nil, func(cells []string) error {
			c.report("%s: line %s of %s has no row", t.table, cells[1], cells[0])
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, table := range []string{
		"payment", "payment_line", "reversal", "reversal_line", "refund", "refund_line", "refund_decision", "refund_paid", "receipt_copy",
		"card_charge", "receipt_series",
	} {
		var rows int64
		if err := c.r.QueryRow(ctx, `SELECT COUNT(*) FROM `+table).Scan(&rows); err != nil {
			return fmt.Errorf("paymentsql: check: %w", err)
		}
		if rows != c.want[table] {
			c.report("%s has %d rows; the lines make %d", table, rows, c.want[table])
		}
	}
	if c.tied {
		return nil
	}
	return c.ties(ctx)
}

// ties counts the acts that are tied to lines about payments, to any line that this check reads, or to none at all: only payments tie acts here. A
// tie to a line of another feature is that feature's to check.
func (c *checker) ties(ctx context.Context) error {
	const query = `SELECT COUNT(*) FROM act_tie t LEFT JOIN entry e ON e.desk = t.desk AND e.number = t.number WHERE e.kind IS NULL OR e.kind IN (` + kinds + `)`
	var rows int64
	if err := c.r.QueryRow(ctx, query).Scan(&rows); err != nil {
		return fmt.Errorf("paymentsql: check: %w", err)
	}
	if rows != c.want["act_tie"] {
		c.report("act_tie has %d rows; the lines make %d", rows, c.want["act_tie"])
	}
	return nil
}
