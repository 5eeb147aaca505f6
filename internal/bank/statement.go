package bank

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	// MostLines bounds one import.
	MostLines = statement.MostLines
	// linesOfFact is how many lines stand in one line of the journal; a longer statement makes several.
	linesOfFact = 500
	// nearby is within how many days of a deposit a line of the same sum may be it, whenever its shift began.
	nearby = 10
	// longestRef bounds a reference, in bytes.
	longestRef = statement.MostRef
	// markBytes is how much of the digest of a text is kept: enough to tell two texts apart, too little to find a name by trying.
	markBytes = 2
)

// StatementIn is what a bank says about an account, as a file holds it.
type StatementIn struct {
	IBAN iban.IBAN
	// Lines stand in the order of the file.
	Lines []LineIn
	// Opening is the balance before the first line, in cents, where Placed tells that it is known; then every line has a place in the chain of balances.
	Opening money.Amount
	Placed  bool
	Format  statement.Format
	// Unclear tells that nobody knows which of its reversals took money in.
	Unclear bool
}

// LineIn is one line of a statement, as a file holds it.
type LineIn struct {
	// Ref is what the bank calls it, see statement.Line.
	Ref string
	// Day is when the bank booked it.
	Day civil.Date
	// Cents came in (positive) or went out (negative).
	Cents money.Amount
	// Text is what the bank says about it; it is looked at and never kept.
	Text string
	// Reversal marks a line that takes another one back.
	Reversal bool
}

// mark tells two texts apart.
func (l LineIn) mark() string {
	if l.Text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(l.Text))
	return hex.EncodeToString(sum[:markBytes])
}

// Lines returns a statement that was read from a file as TakeIn takes it.
func Lines(s statement.Statement) StatementIn {
	in := StatementIn{IBAN: s.IBAN, Opening: s.Opening, Placed: s.Placed, Format: s.Format, Unclear: s.Unclear}
	for _, l := range s.Lines {
		in.Lines = append(in.Lines, LineIn{Ref: l.Ref, Day: l.Booked, Cents: l.Cents, Text: strings.TrimSpace(l.Text + " " + l.Reference), Reversal: l.Reversal})
	}
	return in
}

// FileIn is what is taken in together or not at all.
type FileIn struct {
	Statements []StatementIn
	// Ours are accounts that somebody has just confirmed to be those of the municipality.
	Ours []iban.IBAN
}

// Imported is what came of an import.
type Imported struct {
	// New lines were taken in, Known ones had come before, Matched are the new ones that belong to a deposit, and Returned those by which the bank took another line back.
	New, Known, Matched, Returned int
	// Reordered tells that known lines stood in another order, Unproven how many lines without a place were recognised by their contents alone.
	Reordered bool
	Unproven  int
	// Later are lines that the bank books on days to come, the first of which is LaterDay; they were not taken in.
	Later    int
	LaterDay civil.Date
}

// Line is a line of a statement as it is kept.
type Line struct {
	IBAN         iban.IBAN
	Ref          string
	Municipality string
	Day          civil.Date
	Cents        money.Amount
	// Before is the balance before the line, where Placed tells that it is known.
	Before money.Amount
	Placed bool
	Mark   string
	Format statement.Format
	// Reversal marks a line that takes another one back; Returned is the other line of such a pair, in both.
	Reversal bool
	Returned string
	// Aside says why the line counts no more, or "".
	Aside AsideWhy
	// Deposit is what it is matched with, if anything; Cards is set when it settled card payments.
	Deposit id.ID
	Cards   bool
	// Likely are deposits that it may be, and Doubted tells that somebody thinks its match wrong.
	Likely  []id.ID
	Doubted bool
}

// Used tells whether the line is matched with something, was taken back or is set aside.
func (l Line) Used() bool { return !l.Deposit.IsZero() || l.Cards || l.Returned != "" || l.Aside != "" }

