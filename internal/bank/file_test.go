package bank_test

import (
	"fmt"
	"strings"
	"testing"

	"vienkopus/internal/bank"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/bank/chain"
	"vienkopus/internal/bank/statement"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/sqldb/dbtest"
	tt "vienkopus/internal/till/tilltest"
)

// said is an entry of a file: its sum in cents, the bank's reference and text. A text that ends with R is that of a reversal.
type said struct {
	cents     money.Amount
	ref, text string
}

// fileOf is a statement of an account of one day, with balances from an opening one on.
func fileOf(account iban.IBAN, day string, opening money.Amount, entries ...said) string {
	balance := func(code string, cents money.Amount) string {
		return `<Bal><Tp><CdOrPrtry><Cd>` + code + `</Cd></CdOrPrtry></Tp>` + sumOf(cents) + `<Dt><Dt>` + day + `</Dt></Dt></Bal>`
	}
	var body strings.Builder
	at := opening
	for _, e := range entries {
		reversal := ""
		if strings.HasSuffix(e.text, "R") {
			reversal = "<RvslInd>true</RvslInd>"
		}
		at += e.cents
		fmt.Fprintf(&body, `<Ntry>%s%s<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt><AcctSvcrRef>%s</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
			sumOf(e.cents), reversal, day, e.ref, e.text)
	}
	return `<Stmt><Id>S</Id><Acct><Id><IBAN>` + string(account) + `</IBAN></Id><Ccy>EUR</Ccy></Acct>` + balance("OPBD", opening) + balance("CLBD", at) + body.String() + `</Stmt>`
}

func sumOf(cents money.Amount) string {
	side := "CRDT"
	if cents < 0 {
		side, cents = "DBIT", -cents
	}
	return `<Amt Ccy="EUR">` + cents.String() + `</Amt><CdtDbtInd>` + side + `</CdtDbtInd>`
}

// upload takes a file of these statements in as the page does.
func upload(t *testing.T, w *bt.World, statements ...string) (bank.Imported, error) {
	t.Helper()
	file, err := statement.Read(strings.NewReader(`<Document><BkToCstmrStmt>` + strings.Join(statements, "") + `</BkToCstmrStmt></Document>`))
	tt.Must(t, err)
	in := bank.FileIn{Ours: []iban.IBAN{tt.Account, tt.Other}}
	for _, s := range file.Statements {
		in.Statements = append(in.Statements, bank.Lines(s))
	}
	return w.Bank.TakeIn(t.Context(), accountant(w), in)
}

func mustUpload(t *testing.T, w *bt.World, statements ...string) bank.Imported {
	t.Helper()
	done, err := upload(t, w, statements...)
	tt.Must(t, err)
	return done
}

// sound complains about what the checks find, and about gaps in the chain of the account.
func sound(t *testing.T, w *bt.World, gaps int) {
	t.Helper()
	if found := w.Check(); len(found) > 0 {
		t.Errorf("found %q", found)
	}
	lines, err := w.Banked.Places(t.Context(), w.Journal.DB(), tt.Cesis)
	tt.Must(t, err)
	var all []chain.Line
	for _, l := range lines {
		all = append(all, chain.Line{Ref: l.Ref, Day: l.Day, Cents: l.Cents, Before: l.Before, Placed: l.Placed})
	}
	if found := chain.Gaps(all); len(found) != gaps {
		t.Errorf("gaps: %+v", found)
	}
}

// One reference for two entries, in two files: neither is lost, and neither comes twice.
func TestALineOfASecondFileIsNotLost(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		for name, texts := range map[string][2]string{"other texts": {"rekins 1", "rekins 2"}, "one text": {"rekins", "rekins"}} {
			opening := money.Amount(100 + 1000*len(texts[1]))
			day := map[string]string{"other texts": "2026-11-10", "one text": "2026-11-11"}[name]
			first, second := fileOf(tt.Account, day, opening, said{500, "X9", texts[0]}), fileOf(tt.Account, day, opening+500, said{500, "X9", texts[1]})
			for i, want := range []bank.Imported{{New: 1}, {New: 1}, {Known: 1}, {Known: 1}} {
				if done := mustUpload(t, w, []string{first, second, first, second}[i]); done != want {
					t.Errorf("%s: file %d: %+v", name, i, done)
				}
			}
		}
		both := mustUpload(t, w, fileOf(tt.Account, "2026-11-12", 100, said{-35, "", "Komisija"}), fileOf(tt.Account, "2026-11-12", 65, said{-35, "", "Komisija"}))
		if both.New != 2 {
			t.Errorf("two pages of one day: %+v", both)
		}
		sound(t, w, 2) // the files of this test do not belong together
	})
}

// A file that is refused leaves nothing behind, whichever part of it is wrong.
func TestAFileIsTakenInWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		good := fileOf(tt.Account, "2026-11-10", 0, said{500, "A", "Iemaksa"})
		tt.Must(t, w.Post("OFFICE-"+tt.Aluksne, tt.Manager, bank.StatementImported{Municipality: tt.Aluksne, IBAN: tt.Other, From: today, To: today, Lines: []bank.StatementLine{{Ref: "1", Day: today, Cents: 1}}}))
		before := w.Lines()
		_, err := upload(t, w, good, fileOf(tt.Other, "2026-11-10", 0, said{700, "B", "Iemaksa"}))
		wantFault(t, err, "bank.account_elsewhere")
		_, err = w.Bank.TakeIn(t.Context(), accountant(w), bank.FileIn{Statements: []bank.StatementIn{{IBAN: tt.Account, Lines: []bank.LineIn{line("1", "2026-11-10", 5, "")}}}})
		if f := fault.First(err); f == nil || f.Key != "bank.account_unknown" || f.Kind != fault.Conflict {
			t.Errorf("an account that nobody has confirmed: %v", err)
		}
		if w.Lines() != before {
			t.Error("a file that was refused left something behind")
		}
		if done := mustUpload(t, w, good); done.New != 1 {
			t.Errorf("afterwards: %+v", done)
		}
		// Now the account is known and not asked about again.
		_, err = w.Bank.TakeIn(t.Context(), accountant(w), bank.FileIn{Statements: []bank.StatementIn{{IBAN: tt.Account, Lines: []bank.LineIn{line("2", "2026-11-12", 5, "")}}}})
		tt.Must(t, err)
	})
}

// The bank takes a deposit back and books it anew with another sum: the deposit is open, and a person says that the new line is it.
func TestAStornoOpensTheDeposit(t *testing.T) {
	t.Parallel()
	for name, storno := range map[string]said{"marked": {-2333, "S1", "labojums R"}, "it names the slip": {-2333, "S1", "SLIP-77001 atsaukts"}, "it names the line": {-2333, "S1", "labots DEP001"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, dsn string) {
				w := bt.New(t, dsn)
				taken(t, w, tt.Ces1, "BAG-1", 2333)
				d := deposit(t, w, "SLIP-77001", "BAG-1")
				if done := mustUpload(t, w, fileOf(tt.Account, "2026-11-21", 0, said{2333, "DEP001", "iemaksa SLIP-77001"})); done.Matched != 1 {
					t.Fatalf("imported %+v", done)
				}
				if done := mustUpload(t, w, fileOf(tt.Account, "2026-11-21", 2333, storno, said{2330, "DEP002", "SLIP-77001"})); done != (bank.Imported{New: 2, Returned: 1}) {
					t.Errorf("imported %+v", done)
				}
				if got := load(t, w, d); got.State != bank.Made || balance(t, w, ledger.Transit("BAG-1")) != 2333 || balance(t, w, ledger.Bank(tt.Account)) != 0 {
					t.Errorf("the deposit is %+v", got)
				}
				open, err := w.Banked.Lines(t.Context(), w.Journal.DB(), tt.Cesis, civil.Period{}, true)
				if err != nil || len(open) != 1 || len(open[0].Likely) != 1 || open[0].Likely[0] != d {
					t.Fatalf("open: %+v, %v", open, err)
				}
				_, err = w.Bank.Match(t.Context(), accountant(w), open[0].Ref, d)
				tt.Must(t, err)
				if got := load(t, w, d); got.Difference != -3 || balance(t, w, ledger.Difference(tt.Ces1)) != 3 {
					t.Errorf("the deposit is %+v", got)
				}
				sound(t, w, 0)
			})
		})
	}
}

// Rent of the week before is no deposit, though its sum is the same; the line with the slip is.
func TestALineOfBeforeTheShiftIsNeverTheDeposit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		taken(t, w, tt.Ces1, "BAG-2", 1000)
		d := deposit(t, w, "SLIP-88002", "BAG-2")
		if done := mustUpload(t, w, fileOf(tt.Account, "2026-11-13", 0, said{1000, "R1", "Zemes noma, rekins 55"})); done.Matched != 0 {
			t.Errorf("imported %+v", done)
		}
		_, err := w.Bank.Match(t.Context(), accountant(w), "R1/2026-11-13/10.00", d)
		wantFault(t, err, "bank.line_too_early")
		if done := mustUpload(t, w, fileOf(tt.Account, "2026-11-21", 1000, said{1000, "R2", "iemaksa SLIP-88002"})); done.Matched != 1 {
			t.Errorf("imported %+v", done)
		}
		sound(t, w, 0)
	})
}

// A match that was wrong is undone by two people; a deposit that the bank booked in two lines is both; a line that the bank corrected is set aside.
func TestEveryWrongMatchHasADoor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		w := bt.New(t, dsn)
		ctx := t.Context()
		taken(t, w, tt.Ces1, "BAG-3", 1000)
		d := deposit(t, w, "", "BAG-3")
		mustUpload(t, w, fileOf(tt.Account, "2026-11-21", 0, said{1000, "REF-1", "kads"}, said{600, "REF-2", "dala"}, said{390, "REF-3", "dala"}))
		if got := load(t, w, d); got.State != bank.Matched {
			t.Fatalf("the only one of its sum: %+v", got)
		}
		ref := "REF-1/2026-11-21/10.00"
		doubt, err := w.Bank.DoubtMatch(ctx, accountant(w), tt.Account, ref, bank.OtherMoney)
		tt.Must(t, err)
		_, err = w.Bank.DoubtMatch(ctx, accountant(w), tt.Account, ref, bank.OtherMoney)
		wantFault(t, err, "bank.doubted")
		wantFault(t, w.Bank.Undo(ctx, accountant(w), doubt, true), "bank.own_doubt")
		if balance(t, w, ledger.Transit("BAG-3")) != 0 {
			t.Error("money moved before a second person looked")
		}
		tt.Must(t, w.Bank.Undo(ctx, w.By(tt.Second, tt.Office), doubt, true))
		wantFault(t, w.Bank.Undo(ctx, w.By(tt.Second, tt.Office), doubt, true), "bank.doubt_decided")
		if balance(t, w, ledger.Transit("BAG-3")) != 1000 || load(t, w, d).State != bank.Made {
			t.Error("the deposit is not open again")
		}
		f, err := w.Bank.Match(ctx, accountant(w), "REF-2/2026-11-21/6.00", d, "REF-3/2026-11-21/3.90")
		if err != nil || f.Cents != 990 || f.Difference != -10 {
			t.Errorf("two lines: %+v, %v", f, err)
		}
		tt.Must(t, w.Bank.Explain(ctx, accountant(w), d, bank.BagShort))
		sound(t, w, 0)
		doubt, err = w.Bank.DoubtMatch(ctx, accountant(w), tt.Account, "REF-3/2026-11-21/3.90", bank.PressedWrong)
		tt.Must(t, err)
		tt.Must(t, w.Bank.Undo(ctx, w.By(tt.Second, tt.Office), doubt, true))
		if got := load(t, w, d); got.State != bank.Made || got.Reason != "" || balance(t, w, ledger.Difference(tt.Ces1)) != 0 {
			t.Errorf("after both lines were let go: %+v", got)
		}
		// The bank restates the day: REF-3 was 3.99.
		restated := fileOf(tt.Account, "2026-11-21", 1600, said{399, "REF-3", "dala"})
		_, err = upload(t, w, restated)
		wantFault(t, err, "till.bank_line_changed")
		tt.Must(t, w.Bank.SetAside(ctx, accountant(w), tt.Account, "REF-3/2026-11-21/3.90", bank.LineCorrected))
		if done := mustUpload(t, w, restated); done.New != 1 {
			t.Errorf("restated: %+v", done)
		}
		wantFault(t, w.Bank.SetAside(ctx, accountant(w), tt.Account, "REF-3/2026-11-21/3.90", bank.LineTwice), "till.bank_line_used")
		sound(t, w, 0)
	})
}

// What card payments settled is open again, too.
func TestASettlementThatWasWrong(t *testing.T) {
	t.Parallel()
	w := bt.New(t, dbtest.SQLite(t))
	ctx := t.Context()
	_, err := w.Till.Open(ctx, w.By(tt.Clerk, tt.Ces1), 0)
	tt.Must(t, err)
	tt.Must(t, w.Pay(w.By(tt.Clerk, tt.Ces1), tt.Water, tt.ByCard(500)))
	mustUpload(t, w, fileOf(tt.Account, "2026-11-21", 0, said{490, "CARDS1", "kartes"}))
	_, err = w.Bank.SettleCards(ctx, accountant(w), bank.SettleIn{IBAN: tt.Account, Ref: "CARDS1/2026-11-21/4.90", Fee: 10})
	tt.Must(t, err)
	mustUpload(t, w, fileOf(tt.Account, "2026-11-21", 490, said{-490, "CARDS2", "storno R"}))
	if balance(t, w, ledger.Card(tt.Ces1)) != 500 || balance(t, w, ledger.Fee(tt.Ces1)) != 0 {
		t.Errorf("the terminal holds %s", balance(t, w, ledger.Card(tt.Ces1)))
	}
	sound(t, w, 0)
}
