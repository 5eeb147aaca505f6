package catalogue

import "vienkopus/internal/platform/journal"

// InstitutionRegistered says who stands behind services; a later one about the same code replaces the name.
type InstitutionRegistered struct {
	Institution Institution `json:"institution"`
}

// ServicePublished is one version of a service, whole.
type ServicePublished struct {
	Service Service `json:"service"`
}

// ServiceWithdrawn says that a service is offered no longer; what was counted of it stays.
type ServiceWithdrawn struct {
	Code string `json:"code"`
}

// BasketApproved is one version of the minimum basket, whole.
type BasketApproved struct {
	Basket Basket `json:"basket"`
}

// Facts returns the kinds of line that the catalogue writes.
func Facts() []journal.Definition {
	return []journal.Definition{
		journal.Define[InstitutionRegistered](), journal.Define[ServicePublished](),
		journal.Define[ServiceWithdrawn](), journal.Define[BasketApproved](),
	}
}

// Kind implements journal.Fact.
func (InstitutionRegistered) Kind() string { return "institution.registered" }

// Version implements journal.Fact.
func (InstitutionRegistered) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f InstitutionRegistered) Subjects() []string {
	return []string{"institution:" + f.Institution.Code}
}

// Kind implements journal.Fact.
func (ServicePublished) Kind() string { return "service.published" }

// Version implements journal.Fact.
func (ServicePublished) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ServicePublished) Subjects() []string { return []string{"service:" + f.Service.Code} }

// Kind implements journal.Fact.
func (ServiceWithdrawn) Kind() string { return "service.withdrawn" }

// Version implements journal.Fact.
func (ServiceWithdrawn) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ServiceWithdrawn) Subjects() []string { return []string{"service:" + f.Code} }

// Kind implements journal.Fact.
func (BasketApproved) Kind() string { return "basket.approved" }

// Version implements journal.Fact.
func (BasketApproved) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f BasketApproved) Subjects() []string { return []string{"basket:" + f.Basket.Code} }
