// Package receipt makes and checks the code on a receipt that proves itself: who took which amount for whom and when,
// signed, chained to the receipt before, without personal data, in a QR code that fits the narrowest paper.
//
// Rules:
//   - What is accepted was signed by a key of the network that was valid when it was signed; nothing else is accepted.
//   - There is one way to write a receipt down. A text that differs in one character is another text, and is refused.
//   - Nothing in the code tells who paid or whose bill it was.
//   - Every code fits a QR code of version 10 at level M (57 modules a side).
//
// docs/formats/receipt.md describes the format for strangers; docs/formats/receipt-vectors.json holds the examples on
// which this package and two independent verifiers agree. The package knows no clock, no network and no database.
package receipt

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"vienkopus/internal/base/money"
)

// Version is the version of the format in the payload; the text says it too, in its prefix.
const Version = 1

// The limits of the fields, in characters or pieces. Together they keep the longest code within QR version 10.
const (
	MaxNode     = 12
	MaxSeries   = 16
	MaxCreditor = 12
	MaxBills    = 6
	MaxTenders  = 3
	MaxCopy     = 255
	// MaxNumber also bounds the amounts (cents) and the times (seconds since 1970, so until 2106).
	MaxNumber = 1<<32 - 1
)

// Kind says what a receipt is about.
type Kind uint8

// The kinds of receipt. Amounts are positive in each; the kind says in which direction the money went.
const (
	Payment Kind = iota + 1
	Refund
	Void
)

var kinds = []string{Payment: "payment", Refund: "refund", Void: "void"}

// String returns the name of the kind as it stands in data: payment, refund or void.
func (k Kind) String() string {
	if k < Payment || int(k) >= len(kinds) {
		return fmt.Sprintf("kind-%d", uint8(k))
	}
	return kinds[k]
}

// MarshalText returns the name of the kind for JSON.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Tender says with what was paid. The names of 1 to 3 are fixed; 4 to 23 are kept for tenders to come.
type Tender uint8

// The tenders that have a name.
const (
	Cash Tender = iota + 1
	Card
	Transfer

	maxTender Tender = 23
)

// String returns the name of the tender as it stands in data: cash, card, transfer, or tender-7 for one without a name.
func (t Tender) String() string {
	switch t {
	case Cash:
		return "cash"
	case Card:
		return "card"
	case Transfer:
		return "transfer"
	case maxTender:
	}
	return fmt.Sprintf("tender-%d", uint8(t))
}

// MarshalText returns the name of the tender for JSON.
func (t Tender) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Link is the identity of a receipt: a hash of all it says, the same for the original and every copy, cut to 80 bits.
type Link [10]byte

// String returns the link as 20 lower-case hexadecimal digits.
func (l Link) String() string { return hex.EncodeToString(l[:]) }

// MarshalText returns the link for JSON, empty for no link.
func (l Link) MarshalText() ([]byte, error) {
	if l.IsZero() {
		return []byte{}, nil
	}
	return []byte(l.String()), nil
}

// UnmarshalText reads what MarshalText wrote. It returns ErrText for anything else.
func (l *Link) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*l = Link{}
		return nil
	}
	return fromHex(l[:], text)
}

// ParseKeyID reads what KeyID.String wrote. It returns ErrText for anything else.
func ParseKeyID(text string) (KeyID, error) {
	var id KeyID
	err := fromHex(id[:], []byte(text))
	return id, err
}

// IsZero says whether there is no link.
func (l Link) IsZero() bool { return l == Link{} }

// Receipt is what a code says. Times are UTC and whole seconds; amounts are cents of the currency and positive.
type Receipt struct {
	Kind Kind `json:"kind"`
	// Node is who signed: the network, a hyphen, and the node's name in it, such as LV-CESIS.
	Node string `json:"node"`
	// Series and Number are the receipt's number: the code of the desk, and 1, 2, 3 … without gaps.
	Series string    `json:"series"`
	Number uint32    `json:"number"`
	At     time.Time `json:"at"`
	// Creditor is the registration number or code of who gets the money, never the personal code of a tradesman.
	Creditor string                  `json:"creditor"`
	Currency string                  `json:"currency"`
	Total    money.Amount            `json:"total"`
	Tenders  map[Tender]money.Amount `json:"tenders"`
	// Bills are what a payment pays, in rising order, made by HashBill; empty in a refund or void.
	Bills []BillHash `json:"bills"`
	// Original is the receipt that a refund or void takes back; zero in a payment.
	Original Link `json:"original"`
	// Previous is the receipt before this one in the series; zero for number 1 only.
	Previous Link `json:"previous"`
	// Copy is 0 for the original and counts the reprints; CopiedAt is when this one was made, zero for the original.
	Copy     uint8     `json:"copy"`
	CopiedAt time.Time `json:"copied_at,omitzero"`
}

