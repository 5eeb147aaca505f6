package payment

import (
	"vienkopus/internal/base/scope"
	"vienkopus/internal/till"
)

// What people may do with payments. Whoever takes statements of a bank in notes what it took back: that permission is the bank feature's.
const (
	MayTake          = till.MayTake
	MayVoid          = "payment.void"
	MayRead          = "payment.read"
	MayApproveRefund = "refund.approve"
	MayNoteReturn    = "bank.import"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayVoid, Roles: []string{"clerk", "centre-manager"}},
	{Name: MayRead, Roles: []string{"clerk", "centre-manager", "municipal-manager", "accountant", "auditor"}},
	{Name: MayApproveRefund, Roles: []string{"centre-manager", "municipal-manager"}, FourEyes: true},
}
