package bill

import (
	"context"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/platform/journal"
)

// store is what the rules read, and where payers and links are kept. Every method goes through r or tx, so that a rule sees its own transaction.
type store interface {
	finder
	// Creditor returns a creditor, or the fault "bill.creditor_unknown".
	Creditor(ctx context.Context, r journal.Reader, number regno.Number) (Creditor, error)
	// Numbered returns the bill of a creditor whose number is most alike, and how alike it is; Unlike when there is none.
	Numbered(ctx context.Context, r journal.Reader, creditor regno.Number, number string) (Bill, Likeness, error)
	// Outside returns what is known of a payment elsewhere by its reference, and whether there is one.
	Outside(ctx context.Context, r journal.Reader, bill id.ID, reference string) (Known, bool, error)
	// Limits returns what of bills is believed, by day.
	Limits(ctx context.Context, r journal.Reader) ([]Limits, error)
	// Bill returns a bill, or the fault "bill.unknown".
	Bill(ctx context.Context, r journal.Reader, bill id.ID) (Bill, error)
	// SetPayer keeps the payer of a bill, in place of an earlier one; the zero value erases it, and one who was erased stays so.
	SetPayer(ctx context.Context, tx *journal.Tx, of PayerOf, payer Payer) error
	// Erase erases the payer of a bill, and keeps his name from coming back with it, or with person with any bill.
	Erase(ctx context.Context, tx *journal.Tx, of PayerOf, person bool) error
	// MovePayer lets the payer of a bill be found in its municipality, which was another one.
	MovePayer(ctx context.Context, tx *journal.Tx, of PayerOf) error
	// SaveLink keeps how the system of a creditor is reached, in place of an earlier way; without a lookup and a notify address it is forgotten.
	SaveLink(ctx context.Context, tx *journal.Tx, l Link) error
	// Links returns how the systems of creditors are reached, by number.
	Links(ctx context.Context, r journal.Reader) ([]Link, error)
	// LateFees returns all rates, by kind and day.
	LateFees(ctx context.Context, r journal.Reader) ([]LateFee, error)
}

// PayerOf says of which bill a payer is.
type PayerOf struct {
	Bill     id.ID
	Creditor regno.Number
	Number   string
	// Municipality is that of the bill, and Was that of before, "" for none; a payer is found in his municipality.
	Municipality, Was string
}

// Runner is a transaction, of a journal or of a database.
type Runner interface {
	Run(ctx context.Context, what, query string, args ...any) error
}

// Erased erases what others keep of the payers of bills, in the transaction in which they are erased.
type Erased func(ctx context.Context, tx Runner, bills []id.ID) error

// finder looks bills up. An answer holds the newest bills, at most MostFound unless something else is said.
type finder interface {
	// Keyed returns the bills that have the key: a number, a reference or a structured reference after Key.
	Keyed(ctx context.Context, r journal.Reader, key string) ([]Bill, error)
	// Named returns the bills whose payer's name begins so, after Fold, at any of its words.
	Named(ctx context.Context, r journal.Reader, name string) ([]Bill, error)
	// Worded returns the bills whose payers have all these words (Payer.Has), as far as one that is no number stands among the first of name or address.
	Worded(ctx context.Context, r journal.Reader, words []string) ([]Bill, error)
	// Short returns the bills whose payer's name begins with these whole words, after Fold, at any of its words, at most so many.
	Short(ctx context.Context, r journal.Reader, words string, most int) ([]InName, error)
	// Namesakes returns the bills whose payer has exactly this name, after Fold, the newest first, at most MostNamesakes.
	Namesakes(ctx context.Context, r journal.Reader, name string) ([]InName, error)
	// Bills returns the bills that are there, the newest first.
	Bills(ctx context.Context, r journal.Reader, bills []id.ID) ([]Bill, error)
	// Payers returns the payers of the bills, in their order; an erased one is the zero value.
	Payers(ctx context.Context, r journal.Reader, bills []Bill) ([]Payer, error)
}
