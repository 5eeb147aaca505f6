package billsql_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billsql"
	"vienkopus/internal/bill/billtest"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func newKey(t *testing.T) *rowcode.Key {
	t.Helper()
	k, err := rowcode.NewKey(rowcode.NewSecret())
	must(t, err)
	return k
}

func sealed(t *testing.T, dsn string, key *rowcode.Key, known bool) *office {
	t.Helper()
	o := billtest.New(t, dsn, billtest.Options{Rows: key, Known: known})
	return &office{Office: o, tb: t, journal: o.Journal, service: o.Service}
}

// named are the payers that a look-up without marks finds, as it was done when names stood in clear: those whose name begins so at any of its words, or else those who have
// every word.
func named(all []bill.InName, query string) []string {
	folded := bill.Fold(query)
	words := strings.Fields(folded)
	short := len([]rune(bill.Key(query))) < 3
	find := func(is func(bill.InName) bool) (found []string) {
		for _, n := range all {
			if is(n) {
				found = append(found, n.Bill.String())
			}
		}
		slices.Sort(found)
		return found
	}
	if short {
		return find(func(n bill.InName) bool { return n.Called(folded) })
	}
	if found := find(func(n bill.InName) bool { _, is := bill.FirstBeginning(n.Name, folded); return is }); len(found) > 0 {
		return found
	}
	anchor := ""
	for _, w := range words {
		if bill.IsAnchor(w) && len(w) > len(anchor) {
			anchor = w
		}
	}
	return find(func(n bill.InName) bool {
		name, address := n.Words()
		return len(anchor) >= 3 && n.Has(words) && slices.ContainsFunc(append(name, address...), func(w string) bool { return strings.HasPrefix(w, anchor) })
	})
}

// What is typed finds the same payers, sealed or not, as a look at every one of them would.
func TestSealedPayersAreFoundAsThoseInClear(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		dice := rand.New(rand.NewPCG(seed, 1))
		draw := func(from string) string { all := strings.Fields(from); return all[dice.IntN(len(all))] }
		o := sealed(t, dsn, newKey(t), false)
		var all []bill.InName
		for n := range 240 {
			p := bill.Payer{
				Name:    draw("Anna Jānis d’Arc O'Hara Xu Bo Līga Annija Jan") + " " + draw("Bērziņa Bērziņš Berze Ozols Ozoliņš Li O Kalniņa-Bērze Ābols"),
				Address: draw("Rīgas Upes Kalnāji Annas Ozolu") + draw(" ,") + " iela " + draw("1 12 120 3a") + ", " + draw("Dzērbene Taurene Bērzi"),
			}
			c := content(water, fmt.Sprintf("W-%d", n), "C", 1230)
			c.Municipality = draw("0026000 0027000")
			all = append(all, bill.InName{Bill: o.put(bill.Feed(water), c, p).ID, Payer: p})
		}
		queries := []string{
			"ann", "anna", "berz", "bērziņ", "Bērziņa", "ozol", "berzina anna", "Anna Bērz", "anna ber", "kalnina berze", "berze kalnina", "darc", "d'arc", "ohara", "o'hara li",
			"rigas 12", "rigas iela 12 dzerbene", "upes berzi", "annas taurene", "kalnaji", "jan", "jani", "janis oz", "abols", "xu li", "bo o", "nobody", "iela", "iela 12 upes",
		}
		for range 60 { // pieces of what is there
			n := all[dice.IntN(len(all))]
			text := strings.Fields(bill.Fold(n.Name + " " + n.Address))
			dice.Shuffle(len(text), func(i, j int) { text[i], text[j] = text[j], text[i] })
			text = text[:1+dice.IntN(3)]
			last := []rune(text[len(text)-1])
			queries = append(queries, strings.Join(append(text[:len(text)-1:len(text)-1], string(last[:1+dice.IntN(len(last))])), " "))
		}
		for _, query := range queries {
			want := named(all, query)
			found, err := o.service.Find(t.Context(), query)
			if err != nil {
				if len(want) > 0 && len(want) <= 20 {
					t.Errorf("%q: %v, want %d", query, err, len(want))
				}
				continue
			}
			var got []string
			for _, f := range found {
				got = append(got, f.ID.String())
			}
			if !slices.IsSortedFunc(got, func(a, b string) int { return cmp.Compare(b, a) }) {
				t.Errorf("%q: the newest are not first", query)
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%q finds %d payers, want %d", query, len(got), len(want))
			}
		}
	})
}

