package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// rows is a file of past acts; wrong replaces some of its rows, by the number that a spreadsheet shows.
func rows(t *testing.T, wrong map[int]string) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("desk,period,kind,service,count,source\n")
	for n := 2; n <= 31; n++ {
		if row, ok := wrong[n]; ok {
			text.WriteString(row + "\n")
			continue
		}
		fmt.Fprintf(&text, "CES-1,2024-01-%02d,consultation,vsaa-old-age-pension,%d,grāmata\n", n-1, n)
	}
	path := filepath.Join(t.TempDir(), "acts.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPastActsAreImportedOnce(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		good := rows(t, nil)
		dry := call(t, "import", "acts", good, "--db", dsn, "--dry-run").well()
		if !strings.Contains(dry.out, "row 17: ok") || !strings.Contains(dry.out, "Read: 30. Ok: 30") || !strings.Contains(dry.out, "Written to the journals: 0.") {
			t.Errorf("dry: %s", dry.out)
		}
		first := call(t, "import", "acts", good, "--db", dsn).well()
		if !strings.Contains(first.out, "Written to the journals: 30.") || strings.Contains(first.out, "row 17") {
			t.Errorf("first: %s", first.out)
		}
		again := call(t, "import", "acts", good, "--db", dsn).well()
		if !strings.Contains(again.out, "already imported: 30") || !strings.Contains(again.out, "Written to the journals: 0.") ||
			!strings.Contains(again.out, "row 17: already imported") {
			t.Errorf("again: %s", again.out)
		}
		clean(t, dsn)
	})
}

// holdsCell tells whether a message repeats what stands in a row: a file may hold anything.
func holdsCell(message, row string) bool {
	return slices.ContainsFunc([]string{"dejas", "ATL-9", "2024-13", "1,5", "moon-landing"}, func(cell string) bool {
		return strings.Contains(row, cell) && strings.Contains(message, cell)
	})
}

func TestAnErrorInRow17IsSaidInThreeLanguages(t *testing.T) {
	t.Parallel()
	dsn := town.SQLite(t)
	for _, c := range []struct{ row, column, lv, en, lt string }{
		{"CES-1,2024-01-16,dejas,,1,x", "kind", "Tāda darbību veida nav", "There is no such kind of act", "Tokios veiksmo rūšies nėra"},
		{"ATL-9,2024-01-16,letter,,1,x", "desk", "Tāda galda tīklā nav", "The network has no such desk", "Tokios darbo vietos tinkle nėra"},
		{"CES-1,2024-13,letter,,1,x", "period", "Tas nav periods", "This is not a period", "Tai ne laikotarpis"},
		{"CES-1,2024-01-16,letter,,\"1,5\",x", "count", "Tas nav skaits", "This is not a count", "Tai ne skaičius"},
		{"CES-1,2024-01-16,consultation,moon-landing,1,x", "service", "Tāda pakalpojuma katalogā nav", "The catalogue has no such service", "Tokios paslaugos kataloge nėra"},
		{"CES-1,2024-01-16,letter,,1,\xff\xfe", "source", "UTF-8", "not saved as UTF-8", "UTF-8"},
	} {
		path := rows(t, map[int]string{17: c.row})
		for lang, want := range map[string]struct{ row, fault, none string }{
			"lv": {"17. rinda, kolonna " + c.column + ":", c.lv, "Nekas nav ierakstīts"},
			"en": {"row 17, column " + c.column + ":", c.en, "Nothing was written"},
			"lt": {"17 eilutė, stulpelis " + c.column + ":", c.lt, "Niekas neįrašyta"},
		} {
			s := call(t, "--lang", lang, "import", "acts", path, "--db", dsn).badly(1, want.none)
			if !strings.Contains(s.out, want.row) || !strings.Contains(s.out, want.fault) || strings.Count(s.out, "\n") != 2 || holdsCell(s.out, c.row) {
				t.Errorf("%s, %s: %s", c.column, lang, s.out)
			}
		}
	}
	if s := call(t, "verify", "--db", dsn).well(); !strings.Contains(s.out, "desks: 1;") { // the network's own
		t.Errorf("something was written: %s", s.out)
	}
	skip := rows(t, map[int]string{17: "CES-1,2024-01-16,dejas,,1,x", 20: "CES-1,never,letter,,1,x"})
	s := call(t, "import", "acts", skip, "--db", dsn, "--skip-errors").well()
	if !strings.Contains(s.out, "errors: 2") || !strings.Contains(s.out, "Written to the journals: 28.") || !strings.Contains(s.out, "row 17, column kind") {
		t.Errorf("skipping: %s", s.out)
	}
	call(t, "import", "acts", filepath.Join(t.TempDir(), "none.csv"), "--db", dsn).badly(misused, "none.csv")
	call(t, "import", "acts", rows(t, nil), "--db", dsn).badly(0) // the two that were wrong come in now
	clean(t, dsn)
}