// SignedAt is the moment at which the key must be valid: of a copy when it was made, else when the money was taken.
func (r *Receipt) SignedAt() time.Time {
	if r.Copy > 0 {
		return r.CopiedAt
	}
	return r.At
}

// CopyAt returns the n-th copy of the receipt, made at a moment; n counts from 1.
func (r *Receipt) CopyAt(n uint8, at time.Time) *Receipt {
	c := *r
	c.Copy, c.CopiedAt = n, at
	return &c
}

// Link returns the identity of the receipt, which the next one in the series names as its previous. It returns a
// Refusal where the receipt itself is not in order.
func (r *Receipt) Link() (Link, error) {
	original := *r
	original.Copy, original.CopiedAt = 0, time.Time{}
	data, err := original.encode()
	if err != nil {
		return Link{}, err
	}
	sum := sha256.Sum256(slices.Concat([]byte("VK1 link\n"), data))
	return Link(sum[:len(Link{})]), nil
}

// Validate says what is wrong with a receipt, as a Refusal with reason payload or sum, or nil. What it lets pass can be
// signed, fits the QR code, and is accepted by every verifier.
func (r *Receipt) Validate() error {
	for _, check := range []func() error{r.checkNames, r.checkTimes, r.checkAmounts, r.checkLinks} {
		if err := check(); err != nil {
			return err
		}
	}
	var sum money.Amount
	for _, amount := range r.Tenders {
		sum += amount // three amounts below 2³² cents cannot overflow
	}
	if sum != r.Total {
		return refuse(ReasonSum, "the tenders make "+sum.String()+", the total is "+r.Total.String())
	}
	return nil
}

func (r *Receipt) checkNames() error {
	switch {
	case r.Kind < Payment || r.Kind > Void:
		return refuse(ReasonPayload, "kind")
	case !IsNode(r.Node):
		return refuse(ReasonPayload, "node")
	case !isCode(r.Series, "-/", MaxSeries):
		return refuse(ReasonPayload, "series")
	case r.Number == 0:
		return refuse(ReasonPayload, "number")
	case !isCode(r.Creditor, "-", MaxCreditor), couldBePerson(r.Creditor):
		return refuse(ReasonPayload, "creditor")
	case len(r.Currency) != 3 || !isAll(r.Currency, 'A', 'Z'):
		return refuse(ReasonPayload, "currency")
	}
	return nil
}

func (r *Receipt) checkTimes() error {
	at, copied := r.At.Unix(), r.CopiedAt.Unix()
	switch {
	case at < 1 || at > MaxNumber:
		return refuse(ReasonPayload, "time")
	case r.Copy == 0 && !r.CopiedAt.IsZero(), r.Copy > 0 && (copied < at || copied > MaxNumber):
		return refuse(ReasonPayload, "copy")
	}
	return nil
}

func (r *Receipt) checkAmounts() error {
	if !isAmount(r.Total) {
		return refuse(ReasonPayload, "total")
	}
	if len(r.Tenders) < 1 || len(r.Tenders) > MaxTenders {
		return refuse(ReasonPayload, "tenders")
	}
	for tender, amount := range r.Tenders {
		if tender < Cash || tender > maxTender || !isAmount(amount) {
			return refuse(ReasonPayload, "tenders")
		}
	}
	return nil
}

func (r *Receipt) checkLinks() error {
	pays := r.Kind == Payment
	switch {
	case pays != r.Original.IsZero(), !pays && len(r.Bills) > 0:
		return refuse(ReasonPayload, "a payment has bills, a refund or void has the original")
	case len(r.Bills) > MaxBills || !slices.IsSortedFunc(r.Bills, BillHash.compare):
		return refuse(ReasonPayload, "bills")
	case (r.Number == 1) != r.Previous.IsZero():
		return refuse(ReasonPayload, "number 1 has no previous receipt, every other has one")
	}
	return nil
}

func isAmount(a money.Amount) bool { return a >= 1 && a <= MaxNumber }

// isCode says whether text is 1 to limit capital letters and digits in groups, joined by single separators.
func isCode(text, separators string, limit int) bool {
	if text == "" || len(text) > limit {
		return false
	}
	inGroup := false
	for _, c := range []byte(text) {
		switch {
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			inGroup = true
		case inGroup && strings.IndexByte(separators, c) >= 0:
			inGroup = false
		default:
			return false
		}
	}
	return inGroup
}

// IsNode says whether text names a network and a node in it, within MaxNode characters: LV-CESIS.
func IsNode(text string) bool { return isCode(text, "-", MaxNode) && strings.Contains(text, "-") }

// couldBePerson says whether a creditor's number could be a Latvian personal code: eleven digits of which the first is
// 0 to 3. Registration numbers of companies and institutions begin with 4 or more.
func couldBePerson(text string) bool {
	return len(text) == 11 && isAll(text, '0', '9') && text[0] <= '3'
}

func isAll(text string, from, to byte) bool {
	for _, c := range []byte(text) {
		if c < from || c > to {
			return false
		}
	}
	return true
}
