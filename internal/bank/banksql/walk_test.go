package banksql_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"pgregory.net/rapid"

	"vienkopus/internal/bank"
	bt "vienkopus/internal/bank/banktest"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
	tt "vienkopus/internal/till/tilltest"
)

// drawer is what a person who watches a desk would know.
type drawer struct {
	state      till.State
	shift      id.ID
	cash, left money.Amount // what is in it, and what the last shift left
	counted    money.Amount
	difference money.Amount
	explained  bool
}

// walk does things at random, right and wrong ones, and knows by itself what must come of those at a desk.
type walk struct {
	*bt.World
	t        *rapid.T
	rng      *rand.Rand
	drawers  map[string]*drawer
	shifts   []id.ID
	bags     []string
	deposits []id.ID
	lines    []bank.LineIn
	done     map[string]int
}

func (k *walk) person() string {
	return pick(k, tt.Clerk, tt.Clerk, tt.Colleague, tt.Manager, tt.Collector, tt.Second)
}

func (k *walk) desk() string { return pick(k, tt.Desks...) }

func (k *walk) cents(least, most int64) money.Amount {
	return money.Amount(least + k.rng.Int64N(most-least+1))
}

func pick[T any](k *walk, from ...T) T { return from[k.rng.IntN(len(from))] }

// chance is true once in n times.
func (k *walk) chance(n int) bool { return k.rng.IntN(n) == 0 }

// one is one of the last, seldom an unknown one.
func one[T any](k *walk, from []T, none T) T {
	if len(from) == 0 || k.chance(12) {
		return none
	}
	return pick(k, from[max(0, len(from)-6):]...)
}

func (k *walk) today() civil.Date { return civil.In(k.Clock.Now(), time.FixedZone("Rīga", 2*3600)) }

// try does something, perhaps twice under one key, and says whether it was done. What is refused is refused with a fault and leaves no line; what is asked twice is done once.
func (k *walk) try(what string, may bool, do func() error) bool {
	before := k.Lines()
	err := do()
	if err != nil && fault.First(err) == nil {
		k.t.Fatalf("%s: %v", what, err)
	}
	if may != (err == nil) {
		k.t.Fatalf("%s: may %t, got %v", what, may, err)
	}
	after := k.Lines()
	if err != nil && after != before {
		k.t.Fatalf("%s was refused and left a line", what)
	}
	if k.chance(5) {
		if again := do(); (again == nil) != (err == nil) || k.Lines() != after {
			k.t.Fatalf("%s again: %v, then %v", what, err, again)
		}
	}
	if err == nil {
		k.done[what]++
	}
	return err == nil
}

// whatever is try for what the walk does not foresee.
func (k *walk) whatever(what string, do func() error) bool {
	var first error
	asked := false
	probe := func() error {
		err := do()
		if !asked {
			first, asked = err, true
		}
		return err
	}
	before := k.Lines()
	err := probe()
	if err != nil && (fault.First(err) == nil || k.Lines() != before) {
		k.t.Fatalf("%s: %v", what, err)
	}
	return k.try(what, first == nil, do)
}

func (k *walk) open() {
	at := k.desk()
	d := k.drawers[at]
	float := k.cents(0, 3000)
	if k.chance(2) {
		float = d.left
	}
	r := k.By(k.person(), at)
	var s till.Shift
	done := k.try("open", d.state == till.NoShift, func() (err error) {
		s, err = k.Till.Open(k.TB.Context(), r, float)
		return err
	})
	if !done {
		return
	}
	difference := float - d.left
	if d.left == 0 {
		difference = 0
	}
	k.shifts = append(k.shifts, s.ID)
	*d = drawer{state: till.Open, shift: s.ID, cash: float, difference: difference}
	if s.Difference != difference {
		k.t.Fatalf("opened with the difference %s, want %s", s.Difference, difference)
	}
}

func (k *walk) pay() {
	at := k.desk()
	d := k.drawers[at]
	parts := []till.Part{tt.InCash(k.cents(1, 20_000)), tt.ByCard(k.cents(1, 9_000))}[k.rng.IntN(2):]
	if k.chance(6) {
		parts = []till.Part{tt.InCash(-k.cents(1, 100))}
	}
	if d.state == till.Open && d.cash+parts[0].Cents < 0 {
		return // payment asks Drawer before it pays out
	}
	to := pick(k, tt.Water, tt.Council)
	r := k.By(k.person(), at)
	if k.try("pay", d.state == till.Open, func() error { return k.Pay(r, to, parts...) }) && parts[0].Tender == till.Cash {
		d.cash += parts[0].Cents
	}
}

