// Package towntest fills a town for tests of the whole program: places, people, and a day of money in every state that a page can show.
package towntest

import (
	"context"
	"fmt"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/bank"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/consent"
	"vienkopus/internal/demo"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/office"
	"vienkopus/internal/paperbook"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
	"vienkopus/internal/till"
	"vienkopus/internal/visit"
)

// Town is the demonstration's places, services and roles, with people, and a day of money in every state that a page can show.
var Town = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	a, err := app.Open(ctx, app.Config{DSN: dsn, Clock: clock.NewHand(Start), Passwords: Cheap})
	if err != nil {
		return err
	}
	if _, err := fill(ctx, a); err != nil {
		return err
	}
	return a.Close()
})

// fill lets the day pass.
func fill(ctx context.Context, a *app.App) (*day, error) {
	nothing := func(context.Context, int) error { return nil }
	sheet := demo.Sheet{Year: 2025, SignIns: People()}
	err := sheet.Fill(ctx, demo.Services{
		Places: places.Services{Territory: a.Territory, Centre: a.Centre}, Publisher: a.Publisher, Staff: a.Staff, Visit: a.Visit,
		Roles: a.DefineRoles, History: nothing, Takings: nothing,
	}, func() error { return nil })
	if err != nil {
		return nil, err
	}
	d := &day{App: a, today: civil.MustDate("2026-11-20")}
	return d, d.steps(ctx, d.creditors, d.visits, d.shifts, d.office)
}

