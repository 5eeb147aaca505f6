// Package bank is the way of money from the office to the bank and on to the creditors: deposits, statements of accounts, what both have in common,
// what card payments bring, and what is passed on.
//
// Rules:
//   - Everything is written at the office of a municipality (office.Desk). Money that was deposited is in transit until the bank says that it has it.
//   - A line of a statement is known by its place in the chain of balances of its account (package chain), and is taken in once, however often its file comes. A file is taken in
//     whole or not at all, and only of accounts that somebody has confirmed to be those of the municipality.
//     The text of a line is looked at and never kept: it may name people.
//   - A deposit is matched by itself only on evidence: the line names its slip or a bag and has its sum; or, without a slip, it and the line are the only ones of this sum, of a day
//     on which the money had been taken. What is only likely is proposed, and a person decides. What the bank counted more or less goes to the account of differences of the desk
//     whose bag was deposited first, and waits for an explanation.
//   - What the bank takes back (storno) is open again. A match that was wrong is undone by two people: one doubts it, another looks.
//   - An entry is dated with the day of the bank; when that period is closed by now, with today.
//   - Card payments are settled the oldest first, to the cent; what is left stays open.
//   - A creditor gets at most what was taken for it and not passed on yet, to the account that is registered for it; and only what is in the bank, unless a second person decides.
//     What is not there yet are the latest takings of a desk: as much as its drawer, its bags and its card terminal hold.
//   - An order can be taken back until it is handed out.
package bank

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// store is what the rules read. Every method reads through r, so that a rule sees its own transaction.
type store interface {
	// Deposit returns a deposit with its bags, or the fault "till.deposit_unknown".
	Deposit(ctx context.Context, r journal.Reader, deposit id.ID) (Deposit, error)
	// OpenDeposits returns the deposits of a municipality that no line of the account is matched with yet, in the order of their days.
	OpenDeposits(ctx context.Context, r journal.Reader, municipality string, account iban.IBAN) ([]Deposit, error)
	// SlipUsed tells whether a deposit of the municipality has the number of the slip.
	SlipUsed(ctx context.Context, r journal.Reader, municipality, slip string) (bool, error)
	// Line returns a line of a statement, and whether there is one.
	Line(ctx context.Context, r journal.Reader, account iban.IBAN, ref string) (Line, bool, error)
	// AccountLines returns the lines of an account in a period, in the order in which they were taken in.
	AccountLines(ctx context.Context, r journal.Reader, account iban.IBAN, over civil.Period) ([]Line, error)
	// AccountOf tells whether the municipality has used an account or confirmed that it is its own, and whether another municipality takes its lines in.
	AccountOf(ctx context.Context, r journal.Reader, municipality string, account iban.IBAN) (ours, elsewhere bool, err error)
	// Settlement returns where the line is that settled card payments with a line of a statement.
	Settlement(ctx context.Context, r journal.Reader, account iban.IBAN, ref string) (desk string, number int64, err error)
	// Doubt returns a match that was doubted, or the fault "bank.doubt_unknown".
	Doubt(ctx context.Context, r journal.Reader, doubt id.ID) (Doubted, error)
	// CardTakings returns what card terminals of a municipality have taken and the bank has not paid yet, the oldest first.
	CardTakings(ctx context.Context, r journal.Reader, municipality string) ([]CardTaking, error)
	// OwedTo returns what was taken for a creditor up to and including a day and not passed on yet, in cents.
	OwedTo(ctx context.Context, r journal.Reader, municipality string, creditor regno.Number, through civil.Date) (money.Amount, error)
	// Waiting returns what of the takings up to and including a day is not in the bank yet, by the creditor.
	Waiting(ctx context.Context, r journal.Reader, municipality string, through civil.Date) (map[regno.Number]Waiting, error)
	// Remittance returns one, or the fault "bank.order_unknown", and Asked what somebody asked for, or "bank.asked_unknown".
	Remittance(ctx context.Context, r journal.Reader, remittance id.ID) (Remittance, error)
	Asked(ctx context.Context, r journal.Reader, asked id.ID) (Asked, error)
}

// bags knows what was packed and taken; a bag that nobody has packed has the state till.NoBag.
type bags interface {
	Bag(ctx context.Context, r journal.Reader, code string) (till.Bag, error)
}

// admitter says whether entries may be posted; ledger.Service is one.
type admitter interface {
	Admit(ctx context.Context, tx *journal.Tx, entries ...ledger.Entry) error
}

// creditors knows the accounts of creditors; an unknown creditor is a fault.
type creditors interface {
	Creditor(ctx context.Context, r journal.Reader, number regno.Number) (bill.Creditor, error)
}

// Config is what the bank side is made of.
type Config struct {
	Journal   *journal.Journal
	Store     store
	Bags      bags
	Ledger    admitter
	Creditors creditors
	// Zone tells which day it is.
	Zone *time.Location
}

// Service brings money to the bank and on to the creditors.
type Service struct {
	journal   *journal.Journal
	store     store
	bags      bags
	ledger    admitter
	creditors creditors
	zone      *time.Location
}

// New returns the service.
func New(c Config) *Service {
	return &Service{journal: c.Journal, store: c.Store, bags: c.Bags, ledger: c.Ledger, creditors: c.Creditors, zone: c.Zone}
}

// today returns the local day of the transaction.
func (s *Service) today(tx *journal.Tx) civil.Date { return civil.In(tx.Now(), s.zone) }

// lockAccount holds an account of a bank, so that a line of its statements has one effect.
func lockAccount(ctx context.Context, tx *journal.Tx, account iban.IBAN) error {
	return tx.Lock(ctx, "bank:"+string(account))
}

// dated returns the entry of these postings on the day, or on today when the period of that day is closed.
func (s *Service) dated(ctx context.Context, tx *journal.Tx, at ledger.Place, postings []ledger.Posting) (ledger.Entry, error) {
	entry, err := ledger.NewEntry(at, postings...)
	if err != nil {
		return entry, err
	}
	err = s.ledger.Admit(ctx, tx, entry)
	if f := fault.First(err); f == nil || f.Key != "ledger.period_closed" {
		return entry, err
	}
	at.Day = s.today(tx)
	if entry, err = ledger.NewEntry(at, postings...); err != nil {
		return entry, err
	}
	return entry, s.ledger.Admit(ctx, tx, entry)
}

// municipality returns whose office a desk is. It returns the fault "till.not_office" for any other desk.
func municipality(desk string) (string, error) {
	code, ok := office.Municipality(desk)
	if !ok {
		return "", fault.NewForbidden("till.not_office")
	}
	return code, nil
}

// account reads the number of an account. It returns a fault on the field for text that is none.
func account(number iban.IBAN, field string) (iban.IBAN, error) {
	read, err := iban.Parse(string(number))
	if err != nil {
		return "", fault.NewInvalid("till.iban").On(field)
	}
	return read, nil
}
