package catalogue

// What the members of an entry can be, each list in the order in which screens show it. Validate and the description of the
// REST interface read the same lists.
var (
	// Languages are those in which every text exists, the source first.
	Languages = []string{Latvian, English, Lithuanian}
	// InstitutionKinds are all kinds of institution.
	InstitutionKinds = []InstitutionKind{State, Municipal, Help}
	// ActKinds are all kinds of act.
	ActKinds = []ActKind{Consultation, EserviceHelp, Application, DocumentReceived, DocumentSent, Letter, Call, Payment, Unmet}
	// Tiers are the tiers that a service can name, the one that may do least first.
	Tiers = []string{TierServicePoint, TierCustomerCentre, TierUnified, TierMobile}
	// Channels are the ways to a service.
	Channels = []string{ChannelInPerson, ChannelOnline, ChannelPost, ChannelEmail, ChannelEaddress, ChannelTelephone}
	// Identities are the demands on identity.
	Identities = []Identity{IdentityNone, IdentityDocument}
)
