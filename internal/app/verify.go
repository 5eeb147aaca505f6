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

// Verify recomputes chains, numbers and counts from the raw lines and compares them with what is stored. Others may go on writing.
func (a *App) Verify(ctx context.Context, tell journal.Progress) (audit.Report, error) {
	return audit.Run(ctx, audit.Config{DB: a.DB, Tell: tell, Checks: []audit.Check{
		{Name: "tally", Run: checkTallies},
		{Name: "ledger", Run: checkLedger},
		{Name: "till", Run: checkTill},
		{Name: "receipt key", Run: checkKeyring},
	}})
}

func checkTallies(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) error {
	differences, err := tallysql.Check(ctx, r)
	for _, d := range differences {
		report(audit.Problem{What: d.String()})
	}
	return err
}

func checkLedger(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) error {
	differences, err := ledgersql.Check(ctx, r)
	for _, d := range differences {
		report(audit.Problem{What: d})
	}
	return err
}

func checkTill(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) error {
	differences, err := tillsql.Check(ctx, r)
	for _, d := range differences {
		report(audit.Problem{What: d})
	}
	return err
}

func checkKeyring(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) error {
	differences, err := paymentsql.CheckKeyring(ctx, r)
	for _, d := range differences {
		report(audit.Problem{What: d})
	}
	return err
}
