package app

import (
	"context"

	"vienkopus/internal/ledger/ledgersql"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/tally/tallysql"
	"vienkopus/internal/till/tillsql"
)

// Verify recomputes chains, numbers, counts and money from the raw lines and compares them with what is stored. Others may go on writing.
func (a *App) Verify(ctx context.Context, tell journal.Progress) (audit.Report, error) {
	return audit.Run(ctx, audit.Config{DB: a.DB, Tell: tell, Checks: []audit.Check{
		{Name: "tally", Run: checkTallies},
		{Name: "ledger", Run: found(ledgersql.Check)},
		{Name: "till", Run: found(tillsql.Check)},
		{Name: "payment", Run: found(paymentsql.Check)},
		{Name: "receipt key", Run: found(paymentsql.CheckKeyring)},
	}})
}

func checkTallies(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) error {
	differences, err := tallysql.Check(ctx, r)
	for _, d := range differences {
		report(audit.Problem{What: d.String()})
	}
	return err
}

// found reports what a checker has found, one line each.
func found(check func(context.Context, journal.Reader) ([]string, error)) func(context.Context, sqldb.Reader, func(audit.Problem)) error {
	return func(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) error {
		all, err := check(ctx, r)
		for _, what := range all {
			report(audit.Problem{What: what})
		}
		return err
	}
}
