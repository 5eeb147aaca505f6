package banksql_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"testing"

	"pgregory.net/rapid"

	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/platform/sqldb/dbtest"
	tt "vienkopus/internal/till/tilltest"
)

// TestMain has random tests run thirty times unless somebody says how often (-rapid.checks); in a soak run as often as rapid does by itself.
func TestMain(m *testing.M) {
	if os.Getenv("VIENKOPUS_SOAK") == "" {
		if err := flag.Set("rapid.checks", "30"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run()) // which reads the flags
}

// TestSoakRandomDays lets people do right and wrong things at random. After each run the checker finds nothing, the drawers hold what somebody who watched them
// knows, and in the end a rebuild makes the same rows.
func TestSoakRandomDays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		k := &walk{World: bt.New(t, dsn), drawers: map[string]*drawer{}, done: map[string]int{}}
		for _, desk := range tt.Desks {
			k.drawers[desk] = &drawer{}
		}
		// By chance a step may never have succeeded; then people go on.
		for tries := 0; tries < 10 && (tries == 0 || k.missing() != ""); tries++ {
			rapid.Check(t, func(rt *rapid.T) { k.run(rt) })
		}
		if what := k.missing(); what != "" {
			t.Errorf("nobody managed to %s: %v", what, k.done)
		}
		before := k.Dump()
		tt.Must(t, k.Journal.Rebuild(t.Context(), nil))
		if after := k.Dump(); after != before {
			t.Errorf("a rebuild makes other rows:\n%s\nwere\n%s", after, before)
		}
	})
}

func (k *walk) run(rt *rapid.T) {
	seed := rapid.Uint64().Draw(rt, "seed")
	k.t, k.rng = rt, rand.New(rand.NewPCG(seed, seed))
	steps := []func(){
		k.open, k.open, k.pay, k.pay, k.count, k.count, k.explain, k.explain, k.close, k.close, k.judge, k.judge, k.handOver, k.handOver,
		k.handOver, k.handOver, k.deposit, k.deposit, k.statement, k.reconcile, k.reconcile, k.remit, k.sleep,
	}
	for range 40 {
		pick(k, steps...)()
	}
	if found := k.Check(); len(found) > 0 {
		rt.Fatalf("the till is wrong: %q", found)
	}
	k.compare()
}

// missing is a step that was never done, if any.
func (k *walk) missing() string {
	for _, what := range []string{
		"open", "pay", "count", "explain", "close", "approve", "object", "give", "take", "deposit", "import", "match", "cards", "explain deposit", "remit",
	} {
		if k.done[what] == 0 {
			return what
		}
	}
	return ""
}

// compare looks at the cash books: they end with what is in the drawers.
func (k *walk) compare() {
	for desk, d := range k.drawers {
		b, err := k.Store.CashBook(k.TB.Context(), k.Journal.DB(), desk, k.today())
		if err != nil || b.Closing != d.cash {
			k.t.Fatalf("%s holds %s, its book says %+v, %v", desk, d.cash, b, err)
		}
	}
}
