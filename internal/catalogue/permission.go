package catalogue

import "vienkopus/internal/base/scope"

// What people may do with the catalogue.
const (
	MayEdit = "catalogue.edit"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayEdit, Roles: []string{"network-manager"}},
}
