package catalogue

import "slices"

// Offer is what the counter must know of a service in order to let an act pass: its present version, whose it is, and its rules.
type Offer struct {
	Code        string
	Version     int
	Institution string
	Authority   InstitutionKind
	Kinds       []ActKind
	Tiers       []string
	Identity    Identity
}

// Takes tells whether an act of the kind makes sense for the service.
// Documents and letters may come with any service; consultation, help, application and payment must be among its kinds.
func (o Offer) Takes(kind ActKind) bool {
	switch kind {
	case DocumentReceived, DocumentSent, Letter, Call, Unmet:
		return true
	case Consultation, EserviceHelp, Application, Payment:
	}
	return slices.Contains(o.Kinds, kind)
}

// At tells whether a centre of the tier may take an application for the service.
func (o Offer) At(tier string) bool { return slices.Contains(o.Tiers, tier) }
