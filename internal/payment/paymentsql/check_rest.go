package paymentsql

import (
	"context"
	"strings"
)

// small is one of the tables with few rows: each row, in the order of its query, against its line. Others are the cells behind those of the line.
func (c *checker) small(ctx context.Context, table, query string, want func(l *rawLine) []any, also func(l *rawLine, others []string)) error {
	columns, _, _ := strings.Cut(strings.TrimPrefix(query, "SELECT "), ", e.desk")
	names := strings.Split(columns, ", ")
	return c.each(ctx, query, nil, func(cells []string) error {
		c.seen[table]++
		l, err := lineOf(cells[len(names):])
		if err != nil {
			return err
		}
		if l == nil {
			c.report("%s: row %s belongs to no line", table, strings.Join(cells[:min(3, len(names))], "/"))
			return nil
		}
		c.same(table, l, names, cells, want(l))
		also(l, cells[len(names)+ofLine:])
		return nil
	})
}

func (c *checker) decisions(ctx context.Context) error {
	return c.small(ctx, "refund_decision", `SELECT t.refund, t.desk, t.entry, t.at, t.actor, t.approved, e.desk, e.number, e.recorded_at, e.actor, e.kind,
e.body, f.payment FROM refund_decision t LEFT JOIN entry e ON e.desk = t.desk AND e.number = t.entry LEFT JOIN refund f ON f.id = t.refund
ORDER BY t.refund, t.desk, t.entry`,
		func(l *rawLine) []any { return []any{plain(l.Refund), l.desk, l.number, l.at, l.actor, l.Approved} },
		func(l *rawLine, others []string) {
			if others[0] == none {
				c.report("%s: there is no request %s", l, l.Refund)
			}
		})
}

// paidOut sees that what was paid out is what was asked for, and that the first decision about it was a yes, by somebody who neither asked nor
// took the payment.
func (c *checker) paidOut(ctx context.Context) error {
	err := c.small(ctx, "refund_paid", `SELECT t.refund, t.reversal, e.desk, e.number, e.recorded_at, e.actor, e.kind, e.body,
f.payment, f.tender, f.cents, f.actor, p.actor, d.actor, d.approved FROM refund_paid t LEFT JOIN reversal r ON r.id = t.reversal
LEFT JOIN entry e ON e.desk = r.desk AND e.number = r.entry LEFT JOIN refund f ON f.id = t.refund LEFT JOIN payment p ON p.id = f.payment
LEFT JOIN refund_decision d ON d.refund = t.refund AND NOT EXISTS (SELECT 1 FROM refund_decision x WHERE x.refund = d.refund
AND (x.desk < d.desk OR x.desk = d.desk AND x.entry < d.entry)) ORDER BY t.refund`,
		func(l *rawLine) []any { return []any{plain(l.Refund), plain(l.Reversal)} },
		func(l *rawLine, others []string) {
			if others[0] != plain(l.Payment) || whole(others[2]) != l.items() || -l.moved(others[1]) != l.items() {
				c.report("%s: it is not what request %s asks for", l, l.Refund)
			}
			if others[6] != "1" {
				c.report("%s: nobody has approved request %s", l, l.Refund)
			}
			if decided := person(others[5]); decided == person(others[3]) || decided == person(others[4]) {
				c.report("%s: who decided about request %s has asked for it or taken the payment", l, l.Refund)
			}
		})
	if err != nil {
		return err
	}
	return c.each(ctx, `SELECT t.refund, l.part FROM refund_paid t JOIN reversal_line l ON l.reversal = t.reversal
LEFT JOIN refund_line f ON f.refund = t.refund AND f.part = l.part WHERE f.cents IS NULL OR f.bill <> l.bill OR f.cents <> l.cents`, nil,
		func(cells []string) error {
			c.report("reversal_line: part %s is not what request %s asks for", cells[1], cells[0])
			return nil
		})
}

// person is who acts, in whatever role: role:person, or role:person>for whom.
func person(actor string) string {
	_, who, _ := strings.Cut(actor, ":")
	who, _, _ = strings.Cut(who, ">")
	return who
}

// copies sees that the copies of a receipt are numbered 1, 2, 3 … at the desk of the receipt.
func (c *checker) copies(ctx context.Context) error {
	of, last := "", int64(0)
	return c.small(ctx, "receipt_copy", `SELECT t.series, t.number, t.copy, t.desk, t.entry, t.at, t.actor, t.key, e.desk, e.number, e.recorded_at, e.actor,
e.kind, e.body,
(SELECT MIN(p.desk) FROM payment p WHERE p.series = t.series AND p.number = t.number AND t.series <> ''),
(SELECT MIN(r.desk) FROM reversal r WHERE r.series = t.series AND r.number = t.number AND t.series <> '')
FROM receipt_copy t LEFT JOIN entry e ON e.desk = t.desk AND e.number = t.entry ORDER BY t.series, t.number, t.copy`,
		func(l *rawLine) []any {
			return []any{l.Series, l.Number, l.Copy, l.desk, l.number, l.at, l.actor, l.Key}
		},
		func(l *rawLine, others []string) {
			receipt := l.Series + " " + text(l.Number)
			if others[0] != l.desk && others[1] != l.desk {
				c.report("%s: there is no receipt %s at this desk", l, receipt)
			}
			if receipt != of {
				of, last = receipt, 0
			}
			if l.Copy != last+1 {
				c.report("%s: copy %d of receipt %s follows copy %d", l, l.Copy, receipt, last)
			}
			last = l.Copy
		})
}

