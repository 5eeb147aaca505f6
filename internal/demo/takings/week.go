package takings

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
)

// week is the cash that is on its way, and what the bank has not paid of the cards.
type week struct {
	bags  []packed
	cards money.Amount
}

// packed is one bag of the week.
type packed struct {
	desk, bag, seal string
	cents           money.Amount
}

// endsWeek tells whether cash is collected on the day: on Fridays.
func endsWeek(day civil.Date) bool { return day.Weekday() == time.Friday }

// collect brings the bags of the week to the bank: each is given and taken by two people; the bank books the deposit and the card payments on its
// statement, and at the end of a month the creditors get what is theirs.
func (w *week) collect(ctx context.Context, d *working) error {
	slices.SortFunc(w.bags, func(a, b packed) int { return strings.Compare(a.bag, b.bag) })
	var names []string
	var cents money.Amount
	for _, b := range w.bags {
		if err := d.Till.Give(ctx, journal.Request{By: clerk, Desk: b.desk, Key: d.key(b.desk, "give")}, b.bag, ""); err != nil {
			return fmt.Errorf("give %s: %w", b.bag, err)
		}
		if _, err := d.Till.Take(ctx, journal.Request{By: collector, Desk: office.Desk(Cesu), Key: d.key(b.desk, "collect")}, b.bag, b.seal); err != nil {
			return fmt.Errorf("collect %s: %w", b.bag, err)
		}
		names = append(names, b.bag)
		cents += b.cents
	}
	w.bags = nil
	in := bank.StatementIn{IBAN: Account}
	if len(names) > 0 {
		slip := "I" + strings.ReplaceAll(d.day.String(), "-", "")
		r := journal.Request{By: collector, Desk: office.Desk(Cesu), Key: d.key("office", "deposit")}
		if _, err := d.Bank.Deposit(ctx, r, bank.DepositIn{IBAN: Account, Bags: names, Slip: slip}); err != nil {
			return fmt.Errorf("deposit: %w", err)
		}
		in.Lines = append(in.Lines, bank.LineIn{Ref: slip, Day: d.day, Cents: cents, Text: "Skaidras naudas iemaksa " + slip})
	}
	settled := w.cardLine(d)
	if settled.Cents > 0 {
		in.Lines = append(in.Lines, settled)
	}
	atOffice := func(by string) journal.Request {
		return journal.Request{By: accountant, Desk: office.Desk(Cesu), Key: d.key("office", by)}
	}
	if len(in.Lines) > 0 {
		if _, err := d.Bank.Import(ctx, atOffice("statement"), in); err != nil {
			return fmt.Errorf("statement: %w", err)
		}
	}
	if settled.Cents > 0 {
		if _, err := d.Bank.SettleCards(ctx, atOffice("cards"), bank.SettleIn{IBAN: Account, Ref: settled.Ref}); err != nil {
			return fmt.Errorf("cards: %w", err)
		}
	}
	return w.passOn(ctx, d, atOffice)
}

// cardLine is the bank's line about the card payments of the week.
func (w *week) cardLine(d *working) bank.LineIn {
	cents := w.cards
	w.cards = 0
	return bank.LineIn{Ref: "K" + strings.ReplaceAll(d.day.String(), "-", ""), Day: d.day, Cents: cents, Text: "Karšu norēķini"}
}

// passOn gives the creditors what was taken for them, in the last week of each month.
func (w *week) passOn(ctx context.Context, d *working, atOffice func(string) journal.Request) error {
	if d.day.AddDays(7).Month() == d.day.Month() {
		return nil
	}
	var parts []bank.Owing
	for _, number := range Numbers() {
		if cents := d.owed[number]; cents > 0 {
			parts = append(parts, bank.Owing{Creditor: number, Cents: cents})
			d.owed[number] = 0
		}
	}
	if len(parts) == 0 {
		return nil
	}
	_, err := d.Bank.Remit(ctx, atOffice("remit"), bank.RemitIn{From: Account, Through: d.day, Parts: parts})
	return err
}
