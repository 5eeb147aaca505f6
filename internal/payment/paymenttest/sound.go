package paymenttest

import (
	"database/sql"
	"strings"

	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
)

// Printed is a receipt with its code.
type Printed struct {
	payment.Document
	Code string
}

// Series returns the receipts of a series in their order, and takes them for what a stranger would: the test fails when one is missing or not chained to the
// one before, or when its code, or that of one of its copies, does not come out the same twice or does not prove itself with the published keys.
func (w *World) Series(series string) []Printed {
	w.tb.Helper()
	ctx := w.tb.Context()
	const query = `SELECT COALESCE(MAX(number), 0) FROM (SELECT number FROM payment WHERE series = $1 UNION ALL SELECT number FROM reversal WHERE series = $1) all_of`
	var last uint32
	if err := w.DB.QueryRow(ctx, query, series).Scan(&last); err != nil {
		w.tb.Fatal(err)
	}
	keys, err := w.Keyring.Public(ctx, w.DB)
	if err != nil {
		w.tb.Fatal(err)
	}
	var all []Printed
	var previous receipt.Link
	for number := uint32(1); number <= last; number++ {
		d, err := paymentsql.Store{}.Document(ctx, w.DB, series, number)
		if err != nil {
			w.tb.Errorf("receipt %d of %s: %v", number, series, err)
			continue
		}
		if d.Receipt.Previous != previous {
			w.tb.Errorf("receipt %d of %s is not chained to the one before", number, series)
		}
		previous = d.Receipt.Link
		all = append(all, Printed{Document: d, Code: w.code(d, nil, keys)})
		for i := range d.Copies {
			w.code(d, &d.Copies[i], keys)
		}
	}
	return all
}

// code signs a receipt or a copy, twice, and checks it with the published keys.
func (w *World) code(d payment.Document, copied *payment.Copy, keys *receipt.Keys) string {
	w.tb.Helper()
	var texts [2]string
	for i := range texts {
		code, err := w.Payment.Code(w.tb.Context(), w.DB, d, copied)
		if err != nil {
			w.tb.Errorf("%s cannot be printed: %v", d.Receipt.Name(), err)
			return ""
		}
		texts[i] = code.Text()
	}
	seen, err := receipt.CheckText(texts[0], keys, w.Journal.Now())
	if err != nil || seen.Verdict != receipt.Valid || seen.Link != d.Receipt.Link.String() || texts[0] != texts[1] {
		w.tb.Errorf("%s does not prove itself: %+v, %v", d.Receipt.Name(), seen, err)
	}
	return texts[0]
}

// SameAfterRebuild makes every table anew from the lines and fails the test when one says something else than before.
func (w *World) SameAfterRebuild() {
	w.tb.Helper()
	var tables []string
	err := sqldb.Each(w.tb.Context(), w.DB, "SELECT ddl FROM projection ORDER BY name", nil, func(rows *sql.Rows) error {
		var ddl string
		err := rows.Scan(&ddl)
		for _, statement := range strings.Split(ddl, "CREATE TABLE ")[1:] {
			table, _, _ := strings.Cut(statement, " ")
			tables = append(tables, table)
		}
		return err
	})
	if err != nil || len(tables) < 30 {
		w.tb.Fatalf("%d tables, %v", len(tables), err)
	}
	live := w.dump(tables)
	if err := w.Journal.Rebuild(w.tb.Context(), nil); err != nil {
		w.tb.Fatal(err)
	}
	made := w.dump(tables)
	for i := range min(len(live), len(made)) {
		if live[i] != made[i] {
			w.tb.Fatalf("the tables are not those that the lines make:\n%s\n%s", live[i], made[i])
		}
	}
	if len(live) != len(made) {
		w.tb.Errorf("the tables have %d lines, and the lines make %d", len(live), len(made))
	}
}

func (w *World) dump(tables []string) []string {
	w.tb.Helper()
	text, err := journaltest.Dump(w.tb.Context(), w.DB, tables...)
	if err != nil {
		w.tb.Fatal(err)
	}
	return strings.Split(text, "\n")
}
