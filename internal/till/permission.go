package till

import "vienkopus/internal/base/scope"

// What people may do with money in drawers and bags, and with money at a counter.
const (
	MayTake    = "payment.take"
	MayApprove = "till.approve"
	MayRead    = "till.read"
	MayCollect = "cash.collect"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayTake, Roles: []string{"clerk", "centre-manager"}},
	{Name: MayApprove, Roles: []string{"centre-manager", "municipal-manager"}, FourEyes: true},
	{Name: MayRead, Roles: []string{"centre-manager", "municipal-manager", "accountant", "auditor"}},
	{Name: MayCollect, Roles: []string{"collector"}},
}
