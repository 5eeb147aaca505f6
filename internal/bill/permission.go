package bill

import "vienkopus/internal/base/scope"

// What billing systems and people may do with bills.
const (
	MayPut = "bill.put"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayPut, Roles: []string{"accountant", "billing-system"}, Systems: true, Creditors: true},
}
