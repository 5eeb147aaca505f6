package office

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/territory"
)

// Issuer is who gives the receipts of a municipality, from a day on. A document for cash names it with its registration number. Source: MK 625 (2021).
type Issuer struct {
	// Municipality is its ATVK code.
	Municipality string `json:"municipality"`
	dated.Basis
	// Name is that of the institution, as it is registered.
	Name    string       `json:"name"`
	Number  regno.Number `json:"number"`
	Address string       `json:"address"`
	Phone   string       `json:"phone"`
	// Unverified is set when nobody has checked it.
	Unverified bool `json:"unverified,omitempty"`
}

// Signing says whether a receipt bears the name of the cashier and a line for her signature, from a day on, in the whole network. Without a rule it does.
type Signing struct {
	dated.Basis
	// Unsigned receipts bear neither, but Sentence, which says what allows that.
	Unsigned bool   `json:"unsigned,omitempty"`
	Sentence string `json:"sentence,omitempty"`
}

// IssuerSet notes who gives the receipts of a municipality. It is written at the desk of the network.
type IssuerSet struct{ Issuer }

// SigningSet notes whether receipts are signed. It is written at the desk of the network.
type SigningSet struct{ Signing }

// Facts returns the kinds of line that an office writes.
func Facts() []journal.Definition {
	return []journal.Definition{journal.Define[IssuerSet](), journal.Define[SigningSet]()}
}

// Kind implements journal.Fact.
func (IssuerSet) Kind() string { return "issuer.set" }

// Version implements journal.Fact.
func (IssuerSet) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f IssuerSet) Subjects() []string {
	return []string{territory.MunicipalitySubject(f.Municipality)}
}

// Kind implements journal.Fact.
func (SigningSet) Kind() string { return "receipt-signature.set" }

// Version implements journal.Fact.
func (SigningSet) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f SigningSet) Subjects() []string { return []string{"receipt-signature:" + f.From.String()} }

// places knows municipalities.
type places interface {
	// Municipality returns the municipality of the code, or the fault "territory.municipality_unknown".
	Municipality(ctx context.Context, r journal.Reader, code string) (territory.Municipality, error)
}

// Service notes what the receipts of offices bear.
type Service struct {
	journal *journal.Journal
	places  places
}

// New returns the service.
func New(j *journal.Journal, p places) *Service { return &Service{journal: j, places: p} }

// longest are how many letters a line on a receipt may have.
const longest = 120

// SetIssuer notes who gives the receipts of a municipality from a day on, at the desk of the network. It returns the faults "territory.municipality_unknown",
// "office.issuer_line" for a text that does not fit on a line, "bill.creditor_number" for a number that is none, and those of dated.Basis.
func (s *Service) SetIssuer(ctx context.Context, r journal.Request, i Issuer) error {
	for field, text := range map[string]string{"name": i.Name, "address": i.Address, "phone": i.Phone} {
		if !isLine(text) {
			return fault.NewInvalid("office.issuer_line", "Max", longest).On(field)
		}
	}
	number, err := regno.Parse(string(i.Number))
	if err != nil {
		return fault.NewInvalid("bill.creditor_number").On("number")
	}
	i.Number = number
	if err := i.Check(); err != nil {
		return err
	}
	r.Desk = journal.ReferenceDesk
	_, _, err = journal.Record(ctx, s.journal, r, []any{"issuer", i}, func(tx *journal.Tx) (IssuerSet, error) {
		_, err := s.places.Municipality(ctx, tx, i.Municipality)
		return IssuerSet{i}, err
	})
	return err
}

// SetSigning notes whether receipts are signed from a day on, at the desk of the network. It returns the fault "office.issuer_line" for an unsigned receipt without a
// sentence that allows it, and those of dated.Basis.
func (s *Service) SetSigning(ctx context.Context, r journal.Request, g Signing) error {
	if g.Unsigned && !isLine(g.Sentence) || !g.Unsigned && g.Sentence != "" {
		return fault.NewInvalid("office.issuer_line", "Max", longest).On("sentence")
	}
	if err := g.Check(); err != nil {
		return err
	}
	r.Desk = journal.ReferenceDesk
	_, _, err := journal.Record(ctx, s.journal, r, []any{"signing", g}, func(*journal.Tx) (SigningSet, error) { return SigningSet{g}, nil })
	return err
}

func isLine(text string) bool {
	return strings.TrimSpace(text) == text && text != "" && utf8.ValidString(text) && utf8.RuneCountInString(text) <= longest &&
		!strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}