func (d *day) steps(ctx context.Context, all ...func(context.Context) error) error {
	for _, step := range all {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Cheap is what hashes of passwords cost in the town: nothing. Whoever opens a copy and has people sign in tells it to the program too.
var Cheap = staff.Cost{Memory: 8, Passes: 1}

// Password is everybody's.
const Password = "zilonis ar šalli" //nolint:gosec // of nobody real

// People are one for each role of the house, and who lets money pass through two hands.
func People() []demo.SignIn {
	cesu, network := scope.Municipality(Cesu).String(), scope.Network.String()
	all := []demo.SignIn{
		{User: "clerk", Name: "Anna Kalniņa", Role: "clerk", Scope: scope.Centre("cesis").String(), Desk: "CES-1"},
		{User: "neighbour", Name: "Baiba Ozola", Role: "clerk", Scope: scope.Centre("cesis").String(), Desk: "CES-2"},
		{User: "manager", Name: "Cilda Zeme", Role: "centre-manager", Scope: scope.Centre("cesis").String(), Desk: "CES-3"},
		{User: "municipal", Name: "Dainis Upe", Role: "municipal-manager", Scope: cesu},
		{User: "accountant", Name: "Elza Lauka", Role: "accountant", Scope: cesu},
		{User: "collector", Name: "Fricis Krasts", Role: "collector", Scope: cesu},
		{User: "network", Name: "Gita Sala", Role: "network-manager", Scope: network},
		{User: "auditor", Name: "Herta Rags", Role: "auditor", Scope: network},
		{User: "dpo", Name: "Ivo Grava", Role: "dpo", Scope: network},
		{User: "administrator", Name: "Juris Avots", Role: "administrator", Scope: network},
	}
	for i := range all {
		all[i].Password = Password
	}
	return all
}

// Start is where the clock of the town stands: 11:00 in Riga, a Friday.
var Start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// Who lives in the town.
const (
	Water   regno.Number = "90000028508"
	Council regno.Number = "40003032949"
	Account iban.IBAN    = "LV22DEMO0000000000009"
	Cesu                 = "0026000"
)

// day is what happens before anybody knocks.
type day struct {
	*app.App
	today    civil.Date
	keys     int
	bills    []bill.Bill
	brought  []bank.DepositMade
	doubt    id.ID // of a match
	shift    id.ID // a closed one of CES-2
	approved id.ID // a refund
}

// next is a key of its own for each request.
func (d *day) next() string {
	d.keys++
	return fmt.Sprint("day:", d.keys)
}

func (d *day) at(desk, who string) journal.Request {
	return journal.Request{By: actor.System(who), Desk: desk, Key: d.next()}
}

// creditors registers two, their bills and a late fee, and the key of the receipts.
func (d *day) creditors(ctx context.Context) error {
	if err := d.Keyring.Ensure(ctx); err != nil {
		return err
	}
	for number, name := range map[regno.Number]string{Water: "SIA „Vinda”", Council: "Cēsu novads"} {
		c := bill.Creditor{Number: number, Name: name, IBAN: "LV80BANK0000435195001"}
		if err := d.Bill.RegisterCreditor(ctx, d.at(staff.NetworkDesk, "test"), c); err != nil {
			return err
		}
	}
	fee := bill.LateFee{Creditor: Council, Kind: bill.PropertyTax, PerMillion: 500, Basis: dated.On("2010-01-01", "test", "test")}
	if err := d.Bill.SetLateFee(ctx, d.at(staff.NetworkDesk, "test"), fee); err != nil {
		return err
	}
	// A system that is never reached: whoever asks it is refused at once, since it lies inside.
	asked := "https://127.0.0.1/bills"
	if err := d.Bill.Connect(ctx, d.at(staff.NetworkDesk, "test"), bill.Connection{Creditor: Council, Lookup: &asked, Secret: "b-secret-of-sixteen-letters"}); err != nil {
		return err
	}
	for i := range 12 {
		to, kind := Water, bill.Kind("water")
		if i%3 == 0 {
			to, kind = Council, bill.PropertyTax
		}
		c := bill.Content{
			Creditor: to, Number: fmt.Sprintf("2026-%04d", i), Reference: fmt.Sprintf("DZ-%d", i%4), Kind: kind, Municipality: Cesu,
			Issued: d.today.AddDays(-60), Instalments: []bill.Instalment{{Due: d.today.AddDays(-30), Cents: 1230}, {Due: d.today.AddDays(7), Cents: money.Amount(100 * i)}},
		}
		if i == 0 {
			c.Instalments = c.Instalments[:1]
		}
		b, err := d.Bill.Put(ctx, d.at(bill.Feed(to), "test"), c, bill.Payer{Name: "Jānis Liepa", Address: map[bool]string{false: "Dzērbene", true: "Liepas"}[i == 11]})
		if err != nil {
			return err
		}
		d.bills = append(d.bills, b)
	}
	return nil
}

// visits leaves one visit open, one on hold and one closed at CES-1.
func (d *day) visits(ctx context.Context) error {
	for i := range 3 {
		v, err := d.Visit.Open(ctx, d.at("CES-1", "test"), visit.InPerson)
		if err != nil {
			return err
		}
		if _, err := d.Visit.Record(ctx, d.at("CES-1", "test"), v.ID, visit.What{Kind: catalogue.Letter}); err != nil {
			return err
		}
		if i == 0 {
			if err := d.Visit.Close(ctx, d.at("CES-1", "test"), v.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// pay takes the whole of a bill.
func (d *day) pay(ctx context.Context, desk string, b bill.Bill, byCard bool) (payment.Basket, error) {
	o := payment.Order{Cash: true, Items: []payment.Item{{Bill: b.ID, Cents: b.Total()}}}
	if byCard {
		o.Card, o.Slip = b.Total(), "000123"
	}
	return d.Payment.Take(ctx, d.at(desk, "test"), o)
}

// shifts leaves an open shift with payments, one of them taken back and one to be refunded, at CES-1, three closed ones with bags at CES-2, and
// one that is counted at CES-3.
func (d *day) shifts(ctx context.Context) error {
	for _, desk := range []string{"CES-1", "CES-2", "CES-3"} {
		if _, err := d.Till.Open(ctx, d.at(desk, "test"), 2000); err != nil {
			return err
		}
	}
	if err := d.payments(ctx); err != nil {
		return err
	}
	if err := d.endShift(ctx, "CES-2", d.bills[4].Total(), "1"); err != nil {
		return err
	}
	for i, bag := range []string{"2", "3"} {
		if _, err := d.Till.Open(ctx, d.at("CES-2", "test"), 2000); err != nil {
			return err
		}
		if _, err := d.pay(ctx, "CES-2", d.bills[6+i], false); err != nil {
			return err
		}
		if err := d.endShift(ctx, "CES-2", d.bills[6+i].Total(), bag); err != nil {
			return err
		}
	}
	if _, err := d.pay(ctx, "CES-3", d.bills[8], false); err != nil {
		return err
	}
	return d.endShift(ctx, "CES-3", d.bills[8].Total(), "")
}

// payments are those of the first shifts.
func (d *day) payments(ctx context.Context) error {
	for i, b := range d.bills[:6] {
		desk := "CES-1"
		if i >= 4 {
			desk = "CES-2"
		}
		basket, err := d.pay(ctx, desk, b, i == 1 || i == 5)
		if err != nil {
			return fmt.Errorf("bill %d: %w", i, err)
		}
		paid := basket.Payments[0].ID
		switch i {
		case 2:
			_, err = d.Payment.Void(ctx, d.at(desk, "test"), paid, payment.VoidReasons[0])
		case 0, 3:
			err = d.refund(ctx, desk, paid, b, i == 0)
		}
		if err != nil {
			return fmt.Errorf("bill %d: %w", i, err)
		}
	}
	return nil
}

// byHand takes what was written by hand, and has a second person agree to its void, which nobody has recorded yet.
func (d *day) byHand(ctx context.Context, o payment.Order) error {
	basket, err := d.Payment.Take(ctx, d.at("CES-1", "test"), o)
	if err != nil {
		return err
	}
	asked, err := d.Payment.AskVoid(ctx, d.at("CES-1", "test"), basket.Payments[0].ID, payment.WrongAmount)
	if err != nil {
		return err
	}
	return d.Consent.Decide(ctx, d.at(office.Desk(Cesu), "second"), consent.Decision{Consent: asked, Municipality: Cesu, Agreed: true})
}

// refund asks for a euro back, and lets somebody else approve it.
func (d *day) refund(ctx context.Context, desk string, paid id.ID, b bill.Bill, isApproved bool) error {
	o := payment.RefundOrder{Payment: paid, Items: []payment.Item{{Bill: b.ID, Cents: 100}}, Tender: till.Cash, Reason: payment.RefundReasons[0]}
	asked, err := d.Payment.RequestRefund(ctx, d.at(desk, "test"), o)
	if err != nil || !isApproved {
		return err
	}
	d.approved = asked
	return d.Payment.DecideRefund(ctx, d.at(office.Desk(Cesu), "manager"), payment.Decision{Refund: asked, Municipality: Cesu, Approved: true})
}

// endShift counts ten cents too much, and packs all but the change money unless the bag has no number.
func (d *day) endShift(ctx context.Context, desk string, taken money.Amount, bag string) error {
	found := taken + 2000 + 10
	var in till.CountIn
	for rest, i := found, 0; rest > 0; i++ {
		worth := till.Denominations[i]
		in.Pieces = append(in.Pieces, till.Pieces{Cents: worth, N: int64(rest / worth)})
		rest %= worth
	}
	counted, err := d.Till.Count(ctx, d.at(desk, "test"), in)
	if err != nil {
		return err
	}
	if err := d.Till.Explain(ctx, d.at(desk, "test"), counted.Shift, till.WrongChange); err != nil || bag == "" {
		return err
	}
	d.shift = counted.Shift
	_, err = d.Till.Close(ctx, d.at(desk, "test"), till.CloseIn{Left: 2000, Bag: "BAG-" + bag, Seal: "SEAL-" + bag})
	return err
}

// office brings two bags to the bank, and takes in a statement with card payments, a line that nobody knows, and less than was brought.
func (d *day) office(ctx context.Context) error {
	at := office.Desk(Cesu)
	for _, n := range []string{"1", "3"} {
		if err := d.Till.Give(ctx, d.at("CES-2", "test"), "BAG-"+n, ""); err != nil {
			return err
		}
		if _, err := d.Till.Take(ctx, d.at(at, "collector"), "BAG-"+n, "SEAL-"+n); err != nil {
			return err
		}
		made, err := d.Bank.Deposit(ctx, d.at(at, "collector"), bank.DepositIn{IBAN: Account, Bags: []string{"BAG-" + n}, Slip: "I-" + n})
		if err != nil {
			return err
		}
		d.brought = append(d.brought, made)
	}
	_, err := d.Bank.Import(ctx, d.at(at, "accountant"), bank.StatementIn{IBAN: Account, Lines: []bank.LineIn{
		{Ref: "B-1", Day: d.today, Cents: 777, Text: "nobody knows"},
		{Ref: "B-2", Day: d.today, Cents: d.bills[1].Total(), Text: "Karšu norēķini"},
		{Ref: "B-3", Day: d.today, Cents: d.brought[1].Cents - 5, Text: "five cents too little"},
		{Ref: "B-4", Day: d.today, Cents: d.brought[0].Cents - 300, Text: "iemaksa I-1, viena daļa"},
		{Ref: "B-5", Day: d.today, Cents: 300, Text: "another part"},
	}})
	if err != nil {
		return err
	}
	_, err = d.Bank.Match(ctx, d.at(at, "accountant"), "B-3", d.brought[1].Deposit)
	if err != nil {
		return err
	}
	return d.second(ctx)
}

// second leaves what a second person decides: a match that somebody doubts, and money that is to be passed on before it is in the bank; and an order for the
// bank that was not handed out. A book of paper receipts lies at a desk, and two receipts of none wait.
func (d *day) second(ctx context.Context) error {
	at := func() journal.Request { return d.at(office.Desk(Cesu), "accountant") }
	var err error
	if d.doubt, err = d.Bank.DoubtMatch(ctx, at(), Account, "B-3", bank.OtherMoney); err != nil {
		return err
	}
	order := bank.RemitIn{From: Account, Through: d.today, Parts: []bank.Owing{{Creditor: Water, Cents: 50}}}
	if _, err := d.Bank.Remit(ctx, at(), order); err != nil {
		return err
	}
	order.Parts = []bank.Owing{{Creditor: Council, Cents: 100}}
	if _, err = d.Bank.AskRemit(ctx, at(), order, bank.OwnMoney); err != nil {
		return err
	}
	book := paperbook.Order{Book: "D", Municipality: Cesu, Desk: "CES-1", Range: paperbook.Range{First: 1, Last: 50}, From: d.today}
	if err := d.Books.Issue(ctx, at(), book); err != nil {
		return err
	}
	if err := d.alone(ctx); err != nil {
		return err
	}
	o, err := d.ask(ctx, 93, true)
	if err != nil {
		return err
	}
	return d.byHand(ctx, o)
}
