// Package statement reads what a bank says happened in an account: ISO 20022 camt.053 (versions 001.02 and 001.08; others of the family
// say the same with the same names) and FiDAViSta, the Latvian banks' own format. It knows no database.
//
// Rules:
//   - Elements are known by their local names: the namespace of FiDAViSta differs from bank to bank, and the prefix is anybody's choice.
//   - A file is read as a whole or not at all. What is in doubt is refused, because money is matched by it: an amount that could mean
//     two things, a file that ends too early, lines and balances that contradict each other.
//   - What is clear and does not belong here (nothing moved, another currency) is set aside by name, and the rest is read.
//   - What a bank leaves out of its entries (direction, status, day) is taken from their transactions, or from the statement as a whole where its balances prove it.
//   - Only what is booked counts, and a line is what the account saw: a batch is one line with its sum.
//   - A line is known by its place in the chain of balances; its Ref is only what people call it.
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
	// Opening and Closing are the balances in cents, negative for an overdrawn account. HasBalances tells whether the bank states both;
	// Placed tells whether they are known, stated or counted from the other one. Then Opening and all Lines add up to Closing.
	Opening, Closing    money.Amount
	HasBalances, Placed bool
	// Unclear tells that there are reversals of which nobody can tell which took money in and which took it out.
	Unclear bool
	// Lines stand in the order of the file.
	Lines []Line
	// Aside are the entries that were not taken as lines.
	Aside []Aside
}

// File is what a file holds.
type File struct {
	// Statements are those of accounts in euro, in the order of the file.
	Statements []Statement
	// Aside are the accounts, or parts of accounts, in another currency.
	Aside []Aside
}

// Why says why something was set aside.
type Why string

// The reasons.
const (
	// NothingMoved is an entry of 0.00.
	NothingMoved Why = "zero"
	// OtherCurrency is an entry, or an account, in another currency than euro.
	OtherCurrency Why = "currency"
)

// Aside is something of a file that was not taken, as the accountant is told.
type Aside struct {
	Why Why
	// Entry is its place in the file, from 1; an account has none.
	Entry int
	Day   civil.Date
	// Amount is the sum as a text with two decimals, and Account the number of an account.
	Amount, Currency, Account string
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
	// Reversal marks a line that takes another one back (storno).
	Reversal bool
}

const (
	// MostBytes is the largest file.
	MostBytes = 128 << 20
	// MostLines is the largest number of entries in a file, pending ones included.
	MostLines = 100_000
	// MostText bounds the text of a line in characters.
	MostText = 1000
	// MostRef bounds a Ref in bytes.
	MostRef = 200
)

// Read reads a file with one or more statements. It returns a fault of the area "statement" on the field "file" for whatever is no such file
// or is in doubt, and another error only when r fails.
func Read(r io.Reader) (File, error) { return readWithin(r, MostBytes) }

// readWithin is Read for a file of at most so many bytes.
func readWithin(r io.Reader, most int) (File, error) {
	f, err := open(r, most)
	if err != nil {
		return File{}, err
	}
	if err := f.read(); err != nil {
		return File{}, f.explain(err)
	}
	joinPages(f.drafts)
	var all File
	for _, d := range f.drafts {
		s, kept, err := d.finish()
		if err != nil {
			return File{}, err
		}
		if kept {
			all.Statements = append(all.Statements, s)
			continue
		}
		if len(d.entries)+len(d.Aside) > 0 || d.before != nil && d.before.cents != 0 {
			all.Aside = append(all.Aside, Aside{Why: OtherCurrency, Account: tidy(longestID, d.account), Currency: tidy(len(euro), d.currency)})
		}
	}
	switch {
	case len(f.drafts) == 0:
		return File{}, invalid("statement.unknown_format")
	case len(all.Statements) == 0:
		return File{}, otherCurrency(f.drafts[0].currency)
	}
	return all, nil
}

// invalid is what is wrong with the file.
func invalid(key string, args ...any) *fault.Fault { return fault.NewInvalid(key, args...).On("file") }