func (k *walk) count() {
	at := k.desk()
	d := k.drawers[at]
	found := max(0, d.cash+k.cents(-2, 1)*k.cents(0, 60))
	r := k.By(k.person(), at)
	var c till.Counting
	done := k.try("count", d.state == till.Open || d.state == till.Counted, func() (err error) {
		c, err = k.Till.Count(k.TB.Context(), r, tt.Found(found))
		return err
	})
	if !done {
		return
	}
	if c.Expected != d.cash || c.Counted != found || c.Difference != found-d.cash {
		k.t.Fatalf("counted %+v in a drawer with %s", c, d.cash)
	}
	if c.Difference != 0 {
		d.explained = false
	}
	d.difference += c.Difference
	d.state, d.cash, d.counted = till.Counted, found, found
}

func (k *walk) explain() {
	at := k.desk()
	d := k.drawers[at]
	reason := pick(k, till.Reasons...)
	r := k.By(k.person(), at)
	if k.chance(2) {
		shift := one(k, k.shifts, id.ID{1})
		k.whatever("explain", func() error { return k.Till.Explain(k.TB.Context(), r, shift, reason) })
		for _, other := range k.drawers {
			if other.state == till.Counted && other.shift == shift {
				s, err := k.Store.Shift(k.TB.Context(), k.Journal.DB(), shift)
				if err != nil {
					k.t.Fatal(err)
				}
				other.explained = s.Explanation != ""
			}
		}
		return
	}
	if k.try("explain", d.state == till.Counted && d.difference != 0, func() error { return k.Till.Explain(k.TB.Context(), r, id.ID{}, reason) }) {
		d.explained = true
	}
}

func (k *walk) close() {
	at := k.desk()
	d := k.drawers[at]
	in := till.CloseIn{Left: min(d.counted, k.cents(0, 4000))}
	if in.Left != d.counted {
		in.Bag, in.Seal = fmt.Sprintf("B%d", len(k.bags)), "P"
	}
	used := in.Bag != "" && k.chance(10) && len(k.bags) > 0
	if used {
		in.Bag = k.bags[0]
	}
	r := k.By(k.person(), at)
	var f till.ShiftClosed
	done := k.try("close", d.state == till.Counted && (d.difference == 0 || d.explained) && !used, func() (err error) {
		f, err = k.Till.Close(k.TB.Context(), r, in)
		return err
	})
	if !done {
		return
	}
	if f.Packed != d.cash-in.Left {
		k.t.Fatalf("packed %s of %s", f.Packed, d.cash)
	}
	if f.Bag != "" {
		k.bags = append(k.bags, f.Bag)
	}
	*d = drawer{cash: in.Left, left: in.Left}
}

func (k *walk) judge() {
	shift := one(k, k.shifts, id.ID{1})
	r := k.By(k.person(), tt.Office)
	if k.chance(2) {
		k.whatever("object", func() error { return k.Till.Object(k.TB.Context(), r, shift, till.CountDoubtful) })
		return
	}
	k.whatever("approve", func() error { return k.Till.Approve(k.TB.Context(), r, shift) })
}

func (k *walk) handOver() {
	bag := one(k, k.bags, "B-unknown")
	if k.chance(2) {
		r := k.By(k.person(), k.desk())
		k.whatever("give", func() error { return k.Till.Give(k.TB.Context(), r, bag, "") })
		return
	}
	r := k.By(pick(k, tt.Collector, tt.Collector, tt.Second), tt.Office)
	seal := pick(k, "P", "P", "P2")
	k.whatever("take", func() error {
		_, err := k.Till.Take(k.TB.Context(), r, bag, seal)
		return err
	})
}

func (k *walk) deposit() {
	var bags []string
	for range 1 + k.rng.IntN(2) {
		bags = append(bags, one(k, k.bags, "B-unknown"))
	}
	in := bank.DepositIn{IBAN: tt.Account, Bags: bags}
	if k.chance(2) {
		in.Slip = fmt.Sprintf("K%d", len(k.deposits))
	}
	r := k.By(pick(k, tt.Collector, tt.Collector, tt.Second), tt.Office)
	var f bank.DepositMade
	done := k.whatever("deposit", func() (err error) {
		f, err = k.Bank.Deposit(k.TB.Context(), r, in)
		return err
	})
	if done {
		k.deposits = append(k.deposits, f.Deposit)
	}
}

