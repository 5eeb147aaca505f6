package bank

import (
	"context"
	"errors"
	"slices"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
)

// Doubt says why a match is thought to be wrong.
type Doubt string

// The doubts.
const (
	// OtherMoney when the line is other money, or another deposit.
	OtherMoney Doubt = "other-money"
	// BankCorrected when the bank has corrected or taken back what it booked.
	BankCorrected Doubt = "bank-corrected"
	// PressedWrong when somebody chose the wrong one.
	PressedWrong Doubt = "pressed-wrong"
)

// Doubts are all doubts, in the order in which screens show them.
var Doubts = []Doubt{OtherMoney, BankCorrected, PressedWrong}

// AsideWhy says why a line of a statement counts no more.
type AsideWhy string

// The reasons.
const (
	// LineCorrected when the bank has replaced it by another.
	LineCorrected AsideWhy = "corrected"
	// LineTwice when it was taken in twice.
	LineTwice AsideWhy = "twice"
	// LineReturned when the bank took it back by another line.
	LineReturned AsideWhy = "returned"
)

// AsideWhys are all reasons, in the order in which screens show them.
var AsideWhys = []AsideWhy{LineCorrected, LineTwice, LineReturned}

// Doubted is a match that somebody doubts.
type Doubted struct {
	ID           id.ID
	Municipality string
	IBAN         iban.IBAN
	Ref          string
	Deposit      id.ID // none for card payments
	Reason       Doubt
	By           string // staff id
	At           time.Time
	// Decided tells that a second person has looked.
	Decided bool
}

// DoubtMatch asks for the match of a line to be undone; nothing moves until a second person has looked (Undo). It returns the faults "till.bank_line_unknown", "bank.line_open" (a
// conflict) for a line that is matched with nothing, "bank.doubted" (a conflict) when somebody has asked already, and "till.other_office" (forbidden).
func (s *Service) DoubtMatch(ctx context.Context, r journal.Request, number iban.IBAN, ref string, why Doubt) (id.ID, error) {
	if !slices.Contains(Doubts, why) {
		return id.ID{}, fault.NewInvalid("bank.doubt").On("reason")
	}
	facts, _, err := journal.RecordAll(ctx, s.journal, r, []any{"doubt", number, ref, why}, func(tx *journal.Tx) ([]MatchDoubted, error) {
		l, err := s.line(ctx, tx, number, ref)
		switch {
		case err != nil:
			return nil, err
		case l.Deposit.IsZero() && !l.Cards:
			return nil, fault.NewConflict("bank.line_open").On("ref")
		case l.Doubted:
			return nil, fault.NewConflict("bank.doubted").On("ref")
		}
		f := MatchDoubted{Doubt: tx.NewID(), Municipality: l.Municipality, IBAN: l.IBAN, Ref: l.Ref, Reason: why}
		if !l.Deposit.IsZero() {
			f.Deposit = &l.Deposit
		}
		return []MatchDoubted{f}, nil
	})
	if err != nil {
		return id.ID{}, err
	}
	return facts[0].Doubt, nil
}

// Undo says what a second person found: the match was wrong, and is open again, or it stands. It returns the faults "bank.doubt_unknown" and "bank.own_doubt" (forbidden) for whoever
// asked, and the conflicts "bank.doubt_decided" and "bank.line_open".
func (s *Service) Undo(ctx context.Context, r journal.Request, doubt id.ID, wrong bool) error {
	_, err := s.journal.Do(ctx, r, []any{"undo", doubt, wrong}, func(tx *journal.Tx) error {
		d, err := s.store.Doubt(ctx, tx, doubt)
		if err != nil {
			return err
		}
		l, err := s.line(ctx, tx, d.IBAN, d.Ref)
		switch {
		case err != nil:
			return err
		case d.By == tx.By().Who():
			return fault.NewForbidden("bank.own_doubt")
		}
		if err := tx.Second(ctx, d.By); err != nil {
			return err
		}
		if d, err = s.store.Doubt(ctx, tx, doubt); err != nil { // as it is now that nobody else can change it
			return err
		}
		switch {
		case d.Decided:
			return fault.NewConflict("bank.doubt_decided")
		case !wrong:
			return tx.Record(ctx, DoubtDismissed{Doubt: doubt})
		case l.Deposit != d.Deposit || l.Deposit.IsZero() && !l.Cards:
			return fault.NewConflict("bank.line_open")
		}
		f, _, err := s.undo(ctx, tx, l, l.Day)
		if err != nil {
			return err
		}
		f.Doubt = &doubt
		return tx.Record(ctx, f)
	})
	return err
}

// SetAside says that a line of a statement that is matched with nothing counts no more. It returns the faults "till.bank_line_unknown", "bank.aside" for an unknown reason,
// "till.bank_line_used" (a conflict) and "till.other_office" (forbidden).
func (s *Service) SetAside(ctx context.Context, r journal.Request, number iban.IBAN, ref string, why AsideWhy) error {
	if !slices.Contains(AsideWhys, why) {
		return fault.NewInvalid("bank.aside").On("reason")
	}
	_, _, err := journal.RecordAll(ctx, s.journal, r, []any{"aside", number, ref, why}, func(tx *journal.Tx) ([]LineSetAside, error) {
		l, err := s.line(ctx, tx, number, ref)
		if err == nil && l.Used() {
			err = fault.NewConflict("till.bank_line_used").On("ref")
		}
		return []LineSetAside{{Municipality: l.Municipality, IBAN: l.IBAN, Ref: l.Ref, Reason: why}}, err
	})
	return err
}

// line returns a line of the office and holds its account.
func (s *Service) line(ctx context.Context, tx *journal.Tx, number iban.IBAN, ref string) (Line, error) {
	office, err := municipality(tx.Desk())
	if err != nil {
		return Line{}, err
	}
	if number, err = account(number, "iban"); err != nil {
		return Line{}, err
	}
	if err := lockAccount(ctx, tx, number); err != nil {
		return Line{}, err
	}
	l, ok, err := s.store.Line(ctx, tx, number, ref)
	switch {
	case err != nil:
		return l, err
	case !ok:
		return l, fault.NewNotFound("till.bank_line_unknown").On("ref")
	case l.Municipality != office:
		return l, fault.NewForbidden("till.other_office")
	}
	return l, nil
}

// cardsBack returns the entries that undo a settlement of card payments: those of its line, with the other sign.
func (s *Service) cardsBack(ctx context.Context, tx *journal.Tx, l Line, day civil.Date) ([]ledger.Entry, error) {
	desk, number, err := s.store.Settlement(ctx, tx, l.IBAN, l.Ref)
	if err != nil {
		return nil, err
	}
	lines, err := s.journal.Lines(ctx, tx, desk, number-1, 1)
	if err != nil {
		return nil, err
	}
	for _, e := range lines {
		if f, ok := e.Fact.(CardSettled); ok && e.Number == number {
			return s.against(ctx, tx, f.Ledger, day)
		}
	}
	return nil, errors.New("bank: a settlement of card payments has no line")
}