const (
	payerName    = "Kanarijs Zeltspārnis"
	payerAddress = "Putnu iela 7, Ineši"
	linkSecret   = "kanarijputnu-noslepums"
)

// billFile is a file of n bills as Excel writes it; wrong replaces some of its rows, by the number that a spreadsheet shows.
func billFile(t *testing.T, n int, wrong map[int]string) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("\ufeffcreditor;number;reference;kind;municipality;rf;issued;due;amount;payer_name;payer_address\r\n")
	for row := 2; row < n+2; row++ {
		if said, ok := wrong[row]; ok {
			text.WriteString(said + "\r\n")
			continue
		}
		fmt.Fprintf(&text, "90000028508;W-%d;C-%d;water;0026000;;01.11.2026;20.11.2026;%d,30;%s;%s\r\n", row, row%7, row, payerName, payerAddress)
	}
	path := filepath.Join(t.TempDir(), "bills.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func register(t *testing.T, dsn string) {
	t.Helper()
	call(t, "creditor", "register", "LV90000028508", "SIA „Vinda”", "LV80 BANK 0000 4351 9500 1", "--db", dsn).well()
}

func TestBillsAreImportedOnce(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		register(t, dsn)
		good := billFile(t, 30, nil)
		dry := call(t, "import", "bills", good, "--db", dsn, "--dry-run").well()
		if !strings.Contains(dry.out, "row 17: new") || !strings.Contains(dry.out, "Rows: 30, bills: 30. New: 30,") || !strings.Contains(dry.out, "Written to the journals: 0.") {
			t.Errorf("dry: %s", dry.out)
		}
		if first := call(t, "import", "bills", good, "--db", dsn).well(); !strings.Contains(first.out, "Written to the journals: 30.") || strings.Contains(first.out, "row ") {
			t.Errorf("first: %s", first.out)
		}
		changed := billFile(t, 30, map[int]string{17: "90000028508;W-17;C-1;water;0026000;;01.11.2026;20.11.2026;5;;"})
		if again := call(t, "import", "bills", changed, "--db", dsn).well(); again.out != "row 17: changed\nRows: 30, bills: 30. New: 0, changed: 1, the same: 29, errors: 0. Written to the journals: 1.\n" {
			t.Errorf("again: %s", again.out)
		}
		if all := call(t, "import", "bills", changed, "--db", dsn, "--all").well(); !strings.Contains(all.out, "row 17: the same") || !strings.Contains(all.out, "Written to the journals: 0.") {
			t.Errorf("all: %s", all.out)
		}
		clean(t, dsn)
	})
}

