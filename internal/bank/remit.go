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
	Creditor regno.Number `json:"creditor"`
	Cents    money.Amount `json:"cents"`
}

// Waiting is money of a creditor that is not in the bank yet, in cents: in drawers, on its way in bags, and paid by card and not received from the bank.
type Waiting struct {
	Drawers, OnTheWay, Cards money.Amount
}

// Sum is all of it.
func (w Waiting) Sum() money.Amount { return w.Drawers + w.OnTheWay + w.Cards }

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
// up to and including the day and not passed on yet, and is in the bank. It returns faults for an account, day, sum or creditor that cannot be, "till.owed_less", and the conflict
// "bank.not_in_bank" for more than is in the bank, which a second person may decide (AskRemit).
func (s *Service) Remit(ctx context.Context, r journal.Request, in RemitIn) ([]RemittanceMade, error) {
	at, err := municipality(r.Desk)
	if err != nil {
		return nil, err
	}
	if in, err = in.read(); err != nil {
		return nil, err
	}
	made, _, err := journal.RecordAll(ctx, s.journal, r, []any{"remit", in}, func(tx *journal.Tx) ([]RemittanceMade, error) {
		return s.remitAll(ctx, tx, at, in, false)
	})
	return made, err
}

// read checks what needs no database.
func (in RemitIn) read() (RemitIn, error) {
	var err error
	if in.From, err = account(in.From, "from"); err != nil {
		return in, err
	}
	switch {
	case in.Through.IsZero():
		return in, fault.NewInvalid("till.day_missing").On("through")
	case len(in.Parts) == 0 || len(in.Parts) > MostRemitted:
		return in, fault.NewInvalid("till.creditors", "Max", MostRemitted).On("creditors")
	}
	seen := map[regno.Number]bool{}
	for _, p := range in.Parts {
		if p.Cents <= 0 || p.Cents > ledger.LargestPosting {
			return in, fault.NewInvalid("till.amount").On("creditors")
		}
		if seen[p.Creditor] {
			return in, fault.NewInvalid("till.creditor_repeated").On("creditors")
		}
		seen[p.Creditor] = true
	}
	return in, nil
}

// remitAll returns the remittances; early ones may be of money that is not in the bank.
func (s *Service) remitAll(ctx context.Context, tx *journal.Tx, at string, in RemitIn, early bool) ([]RemittanceMade, error) {
	if in.Through.After(s.today(tx)) {
		return nil, fault.NewInvalid("ledger.day_ahead", "Day", in.Through.Display()).On("through")
	}
	waiting, err := s.store.Waiting(ctx, tx, at, in.Through)
	if err != nil {
		return nil, err
	}
	var facts []RemittanceMade
	for _, p := range in.Parts {
		f, err := s.remit(ctx, tx, at, in, p)
		if err != nil {
			return nil, err
		}
		owed, err := s.store.OwedTo(ctx, tx, at, p.Creditor, in.Through)
		if err != nil {
			return nil, err
		}
		if inBank := max(owed-waiting[p.Creditor].Sum(), 0); !early && p.Cents > inBank {
			return nil, fault.NewConflict("bank.not_in_bank", "Creditor", string(p.Creditor), "Max", inBank).On("creditors")
		}
		facts = append(facts, f)
	}
	return facts, nil
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
		Remittance: tx.NewID(), Municipality: code, Day: s.today(tx), Creditor: p.Creditor, Through: in.Through, Cents: p.Cents, From: in.From, To: c.IBAN, Held: true,
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
	// Sent tells that the order was handed out, and Cancelled that it was taken back.
	Sent, Cancelled bool
}

// CreditorLine is what happened to the money of a creditor in a period, all positive or zero, in cents.
type CreditorLine struct {
	Creditor                     regno.Number
	Received, Returned, Remitted money.Amount
}
