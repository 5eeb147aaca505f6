package takings

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/office"
	"vienkopus/internal/paperbook"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// creditor is who sends bills of some kinds; names, numbers and accounts are made up, the check digits are right.
type creditor struct {
	bill.Creditor
	prefix string // of the numbers of its bills
	kinds  []bill.Kind
}

var creditors = []creditor{
	{bill.Creditor{Number: "44103990011", Name: "Cēsu novads (demonstrācija)", IBAN: "LV44DEMO0000000000001"}, "N", []bill.Kind{bill.PropertyTax}},
	{bill.Creditor{Number: "44103990026", Name: "SIA „Ūdens un kanalizācija” (demonstrācija)", IBAN: "LV17DEMO0000000000002"}, "U", []bill.Kind{"water", "sewage"}},
	{bill.Creditor{Number: "44103990030", Name: "SIA „Siltums” (demonstrācija)", IBAN: "LV87DEMO0000000000003"}, "S", []bill.Kind{"heating"}},
	{bill.Creditor{Number: "44103990045", Name: "SIA „Tīrie pagasti” (demonstrācija)", IBAN: "LV60DEMO0000000000004"}, "A", []bill.Kind{"waste"}},
}

// billedBy returns who sends bills of a kind.
func billedBy(kind bill.Kind) creditor {
	for _, c := range creditors {
		for _, k := range c.kinds {
			if k == kind {
				return c
			}
		}
	}
	return creditors[0]
}

// Numbers are the registration numbers of the creditors.
func Numbers() []regno.Number {
	var all []regno.Number
	for _, c := range creditors {
		all = append(all, c.Number)
	}
	return all
}

// creditors registers to whom bills are paid, the late fee of the property tax (likums "Par nekustamā īpašuma nodokli", section 9: 0.05 % a day), and
// the key with which the year's receipts are signed.
func (f *filler) creditors(ctx context.Context) error {
	first := time.Date(f.year, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Clock.Set(first)
	for _, c := range creditors {
		r := journal.Request{By: clerk, Desk: network, Key: "takings:creditor:" + string(c.Number)}
		if err := f.Bill.RegisterCreditor(ctx, r, c.Creditor); err != nil {
			return err
		}
	}
	from, err := civil.NewDate(f.year, time.January, 1)
	if err != nil {
		return err
	}
	basis := dated.Basis{From: from, Why: "The network begins with the rule of the law.", Source: "Likums “Par nodokļiem un nodevām”"}
	fee := bill.LateFee{Creditor: creditors[0].Number, Kind: bill.PropertyTax, PerMillion: 500, Basis: basis}
	if err := f.Bill.SetLateFee(ctx, journal.Request{By: clerk, Desk: network, Key: "takings:late-fee"}, fee); err != nil {
		return err
	}
	limit := journal.Request{By: clerk, Desk: network, Key: "takings:cash-limit"}
	if err := f.Till.SetCashLimit(ctx, limit, till.LatvianCashLimit()); err != nil {
		return err
	}
	issuer := office.Issuer{
		Municipality: Cesu, Basis: dated.Basis{From: from, Why: "The demonstration begins.", Source: "demonstration"}, Unverified: true,
		Name: "Cēsu novada pašvaldība (demonstrācija)", Number: creditors[0].Number, Address: "Raunas iela 4, Cēsis", Phone: "+371 64100000",
	}
	if err := f.Office.SetIssuer(ctx, journal.Request{By: clerk, Desk: network, Key: "takings:issuer"}, issuer); err != nil {
		return err
	}
	if err := f.paperBook(ctx, from); err != nil {
		return err
	}
	_, err = f.Keyring.Introduce(ctx, journal.Request{By: clerk, Desk: network, Key: "takings:key"}, first, first.AddDate(0, 0, keyDays))
	return err
}

// paperBook issues the book that lies in the drawer of the counter in Cēsis for the day on which nothing works.
func (f *filler) paperBook(ctx context.Context, from civil.Date) error {
	o := paperbook.Order{Book: "CES-A", Municipality: Cesu, Desk: "CES-1", Range: paperbook.Range{First: 1, Last: 50}, From: from}
	return f.Books.Issue(ctx, journal.Request{By: clerk, Desk: office.Desk(Cesu), Key: "takings:book"}, o)
}

const (
	// network is the desk of reference facts.
	network = "NETWORK"
	// keyDays is how long the first key signs: beyond the year, into the time of the next one.
	keyDays = 730
)