func TestABillInErrorIsSaidInThreeLanguages(t *testing.T) {
	t.Parallel()
	dsn := town.SQLite(t)
	register(t, dsn)
	const good = "90000028508;W-1;C-1;water;0026000;;01.11.2026;20.11.2026;5,00;" + payerName + ";"
	for _, c := range []struct{ row, column, lv, en, lt string }{
		{strings.Replace(good, "5,00", payerName, 1), "amount", "Tā nav summa", "This is not an amount", "Tai ne suma"},
		{strings.Replace(good, "20.11.2026", payerName, 1), "due", "Tā nav diena", "This is not a day", "Tai ne diena"},
		{strings.Replace(good, "90000028508", "40003000642", 1), "creditor", "sarakstā nav", "no such creditor", "sąraše nėra"},
		{strings.Replace(good, "water", "\xff\xfe", 1), "kind", "UTF-8", "not saved as UTF-8", "UTF-8"},
	} {
		path := billFile(t, 20, map[int]string{17: c.row})
		for lang, want := range map[string]struct{ row, fault, none string }{
			"lv": {"17. rinda, kolonna " + c.column + ":", c.lv, "Nekas nav ierakstīts"},
			"en": {"row 17, column " + c.column + ":", c.en, "Nothing was written"},
			"lt": {"17 eilutė, stulpelis " + c.column + ":", c.lt, "Niekas neįrašyta"},
		} {
			s := call(t, "--lang", lang, "import", "bills", path, "--db", dsn).badly(failed, want.none)
			if !strings.Contains(s.out, want.row) || !strings.Contains(s.out, want.fault) || strings.Count(s.out, "\n") != 2 || strings.Contains(s.out+s.err, "Kanarijs") {
				t.Errorf("%s, %s: %s%s", c.column, lang, s.out, s.err)
			}
		}
	}
	slipped := billFile(t, 1, map[int]string{2: "90000028508;W-1;" + payerName + ";x;0026000;;y;20.11.2026;5;;;;" + payerName})
	headless := filepath.Join(t.TempDir(), "headless.csv")
	if err := os.WriteFile(headless, []byte(good+"\r\n"+good+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{slipped: "more cells than there are columns", headless: "must hold the names of the columns"} {
		if s := call(t, "import", "bills", path, "--db", dsn); s.code != failed || !strings.Contains(s.out+s.err, says) || strings.Contains(s.out+s.err, "Kanarijs") {
			t.Errorf("%d %s%s", s.code, s.out, s.err)
		}
	}
	skip := billFile(t, 20, map[int]string{17: "90000028508;W-1;C-1;water;0026000;;never;20.11.2026;5;;"})
	if s := call(t, "import", "bills", skip, "--db", dsn, "--skip-errors").well(); !strings.Contains(s.out, "errors: 1. Written to the journals: 19.") {
		t.Errorf("skipping: %s", s.out)
	}
	clean(t, dsn)
}

// Two programs import the same file at once: each bill is issued once.
func TestTwoProgramsImportTheSameFile(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		register(t, dsn)
		const many = 1_200
		path := billFile(t, many, nil)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if s := call(t, "import", "bills", path, "--db", dsn); s.code != 0 {
					t.Errorf("ended with %d: %s%s", s.code, s.out, s.err)
				}
			})
		}
		both.Wait()
		if n := strings.Count(journalOf(t, dsn), "BILLS-90000028508 "); n != many {
			t.Errorf("%d lines for %d bills", n, many)
		}
		if s := call(t, "import", "bills", path, "--db", dsn).well(); !strings.Contains(s.out, "the same: 1,200, errors: 0") {
			t.Errorf("afterwards: %s", s.out)
		}
		clean(t, dsn)
	})
}

