package visit

import "vienkopus/internal/base/scope"

// What people may do with visits. Whoever may serve at a counter may open them: that permission is the staff feature's.
const (
	MayCorrect = "visit.correct"
	MayRead    = "visit.read"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayCorrect, Roles: []string{"clerk", "centre-manager"}, Systems: true},
	{Name: MayRead, Roles: []string{"clerk", "centre-manager", "municipal-manager", "auditor"}},
}
