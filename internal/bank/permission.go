package bank

import "vienkopus/internal/base/scope"

// What people may do with what the bank says.
const (
	MayImport = "bank.import"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayImport, Roles: []string{"accountant"}},
}