// Whoever a bill is for, and the secret that is shared with a creditor's system, rest each in one place, and no command says them.
func TestPayersAndSecretsRestInTheirPlace(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		register(t, dsn)
		// A server's database has keys only where a file is named.
		at := []string{"--db", dsn, "--node-key", filepath.Join(t.TempDir(), "node.key")}
		with := func(words ...string) []string { return append(words, at...) }
		call(t, with("keys", "make")...).well()
		var words strings.Builder
		hear := func(s said) { words.WriteString(s.well().out + s.err) }
		hear(callWith(t, linkSecret+"\n", with("creditor", "connect", "90000028508", "--lookup", "https://vinda.example/bills", "--notify", "http://localhost:9/paid")...))
		hear(call(t, with("import", "bills", billFile(t, 3, nil), "--dry-run")...))
		hear(call(t, with("import", "bills", billFile(t, 3, nil))...))
		token := strings.TrimSpace(call(t, with("token", "create", "vinda", "--role", "billing-system", "--scope", "municipality:0026000", "--creditor", "90000028508")...).well().out)
		p := serve(t, dsn, at[2:]...)
		body := fmt.Sprintf(`{"creditor":"90000028508","number":"R-1","reference":"C-1","kind":"water","municipality":"0026000","issued":"2026-11-01",
"instalments":[{"due":"2026-11-20","cents":5}],"payer":{"name":%q,"address":%q}}`, payerName, payerAddress)
		for _, list := range []string{body, body + "," + body, strings.Replace(body, `"water"`, `"`+payerName+`","x":1`, 1)} {
			if _, err := ask(t.Context(), http.MethodPut, p.site+"/api/v1/bills", token, "", `{"bills":[`+list+`]}`); err != nil {
				t.Fatal(err)
			}
		}
		p.stop()
		hear(call(t, with("verify")...))
		for _, secret := range []string{payerName, payerAddress, linkSecret} {
			for where, text := range map[string]string{"the commands": words.String(), "the log": p.said.String()} {
				if strings.Contains(text, secret) {
					t.Errorf("%s say %q", where, secret)
				}
			}
		}
		tables := contents(t, dsn)
		for text, rests := range map[string]string{payerName: "none: it is sealed", payerAddress: "none: it is sealed", linkSecret: "none: it is sealed"} {
			for name, rows := range tables {
				if is := strings.Contains(rows, text) || strings.Contains(rows, fmt.Sprintf("%x", text)); is != (name == rests) {
					t.Errorf("%q is in %s: %v", text, name, is)
				}
			}
		}
		if strings.Count(tables["payer"], "vkseal1:") != 2*4 {
			t.Errorf("the payers are %s", tables["payer"])
		}
		// A backup takes the payers and the secret along.
		file := filepath.Join(t.TempDir(), "b.vkb")
		hear(call(t, with("backup", file)...))
		into := filepath.Join(t.TempDir(), "restored.db")
		hear(call(t, "restore", file, "--db", into))
		if after := contents(t, into); after["payer"] != tables["payer"] || after["creditor_link"] != tables["creditor_link"] {
			t.Errorf("restored: %s%s", after["payer"], after["creditor_link"])
		}
		// Somebody asks to be forgotten: his name leaves the one place where it was, sealed.
		hear(call(t, with("payer", "erase", "90000028508", "R-1")...))
		if n := strings.Count(contents(t, dsn)["payer"], "vkseal1:"); n != 2*3 {
			t.Errorf("after one was erased %d names and addresses are there", n)
		}
		// The list of erasures lies outside, so that an old backup does not bring him back; a newer one is not restored without it.
		list := strings.TrimSuffix(at[3], ".key") + ".erased"
		old := filepath.Join(t.TempDir(), "old.db")
		hear(call(t, "restore", file, "--db", old, "--node-key", at[3], "--unsigned"))
		if n := strings.Count(contents(t, old)["payer"], "vkseal1:"); n != 2*3 {
			t.Errorf("an old backup brings %d names and addresses", n)
		}
		newer := filepath.Join(t.TempDir(), "newer.vkb")
		hear(call(t, with("backup", newer)...))
		call(t, "restore", newer, "--db", filepath.Join(t.TempDir(), "a.db")).badly(failed, "--erasures", "--no-erasures")
		hear(call(t, "restore", newer, "--db", filepath.Join(t.TempDir(), "b.db"), "--erasures", list))
		hear(call(t, "restore", newer, "--db", filepath.Join(t.TempDir(), "c.db"), "--no-erasures"))
		clean(t, dsn)
	})
}

