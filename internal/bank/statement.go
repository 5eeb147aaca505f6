package bank

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/bank/statement"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
)

const (
	// MostLines bounds one import; whoever has a longer statement imports it in pieces.
	MostLines = 20_000
	// linesOfFact is how many lines stand in one line of the journal; a longer statement makes several.
	linesOfFact = 500
	// nearby is within how many days a deposit and a line of the same sum belong together.
	nearby = 10
	// longestRef bounds a reference, in bytes.
	longestRef = statement.MostRef
)

// StatementIn is what a bank says about an account, as a file holds it.
type StatementIn struct {
	IBAN  iban.IBAN
	Lines []LineIn
}

// LineIn is one line of a statement, as a file holds it.
type LineIn struct {
	// Ref is the bank's own reference; within the account it is given once, for ever.
	Ref string
	// Day is when the bank booked it.
	Day civil.Date
	// Cents came in (positive) or went out (negative).
	Cents money.Amount
	// Text is what the bank says about it; it is looked at and never kept.
	Text string
}

// Lines returns a statement that was read from a file as Import takes it.
func Lines(s statement.Statement) StatementIn {
	in := StatementIn{IBAN: s.IBAN}
	for _, l := range s.Lines {
		in.Lines = append(in.Lines, LineIn{Ref: l.Ref, Day: l.Booked, Cents: l.Cents, Text: l.Text + " " + l.Reference})
	}
	return in
}

// Imported is what came of an import.
type Imported struct {
	// New lines were taken in, Known ones had come before, and Matched are the new ones that belong to a deposit.
	New, Known, Matched int
}

// Line is a line of a statement as it is kept.
type Line struct {
	IBAN         iban.IBAN
	Ref          string
	Municipality string
	Day          civil.Date
	Cents        money.Amount
	// Deposit is what it is matched with, if anything; Cards is set when it settled card payments.
	Deposit id.ID
	Cards   bool
}

// Used tells whether the line is matched with something.
func (l Line) Used() bool { return !l.Deposit.IsZero() || l.Cards }

// Import takes the lines of a statement in at the office; lines that came before are left out, so a file that comes again writes nothing. What belongs to a deposit
// without doubt is matched with it and posted. It returns faults for an account or line that cannot be, a day that has not come, and
// "till.bank_line_changed" for a known reference with another sum or day.
func (s *Service) Import(ctx context.Context, r journal.Request, in StatementIn) (Imported, error) {
	office, err := municipality(r.Desk)
	if err != nil {
		return Imported{}, err
	}
	lines, err := in.read()
	if err != nil {
		return Imported{}, err
	}
	in.IBAN, err = account(in.IBAN, "iban")
	if err != nil {
		return Imported{}, err
	}
	facts, _, err := journal.RecordAll(ctx, s.journal, r, []any{"import", in.IBAN, lines}, func(tx *journal.Tx) ([]StatementImported, error) {
		if err := lockAccount(ctx, tx, in.IBAN); err != nil {
			return nil, err
		}
		fresh, err := s.fresh(ctx, tx, in.IBAN, lines)
		if err != nil || len(fresh) == 0 {
			return nil, err
		}
		open, err := s.store.OpenDeposits(ctx, tx, office, in.IBAN)
		if err != nil {
			return nil, err
		}
		return s.said(ctx, tx, StatementImported{Municipality: office, IBAN: in.IBAN}, fresh, pair(fresh, open))
	})
	done := Imported{Known: len(in.Lines)}
	for _, f := range facts {
		done.New += len(f.Lines)
		for _, l := range f.Lines {
			if l.Deposit != nil {
				done.Matched++
			}
		}
	}
	done.Known -= done.New
	return done, err
}

// read checks the lines and returns them in the order of their days, each once.
func (in StatementIn) read() ([]LineIn, error) {
	if len(in.Lines) == 0 || len(in.Lines) > MostLines {
		return nil, fault.NewInvalid("till.statement", "Max", MostLines).On("lines")
	}
	lines := slices.Clone(in.Lines)
	slices.SortFunc(lines, func(a, b LineIn) int {
		return cmp.Or(a.Day.Compare(b.Day), strings.Compare(a.Ref, b.Ref), cmp.Compare(a.Cents, b.Cents), strings.Compare(a.Text, b.Text))
	})
	first := map[string]LineIn{}
	var kept []LineIn
	for _, l := range lines {
		switch {
		case !isRef(l.Ref):
			return nil, fault.NewInvalid("till.bank_ref", "Max", longestRef).On("lines")
		case l.Day.IsZero():
			return nil, fault.NewInvalid("till.day_missing").On("lines")
		case l.Cents == 0 || l.Cents > ledger.LargestPosting || l.Cents < -ledger.LargestPosting:
			return nil, fault.NewInvalid("till.amount").On("lines")
		}
		before, repeated := first[l.Ref]
		if repeated && (before.Day != l.Day || before.Cents != l.Cents) {
			return nil, fault.NewInvalid("till.bank_line_changed", "Ref", l.Ref).On("lines")
		}
		if !repeated {
			first[l.Ref] = l
			kept = append(kept, l)
		}
	}
	return kept, nil
}

// isRef tells whether the text can be the reference of a bank: one line of visible text, not too long.
func isRef(text string) bool {
	return text != "" && len(text) <= longestRef && utf8.ValidString(text) && strings.TrimSpace(text) == text &&
		strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// fresh returns the lines that have not come before.
func (s *Service) fresh(ctx context.Context, tx *journal.Tx, number iban.IBAN, lines []LineIn) ([]LineIn, error) {
	today := s.today(tx)
	var fresh []LineIn
	for _, l := range lines {
		known, ok, err := s.store.Line(ctx, tx, number, l.Ref)
		switch {
		case err != nil:
			return nil, err
		case l.Day.After(today):
			return nil, fault.NewInvalid("ledger.day_ahead", "Day", l.Day.Display()).On("lines")
		case ok && (known.Day != l.Day || known.Cents != l.Cents):
			return nil, fault.NewConflict("till.bank_line_changed", "Ref", l.Ref).On("lines")
		case !ok:
			fresh = append(fresh, l)
		}
	}
	return fresh, nil
}

// said returns the facts that hold the lines, with the entries of those that belong to a deposit.
func (s *Service) said(
	ctx context.Context, tx *journal.Tx, head StatementImported, lines []LineIn, pairs map[string]Deposit,
) ([]StatementImported, error) {
	var facts []StatementImported
	for chunk := range slices.Chunk(lines, linesOfFact) {
		f := head
		f.From, f.To = chunk[0].Day, chunk[len(chunk)-1].Day
		for _, l := range chunk {
			said := StatementLine{Ref: l.Ref, Day: l.Day, Cents: l.Cents}
			if d, ok := pairs[l.Ref]; ok {
				said.Deposit = &d.ID
				entries, err := s.arrived(ctx, tx, d, l.Day, l.Cents)
				if err != nil {
					return nil, err
				}
				f.Ledger = append(f.Ledger, entries...)
			}
			f.Lines = append(f.Lines, said)
		}
		facts = append(facts, f)
	}
	return facts, nil
}
