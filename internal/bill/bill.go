// Package bill knows what people owe to whom: creditors, bills in instalments, what is due on a day, and how a bill is found.
//
// Rules:
//   - A bill is known by its creditor and number. Its lines all stand at the desk that issued it, so they keep their order everywhere: whichever
//     door a bill comes by, that is the Feed of its creditor.
//   - A journal holds codes, amounts and dates of a bill, never the payer: name and address stand in a table of their own, keyed by the
//     bill, and can be erased. Whoever pays need not be the payer.
//   - An instalment that falls due on a free day is due on the next working day; the fact holds the day that counts.
//   - Money goes to the principal first, to the instalments in the order of their days, then to the late fee; what is left is overpaid. A creditor's rule may turn
//     the order of principal and fee around from a day on.
//   - The creditor's own figure of the late fee wins while it is valid (Figure). Only for a creditor who has left it to us (LateFee) it is calculated here, and where both
//     are known and differ, both are told.
//   - The calculated late fee runs on the overdue principal from the day after the due day up to and including the day of payment, at the rate in
//     force on each day (LateFee). It is added up exactly and rounded once per bill, half a cent up. A bill whose kind has no rate has no fee.
//   - What was paid elsewhere counts like what was paid here, once per reference (SettledOutside); the creditor can take it back.
//   - A bill bears the day as of which its creditor said last that it is owed (AsOf). Whoever takes money for one that is older than the rule allows asks first.
//   - Two numbers of a creditor that differ in case, spaces, or how a letter is composed are one (Form). Two that differ in other marks only are never taken for two bills (twins).
//   - Open, partly paid, paid and overpaid follow from the bill and what was settled (DueOn); nobody sets them.
package bill

import (
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill/rf"
	"vienkopus/internal/platform/journal"
)

// Kind says what is billed, for example "water"; late fees are set by kind.
type Kind string

// PropertyTax is the tax on real property, whose instalments the law fixes.
const PropertyTax Kind = "property-tax"

// Creditor is to whom bills are paid.
type Creditor struct {
	Number regno.Number `json:"number"`
	Name   string       `json:"name"`
	IBAN   iban.IBAN    `json:"iban"`
}

// Instalment is a part of a bill with a day of its own.
type Instalment struct {
	// Due is the last day without a late fee.
	Due   civil.Date   `json:"due"`
	Cents money.Amount `json:"cents"`
}

// Content is what a bill says, without its payer.
type Content struct {
	Creditor regno.Number `json:"creditor"`
	// Number is the creditor's number of the bill.
	Number string `json:"number"`
	// Reference is the account of the property or the number of the contract, as the creditor writes it.
	Reference    string `json:"reference"`
	Kind         Kind   `json:"kind"`
	Municipality string `json:"municipality"`
	// RF is the structured reference of the bill, or "".
	RF     rf.Reference `json:"rf,omitempty"`
	Issued civil.Date   `json:"issued"`
	// Instalments are in the order of their days.
	Instalments []Instalment `json:"instalments"`
	// Figure is the late fee as the creditor itself figures it; nil, as in every line from before it could be said, when it says none.
	Figure *Figure `json:"figure,omitempty"`
}

// Figure is what a creditor itself charges for late payment of a bill.
type Figure struct {
	// Fee is the whole late fee in cents, also what of it may have been paid, of whoever pays up to and including Until.
	Fee   money.Amount `json:"fee"`
	Until civil.Date   `json:"until"`
}

// Total is the principal of all instalments, in cents.
func (c Content) Total() money.Amount {
	var sum money.Amount // bounded by LargestBill
	for _, i := range c.Instalments {
		sum += i.Cents
	}
	return sum
}

// Settled is what one line pays for one bill, or gives back.
type Settled struct {
	Bill id.ID
	Settlement
}

// Settler is a fact that pays bills or gives back what was paid; the bills find what it settled without knowing the fact. It settles each part once and in
// the same order whenever it is asked. The bills need not be there yet.
type Settler interface{ Settles() []Settled }

// Settlement is money that was paid for a bill, or given back (negative).
type Settlement struct {
	Day   civil.Date
	Cents money.Amount
}

// Bill is a bill and what was paid for it.
type Bill struct {
	ID id.ID
	Content
	// Desk issued the bill; Line is the number of the last line there that changed it.
	Desk      string
	Line      int64
	Cancelled bool
	// AsOf is the day as of which the creditor said last what the bill says.
	AsOf civil.Date
	// Settled is in the order of days.
	Settled []Settlement
}

// Payer is in whose name a bill is; it never stands in a journal. An erased payer is the zero value.
type Payer struct {
	Name    string
	Address string
}

// LateFee is the late fee that a creditor leaves us to calculate, for a kind of bill, from a day on.
type LateFee struct {
	// Creditor leaves it to us. "", as in lines from before this was asked, stands for every creditor that has no rule of its own.
	Creditor regno.Number `json:"creditor,omitempty"`
	Kind     Kind         `json:"kind"`
	dated.Basis
	// PerMillion is the fee per day in millionths of the overdue principal: 0.05 % is 500. 0 ends the fee.
	PerMillion int64 `json:"per_million"`
	// FeeFirst says that money goes to the fee first and only then to the principal.
	FeeFirst bool `json:"fee_first,omitempty"`
}

const (
	// LargestBill bounds a bill, in cents: a hundred million euro.
	LargestBill money.Amount = 10_000_000_000
	// LargestFee bounds a rate, in millionths per day: one per cent.
	LargestFee = 10_000
	// longestFee bounds the days for which a fee is added up: a hundred years. With the other two bounds no sum overflows.
	longestFee = 36_500

	mostInstalments = 60
	longestCode     = 64
	longestName     = 200
)

// Config is what the bills are made of.
type Config struct {
	Journal  *journal.Journal
	Store    store
	Calendar *civil.Calendar
	// Zone tells which day it is.
	Zone *time.Location
	// Territory knows the municipalities; without one every code passes for one.
	Territory places
	// Remote asks the connected systems of creditors; without one each of them counts as silent.
	Remote remote
	// Erased erases what others keep of payers; it may be nil.
	Erased Erased
}

// Service keeps bills and finds them.
type Service struct {
	journal  *journal.Journal
	store    store
	calendar *civil.Calendar
	zone     *time.Location
	places   places
	remote   remote
	erased   Erased
}

// New returns the service.
func New(c Config) *Service {
	return &Service{journal: c.Journal, store: c.Store, calendar: c.Calendar, zone: c.Zone, places: c.Territory, remote: c.Remote, erased: c.Erased}
}
