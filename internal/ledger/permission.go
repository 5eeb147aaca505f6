package ledger

import "vienkopus/internal/base/scope"

// What people may do with the books. Whoever may read the tills of a municipality may read its books: that permission is the till's.
const (
	MayRead  = "till.read"
	MayClose = "ledger.close"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayClose, Roles: []string{"accountant"}},
}
