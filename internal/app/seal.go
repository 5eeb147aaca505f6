package app

import (
	"context"
	"log/slog"

	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
)

// Sealer seals and opens what must not stand in clear.
func (h *house) Sealer() *seal.Sealer { return h.sealer }

// sealClear seals what was written while there was no key: by an earlier version, or by a program that had none at hand. It looks at every such row once
// at each start.
func (a *App) sealClear(ctx context.Context) error {
	if !a.sealer.Seals() {
		return nil
	}
	for _, t := range a.coded() {
		if len(t.Sealed) == 0 {
			continue
		}
		sealed := 0
		err := a.DB.Write(sqldb.Patient(ctx), func(tx *sqldb.Tx) error {
			if err := tx.Lock(ctx, t.Name); err != nil {
				return err
			}
			var err error
			sealed, err = a.sealer.Clear(ctx, tx, a.codes, t)
			return err
		})
		if err != nil {
			return err
		}
		if sealed > 0 && a.Config.Log != nil {
			a.Config.Log.InfoContext(ctx, "sealed what stood in clear", slog.String("table", t.Name), slog.Int("rows", sealed))
		}
	}
	return nil
}