// A payer is found in the municipality of his bill, also when the creditor moves the bill and says nothing of him.
func TestAPayerMovesWithHisBill(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := sealed(t, dsn, newKey(t), false)
		c := content(water, "W-1", "C-100", 1230)
		o.put(bill.Feed(water), c, anna)
		c.Municipality = "0027000"
		_, err := o.service.PutAll(t.Context(), bill.Batch{By: billtest.Accountant, Key: "moved", Bills: []bill.Said{{Content: c}}})
		must(t, err)
		if got := o.find("berzina"); len(got) != 1 {
			t.Errorf("found %q", got)
		}
		if found := checked(t, o); len(found) > 0 {
			t.Errorf("the check finds %q", found)
		}
		must(t, o.service.ErasePayer(t.Context(), o.at("NETWORK"), water, "W-1"))
		if o.marks() != 1 {
			t.Errorf("%d marks of nobody", o.marks()-1)
		}
	})
}

// Payers and marks of before are sealed and made anew when a key comes, and nothing of them stays in the file in clear.
func TestAnOldDatabaseIsSealedWhenItGetsAKey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := sealed(t, dsn, nil, false)
		o.put(bill.Feed(water), content(water, "W-1", "C-100", 1230), anna)
		must(t, o.journal.DB().Write(t.Context(), func(tx *sqldb.Tx) error {
			// As an earlier version left it: beginnings in clear and no marks.
			return tx.Run(t.Context(), "old", `INSERT INTO payer_beginning (beginning, bill) SELECT 'berzina anna', bill FROM payer`)
		}))
		if found := checked(t, o); len(found) != 1 || !strings.Contains(found[0], "in clear") {
			t.Errorf("of names in clear the check says %q", found)
		}
		before := o.dump("payer_mark")
		key := newKey(t)
		codes := rowcode.New(rowcode.Needs{Key: key})
		o = sealed(t, dsn, key, true)
		must(t, o.journal.DB().Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := o.Store.Sealer.Clear(t.Context(), tx, codes, billsql.PayerRows)
			return err
		}))
		if o.dump("payer_mark") == before {
			t.Error("the marks are those that everybody can make")
		}
		if text := o.dump("payer", "payer_beginning", "payer_mark"); strings.Contains(text, "Bērziņa") || strings.Contains(text, "berzina") || strings.Contains(text, "Dzērbene") {
			t.Errorf("in clear:\n%s", text)
		}
		for _, query := range []string{"berzina", "anna ber", "rigas 1"} {
			if got := o.find(query); !slices.Equal(got, []string{"W-1 open 12.30 false"}) {
				t.Errorf("%q finds %q", query, got)
			}
		}
		if found := checked(t, o); len(found) > 0 {
			t.Errorf("the check finds %q", found)
		}
		if file := strings.TrimPrefix(dsn, "file:"); dbtest.Engine(dsn) == "sqlite" {
			var busy, log, moved int
			must(t, o.journal.DB().QueryRow(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved))
			for _, name := range []string{file, file + "-wal"} {
				raw, err := os.ReadFile(name)
				if err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
				for _, word := range []string{"Bērziņa", "berzina anna", "Rīgas iela"} {
					if bytes.Contains(raw, []byte(word)) {
						t.Errorf("%s still has %q", name, word)
					}
				}
			}
		}
	})
}

// A mark that is taken away, put in or of another place is seen; one that is made with another key too.
func TestAMissingOrForeignMarkIsSeen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := sealed(t, dsn, newKey(t), false)
		o.put(bill.Feed(water), content(water, "W-1", "C-100", 1230), anna)
		o.put(bill.Feed(water), content(water, "W-2", "C-100", 1230), bill.Payer{Name: "Jānis Ozols"})
		for _, change := range []string{
			`DELETE FROM payer_mark WHERE mark = (SELECT mark FROM payer_mark WHERE place <> '' ORDER BY mark LIMIT 1)`,
			`UPDATE payer_mark SET place = '0027000' WHERE mark = (SELECT mark FROM payer_mark WHERE place <> '' ORDER BY mark DESC LIMIT 1)`,
			`INSERT INTO payer_mark (place, mark, bill) SELECT a.place, a.mark, b.bill FROM payer_mark a JOIN payer_mark b ON b.bill > a.bill AND a.place <> '' LIMIT 1`,
			`DELETE FROM payer_mark WHERE place = ''`,
		} {
			must(t, o.journal.DB().Write(t.Context(), func(tx *sqldb.Tx) error { return tx.Run(t.Context(), "planted", change) }))
			if found := checked(t, o); len(found) == 0 || !strings.Contains(found[0], "payer_mark: ") {
				t.Errorf("%s: the check finds %q", change, found)
			}
			must(t, o.journal.DB().Write(t.Context(), func(tx *sqldb.Tx) error {
				return tx.Run(t.Context(), "planted", `DELETE FROM payer_mark WHERE place = ''`)
			}))
			must(t, o.Store.Refill(t.Context(), o.journal.DB()))
			if found := checked(t, o); len(found) > 0 {
				t.Fatalf("made anew, and yet: %q", found)
			}
		}
	})
}

