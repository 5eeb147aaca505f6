package app

import (
	"context"
	"fmt"
	"slices"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/id"
	"vienkopus/internal/staff"
)

// What the counter needs, and what money needs there. A clerk does both: most counters have one person.
var (
	counterOnly = []string{staff.CounterServe, staff.VisitCorrect, staff.VisitRead}
	atTheTill   = []string{staff.PaymentTake, staff.PaymentVoid, staff.PaymentRead}
)

// houseRoles are the roles that a new network begins with. They are data: a network defines its own beside them or changes these.
var houseRoles = []struct {
	name        string
	permissions []string
}{
	{"clerk", slices.Concat(counterOnly, atTheTill)},
	{"centre-manager", slices.Concat(counterOnly, atTheTill, []string{
		staff.ReportRead, staff.ReportLines, staff.ReportExport, staff.RefundApprove, staff.TillApprove, staff.TillRead,
	})},
	{"municipal-manager", []string{
		staff.VisitRead, staff.ReportRead, staff.ReportLines, staff.ReportExport, staff.ActsImport, staff.Manage, staff.CentreEdit,
		staff.PaymentRead, staff.RefundApprove, staff.TillApprove, staff.TillRead,
	}},
	{"accountant", []string{
		staff.ReportRead, staff.ReportExport, staff.PaymentRead, staff.TillRead, staff.BankImport, staff.BillPut, staff.LedgerClose,
	}},
	{"collector", []string{staff.CashCollect}},
	{"billing-system", []string{staff.BillPut}},
	{"network-manager", []string{
		staff.NetworkRead, staff.ReportRead, staff.ReportLines, staff.ReportExport, staff.CatalogEdit,
	}},
	{"auditor", []string{
		staff.JournalRead, staff.ReportRead, staff.ReportLines, staff.ReportExport, staff.VisitRead, staff.PaymentRead, staff.TillRead,
	}},
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
