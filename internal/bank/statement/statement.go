// Package statement reads what a bank says happened in an account: ISO 20022 camt.053 (versions 001.02 and 001.08; others of the family
// say the same with the same names) and FiDAViSta, the Latvian banks' own format. It knows no database.
//
// Rules:
//   - Elements are known by their local names: the namespace of FiDAViSta differs from bank to bank, and the prefix is anybody's choice.
//   - A file is read as a whole or not at all. What is in doubt is refused, because money is matched by it: an amount that could mean
//     two things, a file that ends too early, lines and balances that contradict each other, the same line twice.
//   - Only what is booked counts, and a line is what the account saw: a batch is one line with its sum.
//   - A line read again, from whatever file of the same account and format, has the same Ref.
//   - Text and Counterpart can name a person. They serve to match a line and are never stored in a journal.
package statement

import (
	"io"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
)

// Format says in which format a statement was written.
type Format string

// The formats.
const (
	// Camt053 is ISO 20022 camt.053, "bank to customer statement".
	Camt053 Format = "camt.053"
	// FiDAViSta is the format of the Latvian banks.
	FiDAViSta Format = "fidavista"
)

// Statement is what happened in one account in a period.
type Statement struct {
	Format Format
	// ID is the bank's name of the statement; FiDAViSta has none, so it is made of account and period.
	ID   string
	IBAN iban.IBAN
	// From and To are the first and the last day; when the file does not name them, those of its balances and lines. They are no
	// date for a statement without all of these.
	From, To civil.Date
	// Opening and Closing are the balances in cents, negative for an overdrawn account. HasBalances tells whether both are known;
	// then Opening and all Lines add up to Closing.
	Opening, Closing money.Amount
	HasBalances      bool
	// Lines stand in the order of the file.
	Lines []Line
}

// Line is one booked entry of an account.
type Line struct {
	// Ref tells the line from all others of its account: the bank's own reference, the day and the amount as the bank states it,
	// such as 2026050400012345/2026-05-04/120.00. A bank gives a payment and its fee one reference, so the reference alone would not do.
	// Without a reference of the bank a digest of the contents stands behind the amount. It has at most MostRef bytes.
	Ref    string
	Booked civil.Date
	// Cents is positive for money into the account and negative for money out of it.
	Cents money.Amount
	// Text is what the payer or the bank wrote, in one line of at most MostText characters. It may hold names: for matching only, never
	// for a journal.
	Text string
	// Reference is the structured creditor reference (RF), or one that stands in the text, or the payer's end-to-end or document number;
	// for a batch it is the id that our own order gave it.
	Reference string
	// Counterpart is the account on the other side where the bank names it as an IBAN. It may be a person's: never for a journal.
	Counterpart iban.IBAN
}

const (
	// MostBytes is the largest file.
	MostBytes = 20 << 20
	// MostLines is the largest number of entries in a file, pending ones included.
	MostLines = 100_000
	// MostText bounds the text of a line in characters.
	MostText = 1000
	// MostRef bounds a Ref in bytes.
	MostRef = 200
)

// Read reads a file with one or more statements. It returns a fault of the area "statement" on the field "file" for whatever is no such file
// or is in doubt, and another error only when r fails.
func Read(r io.Reader) ([]Statement, error) {
	f := open(r)
	if err := f.read(); err != nil {
		return nil, f.explain(err)
	}
	var all []Statement
	lines := newKnown()
	for _, d := range f.drafts {
		s, kept, err := d.finish(lines)
		if err != nil {
			return nil, err
		}
		if kept {
			all = append(all, s)
		}
	}
	switch {
	case len(f.drafts) == 0:
		return nil, invalid("statement.unknown_format")
	case len(all) == 0:
		return nil, otherCurrency(f.drafts[0].currency)
	}
	return all, nil
}

// invalid is what is wrong with the file.
func invalid(key string, args ...any) *fault.Fault { return fault.NewInvalid(key, args...).On("file") }
