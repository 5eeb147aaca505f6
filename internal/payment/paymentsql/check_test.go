package paymentsql_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit/audittest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/till"
)

// day holds every kind of line about payments at desk DZE-1: cash (receipt 1), card and cash for two creditors (2 and 3), one of a paper book, one that
// was voided (4), one that was partly refunded (5), and two copies; and what the bank took back, at the office.
type day struct {
	*paymenttest.World
	t *testing.T
}

func openDay(t *testing.T, w *paymenttest.World) day {
	t.Helper()
	d := day{w, t}
	w.OpenTill("DZE-1")
	w.Pay("DZE-1", w.Bill(paymenttest.Water, 1230))
	split := paymenttest.Whole(w.Bill(paymenttest.Water, 500), w.Bill(paymenttest.Council, 700), w.Bill(paymenttest.Water, 100))
	split.Card, split.Slip = 650, "004512"
	basket := d.take(split)
	d.must(w.Payment.RecordReturn(t.Context(), d.office("return"), payment.Return{
		Payment: basket.Payments[0].ID, Municipality: "0026000", Day: paymenttest.Day,
	}))
	paper := paymenttest.Whole(w.Bill(paymenttest.Water, 300))
	paper.Paper = &payment.OnPaper{Paper: payment.Paper{Book: "A", Number: 7}, Day: paymenttest.Day.AddDays(-1)}
	d.take(paper)
	_, err := w.Payment.Void(t.Context(), w.At("DZE-1"), w.Pay("DZE-1", w.Bill(paymenttest.Water, 900)).Payments[0].ID, payment.WrongBill)
	d.must(err)
	two := []id.ID{w.Bill(paymenttest.Water, 1000).ID, w.Bill(paymenttest.Water, 200).ID}
	paid := d.take(payment.Order{Cash: true, Items: []payment.Item{{Bill: two[0], Cents: 1000}, {Bill: two[1], Cents: 200}}}).Payments[0]
	refund, err := w.Payment.RequestRefund(t.Context(), w.At("DZE-1"), payment.RefundOrder{
		Payment: paid.ID, Items: []payment.Item{{Bill: two[0], Cents: 400}, {Bill: two[1], Cents: 200}}, Tender: till.Cash, Reason: payment.WrongAmount,
	})
	d.must(err)
	d.must(w.Payment.DecideRefund(t.Context(), d.office("yes"), payment.Decision{Refund: refund, Municipality: "0026000", Approved: true}))
	_, err = w.Payment.PayRefund(t.Context(), w.At("DZE-1"), refund)
	d.must(err)
	for range 2 {
		_, err = w.Payment.Reprint(t.Context(), w.At("DZE-1"), "DZE-1", 2)
		d.must(err)
	}
	d.clean()
	return d
}

func (d day) office(key string) journal.Request {
	return journal.Request{By: actor.Staff("m1", "municipal-manager"), Desk: "OFFICE-0026000", Key: key}
}

func (d day) take(o payment.Order) payment.Basket {
	d.t.Helper()
	b, err := d.Payment.Take(d.t.Context(), d.At("DZE-1"), o)
	d.must(err)
	return b
}

func (d day) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d day) check() string {
	d.t.Helper()
	found, err := audittest.Look(d.t.Context(), d.DB, paymentsql.Check())
	d.must(err)
	return strings.Join(found, "\n")
}

func (d day) clean() {
	d.t.Helper()
	if found := d.check(); found != "" {
		d.t.Fatalf("nothing is wrong, and yet:\n%s", found)
	}
}

// change runs a statement that must change one row.
func (d day) change(statement string, args ...any) {
	d.t.Helper()
	d.must(d.DB.Write(d.t.Context(), func(tx *sqldb.Tx) error {
		changed, err := tx.Exec(d.t.Context(), statement, args...)
		if err == nil && changed != 1 {
			err = fmt.Errorf("%s changes %d rows", statement, changed)
		}
		return err
	}))
}

// row is one row of a table, with all its cells.
type row struct {
	table string
	names []string
	cells []any
}

func (d day) first(table, where string) row {
	d.t.Helper()
	r := row{table: table}
	err := sqldb.Each(d.t.Context(), d.DB, "SELECT * FROM "+table+" "+where+" LIMIT 1", nil, func(rows *sql.Rows) error {
		var err error
		if r.names, err = rows.Columns(); err != nil {
			return err
		}
		r.cells = make([]any, len(r.names))
		into := make([]any, len(r.names))
		for i := range into {
			into[i] = &r.cells[i]
		}
		return rows.Scan(into...)
	})
	d.must(err)
	if len(r.cells) == 0 {
		d.t.Fatalf("%s has no row %s", table, where)
	}
	return r
}

