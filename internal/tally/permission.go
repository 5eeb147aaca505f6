package tally

import "vienkopus/internal/base/scope"

// What people may do with counts that come from elsewhere.
const (
	MayImport = "acts.import"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayImport, Roles: []string{"municipal-manager"}},
}
