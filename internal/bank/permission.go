package bank

import "vienkopus/internal/base/scope"

// What people may do with what the bank says.
const (
	MayImport = "bank.import"
	// MayConfirm is to look at what somebody else asks for where money moves.
	MayConfirm = "bank.confirm"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayImport, Roles: []string{"accountant"}},
	{Name: MayConfirm, Roles: []string{"accountant", "municipal-manager"}, FourEyes: true},
}