// where finds the row, and nothing else.
func (r row) where(from int) string {
	var parts []string
	for i, name := range r.names {
		parts = append(parts, fmt.Sprintf("%s = $%d", name, from+i))
	}
	return " WHERE " + strings.Join(parts, " AND ")
}

func (r row) insert() string {
	marks := make([]string, len(r.names))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	return "INSERT INTO " + r.table + " (" + strings.Join(r.names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
}

// with is the row with another value in the i-th cell.
func (r row) with(i int) row {
	r.cells = append([]any(nil), r.cells...)
	switch v := r.cells[i].(type) {
	case string:
		r.cells[i] = v + "9"
	case int64:
		r.cells[i] = v + 1<<20 // so far away that no other row has it: its neighbour may be the line of a void of the same bill
		if v == 0 || v == 1 {  // may be a boolean
			r.cells[i] = v ^ 1
		}
	case bool:
		r.cells[i] = !v
	case []byte:
		v = append([]byte(nil), v...)
		v[len(v)-1] ^= 1
		r.cells[i] = v
	default:
		panic(fmt.Sprintf("%T", v))
	}
	return r
}

// Every cell of every table is held against the lines: whichever is changed, and whichever row is taken away or put there, is reported.
func TestCheckSeesEveryCell(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		d := openDay(t, paymenttest.Open(t, dsn))
		for _, table := range []string{
			"payment", "payment_line", "act_tie", "reversal", "reversal_line", "refund", "refund_line", "refund_decision", "refund_paid", "receipt_copy",
			"bill_settlement",
		} {
			d.everyCell(table, "")
		}
		d.clean()
	})
}

// everyCell changes each cell of such a row of the table, takes the row away and puts another one there: each must be reported.
func (d day) everyCell(table, where string) {
	d.t.Helper()
	r := d.first(table, where)
	for i, name := range r.names {
		changed := r.with(i)
		d.change("UPDATE "+table+" SET "+name+" = $1"+r.where(2), append([]any{changed.cells[i]}, r.cells...)...)
		if found := d.check(); !strings.Contains(found, table) && !strings.Contains(found, strings.TrimSuffix(table, "_line")) {
			d.t.Errorf("%s.%s was changed from %v to %v; found %q", table, name, r.cells[i], changed.cells[i], found)
		}
		d.change("UPDATE "+table+" SET "+name+" = $1"+changed.where(2), append([]any{r.cells[i]}, changed.cells...)...)
	}
	d.change("DELETE FROM "+table+r.where(1), r.cells...)
	if found := d.check(); !strings.Contains(found, table) {
		d.t.Errorf("a row of %s was taken away; found %q", table, found)
	}
	d.change(r.insert(), r.cells...)
	more := r.with(0)
	d.change(more.insert(), more.cells...)
	if found := d.check(); !strings.Contains(found, table) {
		d.t.Errorf("%s has a row more; found %q", table, found)
	}
	d.change("DELETE FROM "+table+more.where(1), more.cells...)
}

// line is how a line is found: by its kind, and which of them.
type line struct {
	kind  string
	which int
}

func (d day) find(l line) row {
	d.t.Helper()
	return d.first("entry", fmt.Sprintf("WHERE kind = '%s' AND number = (SELECT number FROM entry WHERE kind = '%s' ORDER BY number LIMIT 1 OFFSET %d)",
		l.kind, l.kind, l.which))
}

func (r row) cell(name string) int {
	for i, n := range r.names {
		if n == name {
			return i
		}
	}
	panic(name)
}

