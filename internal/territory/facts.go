package territory

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
)

// Registered says that a municipality belongs to the network.
type Registered struct {
	Code            string     `json:"code"`
	Country         Country    `json:"country"`
	Name            string     `json:"name"`
	From            civil.Date `json:"from"`
	Unverified      bool       `json:"unverified,omitempty"`
	UnitsUnverified bool       `json:"units_unverified,omitempty"`
	Remark          Remark     `json:"remark,omitzero"`
}

// Renamed says that a municipality has another name from a day on.
type Renamed struct {
	Code string     `json:"code"`
	Name string     `json:"name"`
	From civil.Date `json:"from"`
}

// Dissolved says that a municipality exists up to a day and who takes it over, if anybody.
type Dissolved struct {
	Code string     `json:"code"`
	To   civil.Date `json:"to"`
	Into string     `json:"into,omitempty"`
}

// UnitRegistered says that a municipality has a town or a parish.
type UnitRegistered struct {
	Code         string     `json:"code"`
	Municipality string     `json:"municipality"`
	Name         string     `json:"name"`
	Type         UnitKind   `json:"type"`
	From         civil.Date `json:"from"`
	Unverified   bool       `json:"unverified,omitempty"`
}

// UnitDissolved says that a town or a parish exists up to a day.
type UnitDissolved struct {
	Code string     `json:"code"`
	To   civil.Date `json:"to"`
}

// Facts returns the kinds of line that this feature writes.
func Facts() []journal.Definition {
	return []journal.Definition{
		journal.Define[Registered](), journal.Define[Renamed](), journal.Define[Dissolved](),
		journal.Define[UnitRegistered](), journal.Define[UnitDissolved](),
	}
}

// MunicipalitySubject is how the lines about a municipality are found.
func MunicipalitySubject(code string) string { return "municipality:" + code }

// UnitSubject is how the lines about a town or a parish are found.
func UnitSubject(code string) string { return "unit:" + code }

// Kind implements journal.Fact.
func (Registered) Kind() string { return "municipality.registered" }

// Version implements journal.Fact.
func (Registered) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Registered) Subjects() []string { return []string{MunicipalitySubject(f.Code)} }

// Kind implements journal.Fact.
func (Renamed) Kind() string { return "municipality.renamed" }

// Version implements journal.Fact.
func (Renamed) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Renamed) Subjects() []string { return []string{MunicipalitySubject(f.Code)} }

// Kind implements journal.Fact.
func (Dissolved) Kind() string { return "municipality.dissolved" }

// Version implements journal.Fact.
func (Dissolved) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Dissolved) Subjects() []string {
	if f.Into == "" || f.Into == f.Code {
		return []string{MunicipalitySubject(f.Code)}
	}
	return []string{MunicipalitySubject(f.Code), MunicipalitySubject(f.Into)}
}

// Kind implements journal.Fact.
func (UnitRegistered) Kind() string { return "unit.registered" }

// Version implements journal.Fact.
func (UnitRegistered) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f UnitRegistered) Subjects() []string {
	return []string{UnitSubject(f.Code), MunicipalitySubject(f.Municipality)}
}

// Kind implements journal.Fact.
func (UnitDissolved) Kind() string { return "unit.dissolved" }

// Version implements journal.Fact.
func (UnitDissolved) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f UnitDissolved) Subjects() []string { return []string{UnitSubject(f.Code)} }
