package tally

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

// Imported is one row of a file with acts of a past period: a statement by somebody, not something that was recorded here.
type Imported struct {
	// Identity tells this row from every other; see RowIdentity.
	Identity string `json:"identity"`
	// Period is the days that the row speaks of, local days at the desk.
	Period       civil.Period `json:"period"`
	Municipality string       `json:"municipality,omitempty"`
	Centre       string       `json:"centre,omitempty"`
	// Act is the kind of act, or Served.
	Act catalogue.ActKind `json:"act"`
	// Service is the code of the service, or "" when the row names none.
	Service     string `json:"service,omitempty"`
	Institution string `json:"institution,omitempty"`
	// Channel is "" when the row does not say.
	Channel visit.Channel `json:"channel,omitempty"`
	// Count is the number of acts or residents; 0 is a statement too.
	Count int64 `json:"count"`
	// Source says in the sender's words where the figure comes from.
	Source string `json:"source,omitempty"`
	// File is the name of the file, without its path; Row is its row there, the header being row 1.
	File string `json:"file,omitempty"`
	Row  int    `json:"row,omitempty"`
}

// Kind implements journal.Fact.
func (Imported) Kind() string { return "acts.imported" }

// Version implements journal.Fact.
func (Imported) Version() int { return 1 }

// Subjects implements journal.Fact: all rows of one file are one query.
func (f Imported) Subjects() []string {
	if f.File == "" {
		return nil
	}
	return []string{"import:" + f.File}
}

// Facts returns the kinds of line that the import writes.
func Facts() []journal.Definition { return []journal.Definition{journal.Define[Imported]()} }