// What is wrong in the lines themselves is said, line by line.
func TestCheckSeesEveryUntruth(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		d := openDay(t, paymenttest.Open(t, dsn))
		taken, voided, refunded := line{"payment.taken", 0}, line{"payment.voided", 0}, line{"payment.refunded", 0}
		second := line{"payment.taken", 1}
		for _, c := range []struct {
			line
			old, new string // in the body
			says     string
		}{
			{taken, `"cents":1230}],"shift"`, `"cents":1231}],"shift"`, "its bills make 1231, its tenders 1230"},
			{taken, `"tender":"cash","cents":1230`, `"tender":"cash","cents":1229`, "its bills make 1230, its tenders 1229"},
			{taken, `"tender":"cash","cents":1230`, `"tender":"card","cents":1230`, "it posts cash:DZE-1 1230, creditor:90000028508 -1230; what moved makes card:DZE-1 1230"},
			{taken, `"account":"cash:DZE-1"`, `"account":"cash:CES-1"`, "it posts cash:CES-1 1230"},
			{taken, `"ledger":[{"day":"2026-11-20"`, `"ledger":[{"day":"2026-11-19"`, "it must post once, at its own place and day"},
			{taken, `"creditor":"90000028508"`, `"creditor":"40003032949"`, "what moved makes cash:DZE-1 1230, creditor:40003032949 -1230"},
			{taken, `"creditor":"90000028508"`, `"creditor":"40003032949"`, "the link of its receipt is"},
			{taken, `"node":"LV-TEST"`, `"node":"LV-REST"`, "of LV-REST does not sign at that moment"},
			{taken, `"receipt":`, `"other":`, "it must have a receipt of ours or one from a paper book"},
			{second, `"number":2,"key"`, `"number":3,"key"`, "receipt 3 of DZE-1 follows 1"},
			{second, `"previous":"`, `"previous":"00`, "receipt 2 of DZE-1 is not chained to the one before"},
			{second, `"series":"DZE-1"`, `"series":"CES-1"`, `its receipt is of the series "CES-1"`},
			{second, `"link":"`, `"link":"00`, "the link of its receipt is 00"},
			{second, `"number":"2026-000002"`, `"number":"2026-000012"`, "the link of its receipt is"},
			{second, `"act":"`, `"act":"1`, "which counts it, does not stand before it"},
			{line{"act.recorded", 1}, `"kind":"payment"`, `"kind":"letter"`, "which counts it, does not stand before it"},
			{voided, `"tender":"cash","cents":-900`, `"tender":"cash","cents":900`, "an amount in it has the wrong sign"},
			{voided, `"receipt":`, `"other":`, "it has no receipt, and the payment has one of ours"},
			{voided, `"number":1,"key"`, `"number":2,"key"`, "receipt 2 of DZE-1/R follows 0"},
			{voided, `"link":"`, `"link":"00`, "the link of its receipt is 00"},
			{line{"act.undone", 0}, `"act":"`, `"act":"1`, "the act that counts the payment still counts"},
			{refunded, `"previous":"`, `"previous":"00`, "receipt 2 of DZE-1/R is not chained to the one before"},
			{refunded, `"tender":"cash"`, `"tender":"card"`, "it is not what request"},
			{line{"payment.returned", 0}, `"account":"card:DZE-1"`, `"account":"card:CES-1"`, "it posts card:CES-1"},
			{line{"payment.returned", 0}, `"cents":600,"reason"`, `"cents":601,"reason"`, "its bills make 600, it says 601"},
			{line{"refund.requested", 0}, `"cents":600,"reason"`, `"cents":599,"reason"`, "its bills make 600, it says 599"},
			{line{"receipt.copied", 1}, `"copy":2`, `"copy":3`, "copy 3 of receipt DZE-1 2 follows copy 1"},
		} {
			r := d.find(c.line)
			at := r.cell("body")
			body, ok := r.cells[at].([]byte)
			if !ok || strings.Count(string(body), c.old) != 1 {
				t.Fatalf("%s stands %d times in %s", c.old, strings.Count(string(body), c.old), body)
			}
			changed := []byte(strings.Replace(string(body), c.old, c.new, 1))
			d.change("UPDATE entry SET body = $1 WHERE hash = $2", changed, r.cells[r.cell("hash")])
			if found := d.check(); !strings.Contains(found, c.says) {
				t.Errorf("%s became %s; found\n%s\nwant %s", c.old, c.new, found, c.says)
			}
			d.change("UPDATE entry SET body = $1 WHERE hash = $2", body, r.cells[r.cell("hash")])
		}
		d.clean()
	})
}

