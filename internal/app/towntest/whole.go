package towntest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"vienkopus/internal/app"
	"vienkopus/internal/bank"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/consent"
	"vienkopus/internal/demo/history"
	"vienkopus/internal/office"
	"vienkopus/internal/paperbook"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/resume"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/sight"
	"vienkopus/internal/sms"
	"vienkopus/internal/sms/smssql"
	"vienkopus/internal/staff"
	"vienkopus/internal/tally"
	"vienkopus/internal/till"
	"vienkopus/internal/visit"
)

// Whole is the town with rows in every table that a network has, but those that lie beside its keys: also what happens seldom, such as a gap in a journal and
// lines that turned up. The codes of rows and the first checkpoint come with whoever opens it with keys.
var Whole = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	hand := clock.NewHand(Start)
	a, err := app.Open(ctx, app.Config{DSN: dsn, Passwords: Cheap, Clock: hand, Terminal: terminal.NewSimulated(0)})
	if err != nil {
		return err
	}
	d, err := fill(ctx, a)
	if err != nil {
		return err
	}
	if err := d.steps(ctx, d.seats, d.ways, d.counted, d.rules, d.money, d.texts, d.till, d.bank, d.lost); err != nil {
		return err
	}
	hand.Set(Start.AddDate(0, 0, 5))
	if err := d.closed(ctx); err != nil {
		return err
	}
	if err := a.Rollups.Roll(ctx); err != nil {
		return err
	}
	return a.Close()
})

// ways has a manager make a code for a clerk, and says how people sign in.
func (d *day) ways(ctx context.Context) error {
	rule := staff.SignInRule{Basis: dated.On("2026-01-01", "test", "test"), Second: []string{"administrator"}, ApartDays: 30, LogDays: 365}
	if err := d.Staff.SetSignInRule(ctx, actor.System("test"), rule, d.next()); err != nil {
		return err
	}
	boss, err := d.Staff.Named(ctx, "municipal")
	if err != nil {
		return err
	}
	clerk, err := d.Staff.Named(ctx, "neighbour")
	if err != nil {
		return err
	}
	_, err = d.Proofs.MakeRecovery(ctx, actor.Staff(boss.Staff.String(), "municipal-manager"), clerk.Staff, d.next())
	return err
}

// seats has a clerk take a desk and keep it, and another one leave hers.
func (d *day) seats(ctx context.Context) error {
	for _, user := range []string{"clerk", "neighbour"} {
		who, err := d.Staff.SignIn(ctx, staff.Origin{Address: "192.0.2.7"}, user, Password)
		if err != nil {
			return err
		}
		desk := map[string]string{"clerk": "CES-1", "neighbour": "CES-2"}[user]
		if err := d.Staff.TakeDesk(ctx, actor.Staff(who.Staff.String(), "clerk"), who.Staff, desk, d.next()); err != nil {
			return err
		}
	}
	return nil
}

