package sight

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

// Searched says that somebody looked for persons by name or address. Who it was is the actor of the line.
type Searched struct {
	Day          civil.Date `json:"day"`
	Municipality string     `json:"municipality"`
	// Query is the mark of what was asked, or "" where there is no key.
	Query string `json:"query,omitempty"`
	// Found is how many persons there were.
	Found int `json:"found"`
	// Asked are the creditors whose systems were asked by that name.
	Asked []regno.Number `json:"asked,omitempty"`
	// ByNumber says that a number was asked for, and no name or address; lines from before there was this say nothing of numbers.
	ByNumber bool `json:"by_number,omitempty"`
}

// Opened says that somebody saw a person: name, address and what she owes.
type Opened struct {
	Day          civil.Date `json:"day"`
	Municipality string     `json:"municipality"`
	// Payer is the mark of whom, or "" where there is no key.
	Payer string  `json:"payer,omitempty"`
	Bills []id.ID `json:"bills"`
	// Visit is what for.
	Visit id.ID `json:"visit"`
	// Query is the mark of the number by which she was found, or "" where there is no key, and where she was opened out of a list.
	Query string `json:"query,omitempty"`
	// ByNumber says that a number has opened her, and no list of names; lines from before there was this say nothing of numbers.
	ByNumber bool `json:"by_number,omitempty"`
}

// Refused says that somebody was not shown a person: because she had looked too often within an hour, once in that hour, or for another reason.
type Refused struct {
	Day          civil.Date `json:"day"`
	Municipality string     `json:"municipality"`
	// PerHour is the budget that was used up; 0 where that was not the reason.
	PerHour int `json:"per_hour"`
	// Why is the reason; "" is the budget, also in every line from before there were others.
	Why Reason `json:"why,omitempty"`
	// Payer is the mark of whom, or "", and Bills are what would have been shown.
	Payer string  `json:"payer,omitempty"`
	Bills []id.ID `json:"bills,omitempty"`
}

// Reason is why somebody was not shown a person.
type Reason string

// The reasons beside the budget.
const (
	// Unopened is a copy of a bill that whoever asked for it had not opened.
	Unopened Reason = "unopened"
	// Elsewhere is a payer of another municipality.
	Elsewhere Reason = "elsewhere"
)

// Reasons are all reasons beside the budget.
var Reasons = []Reason{Unopened, Elsewhere}

// BudgetSet says how often one person may look in an hour, from a day on.
type BudgetSet struct{ Budget }

// Exported says that persons left the program as a file.
type Exported struct {
	Day          civil.Date `json:"day"`
	Municipality string     `json:"municipality"`
	// What names the file, for example "breach".
	What string `json:"what"`
	// Persons is how many are in it.
	Persons int `json:"persons"`
}

// Facts returns the kinds of line of this feature.
func Facts() []journal.Definition {
	return []journal.Definition{
		journal.Define[Searched](), journal.Define[Opened](), journal.Define[Refused](), journal.Define[BudgetSet](), journal.Define[Exported](),
	}
}

// Kind implements journal.Fact.
func (Searched) Kind() string { return "persons.searched" }

// Version implements journal.Fact.
func (Searched) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Searched) Subjects() []string { return []string{"municipality:" + f.Municipality} }

// Kind implements journal.Fact.
func (Opened) Kind() string { return "person.opened" }

// Version implements journal.Fact.
func (Opened) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Opened) Subjects() []string {
	all := []string{visit.Subject(f.Visit)}
	for _, b := range f.Bills {
		all = append(all, bill.Subject(b))
	}
	return all
}

// Kind implements journal.Fact.
func (Refused) Kind() string { return "looking.refused" }

// Version implements journal.Fact.
func (Refused) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Refused) Subjects() []string {
	all := []string{"municipality:" + f.Municipality}
	for _, b := range f.Bills {
		all = append(all, bill.Subject(b))
	}
	return all
}

// Kind implements journal.Fact.
func (BudgetSet) Kind() string { return "looking-budget.set" }

// Version implements journal.Fact.
func (BudgetSet) Version() int { return 1 }

// Subjects implements journal.Fact.
func (BudgetSet) Subjects() []string { return []string{"looking-budget"} }

// Kind implements journal.Fact.
func (Exported) Kind() string { return "persons.exported" }

// Version implements journal.Fact.
func (Exported) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Exported) Subjects() []string { return []string{"export:" + f.What} }