// What is wrong between lines, and between rows that agree with their lines, is said too.
func TestCheckSeesWhatIsMissing(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		d := openDay(t, paymenttest.Open(t, dsn))
		for _, c := range []struct {
			line
			says []string
		}{
			{line{"payment.taken", 1}, []string{"payment: row", "belongs to no line", "receipt 3 of DZE-1 follows 1", "payment has 6 rows; the lines make 5"}},
			{line{"act.recorded", 0}, []string{"line 4 of DZE-1: the act"}},
			{line{"act.undone", 0}, []string{"the act that counts the payment still counts"}},
			{line{"receipt.copied", 0}, []string{"receipt_copy: row DZE-1/2/1 belongs to no line"}},
			{line{"refund.decided", 0}, []string{"refund_decision: row"}},
		} {
			r := d.find(c.line)
			d.change("DELETE FROM entry"+r.where(1), r.cells...)
			found := d.check()
			for _, says := range c.says {
				if !strings.Contains(found, says) {
					t.Errorf("%s is gone; found\n%s\nwant %s", c.kind, found, says)
				}
			}
			d.change(r.insert(), r.cells...)
		}
		for _, c := range []struct{ change, back, says string }{
			{"UPDATE entry SET recorded_at = recorded_at + 1000000 WHERE kind = 'payment.taken'", "UPDATE entry SET recorded_at = recorded_at - 1000000 WHERE kind = 'payment.taken'", "the link of its receipt is"},
			{"UPDATE entry SET recorded_at = recorded_at + 1000 WHERE kind = 'payment.taken'", "UPDATE entry SET recorded_at = recorded_at - 1000 WHERE kind = 'payment.taken'", "the line says"},
			{"UPDATE entry SET kind = 'nothing.said' WHERE kind = 'payment.voided'", "UPDATE entry SET kind = 'payment.voided' WHERE kind = 'nothing.said'", "the act that counts it was taken back, and it was not"},
			{"UPDATE refund_decision SET approved = FALSE", "UPDATE refund_decision SET approved = TRUE", "nobody has approved request"},
			{"UPDATE refund_decision SET actor = 'centre-manager:s1'", "UPDATE refund_decision SET actor = 'municipal-manager:m1'", "has asked for it or taken the payment"},
			{"UPDATE reversal SET cash = cash + 9999 WHERE kind = 'void'", "UPDATE reversal SET cash = cash - 9999 WHERE kind = 'void'", "which was 900, 10899 were given back"},
			{"UPDATE reversal_line SET cents = cents + 601 WHERE cents = 400", "UPDATE reversal_line SET cents = cents - 601 WHERE cents = 1001", "1000, and 1001 were given back"},
			{"UPDATE payment SET book = 'A', number = 7 WHERE number = 5", "UPDATE payment SET book = '', number = 5 WHERE number = 7 AND series <> ''", "receipt A 7 from a paper book stands 2 times"},
			{"UPDATE receipt_copy SET number = 9 WHERE copy = 2", "UPDATE receipt_copy SET number = 2 WHERE copy = 2", "there is no receipt DZE-1 2 at this desk"},
			{"UPDATE receipt_key SET from_at = to_at", "UPDATE receipt_key SET from_at = 0", "does not sign at that moment"},
			{"INSERT INTO quarantine (desk, number, reason) SELECT desk, number, '' FROM entry WHERE kind = 'refund.requested'", "DELETE FROM quarantine", "refund has 1 rows; the lines make 0"},
		} {
			d.must(d.exec(c.change))
			if found := d.check(); !strings.Contains(found, c.says) {
				t.Errorf("%s; found\n%s\nwant %s", c.change, found, c.says)
			}
			d.must(d.exec(c.back))
			d.clean()
		}
		if n := len(d.first("payment", "").names); n != 27 {
			t.Errorf("payment has %d columns, and the check knows 27", n)
		}
	})
}

func (d day) exec(statement string) error {
	return d.DB.Write(d.t.Context(), func(tx *sqldb.Tx) error {
		n, err := tx.Exec(d.t.Context(), statement)
		if err == nil && n == 0 {
			err = errors.New(statement + " changes nothing")
		}
		return err
	})
}

// A line that cannot be read, or is of a version to come, is not passed over: nobody could say that all is well.
func TestCheckSaysWhatItCannotRead(t *testing.T) {
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		d := openDay(t, paymenttest.Open(t, dsn))
		for _, change := range []string{"version = 2", "body = prev"} {
			d.must(d.exec("UPDATE entry SET " + change + " WHERE kind = 'payment.voided'"))
			if found, err := audittest.Look(context.WithoutCancel(t.Context()), d.DB, paymentsql.Check()); err == nil {
				t.Errorf("%s; found %q", change, found)
			}
			d.must(d.exec("UPDATE entry SET version = 1"))
		}
	})
}
