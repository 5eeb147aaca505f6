package centre

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/territory"
)

// Opened says that the network has a centre, or plans one. Its first tier follows as a line of its own.
type Opened struct {
	Code         string `json:"code"`
	Name         string `json:"name"`
	Municipality string `json:"municipality"`
	Host         Host   `json:"host"`
	// Zone names the time zone of the centre, for example Europe/Riga; Open sets it from the country of the municipality.
	Zone  string `json:"zone"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
	// From is the first day, or no date when it is not known.
	From       civil.Date       `json:"from,omitzero"`
	Planned    bool             `json:"planned,omitempty"`
	Unverified bool             `json:"unverified,omitempty"`
	Remark     territory.Remark `json:"remark,omitzero"`
}

// Kind implements journal.Fact.
func (Opened) Kind() string { return "centre.opened" }

// Version implements journal.Fact.
func (Opened) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Opened) Subjects() []string {
	return []string{Subject(f.Code), territory.MunicipalitySubject(f.Municipality)}
}
