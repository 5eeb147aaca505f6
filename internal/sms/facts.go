package sms

import (
	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

// Asked says that a client wishes the link to his receipt as a text message. To whom stands nowhere.
type Asked struct {
	Message id.ID  `json:"message"`
	Payment id.ID  `json:"payment"`
	Visit   id.ID  `json:"visit"`
	Receipt string `json:"receipt"`
}

// Ended says what became of a message: sent, refused, given-up or lost.
type Ended struct {
	Message id.ID   `json:"message"`
	Payment id.ID   `json:"payment"`
	Outcome Outcome `json:"outcome"`
}

// Facts returns the kinds of line of this feature.
func Facts() []journal.Definition {
	return []journal.Definition{journal.Define[Asked](), journal.Define[Ended]()}
}

// Kind implements journal.Fact.
func (Asked) Kind() string { return "sms.asked" }

// Version implements journal.Fact.
func (Asked) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Asked) Subjects() []string {
	return []string{payment.Subject(f.Payment), visit.Subject(f.Visit)}
}

// Kind implements journal.Fact.
func (Ended) Kind() string { return "sms.ended" }

// Version implements journal.Fact.
func (Ended) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Ended) Subjects() []string { return []string{payment.Subject(f.Payment)} }
