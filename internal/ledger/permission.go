package ledger

import "vienkopus/internal/base/scope"

// What people may do with the books.
const (
	MayClose = "ledger.close"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayClose, Roles: []string{"accountant"}},
}
