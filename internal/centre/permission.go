package centre

import "vienkopus/internal/base/scope"

// What people may do with centres.
const (
	MayEdit = "centre.edit"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayEdit, Roles: []string{"municipal-manager"}},
}
