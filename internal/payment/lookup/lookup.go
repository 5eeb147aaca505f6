// Package lookup finds the receipt that somebody holds, by what is printed on it: the check code that he reads out, or the code that a scanner reads.
//
// Rules:
//   - A check code follows from a signature, so it stands in no line and in no table of a line. What is kept of it is an index in the side store, which
//     may be lost: it is read on from the lines, behind the last one that it knows, when somebody asks and every few minutes.
//   - The index only says where to look. The receipt is signed again and its check code compared, so an index of another database, or a row that somebody
//     planted, finds nothing.
//   - A receipt whose key is at another node cannot be signed again here. It is found by the code that a scanner reads, never by its check code.
package lookup

import (
	"context"
	"strings"
	"sync"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
)

// Held is a receipt as somebody holds it: the original, or one of its copies.
type Held struct {
	payment.Document
	// Copied is the copy, nil for the original.
	Copied *payment.Copy
	// CheckCode is what stands on the paper, in three groups.
	CheckCode string
}

// Specimen is the series of the receipt that everybody may try the check with. It stands in the signed code, so that nobody takes it for money.
const Specimen = "PARAUGS"

// Place is where a check code leads.
type Place struct {
	Code   string
	Series string
	Number uint32
	// Copy is 0 for the original.
	Copy uint8
}

// index keeps where check codes lead; paymentsql.Codes does, in the side store.
type index interface {
	// Places returns where a check code leads; more than one only where two receipts have the same one.
	Places(ctx context.Context, code string) ([]Place, error)
	// Read returns the last line of each desk that the index knows.
	Read(ctx context.Context) (map[string]journal.Head, error)
	// Add takes places in, and notes up to which line of a desk that is all.
	Add(ctx context.Context, places []Place, through journal.Head) error
}

// documents reads receipts.
type documents interface {
	// Document returns a receipt with its copies, or the fault "payment.receipt_unknown".
	Document(ctx context.Context, r journal.Reader, series string, number uint32) (payment.Document, error)
}

// coder signs what a document says, the same every time.
type coder interface {
	Code(ctx context.Context, r journal.Reader, d payment.Document, copied *payment.Copy) (*receipt.Code, error)
}

// keys are those that are published.
type keys interface {
	Public(ctx context.Context, r journal.Reader) (*receipt.Keys, error)
}

// Config is what a Finder is made of.
type Config struct {
	Journal   *journal.Journal
	Documents documents
	Coder     coder
	Keys      keys
	Index     index
}

// Finder finds receipts by their codes.
type Finder struct {
	Config
	mu sync.Mutex // one reads on at a time
}

// New returns a finder and touches no database.
func New(c Config) *Finder { return &Finder{Config: c} }

// Find returns the receipt of a check code, or of the text of a scanned code. It returns the faults "lookup.code" for what is neither, "lookup.false" for
// a code that is forged or damaged, "lookup.specimen" for that of the specimen, "lookup.unknown" when no receipt here has it, and "lookup.reading" while the index is still being made.
func (f *Finder) Find(ctx context.Context, typed string) (Held, error) {
	typed = strings.Trim(typed, "\ufeff\u200b\t\r\n")
	if text := strings.TrimLeft(typed, " "); strings.HasPrefix(text, "VK") && strings.Contains(text, ":") {
		return f.scanned(ctx, text)
	}
	code, err := receipt.ParseCheckCode(typed)
	if err != nil {
		return Held{}, fault.NewInvalid("lookup.code").On("code")
	}
	held, err := f.indexed(ctx, code)
	if fault.KindOf(err) != fault.NotFound {
		return held, err
	}
	whole, rerr := f.readOn(ctx, soon)
	switch {
	case rerr != nil:
		return Held{}, rerr
	case !whole:
		return Held{}, fault.NewConflict("lookup.reading").On("code")
	}
	return f.indexed(ctx, code)
}

// unknown says that no receipt here has the code.
func unknown() error { return fault.NewNotFound("lookup.unknown").On("code") }

// scanned finds the receipt of a whole code, which proves itself.
func (f *Finder) scanned(ctx context.Context, text string) (Held, error) {
	public, err := f.Keys.Public(ctx, f.Journal.DB())
	if err != nil {
		return Held{}, err
	}
	said, err := receipt.CheckText(receipt.Scanned(text), public, f.Journal.Now())
	switch {
	case err != nil:
		return Held{}, err
	case said.Verdict == receipt.Invalid:
		return Held{}, fault.NewInvalid("lookup.false").On("code")
	case said.Receipt == nil:
		return Held{}, unknown()
	case said.Receipt.Series == Specimen:
		return Held{}, fault.NewInvalid("lookup.specimen").On("code")
	}
	d, err := f.Documents.Document(ctx, f.Journal.DB(), said.Receipt.Series, said.Receipt.Number)
	if fault.KindOf(err) == fault.NotFound || err == nil && d.Receipt.Link.String() != said.Link {
		return Held{}, unknown()
	}
	held := Held{Document: d, CheckCode: said.CheckCode}
	if err == nil && said.Receipt.Copy > 0 {
		held.Copied, err = copyOf(d, said.Receipt.Copy)
	}
	return held, err
}

// copyOf returns the n-th copy of a receipt, or the fault "lookup.unknown".
func copyOf(d payment.Document, n uint8) (*payment.Copy, error) {
	for i := range d.Copies {
		if d.Copies[i].Number == n {
			return &d.Copies[i], nil
		}
	}
	return nil, unknown()
}

// indexed finds the receipt of a check code in the index, and signs it again to be sure.
func (f *Finder) indexed(ctx context.Context, code string) (Held, error) {
	places, err := f.Index.Places(ctx, code)
	if err != nil {
		return Held{}, err
	}
	for _, p := range places {
		held, err := f.at(ctx, p)
		if err == nil && held.CheckCode == code || err != nil && fault.KindOf(err) != fault.NotFound {
			return held, err
		}
	}
	return Held{}, unknown()
}

func (f *Finder) at(ctx context.Context, p Place) (Held, error) {
	d, err := f.Documents.Document(ctx, f.Journal.DB(), p.Series, p.Number)
	if err != nil {
		return Held{}, err
	}
	held := Held{Document: d}
	if p.Copy > 0 {
		if held.Copied, err = copyOf(d, p.Copy); err != nil {
			return Held{}, err
		}
	}
	code, err := f.Coder.Code(ctx, f.Journal.DB(), d, held.Copied)
	if err != nil {
		return Held{}, elsewhere(err)
	}
	held.CheckCode = code.CheckCode()
	return held, nil
}

// elsewhere says of a receipt whose key is at another node that it is unknown here.
func elsewhere(err error) error {
	if first := fault.First(err); first != nil && first.Key == "keyring.key_unknown" {
		return unknown()
	}
	return err
}
