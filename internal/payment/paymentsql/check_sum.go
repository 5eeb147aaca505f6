package paymentsql

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
)

// make notes the rows that a payment makes in the tables with the most.
func (c *checker) make(l *rawLine) {
	c.made["payment"].Add(c.join(l.payment()...))
	for i, item := range l.Lines {
		c.made["payment_line"].Add(c.join(plain(l.Payment), int64(i+1), plain(item.Bill), item.Number, item.Cents))
	}
	c.made["act_tie"].Add(c.join(plain(l.Act), l.desk, l.number))
}

// settle notes what a line settles of bills.
func (c *checker) settle(l *rawLine, sign int64) {
	for i, item := range l.Lines {
		c.made["bill_settlement"].Add(c.join(plain(item.Bill), l.Day, l.desk, l.number, int64(i+1), sign*item.Cents))
	}
}

// settleOutside notes what a creditor says was paid of a bill elsewhere.
func (c *checker) settleOutside(l *rawLine, sign int64) {
	c.want["bill_outside"]++
	c.made["bill_settlement"].Add(c.join(plain(l.Bill), l.Day, l.desk, l.number, int64(1), sign*l.Cents))
}

// join returns a row, cell behind cell, and once more as its own key.
func (c *checker) join(cells ...any) (key, row []byte) {
	c.buf = c.buf[:0]
	for _, cell := range cells {
		begin := len(c.buf)
		c.buf = append(c.buf, 0, 0, 0, 0)
		switch v := cell.(type) {
		case string:
			c.buf = append(c.buf, v...)
		case int64:
			c.buf = strconv.AppendInt(c.buf, v, 10)
		case []byte:
			c.buf = hex.AppendEncode(c.buf, v)
		default:
			c.buf = append(c.buf, text(v)...)
		}
		binary.BigEndian.PutUint32(c.buf[begin:], uint32(len(c.buf)-begin)) //nolint:gosec // a cell has no 4 GB
	}
	return c.buf, c.buf
}

// payments sees that there is a row for each payment, with its bills and its act, that says what its line says. Only where the sums differ, or where an act
// was taken back, every row is held against its line.
func (c *checker) payments(ctx context.Context) error {
	s := c.paymentRows()
	undone := map[string]bool{}
	for act := range c.undone {
		undone[plain(act)] = true
	}
	same, back := true, false
	for _, t := range []struct{ table, columns string }{
		{"payment", s.columns}, {"payment_line", "t.payment, t.part, t.bill, t.number, t.cents"}, {"act_tie", "t.act, t.desk, t.number"},
	} {
		alike, err := c.alike(ctx, t.table, t.columns, func(cells []any) {
			c.seen[t.table]++
			if act, is := cells[actColumn%len(cells)].([]byte); is && t.table == "payment" && len(undone) > 0 && undone[hex.EncodeToString(act)] {
				back = true
			}
		})
		if err != nil {
			return err
		}
		same = same && alike
	}
	if c.tied = same; same && !back {
		return nil
	}
	clear(c.seen)
	return c.compare(ctx, s)
}

// alike tells whether a table holds the rows that the lines make.
func (c *checker) alike(ctx context.Context, table, columns string, also func(cells []any)) (bool, error) {
	have := c.made[table].Like()
	err := c.cells(ctx, `SELECT `+columns+` FROM `+table+` t`, func(cells []any) {
		have.Add(c.join(cells...))
		also(cells)
	})
	return c.made[table].Differing(have) == nil, err
}

// actColumn is the place of the act in a row of a payment.
const actColumn = 3

// cells hands over the cells of every row.
func (c *checker) cells(ctx context.Context, query string, use func(cells []any)) error {
	var cells, into []any
	return c.rows(ctx, query, nil, func(rows *sql.Rows) error {
		if cells == nil {
			names, err := rows.Columns()
			if err != nil {
				return fmt.Errorf("columns: %w", err)
			}
			cells, into = make([]any, len(names)), make([]any, len(names))
			for i := range cells {
				into[i] = &cells[i]
			}
		}
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("row: %w", err)
		}
		use(cells)
		return nil
	})
}