// Import takes the lines of one statement in, as TakeIn does, of an account that is known to be the municipality's.
func (s *Service) Import(ctx context.Context, r journal.Request, in StatementIn) (Imported, error) {
	return s.TakeIn(ctx, r, FileIn{Statements: []StatementIn{in}, Ours: []iban.IBAN{in.IBAN}})
}

// TakeIn takes the statements of a file in at the office: all of it or, when it returns a fault, nothing. Lines that came before are left out, so a file that comes again writes
// nothing. What belongs to a deposit without doubt is matched with it and posted; what the bank takes back is open again. It returns faults for an account or line that cannot be,
// "bank.account_unknown" (a conflict) for accounts that nobody has confirmed, "bank.account_elsewhere" for one of another municipality, and "till.bank_line_changed" for a known
// line with another sum or day.
func (s *Service) TakeIn(ctx context.Context, r journal.Request, in FileIn) (Imported, error) {
	office, err := municipality(r.Desk)
	if err != nil {
		return Imported{}, err
	}
	if in, err = in.read(); err != nil {
		return Imported{}, err
	}
	var done Imported
	posted, err := s.journal.Do(ctx, r, []any{"import", in}, func(tx *journal.Tx) error {
		taking := taking{s: s, tx: tx, office: office, in: in}
		if err := taking.all(ctx); err != nil {
			return err
		}
		done = taking.done
		return nil
	})
	if err != nil {
		return Imported{}, err
	}
	fresh := Imported{Reordered: done.Reordered, Unproven: done.Unproven, Later: done.Later, LaterDay: done.LaterDay}
	for _, e := range posted.Entries {
		if f, ok := e.Fact.(StatementImported); ok {
			fresh.add(f)
		}
	}
	fresh.Known = in.count() - fresh.New - fresh.Later
	return fresh, nil
}

// add counts the lines of a fact.
func (i *Imported) add(f StatementImported) {
	i.New += len(f.Lines)
	i.Reordered = i.Reordered || f.Reordered
	for _, l := range f.Lines {
		if l.Deposit != nil {
			i.Matched++
		}
		if l.Returns != "" {
			i.Returned++
		}
	}
}

func (in FileIn) count() int {
	n := 0
	for _, s := range in.Statements {
		n += len(s.Lines)
	}
	return n
}

// read checks the lines of all statements before anything is stored.
func (in FileIn) read() (FileIn, error) {
	if n := in.count(); n == 0 || n > MostLines {
		return in, fault.NewInvalid("till.statement", "Max", MostLines).On("lines")
	}
	out := FileIn{Ours: in.Ours}
	for _, s := range in.Statements {
		var err error
		if s.IBAN, err = account(s.IBAN, "iban"); err != nil {
			return in, err
		}
		if err := s.check(); err != nil {
			return in, err
		}
		if len(s.Lines) > 0 {
			out.Statements = append(out.Statements, s)
		}
	}
	return out, nil
}

func (in StatementIn) check() error {
	first := map[string]LineIn{}
	for _, l := range in.Lines {
		switch {
		case !isRef(l.Ref):
			return fault.NewInvalid("till.bank_ref", "Max", longestRef).On("lines")
		case l.Day.IsZero():
			return fault.NewInvalid("till.day_missing").On("lines")
		case l.Cents == 0 || l.Cents > ledger.LargestPosting || l.Cents < -ledger.LargestPosting:
			return fault.NewInvalid("till.amount").On("lines")
		}
		if before, again := first[l.Ref]; again && (before.Day != l.Day || before.Cents != l.Cents) {
			return fault.NewInvalid("till.bank_line_changed", "Ref", l.Ref).On("lines")
		}
		first[l.Ref] = l
	}
	return nil
}

// isRef tells whether the text can be the reference of a bank: one line of visible text, not too long.
func isRef(text string) bool {
	return text != "" && len(text) <= longestRef && utf8.ValidString(text) && strings.TrimSpace(text) == text &&
		strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}
