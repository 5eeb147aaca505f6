package sight

import "vienkopus/internal/base/scope"

// What people may see of who has looked.
const (
	// MayRead reads who has looked whom up.
	MayRead = "sight.read"
	// MayTrace finds out whom an account or a token has seen, when it has got into wrong hands.
	MayTrace = "sight.trace"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayRead, Roles: []string{"municipal-manager", "auditor", "dpo"}},
	{Name: MayTrace, Roles: []string{"auditor", "dpo"}},
}