// settled sees that what was settled of the bills is what the lines paid and gave back, and nothing else.
func (c *checker) settled(ctx context.Context) error {
	found := len(c.found)
	if found == 0 { // then payments and what was given back are as the lines say
		same, err := c.alike(ctx, "bill_settlement", "t.bill, t.day, t.desk, t.number, t.part, t.cents", func([]any) {})
		if err != nil || same {
			return err
		}
	}
	for _, t := range []struct{ name, sign string }{{"payment", ""}, {"reversal", "-"}} {
		err := c.each(ctx, `SELECT l.bill, t.desk, t.entry, `+t.sign+`l.cents, s.cents FROM `+t.name+`_line l JOIN `+t.name+` t ON t.id = l.`+t.name+`
LEFT JOIN bill_settlement s ON s.bill = l.bill AND s.day = t.day AND s.desk = t.desk AND s.number = t.entry AND s.part = l.part
WHERE s.cents IS NULL OR s.cents <> `+t.sign+`l.cents`, nil, func(cells []string) error {
			c.report("bill_settlement: line %s of %s settles %s of bill %s, and the table says %s", cells[2], cells[1], cells[3], cells[0], cells[4])
			return nil
		})
		if err != nil {
			return err
		}
	}
	var rows int64
	want := c.want["payment_line"] + c.want["reversal_line"] + c.want["bill_outside"]
	if err := c.r.QueryRow(ctx, `SELECT COUNT(*) FROM bill_settlement`).Scan(&rows); err != nil || rows == want {
		if err == nil && found == 0 && len(c.found) == 0 { // only what was paid elsewhere has no row of ours to be held against
			c.report("bill_settlement: what was paid elsewhere is not what the lines tell")
		}
		return err
	}
	c.report("bill_settlement has %d rows; the lines make %d", rows, want)
	return c.each(ctx, `SELECT s.bill, s.desk, s.number, s.cents FROM bill_settlement s
LEFT JOIN payment p ON p.desk = s.desk AND p.day = s.day AND p.entry = s.number LEFT JOIN payment_line l ON l.payment = p.id AND l.part = s.part
LEFT JOIN reversal r ON r.desk = s.desk AND r.entry = s.number LEFT JOIN reversal_line m ON m.reversal = r.id AND m.part = s.part
WHERE l.cents IS NULL AND m.cents IS NULL AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.desk = s.desk AND e.number = s.number
AND e.kind IN ('bill.settled_outside', 'bill.outside_taken_back'))`, nil, func(cells []string) error {
		c.report("bill_settlement: no line settles %s of bill %s, as line %s of %s would", cells[3], cells[0], cells[2], cells[1])
		return nil
	})
}

// sums sees what no single row shows: that nothing is given back that was not paid, and that no receipt from a paper book stands twice.
func (c *checker) sums(ctx context.Context) error {
	for _, t := range []struct{ query, says string }{
		{
			`SELECT p.id, p.cash + p.card, CAST(SUM(r.cash + r.card) AS BIGINT) FROM reversal r JOIN payment p ON p.id = r.payment
GROUP BY p.id, p.cash, p.card HAVING SUM(r.cash + r.card) > p.cash + p.card`,
			"of payment %s, which was %s, %s were given back",
		},
		{
			`SELECT b.payment, b.bill, COALESCE(l.cents, 0), b.back FROM (SELECT r.payment, m.bill, CAST(SUM(m.cents) AS BIGINT) AS back
FROM reversal r JOIN reversal_line m ON m.reversal = r.id GROUP BY r.payment, m.bill) b
LEFT JOIN payment_line l ON l.payment = b.payment AND l.bill = b.bill WHERE b.back > COALESCE(l.cents, 0)`,
			"payment %s paid, of bill %s, %s, and %s were given back",
		},
		{
			`SELECT book, number, COUNT(*) FROM payment WHERE book <> '' GROUP BY book, number HAVING COUNT(*) > 1`,
			"receipt %s %s from a paper book stands %s times",
		},
	} {
		err := c.each(ctx, t.query, nil, func(cells []string) error {
			args := make([]any, len(cells))
			for i, cell := range cells {
				args[i] = cell
			}
			c.report(t.says, args...)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
