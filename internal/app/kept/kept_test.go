// Package kept_test spoils every table that follows from no line, in every way, and looks whether verify sees it.
package kept_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/bill"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// tables are all whose rows carry codes, with the index that is made of one of them. A table that gets a code later is found by its column.
func (w *town) tables() []table {
	w.t.Helper()
	query := `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'code' AND c.type = 'BLOB' ORDER BY m.name`
	if w.DB.Engine() == sqldb.Postgres {
		query = `SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'code' AND data_type = 'bytea' ORDER BY table_name`
	}
	names := []string{"payer_mark"}
	must(w.t, sqldb.Each(w.t.Context(), w.DB, query, nil, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	}))
	if len(names) != 14 {
		w.t.Fatalf("tables with codes: %q", names)
	}
	var all []table
	for _, name := range names {
		all = append(all, w.read(name))
	}
	return all
}

// table is a table as it stands.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

func (w *town) read(name string) table {
	w.t.Helper()
	t := table{name: name}
	rows, err := w.DB.Query(w.t.Context(), "SELECT * FROM "+name+" ORDER BY 1, 2")
	must(w.t, err)
	defer rows.Close()
	t.columns, err = rows.Columns()
	must(w.t, err)
	for rows.Next() {
		cells, into := make([]any, len(t.columns)), make([]any, len(t.columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		must(w.t, rows.Scan(into...))
		t.rows = append(t.rows, cells)
	}
	must(w.t, rows.Err())
	return t
}

// put makes the table what is said here.
func (w *town) put(t table) {
	w.t.Helper()
	marks := make([]string, len(t.columns))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	must(w.t, w.DB.Write(w.t.Context(), func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(w.t.Context(), "DELETE FROM "+t.name); err != nil {
			return err
		}
		for _, cells := range t.rows {
			query := "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
			if _, err := tx.Exec(w.t.Context(), query, cells...); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (t table) copied() table {
	c := table{name: t.name, columns: t.columns}
	for _, cells := range t.rows {
		c.rows = append(c.rows, slices.Clone(cells))
	}
	return c
}

// other is another value of the type of a cell.
func other(cell any) any {
	switch x := cell.(type) {
	case string:
		return x + "x"
	case []byte:
		b := slices.Clone(x)
		b[len(b)-1] ^= 1
		return b
	case int64:
		return x + 1
	}
	return "x"
}

func (w *town) problems() []string {
	w.t.Helper()
	report, err := w.Verify(w.t.Context(), nil)
	must(w.t, err)
	var all []string
	for _, p := range report.Problems {
		all = append(all, p.String())
	}
	return all
}

// spoiled sees that verify finds what is said here, and puts back what was there.
func (w *town) spoiled(was, is table, how string) {
	w.t.Helper()
	w.put(is)
	if found := w.problems(); !slices.ContainsFunc(found, func(p string) bool { return strings.Contains(p, ": "+was.name) }) {
		w.t.Errorf("%s: %s: not found among %q", was.name, how, found)
	}
	w.put(was)
}

// unprovable is what no line tells of: that a payer wished to see his name on a receipt. (A payer who is taken away leaves the marks of his name;
// with them, nobody sees it. That somebody was erased stands in the list outside the database too, which puts it back at the next start.)
var unprovable = []string{
	"receipt_payer: a row is taken away", "payer_erased: a row is taken away",
	"security_event: a row is taken away", // as a rule does every day
}

func TestWhatFollowsFromNoLineIsNotChangedUnseen(t *testing.T) {
	t.Parallel()
	bare.Each(t, func(t *testing.T, dsn string) {
		w, _ := coded(t, dsn)
		if found := w.problems(); len(found) > 0 {
			t.Fatalf("nothing was changed, yet: %q", found)
		}
		for _, was := range w.tables() {
			if was.name == seal.PersonRows.Name {
				continue // nobody has a key yet; platform/seal tries it
			}
			if len(was.rows) < 2 && was.name != rowcode.Mark.Name {
				t.Fatalf("%s has %d rows", was.name, len(was.rows))
			}
			for i, column := range was.columns {
				for row := range was.rows {
					is := was.copied()
					is.rows[row][i] = other(is.rows[row][i])
					w.spoiled(was, is, fmt.Sprintf("%s of row %d is changed", column, row))
				}
			}
			w.putIn(was)
			is := was.copied()
			is.rows = is.rows[1:]
			if how := "a row is taken away"; !slices.Contains(unprovable, was.name+": "+how) {
				w.spoiled(was, is, how)
			}
			w.swapped(was)
		}
		if found := w.problems(); len(found) > 0 {
			t.Errorf("all is as it was, yet: %q", found)
		}
	})
}

// putIn tries rows that nobody wrote.
func (w *town) putIn(was table) {
	w.t.Helper()
	for _, code := range []string{"copied", "none", "random"} {
		is := was.copied()
		more := slices.Clone(was.rows[0])
		for i, column := range was.columns {
			switch {
			case column == rowcode.Column && code == "none":
				more[i] = nil
			case column == rowcode.Column && code == "random":
				more[i] = rowcode.NewSecret()[:16]
			case column == "sign_in", i == 0:
				more[i] = other(more[i])
			}
		}
		is.rows = append(is.rows, more)
		w.spoiled(was, is, "a row is put in, its code "+code)
	}
}

// swapped gives two rows the contents of each other, codes and all.
func (w *town) swapped(was table) {
	w.t.Helper()
	key := map[string]int{"receipt_secret": 2, "payer_mark": 2}[was.name]
	if was.name == rowcode.Mark.Name {
		return
	}
	is := was.copied()
	a, b := is.rows[0], is.rows[len(is.rows)-1]
	if was.name == "payer_mark" && fmt.Sprint(a) == fmt.Sprint(b) {
		w.t.Fatal("two rows are one")
	}
	for i := max(key, 1); i < len(a); i++ {
		a[i], b[i] = b[i], a[i]
	}
	w.spoiled(was, is, "two rows are swapped")
}

// What was once true, code and all, and is put back.
func TestWhatWasOnceTrueIsNotPutBackUnseen(t *testing.T) {
	t.Parallel()
	bare.Each(t, func(t *testing.T, dsn string) {
		w, _ := coded(t, dsn)
		was := map[string]table{}
		for _, t := range w.tables() {
			was[t.name] = t
		}
		w.clock.Set(start.Add(2 * time.Hour))
		ctx := t.Context()
		must(t, w.Staff.SetPassword(ctx, by, w.staff[0], "cits zilonis ar šalli", w.at("").Key))
		address := "https://c.example/"
		must(t, w.Bill.Connect(ctx, w.at("NETWORK"), bill.Connection{Creditor: council, Lookup: &address, Notify: &address, Secret: "another-secret-of-sixteen"}))
		must(t, w.Bill.ErasePayer(ctx, w.at("NETWORK"), water, w.bills[0].Number))
		if found := w.problems(); len(found) > 0 {
			t.Fatalf("nothing was put back, yet: %q", found)
		}
		for _, name := range []string{"staff_account", "creditor_link", "payer"} {
			now := w.read(name)
			if name == "payer" {
				w.put(was["payer_mark"])
			}
			w.spoiled(now, was[name], "its rows are put back")
		}
	})
}

// A row that was changed by hand stays a finding when somebody writes it again.
func TestWhatWasChangedByHandDoesNotBecomeTrue(t *testing.T) {
	t.Parallel()
	bare.Each(t, func(t *testing.T, dsn string) {
		w, path := coded(t, dsn)
		is := w.read("staff_account")
		for i, column := range is.columns {
			if column == "name" {
				for row := range is.rows {
					is.rows[row][i] = "Somebody else"
				}
			}
		}
		w.put(is)
		must(t, w.Staff.SetPassword(t.Context(), by, w.staff[0], "cits zilonis ar šalli", w.at("").Key))
		if found := w.problems(); len(found) != len(is.rows) {
			t.Errorf("%d rows were changed: %q", len(is.rows), found)
		}
		// Nor when the mark of the key is taken away with the codes, and the program starts anew.
		must(t, w.DB.Write(t.Context(), func(tx *sqldb.Tx) error {
			for _, change := range []string{"UPDATE staff_account SET code = NULL", "DELETE FROM row_code_key"} {
				if _, err := tx.Exec(t.Context(), change); err != nil {
					return err
				}
			}
			return nil
		}))
		must(t, w.Close())
		again := open(t, dsn, path)
		if found := again.problems(); len(found) != len(is.rows) {
			t.Errorf("%d rows have no code: %q", len(is.rows), found)
		}
	})
}

func TestAnotherKeyProvesNothing(t *testing.T) {
	t.Parallel()
	bare.Each(t, func(t *testing.T, dsn string) {
		w, path := coded(t, dsn)
		rows := 1 // that the database names another key
		for _, t := range w.tables() {
			if t.name != "payer_mark" {
				rows += len(t.rows)
			}
		}
		must(t, w.Close())
		keys, err := custody.Read(path)
		must(t, err)
		for _, c := range []struct {
			key   *rowcode.Key
			found int
		}{{keys.Rows, 0}, {foreign(t), rows}, {nil, 0}} {
			a := look(t, dsn, c.key)
			report, err := a.Verify(t.Context(), nil)
			must(t, err)
			unproven, err := a.Unproven(t.Context())
			must(t, err)
			if report.Found != int64(c.found) || unproven != (c.key == nil) {
				t.Errorf("%v: %d found, %d expected; unproven: %v", c.key, report.Found, c.found, unproven)
			}
		}
		for _, c := range []struct {
			needs rowcode.Needs
			says  string
		}{
			{rowcode.Needs{Key: foreign(t)}, rowcode.ErrOtherKey.Error()},
			{rowcode.Needs{Key: foreign(t), Fresh: true}, rowcode.ErrOtherKey.Error()},
		} {
			if err := opens(t, dsn, c.needs); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("opened with %v: %v", c.needs.Key, err)
			}
		}
		// Without a key nothing is written that nobody could prove.
		without := open(t, dsn, "")
		err = without.Staff.SetPassword(t.Context(), by, w.staff[0], "cits zilonis ar šalli", "without")
		if err == nil || !strings.Contains(err.Error(), rowcode.ErrNoKey.Error()) {
			t.Errorf("written without the key: %v", err)
		}
		must(t, without.Close())
	})
}

func foreign(t *testing.T) *rowcode.Key {
	t.Helper()
	k, err := rowcode.NewKey(rowcode.NewSecret())
	must(t, err)
	return k
}

func opens(t *testing.T, dsn string, n rowcode.Needs) error {
	t.Helper()
	a, err := openWith(t.Context(), dsn, n)
	if err != nil {
		return err
	}
	return a.Close()
}

// The rows are coded once, also when the program ends between the key and the codes, and never again.
func TestRowsAreCodedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		path := t.TempDir() + "/node.key"
		first, err := custody.Open(t.Context(), dsn, path, "LV-TEST")
		must(t, err)
		if !first.Codes().Fresh {
			t.Fatal("a new key has nothing to code")
		}
		again, err := custody.Open(t.Context(), dsn, path, "LV-TEST") // the program ended before it had opened the database
		must(t, err)
		if !again.Codes().Fresh || again.Rows.Fingerprint() != first.Rows.Fingerprint() {
			t.Error("the key that has nothing coded yet is forgotten")
		}
		must(t, opens(t, dsn, again.Codes()))
		third, err := custody.Open(t.Context(), dsn, path, "LV-TEST")
		must(t, err)
		if third.Codes().Fresh {
			t.Error("the rows would be coded again")
		}
		must(t, opens(t, dsn, third.Codes()))
	})
}
