package report

import "vienkopus/internal/base/scope"

// What people may see of the figures.
const (
	MayRead       = "report.read"
	MayExport     = "report.export"
	MaySeeLines   = "report.lines"
	MaySeeNetwork = "network.read"
)

// Permissions are those of this feature, with the roles that have them in a new network.
var Permissions = []scope.Permission{
	{Name: MayRead, Roles: []string{"centre-manager", "municipal-manager", "accountant", "network-manager", "auditor"}, Systems: true},
	{Name: MayExport, Roles: []string{"centre-manager", "municipal-manager", "accountant", "network-manager", "auditor"}},
	{Name: MaySeeLines, Roles: []string{"centre-manager", "municipal-manager", "network-manager", "auditor"}},
	{Name: MaySeeNetwork, Roles: []string{"network-manager"}},
}