// counted imports what was counted before, and what was published about it.
func (d *day) counted(ctx context.Context) error {
	const rows = "desk,period,kind,count,source\nCES-1,2025-03,consultation,70,books\nCES-1,2025,visit,900,books\nMRS-1,2025,letter,12,books\n"
	order := tally.Order{File: "before.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(rows)), nil }}
	if _, err := d.Tally.Import(ctx, actor.System("test"), order); err != nil {
		return err
	}
	const within = "desk,period,kind,count,source\nCES-1,2025,consultation,900,books\n"
	order = tally.Order{File: "within.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(within)), nil }, Overlapping: true}
	if _, err := d.Tally.Import(ctx, actor.System("test"), order); err != nil {
		return err
	}
	for _, f := range history.Published(2025) {
		if err := d.Report.Publish(ctx, actor.System("test"), d.next(), f); err != nil {
			return err
		}
	}
	return nil
}

// rules are set: who gives receipts and whether they are signed, what is believed of bills, a group of centres. And a bill was paid elsewhere.
func (d *day) rules(ctx context.Context) error {
	basis := dated.On("2026-01-01", "test", "test")
	network := func() journal.Request { return d.at(staff.NetworkDesk, "test") }
	if err := d.Office.SetIssuer(ctx, network(), office.Issuer{Municipality: Cesu, Basis: basis, Name: "Cēsu novada pašvaldība", Number: Council, Address: "Raunas iela 4, Cēsis", Phone: "+371 64100000"}); err != nil {
		return err
	}
	if err := d.Office.SetSigning(ctx, network(), office.Signing{Basis: basis}); err != nil {
		return err
	}
	if err := d.Bill.SetLimits(ctx, network(), bill.Limits{Basis: basis, OldestDays: 3653}); err != nil {
		return err
	}
	if err := d.Sight.SetBudget(ctx, network(), sight.Budget{Basis: basis, PerHour: 60}); err != nil {
		return err
	}
	if err := d.looks(ctx); err != nil {
		return err
	}
	if err := d.Staff.DefineGroup(ctx, actor.System("test"), staff.Group{Name: "libraries", Centres: []string{"cesis"}}, d.next()); err != nil {
		return err
	}
	if err := d.papers(ctx); err != nil {
		return err
	}
	b := d.bills[10]
	_, err := d.Bill.SettleOutside(ctx, bill.OutsideBatch{By: actor.System("test"), Key: d.next(), Creditor: b.Creditor, Payments: []bill.OutsideOf{
		{Number: b.Number, Outside: bill.Outside{Cents: 100, Day: d.today, Reference: "SEB-1"}},
	}})
	return err
}

// papers are issued, come back and end; a second person is asked, and has limits.
func (d *day) papers(ctx context.Context) error {
	manager := func() journal.Request { return d.at(office.Desk(Cesu), "manager") }
	for _, book := range []string{"A", "B", "C"} {
		o := paperbook.Order{Book: book, Municipality: Cesu, Desk: "CES-1", Range: paperbook.Range{First: 1, Last: 50}, From: d.today}
		if err := d.Books.Issue(ctx, manager(), o); err != nil {
			return err
		}
		if book == "A" {
			continue
		}
		if err := d.Books.TakeBack(ctx, manager(), paperbook.Back{Book: book, Municipality: Cesu, Day: d.today, Ends: book == "C"}); err != nil {
			return err
		}
	}
	basis := dated.On("2026-01-01", "test", "test")
	if err := d.Consent.SetLimits(ctx, d.at(staff.NetworkDesk, "test"), consent.Limits{Basis: basis, PaperDays: 5, Overpaid: 5_000}); err != nil {
		return err
	}
	if err := d.Till.SetCountRule(ctx, d.at(staff.NetworkDesk, "test"), till.CountRule{Basis: basis, Desk: "CES-1", Keep: till.AWeek, Most: 50_000}); err != nil {
		return err
	}
	o, err := d.ask(ctx, 92, true)
	if err != nil {
		return err
	}
	_, err = d.Payment.Take(ctx, d.at("CES-1", "test"), o)
	return err
}

// alone asks a second person about receipts of no book: one waits, one is agreed to.
func (d *day) alone(ctx context.Context) error {
	for _, number := range []uint32{90, 91} {
		if _, err := d.ask(ctx, number, number > 90); err != nil {
			return err
		}
	}
	return nil
}

// looks has a clerk look somebody up.
func (d *day) looks(ctx context.Context) error {
	found, err := d.Bill.Owed(ctx, []id.ID{d.bills[10].ID})
	if err == nil {
		_, err = d.Sight.Searched(ctx, d.at("CES-2", "clerk"), sight.Search{Query: "kas", Municipality: Cesu, Found: found})
	}
	return err
}

// ask asks a second person about a receipt of no book, and lets her agree.
func (d *day) ask(ctx context.Context, number uint32, agrees bool) (payment.Order, error) {
	o := payment.Order{Cash: true, Because: payment.ClientInsists, Items: []payment.Item{{Bill: d.bills[9].ID, Cents: money.Amount(number)}}}
	o.Paper = &payment.OnPaper{Paper: payment.Paper{Book: "N", Number: number}, Day: d.today}
	asked, err := d.Payment.Ask(ctx, d.at("CES-1", "test"), o)
	if err != nil || !agrees {
		return o, err
	}
	o.Consent = asked
	return o, d.Consent.Decide(ctx, d.at(office.Desk(Cesu), "second"), consent.Decision{Consent: asked, Municipality: Cesu, Agreed: true})
}

// money is paid by card, with a name on the receipt; it is printed again, given back, and told to a creditor. A bill is cancelled, and the name on it erased.
func (d *day) money(ctx context.Context) error {
	told, asked := "https://a.example/", "https://b.example/"
	for _, link := range []bill.Connection{{Creditor: Water, Notify: &told, Secret: "a-secret-of-sixteen-letters"}, {Creditor: Council, Lookup: &asked, Secret: "b-secret-of-sixteen-letters"}} {
		if err := d.Bill.Connect(ctx, d.at(staff.NetworkDesk, "test"), link); err != nil {
			return err
		}
	}
	b := d.bills[9]
	basket, err := d.Payment.Take(ctx, d.at("CES-1", "test"), payment.Order{
		Items: []payment.Item{{Bill: b.ID, Cents: b.Total()}}, Card: b.Total() - 100, Cash: true, Payer: "Jānis Liepa", Because: payment.ClientInsists,
	})
	if err != nil {
		return err
	}
	n := basket.Payments[0].Receipt
	if _, err := d.Payment.Reprint(ctx, d.at("CES-1", "test"), n.Series, n.Number); err != nil {
		return err
	}
	if _, err := d.Payment.PayRefund(ctx, d.at("CES-1", "test"), d.approved); err != nil {
		return err
	}
	if err := d.Bill.Cancel(ctx, d.at(bill.Feed(d.bills[10].Creditor), "test"), d.bills[10].ID, bill.Reasons[0]); err != nil {
		return err
	}
	if err := d.Bill.ErasePayer(ctx, d.at(staff.NetworkDesk, "test"), d.bills[11].Creditor, d.bills[11].Number); err != nil {
		return err
	}
	keys, err := d.Keyring.Public(ctx, d.DB)
	if err != nil {
		return err
	}
	return d.Keyring.Compromised(ctx, d.at(staff.NetworkDesk, "test"), keys.All()[0].ID, d.Config.Clock.Now())
}

// till has limits, a shift that somebody approves, and a drawer that was not as it had been left.
func (d *day) till(ctx context.Context) error {
	if err := d.Till.SetCashLimit(ctx, d.at(staff.NetworkDesk, "test"), till.LatvianCashLimit()); err != nil {
		return err
	}
	manager := func() journal.Request { return d.at(office.Desk(Cesu), "manager") }
	if err := d.Till.Object(ctx, manager(), d.shift, till.BagDoubtful); err != nil {
		return err
	}
	return d.Till.Approve(ctx, manager(), d.shift)
}

// bank has an explanation, cards that are settled, and money that is passed on.
func (d *day) bank(ctx context.Context) error {
	at := func() journal.Request { return d.at(office.Desk(Cesu), "accountant") }
	if err := d.Bank.Explain(ctx, at(), d.brought[1].Deposit, bank.BagShort); err != nil {
		return err
	}
	if _, err := d.Bank.SettleCards(ctx, at(), bank.SettleIn{IBAN: Account, Ref: "B-2", Fee: 0}); err != nil {
		return err
	}
	order := bank.RemitIn{From: Account, Through: d.today, Parts: []bank.Owing{{Creditor: Water, Cents: 100}}}
	gone, err := d.Bank.Remit(ctx, at(), order)
	if err != nil {
		return err
	}
	if err := d.Bank.Send(ctx, at(), []id.ID{gone[0].Remittance}); err != nil {
		return err
	}
	// And one that is taken back, one that a second person does not allow, and a match that was right after all.
	order.Parts[0].Cents = 10
	made, err := d.Bank.Remit(ctx, at(), order)
	if err != nil {
		return err
	}
	if err := d.Bank.Cancel(ctx, at(), []id.ID{made[0].Remittance}); err != nil {
		return err
	}
	asked, err := d.Bank.AskRemit(ctx, at(), bank.RemitIn{From: Account, Through: d.today, Parts: []bank.Owing{{Creditor: Council, Cents: 50}}}, bank.OwnMoney)
	if err != nil {
		return err
	}
	second := func() journal.Request { return d.at(office.Desk(Cesu), "second") }
	if err := d.Bank.DecideRemit(ctx, second(), asked, false); err != nil {
		return err
	}
	return d.Bank.Undo(ctx, second(), d.doubt, false)
}

// closed closes the books of the day.
func (d *day) closed(ctx context.Context) error {
	_, err := d.Ledger.Close(ctx, d.at(office.Desk(Cesu), "accountant"), Cesu, d.today)
	return err
}

// lost has the disk break: MRS-1 goes on behind a gap, and lines turn up under numbers that stand for others here.
func (d *day) lost(ctx context.Context) (err error) {
	if err := d.visit(ctx, d.App, "before"); err != nil {
		return err
	}
	other, closing, err := d.copied(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing()) }()
	if err := d.visit(ctx, d.App, "here"); err != nil {
		return err
	}
	service := resume.Service{Journal: d.Journal}
	if _, err := service.Return(ctx, actor.System("operator"), other, "the old disk was read"); err != nil {
		return err
	}
	if _, err := d.Journal.Prepare(ctx, nil); err != nil {
		return err
	}
	strays, err := resume.Strays(ctx, d.DB, "")
	if err != nil {
		return err
	}
	if len(strays) < 4 {
		return fmt.Errorf("%d stray lines", len(strays)) //nolint:err113 // of a test
	}
	if _, err := service.Adopt(ctx, actor.System("operator"), strays[0].Hash); err != nil {
		return err
	}
	// And receipts go on in another series.
	_, err = service.Resume(ctx, resume.Order{By: actor.System("operator"), Seen: []journal.Head{{Desk: "CES-1", Number: 10_000}}, Desks: []string{"CES-1"}, Why: "test", Evidence: "CES-1=10000"})
	if err != nil {
		return err
	}
	_, err = d.pay(ctx, "CES-1", d.bills[11], false)
	return err
}

// visit records a letter at MRS-1 of some program.
func (d *day) visit(ctx context.Context, a *app.App, key string) error {
	at := func(step string) journal.Request {
		return journal.Request{By: actor.System("test"), Desk: "MRS-1", Key: key + ":" + step}
	}
	v, err := a.Visit.Open(ctx, at("open"), visit.InPerson)
	if err != nil {
		return err
	}
	_, err = a.Visit.Record(ctx, at("letter"), v.ID, visit.What{Kind: "letter"})
	return err
}

// copied is a copy in which two visits are recorded that the original does not know.
func (d *day) copied(ctx context.Context) (db *sqldb.DB, closing func() error, err error) {
	dir, err := os.MkdirTemp("", "towntest-")
	if err != nil {
		return nil, nil, err
	}
	fail := func(err error) (*sqldb.DB, func() error, error) { return nil, nil, errors.Join(err, os.RemoveAll(dir)) }
	path := filepath.Join(dir, "copy.db")
	var file bytes.Buffer
	if _, err := d.Backup(ctx, &file, nil); err != nil {
		return fail(err)
	}
	empty, err := sqldb.Open(ctx, path)
	if err != nil {
		return fail(err)
	}
	_, err = app.Restore(ctx, empty, app.RestoreFrom{From: &file})
	if err := errors.Join(err, empty.Close()); err != nil {
		return fail(err)
	}
	a, err := app.Open(ctx, app.Config{DSN: path, Passwords: Cheap, Clock: d.Config.Clock})
	if err != nil {
		return fail(err)
	}
	err = errors.Join(d.visit(ctx, a, "there"), d.visit(ctx, a, "there-2"), a.Close())
	if err != nil {
		return fail(err)
	}
	if db, err = sqldb.Look(ctx, path); err != nil {
		return fail(err)
	}
	return db, func() error { return errors.Join(db.Close(), os.RemoveAll(dir)) }, nil
}

// texts has a payer wish the link to his receipt, which still waits for the gateway.
func (d *day) texts(ctx context.Context) error {
	message, at := id.New(d.Journal.Now()), d.at("CES-2", "clerk")
	_, err := d.Journal.Do(ctx, at, "sms", func(tx *journal.Tx) error {
		store := smssql.Store{Sealer: &seal.Sealer{}}
		if err := store.Hold(ctx, tx, message, sms.Content{To: "+37129000000", Text: "test"}); err != nil {
			return err
		}
		return tx.Record(ctx, sms.Asked{Message: message, Payment: id.New(tx.Now()), Visit: id.New(tx.Now()), Receipt: "CES-2 1"})
	})
	return err
}
