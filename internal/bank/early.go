package bank

import (
	"context"
	"slices"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
)

// Early says why money is passed on before it is in the bank.
type Early string

// The reasons.
const (
	// BankLate when the bank has the money and its statement has not come.
	BankLate Early = "bank-late"
	// EndOfPeriod when the creditor must have it in this period.
	EndOfPeriod Early = "end-of-period"
	// OwnMoney when the municipality lays it out.
	OwnMoney Early = "own-money"
)

// EarlyReasons are all reasons, in the order in which screens show them.
var EarlyReasons = []Early{BankLate, EndOfPeriod, OwnMoney}

// Asked is a remittance of money that is not in the bank, as somebody asked for it.
type Asked struct {
	ID           id.ID
	Municipality string
	RemitIn
	Reason  Early
	By      string // staff id
	At      time.Time
	Decided bool
}

// AskRemit asks to pass on money that is not in the bank yet; nothing moves until a second person has decided. It returns the faults of Remit but the last, and "bank.early" for an
// unknown reason.
func (s *Service) AskRemit(ctx context.Context, r journal.Request, in RemitIn, why Early) (id.ID, error) {
	at, err := municipality(r.Desk)
	if err != nil {
		return id.ID{}, err
	}
	if in, err = in.read(); err != nil {
		return id.ID{}, err
	}
	if !slices.Contains(EarlyReasons, why) {
		return id.ID{}, fault.NewInvalid("bank.early").On("early")
	}
	facts, _, err := journal.RecordAll(ctx, s.journal, r, []any{"ask-remit", in, why}, func(tx *journal.Tx) ([]RemittanceAsked, error) {
		_, err := s.remitAll(ctx, tx, at, in, true)
		return []RemittanceAsked{{Asked: tx.NewID(), Municipality: at, From: in.From, Through: in.Through, Parts: in.Parts, Reason: why}}, err
	})
	if err != nil {
		return id.ID{}, err
	}
	return facts[0].Asked, nil
}

// DecideRemit says what a second person decided; what is approved is made at once, at most what is owed by then. It returns the faults "bank.asked_unknown", "till.other_office" and
// "bank.own_doubt" (forbidden) for whoever asked, the conflict "bank.doubt_decided", and those of Remit.
func (s *Service) DecideRemit(ctx context.Context, r journal.Request, asked id.ID, approved bool) error {
	_, err := s.journal.Do(ctx, r, []any{"decide-remit", asked, approved}, func(tx *journal.Tx) error {
		a, err := s.store.Asked(ctx, tx, asked)
		switch {
		case err != nil:
			return err
		case tx.Desk() != office.Desk(a.Municipality):
			return fault.NewForbidden("till.other_office")
		case a.By == tx.By().Who():
			return fault.NewForbidden("bank.own_doubt")
		case a.Decided:
			return fault.NewConflict("bank.doubt_decided")
		}
		if err := tx.Second(ctx, a.By); err != nil {
			return err
		}
		if err := tx.Record(ctx, RemittanceDecided{Asked: asked, Approved: approved}); err != nil || !approved {
			return err
		}
		made, err := s.remitAll(ctx, tx, a.Municipality, a.RemitIn, true)
		if err != nil {
			return err
		}
		for _, f := range made {
			if err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// Send notes that the order of these remittances was handed out for the bank; what was noted before stays. It returns the faults "bank.order_unknown" and, for one that was taken
// back, "bank.order_cancelled" (a conflict).
func (s *Service) Send(ctx context.Context, r journal.Request, remittances []id.ID) error {
	_, _, err := journal.RecordAll(ctx, s.journal, r, []any{"send", remittances}, func(tx *journal.Tx) ([]RemittanceSent, error) {
		var facts []RemittanceSent
		for _, one := range remittances {
			m, err := s.remittance(ctx, tx, one)
			if err != nil {
				return nil, err
			}
			if !m.Sent {
				facts = append(facts, RemittanceSent{Remittance: one})
			}
		}
		return facts, nil
	})
	return err
}

// Cancel takes the order of these remittances back. It returns the faults of Send, and "bank.order_sent" (a conflict) for one that was handed out.
func (s *Service) Cancel(ctx context.Context, r journal.Request, remittances []id.ID) error {
	_, _, err := journal.RecordAll(ctx, s.journal, r, []any{"cancel", remittances}, func(tx *journal.Tx) ([]RemittanceCancelled, error) {
		var facts []RemittanceCancelled
		for _, one := range remittances {
			m, err := s.remittance(ctx, tx, one)
			if err != nil {
				return nil, err
			}
			if m.Sent {
				return nil, fault.NewConflict("bank.order_sent")
			}
			f := RemittanceCancelled{Remittance: one, Municipality: m.Municipality, Creditor: m.Creditor, Cents: m.Cents, From: m.From}
			at := ledger.Place{Day: m.Day, Centre: office.Desk(m.Municipality), Municipality: m.Municipality}
			entry, err := s.dated(ctx, tx, at, []ledger.Posting{{Account: ledger.Creditor(m.Creditor), Cents: -m.Cents}, {Account: ledger.Bank(m.From), Cents: m.Cents}})
			if err != nil {
				return nil, err
			}
			f.Ledger = []ledger.Entry{entry}
			facts = append(facts, f)
		}
		return facts, nil
	})
	return err
}

// remittance returns one of the office that was not taken back. All of an office is written at its desk, which the transaction holds.
func (s *Service) remittance(ctx context.Context, tx *journal.Tx, one id.ID) (Remittance, error) {
	m, err := s.store.Remittance(ctx, tx, one)
	switch {
	case err != nil:
		return m, err
	case tx.Desk() != office.Desk(m.Municipality):
		return m, fault.NewNotFound("bank.order_unknown")
	case m.Cancelled:
		return m, fault.NewConflict("bank.order_cancelled")
	}
	return m, nil
}
