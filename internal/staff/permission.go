package staff

import "vienkopus/internal/base/scope"

// What people may do about people, and at a counter.
const (
	MayServe      = "counter.serve"
	MayManage     = "staff.manage"
	MayMakeTokens = "token.create"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayServe, Roles: []string{"clerk", "centre-manager"}, Systems: true},
	{Name: MayManage, Roles: []string{"municipal-manager", "administrator"}},
	{Name: MayMakeTokens, Roles: []string{"administrator"}},
}