func TestCreditorsAndFeesFromTheCommandLine(t *testing.T) {
	t.Parallel()
	dsn := town.SQLite(t)
	register(t, dsn)
	link := func() string { return contents(t, dsn)["creditor_link"] }
	const secret = "a secret of sixteen"
	visible := strings.ReplaceAll(secret, " ", "-") + "\r\n"
	for _, c := range []struct {
		args  []string
		input string
		says  string
	}{
		{[]string{"creditor", "register", "90000028509", "X", "LV80BANK0000435195001"}, "", "NUMBER: This is no registration number"},
		{[]string{"payer", "erase", "90000028509", "W-1"}, "", "CREDITOR: This is no registration number"},
		{[]string{"payer", "erase", "90000028508", "no such bill"}, "", "number: "},
		{[]string{"creditor", "register", "90000028508", "X", "LV80BANK0000435195002"}, "", "IBAN: This is no account number"},
		{[]string{"creditor", "register", "90000028508", "", "LV80BANK0000435195001"}, "", "name: The text must stand in one line"},
		{[]string{"creditor", "connect", "40003032949", "--lookup", "https://a.example"}, visible, "no such creditor"},
		{[]string{"creditor", "connect", "90000028508", "--lookup", "http://a.example"}, visible, "lookup: This must be an address"},
		{[]string{"creditor", "connect", "90000028508", "--notify", "https://anna@a.example"}, visible, "notify: This must be an address"},
		{[]string{"creditor", "connect", "90000028508", "--notify", "a.example"}, visible, "notify: This must be an address"},
		{[]string{"creditor", "connect", "90000028508", "--lookup", "https://a.example"}, "", "secret: The secret is read from the standard input"},
		{[]string{"creditor", "connect", "90000028508", "--lookup", "https://a.example"}, secret + "\n", "secret: The secret is read"},
		{[]string{"creditor", "connect", "90000028508", "--lookup", "https://a.example"}, "short\n", "secret: The secret is read"},
		{[]string{"late-fee", "set", "property-tax", "never", "0.05"}, "", "FROM: This is not a day"},
		{[]string{"late-fee", "set", "property-tax", "2010-01-01", "five"}, "", "percent: The late fee is written in per cent"},
		{[]string{"late-fee", "set", "property-tax", "2010-01-01", "1.01"}, "", "percent: The late fee"},
		{[]string{"late-fee", "set", "property-tax", "2010-01-01", "0.05", "--source", "Law 1"}, "", "why: "},
		{[]string{"cash-limit", "set", "2017-01-01", "7200", "--why", "The law says so"}, "", "source: "},
		{[]string{"cash-limit", "set", "never", "7200"}, "", "FROM: This is not a day"},
		{[]string{"cash-limit", "set", "2017-01-01", "much"}, "", "MOST: Enter a sum"},
		{[]string{"cash-limit", "set", "2017-01-01", "7200", "--declare", "3000,1500"}, "", "declare: "},
		{[]string{"count-rule", "set", "never", "week"}, "", "FROM: This is not a day"},
		{[]string{"count-rule", "set", "2026-01-01", "week", "--most", "much"}, "", "most: Enter a sum"},
		{[]string{"count-rule", "set", "2026-01-01", "week", "--why", "a", "--source", "b"}, "", "most: "},
		{[]string{"second", "set", "never"}, "", "FROM: This is not a day"},
		{[]string{"second", "set", "2026-01-01", "--overpaid", "much"}, "", "overpaid: Enter a sum"},
		{[]string{"second", "set", "2026-01-01", "--paper-days", "500"}, "", "days: "},
	} {
		callWith(t, c.input, append(c.args, "--db", dsn)...).badly(failed, c.says)
	}
	if !strings.HasPrefix(link(), "== creditor_link: 0 rows") {
		t.Errorf("connected: %s", link())
	}
	connect := func(input string, args ...string) {
		t.Helper()
		if s := callWith(t, input, append([]string{"creditor", "connect", "90000028508", "--db", dsn}, args...)...).well(); s.out+s.err != "" {
			t.Errorf("it says %q", s.out+s.err)
		}
	}
	connect(visible, "--lookup", "https://a.example/b?c=d")
	connect(visible, "--lookup", "http://[::1]:8080/", "--notify", "https://a.example/paid")
	if got := link(); !strings.Contains(got, "1 rows") || !strings.Contains(got, "notify_url=https://a.example/paid") || !strings.Contains(got, "secret=a-secret-of-sixteen") {
		t.Errorf("connected: %s", got)
	}
	connect(visible, "--lookup", "https://c.example/") // what is not said stays
	if got := link(); !strings.Contains(got, "lookup_url=https://c.example/") || !strings.Contains(got, "notify_url=https://a.example/paid") {
		t.Errorf("connected: %s", got)
	}
	call(t, "creditor", "connect", "90000028508", "--db", dsn).badly(failed, "say --lookup, --notify or both")
	connect("", "--lookup", "", "--notify", "")
	if !strings.HasPrefix(link(), "== creditor_link: 0 rows") {
		t.Errorf("disconnected: %s", link())
	}
	call(t, "late-fee", "set", "property-tax", "01.01.2010", "0,05", "--creditor", "90000028508", "--why", "The law says so", "--source", "Law 1", "--db", dsn).well()
	call(t, "late-fee", "set", "property-tax", "2030-01-01", "0", "--creditor", "90000028508", "--why", "The law ends", "--source", "Law 2", "--db", dsn).well()
	call(t, "cash-limit", "set", "2017-01-01", "7200", "--declare", "1500,3000", "--why", "The law says so", "--source", "Law 1", "--db", dsn).well()
	call(t, "count-rule", "set", "2026-01-01", "week", "--most", "500", "--why", "Little is taken", "--source", "MK 625", "--db", dsn).well()
	call(t, "second", "set", "2026-01-01", "--why", "An order", "--source", "Order 1", "--db", dsn).well()
	if got := contents(t, dsn)["till_count_rule"] + contents(t, dsn)["consent_limits"]; !strings.Contains(got, "most=50000") || !strings.Contains(got, "overpaid=5000") {
		t.Errorf("rules: %s", got)
	}
	if n := strings.Count(contents(t, dsn)["entry"], "cash-limit.set"); n != 1 {
		t.Errorf("%d limits", n)
	}
	if got := contents(t, dsn)["late_fee"]; !strings.Contains(got, "2 rows") || !strings.Contains(got, "per_million=500") {
		t.Errorf("fees: %s", got)
	}
	if n := strings.Count(contents(t, dsn)["entry"], "creditor.connected"); n != 4 {
		t.Errorf("%d lines about connections", n)
	}
	clean(t, dsn)
}

// A file of days that cannot be read stops what would count with it.
func TestAFileOfDaysIsReadOrRefused(t *testing.T) {
	t.Parallel()
	dsn := town.SQLite(t)
	register(t, dsn)
	tax := billFile(t, 1, map[int]string{2: "90000028508;N-2;K-2;property-tax;0026000;;01.12.2026;2027;100;;"})
	path := filepath.Join(t.TempDir(), "days.csv")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	call(t, "import", "bills", tax, "--db", dsn).well()
	write("kind,date,instead,source\nmoved-day,2027-03-31,2027-03-30,order\n")
	call(t, "import", "bills", tax, "--db", dsn, "--days", path).badly(failed, "day 1: a working day moves to a weekend")
	call(t, "serve", "--db", dsn, "--days", path).badly(failed, path)
	write("kind,date,instead,source\nmoved-day,2027-03-31,2027-03-20,order\n")
	if s := call(t, "import", "bills", tax, "--db", dsn, "--days", path).well(); !strings.Contains(s.out, "changed: 1") {
		t.Errorf("31 March is free: %s", s.out)
	}
}
