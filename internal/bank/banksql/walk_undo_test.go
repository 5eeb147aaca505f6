package banksql_test

import (
	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	tt "vienkopus/internal/till/tilltest"
)

// perhaps does something that may be refused half-way.
func (k *walk) perhaps(what string, do func() error) {
	if err := do(); err != nil && fault.First(err) == nil {
		k.t.Fatalf("%s: %v", what, err)
	}
}

// undo takes the last order or a match back.
func (k *walk) undo() {
	ctx := k.TB.Context()
	made, err := k.Banked.Remittances(ctx, k.Journal.DB(), tt.Cesis, civil.Period{From: k.today().AddDays(-30), To: k.today()})
	if err != nil {
		k.t.Fatal(err)
	}
	if len(made) > 0 && k.chance(2) {
		k.perhaps("take an order back", func() error { return k.Bank.Cancel(ctx, k.By(tt.Manager, tt.Office), []id.ID{made[len(made)-1].ID}) })
	}
	lines, err := k.Banked.Lines(ctx, k.Journal.DB(), tt.Cesis, civil.Period{}, false)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, l := range lines {
		if (l.Deposit.IsZero() && !l.Cards) || !k.chance(4) {
			continue
		}
		k.perhaps("undo a match", func() error {
			doubt, err := k.Bank.DoubtMatch(ctx, k.By(tt.Manager, tt.Office), l.IBAN, l.Ref, bank.OtherMoney)
			if err != nil {
				return err
			}
			return k.Bank.Undo(ctx, k.By(tt.Second, tt.Office), doubt, k.chance(2))
		})
		return
	}
}
