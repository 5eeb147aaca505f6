package centre

// Tier is what a centre is in the network.
type Tier string

// The tiers.
const (
	ServicePoint    Tier = "service-point"
	CustomerCentre  Tier = "customer-centre"
	UnifiedLocal    Tier = "unified-local"
	UnifiedCounty   Tier = "unified-county"
	UnifiedRegional Tier = "unified-regional"
	UnifiedNational Tier = "unified-national"
	MobileUnit      Tier = "mobile"
)

// Tiers are all tiers, the one that may do least first.
var Tiers = []Tier{
	ServicePoint, CustomerCentre, UnifiedLocal, UnifiedCounty, UnifiedRegional, UnifiedNational, MobileUnit,
}

// Class is what the rules look at: all unified centres may do the same.
type Class string

// The classes; the catalogue names the same.
const (
	ClassServicePoint   Class = "service-point"
	ClassCustomerCentre Class = "customer-centre"
	ClassUnified        Class = "unified"
	ClassMobile         Class = "mobile"
)

// Classes are all classes, the one that may do least first.
var Classes = []Class{ClassServicePoint, ClassCustomerCentre, ClassUnified, ClassMobile}

// Class returns the class of the tier, or "" for an unknown tier, which may do nothing.
func (t Tier) Class() Class {
	switch t {
	case ServicePoint:
		return ClassServicePoint
	case CustomerCentre:
		return ClassCustomerCentre
	case UnifiedLocal, UnifiedCounty, UnifiedRegional, UnifiedNational:
		return ClassUnified
	case MobileUnit:
		return ClassMobile
	}
	return ""
}

// IsKnown says whether there is such a tier.
func (t Tier) IsKnown() bool { return t.Class() != "" }