// When the key is lost its payers are nobody; bills are found by number, and a creditor who sends a bill again names its payer again.
func TestPayersOfALostKeyAreNamedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := sealed(t, dsn, newKey(t), false)
		c := content(water, "W-1", "C-100", 1230)
		o.put(bill.Feed(water), c, anna)
		o.put(bill.Feed(water), content(water, "W-2", "C-100", 1230), anna)
		must(t, o.Store.Sealer.Unlock(t.Context(), o.journal.DB(), seal.Needs{Rows: newKey(t), Anew: true}, o.Clock.Now()))
		must(t, o.Store.Refill(t.Context(), o.journal.DB()))
		if got := o.find("berzina"); len(got) > 0 {
			t.Errorf("found %q", got)
		}
		if got := o.find("W-1"); !slices.Equal(got, []string{"W-1 open 12.30 true"}) {
			t.Errorf("found %q", got)
		}
		o.put(bill.Feed(water), c, anna)
		if got := o.find("berzina"); !slices.Equal(got, []string{"W-1 open 12.30 false"}) {
			t.Errorf("found %q", got)
		}
		must(t, o.service.ErasePayer(t.Context(), o.at("NETWORK"), water, "W-2")) // who cannot be read is erased all the same
		if found := checked(t, o); len(found) > 0 || strings.Count(o.dump("payer"), "vkseal1:") != 2 {
			t.Errorf("the check finds %q", found)
		}
	})
}

// A rare name whose mark is that of a common one is found, although all who were looked at first are called otherwise.
func TestARareNameIsNotHiddenBehindACommonOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		o := sealed(t, dsn, newKey(t), false)
		puts := 0
		put := func(names ...string) {
			t.Helper()
			for lot := range slices.Chunk(names, bill.MostPut) {
				var said []bill.Said
				for _, name := range lot {
					puts++
					said = append(said, bill.Said{Content: content(water, fmt.Sprintf("W-%d", puts), "C", 1230), Payer: &bill.Payer{Name: name}})
				}
				_, err := o.service.PutAll(t.Context(), bill.Batch{By: billtest.Accountant, Key: fmt.Sprintf("put-%d", puts), Bills: said})
				must(t, err)
			}
		}
		put("Lācis")
		var names []string
		for i := range 2_500 { // one of 256 has the same mark
			names = append(names, fmt.Sprintf("Lāc%c%c%c", 'a'+i/400, 'a'+i/20%20, 'a'+i%20))
		}
		put(names...)
		put(slices.Repeat([]string{"Lācis"}, 1_500)...)
		var number string
		const hidden = `SELECT b.number FROM bill f JOIN payer_mark c ON c.bill = f.id JOIN payer_mark o ON o.place = c.place AND o.mark = c.mark JOIN bill b ON b.id = o.bill
WHERE f.number = 'W-1' AND b.number > 'W-1' AND b.number < 'W-2502' AND LENGTH(b.number) <= 6 ORDER BY LENGTH(b.number), b.number LIMIT 1`
		must(t, o.journal.DB().QueryRow(t.Context(), hidden).Scan(&number))
		var at int
		_, err := fmt.Sscanf(number, "W-%d", &at)
		must(t, err)
		rare := names[at-2]
		for _, query := range []string{rare, rare[:len(rare)-1]} {
			if got := o.find(query); !slices.ContainsFunc(got, func(f string) bool { return strings.HasPrefix(f, number+" ") }) {
				t.Errorf("%q finds %d others and not %q", query, len(got), rare)
			}
		}
	})
}
