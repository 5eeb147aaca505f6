package ledger

import (
	"errors"
	"strings"

	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/regno"
)

// Account says where money is or whose it is: a kind and a code, written as kind:code. The zero value is no account.
// It is comparable and can be a map key.
type Account struct {
	kind AccountKind
	code string
}

// AccountKind says what sort of place an account is.
type AccountKind string

// The kinds of account.
const (
	// KindCash is the drawer of a desk: cash:CES-1.
	KindCash AccountKind = "cash"
	// KindFloat is the change money that stands in the drawer of a desk and belongs to the house: float:CES-1.
	KindFloat AccountKind = "float"
	// KindDifference is what a count found too much or too little at a desk: difference:CES-1.
	KindDifference AccountKind = "difference"
	// KindCard is what a card terminal of a desk has taken and the bank has not yet paid: card:CES-1.
	KindCard AccountKind = "card"
	// KindFee is what the bank kept for card payments at a desk: fee:CES-1.
	KindFee AccountKind = "fee"
	// KindTransit is cash on its way to the bank, by the number of its bag: transit:B-000123.
	KindTransit AccountKind = "transit"
	// KindBank is an account at a bank, by its IBAN: bank:LV80BANK0000435195001.
	KindBank AccountKind = "bank"
	// KindCreditor is what is to be passed on to a creditor, by its registration number: creditor:90000028508.
	KindCreditor AccountKind = "creditor"
)

// AccountKinds are all kinds, in the order in which a balance shows them.
var AccountKinds = []AccountKind{KindCash, KindFloat, KindDifference, KindCard, KindFee, KindTransit, KindBank, KindCreditor}

// ErrAccount is returned for text that is no account.
var ErrAccount = errors.New("ledger: not an account")

// longestCode bounds the code of an account in bytes.
const longestCode = 64

// Cash returns the drawer of a desk.
func Cash(desk string) Account { return Account{KindCash, desk} }

// Float returns the change money of a desk.
func Float(desk string) Account { return Account{KindFloat, desk} }

// Difference returns what counts at a desk found too much (credit) or too little (debit).
func Difference(desk string) Account { return Account{KindDifference, desk} }

// Card returns what the card terminal of a desk has taken.
func Card(desk string) Account { return Account{KindCard, desk} }

// Fee returns what the bank kept for card payments at a desk.
func Fee(desk string) Account { return Account{KindFee, desk} }

// Transit returns the cash in a bag.
func Transit(bag string) Account { return Account{KindTransit, bag} }

// Bank returns an account at a bank.
func Bank(number iban.IBAN) Account { return Account{KindBank, string(number)} }

// Creditor returns what is to be passed on to a creditor.
func Creditor(number regno.Number) Account { return Account{KindCreditor, string(number)} }

// ParseAccount reads kind:code. It returns ErrAccount for an unknown kind and for a code that such an account cannot have.
func ParseAccount(text string) (Account, error) {
	kind, code, _ := strings.Cut(text, ":")
	a := Account{AccountKind(kind), code}
	if !a.valid() {
		return Account{}, ErrAccount
	}
	return a, nil
}

// Kind returns the kind of account.
func (a Account) Kind() AccountKind { return a.kind }

// Code returns what tells the account from others of its kind.
func (a Account) Code() string { return a.code }

// String returns kind:code, and nothing for no account.
func (a Account) String() string {
	if a == (Account{}) {
		return ""
	}
	return string(a.kind) + ":" + a.code
}

// valid tells whether the account can be: its kind is known, and its code is one of that kind.
func (a Account) valid() bool {
	switch a.kind {
	case KindBank:
		number, err := iban.Parse(a.code)
		return err == nil && string(number) == a.code
	case KindCreditor:
		number, err := regno.Parse(a.code)
		return err == nil && string(number) == a.code
	case KindCash, KindFloat, KindDifference, KindCard, KindFee, KindTransit:
		return isCode(a.code)
	}
	return false
}

// isCode tells whether the text can be the code of a desk or a bag: visible ASCII without a colon.
func isCode(text string) bool {
	return text != "" && len(text) <= longestCode && strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || r == ':' }) < 0
}

// MarshalText returns kind:code. It returns ErrAccount for an account that cannot be.
func (a Account) MarshalText() ([]byte, error) {
	if !a.valid() {
		return nil, ErrAccount
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads kind:code. It returns ErrAccount for everything else.
func (a *Account) UnmarshalText(text []byte) error {
	parsed, err := ParseAccount(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}