// statement brings lines that came before and new ones, some of which are open deposits to the cent.
func (k *walk) statement() {
	open, err := k.Banked.OpenDeposits(k.TB.Context(), k.Journal.DB(), tt.Cesis, "")
	if err != nil {
		k.t.Fatal(err)
	}
	var lines []bank.LineIn
	for range 1 + k.rng.IntN(4) {
		l := bank.LineIn{Ref: fmt.Sprintf("R%d", len(k.lines)), Day: k.today(), Cents: k.cents(-500, 9000)*2 + 1}
		if d := one(k, open, bank.Deposit{}); d.Cents != 0 {
			l.Cents, l.Text = d.Cents+pick[money.Amount](k, 0, 0, -5), "iemaksa "+d.Slip
			l.Cents = max(l.Cents, 1)
		}
		k.lines = append(k.lines, l)
		lines = append(lines, l)
	}
	lines = append(lines, pick(k, k.lines...))
	r := k.By(tt.Manager, tt.Office)
	k.try("import", true, func() error {
		_, err := k.Bank.Import(k.TB.Context(), r, bank.StatementIn{IBAN: tt.Account, Lines: lines})
		return err
	})
}

// reconcile matches, settles and explains at random; half of the time it picks what is open.
func (k *walk) reconcile() {
	l := one(k, k.lines, bank.LineIn{Ref: "R-unknown"})
	d := one(k, k.deposits, id.ID{1})
	if k.chance(2) {
		deposits, err := k.Banked.OpenDeposits(k.TB.Context(), k.Journal.DB(), tt.Cesis, "")
		if err != nil {
			k.t.Fatal(err)
		}
		lines, err := k.Banked.Lines(k.TB.Context(), k.Journal.DB(), tt.Cesis, civil.Period{}, true)
		if err != nil {
			k.t.Fatal(err)
		}
		l.Ref = one(k, lines, bank.Line{Ref: l.Ref}).Ref
		d = one(k, deposits, bank.Deposit{ID: d}).ID
	}
	r := k.By(tt.Manager, tt.Office)
	switch k.rng.IntN(3) {
	case 0:
		k.whatever("match", func() error {
			_, err := k.Bank.Match(k.TB.Context(), r, l.Ref, d)
			return err
		})
	case 1:
		in := bank.SettleIn{IBAN: tt.Account, Ref: l.Ref, Fee: k.cents(0, 3)}
		k.whatever("cards", func() error {
			_, err := k.Bank.SettleCards(k.TB.Context(), r, in)
			return err
		})
	case 2:
		open, err := k.Store.Differences(k.TB.Context(), k.Journal.DB(), tt.Cesis)
		if err != nil {
			k.t.Fatal(err)
		}
		for _, o := range open {
			if !o.Deposit.IsZero() && !k.chance(3) {
				d = o.Deposit
			}
		}
		k.whatever("explain deposit", func() error { return k.Bank.Explain(k.TB.Context(), r, d, bank.BagShort) })
	}
}

func (k *walk) remit() {
	through := k.today().AddDays(-k.rng.IntN(4))
	r := k.By(tt.Manager, tt.Office)
	owed, err := k.Banked.OwedTo(k.TB.Context(), k.Journal.DB(), tt.Cesis, tt.Water, through)
	if err != nil {
		k.t.Fatal(err)
	}
	cents := k.cents(1, 9000)
	in := bank.RemitIn{From: tt.Account, Through: through, Parts: []bank.Owing{{Creditor: tt.Water, Cents: cents}}}
	waiting, err := k.Banked.Waiting(k.TB.Context(), k.Journal.DB(), tt.Cesis, through)
	if err != nil {
		k.t.Fatal(err)
	}
	k.try("remit", cents <= owed-waiting[tt.Water].Sum(), func() error {
		_, err := k.Bank.Remit(k.TB.Context(), r, in)
		return err
	})
	k.perhaps("remit early", func() error {
		asked, err := k.Bank.AskRemit(k.TB.Context(), k.By(tt.Manager, tt.Office), in, bank.OwnMoney)
		if err != nil {
			return err
		}
		return k.Bank.DecideRemit(k.TB.Context(), k.By(tt.Second, tt.Office), asked, k.chance(2))
	})
	k.undo()
}

func (k *walk) sleep() {
	k.Clock.Advance(time.Duration(1+k.rng.IntN(9)) * time.Hour)
	if !k.chance(4) {
		return
	}
	r := k.By(tt.Manager, tt.Office)
	k.whatever("close the period", func() error {
		_, err := k.Ledger.Close(k.TB.Context(), journal.Request{By: r.By, Desk: r.Desk, Key: r.Key}, tt.Cesis, k.today().AddDays(-2))
		return err
	})
}
