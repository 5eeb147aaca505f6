package bank

import (
	"context"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
)

// MostRemitted bounds how many creditors get money by one request.
const MostRemitted = 200

// Owing is what a creditor is to get.
type Owing struct {
	Creditor regno.Number
	Cents    money.Amount
}

// RemitIn says what is passed on.
type RemitIn struct {
	// From is the account from which it is paid.
	From iban.IBAN
	// Through is the last day whose takings are passed on.
	Through civil.Date
	// Parts are what each creditor gets.
	Parts []Owing
}

// Remit notes at the office what is passed on to creditors, each to the account that is registered for it. A creditor gets at most what was taken for it in the municipality
// up to and including the day and not passed on yet. It returns faults for an account, day, sum or creditor that cannot be, and "till.owed_less".
func (s *Service) Remit(ctx context.Context, r journal.Request, in RemitIn) ([]RemittanceMade, error) {
	at, err := municipality(r.Desk)
	if err != nil {
		return nil, err
	}
	if in.From, err = account(in.From, "from"); err != nil {
		return nil, err
	}
	switch {
	case in.Through.IsZero():
		return nil, fault.NewInvalid("till.day_missing").On("through")
	case len(in.Parts) == 0 || len(in.Parts) > MostRemitted:
		return nil, fault.NewInvalid("till.creditors", "Max", MostRemitted).On("creditors")
	}
	seen := map[regno.Number]bool{}
	for _, p := range in.Parts {
		if p.Cents <= 0 || p.Cents > ledger.LargestPosting {
			return nil, fault.NewInvalid("till.amount").On("creditors")
		}
		if seen[p.Creditor] {
			return nil, fault.NewInvalid("till.creditor_repeated").On("creditors")
		}
		seen[p.Creditor] = true
	}
	made, _, err := journal.RecordAll(ctx, s.journal, r, []any{"remit", in}, func(tx *journal.Tx) ([]RemittanceMade, error) {
		if in.Through.After(s.today(tx)) {
			return nil, fault.NewInvalid("ledger.day_ahead", "Day", in.Through.Display()).On("through")
		}
		var facts []RemittanceMade
		for _, p := range in.Parts {
			f, err := s.remit(ctx, tx, at, in, p)
			if err != nil {
				return nil, err
			}
			facts = append(facts, f)
		}
		return facts, nil
	})
	return made, err
}

func (s *Service) remit(ctx context.Context, tx *journal.Tx, code string, in RemitIn, p Owing) (RemittanceMade, error) {
	c, err := s.creditors.Creditor(ctx, tx, p.Creditor)
	if err != nil {
		return RemittanceMade{}, err
	}
	owed, err := s.store.OwedTo(ctx, tx, code, p.Creditor, in.Through)
	if err != nil {
		return RemittanceMade{}, err
	}
	if p.Cents > owed {
		return RemittanceMade{}, fault.NewInvalid("till.owed_less", "Creditor", c.Name, "Max", owed).On("creditors")
	}
	f := RemittanceMade{
		Remittance: tx.NewID(), Municipality: code, Day: s.today(tx), Creditor: p.Creditor, Through: in.Through, Cents: p.Cents, From: in.From, To: c.IBAN,
	}
	at := ledger.Place{Day: f.Day, Centre: office.Desk(code), Municipality: code}
	entry, err := ledger.NewEntry(at, ledger.Posting{Account: ledger.Creditor(p.Creditor), Cents: p.Cents}, ledger.Posting{Account: ledger.Bank(in.From), Cents: -p.Cents})
	if err != nil {
		return f, err
	}
	f.Ledger = []ledger.Entry{entry}
	return f, s.ledger.Admit(ctx, tx, entry)
}

// Remittance is what was passed on to a creditor.
type Remittance struct {
	ID           id.ID
	Municipality string
	Day          civil.Date
	Creditor     regno.Number
	Through      civil.Date
	Cents        money.Amount
	From, To     iban.IBAN
	By           string // staff id
}

// CreditorLine is what happened to the money of a creditor in a period, all positive or zero, in cents.
type CreditorLine struct {
	Creditor                     regno.Number
	Received, Returned, Remitted money.Amount
}
