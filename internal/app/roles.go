package app

import (
	"context"
	"fmt"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/staff"
)

// houseRoles are the roles that a new network begins with. They are data: a network defines its own beside them or changes these.
var houseRoles = []struct {
	name        string
	permissions []string
}{
	{"clerk", []string{staff.CounterServe, staff.VisitCorrect, staff.VisitRead}},
	{"centre-manager", []string{
		staff.CounterServe, staff.VisitCorrect, staff.VisitRead, staff.ReportRead, staff.ReportLines, staff.ReportExport,
	}},
	{"municipal-manager", []string{
		staff.VisitRead, staff.ReportRead, staff.ReportLines, staff.ReportExport, staff.ActsImport, staff.Manage, staff.CentreEdit,
	}},
	{"accountant", []string{staff.ReportRead, staff.ReportExport}},
	{"network-manager", []string{
		staff.NetworkRead, staff.ReportRead, staff.ReportLines, staff.ReportExport, staff.CatalogEdit,
	}},
	{"auditor", []string{staff.JournalRead, staff.ReportRead, staff.ReportLines, staff.ReportExport, staff.VisitRead}},
	{"dpo", []string{staff.JournalRead}},
	{"administrator", []string{staff.Manage, staff.TokenCreate}},
}

// DefineRoles makes the roles of the house known. It may be run again; what a network has changed since is changed back.
func (a *App) DefineRoles(ctx context.Context, by actor.Actor) error {
	for _, r := range houseRoles {
		key := "role:" + id.New(a.Journal.Now()).String()
		if err := a.Staff.DefineRole(ctx, by, r.name, r.permissions, key); err != nil {
			return fmt.Errorf("app: role %s: %w", r.name, err)
		}
	}
	return nil
}
