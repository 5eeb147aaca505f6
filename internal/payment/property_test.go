package payment_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/journal"
)

// TestMain has the random test run few times, each with a database of its own, and long; more in a soak run.
func TestMain(m *testing.M) {
	flag.Parse()
	checks := "3"
	if os.Getenv("VIENKOPUS_SOAK") != "" {
		checks = "60"
	}
	if err := flag.Set("rapid.checks", checks); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// TestSoakRandomDays has three desks do at random what can be done with bills, right and wrong. What must be refused is refused, what may be done is done once,
// however often it is asked; and then bills, receipts, ledger, drawers and counts are those of somebody who has watched and added up by hand.
func TestSoakRandomDays(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(testing.TB) string{"sqlite": paymenttest.Template.SQLite, "postgres": paymenttest.Template.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			done := map[string]int{}
			rapid.Check(t, func(r *rapid.T) {
				w := paymenttest.Open(t, database(t))
				defer func() {
					if err := w.Close(); err != nil {
						r.Error(err)
					}
				}()
				m := newModel(t, w)
				for range 6 {
					m.issue(r)
				}
				for _, desk := range desks[1:] {
					m.open[desk] = w.OpenTill(desk).Desk == desk
				}
				for range 80 + dice(r, 64, "steps") {
					w.Clock.Advance(time.Second)
					what := one(r, "what", things...)
					err := what.do(m, r)
					if err != nil && !errors.Is(err, errRefused) {
						r.Fatalf("%s: %v", what.name, err)
					}
					done[fmt.Sprintf("%s, refused: %t", what.name, err != nil)]++
				}
				m.compare()
			})
			t.Log(done)
			if os.Getenv("VIENKOPUS_SOAK") != "" && done["void by two, refused: false"] == 0 {
				t.Error("nothing was voided by two")
			}
			if done["take, refused: false"] < 10 || done["take, refused: true"] < 5 {
				t.Error("too little was taken and refused: this proves nothing")
			}
		})
	}
}

// errRefused says that something was refused, as it had to be.
var errRefused = errors.New("refused")

// things are what people do, and how often.
var things = slices.Concat(
	times(14, "take", (*model).take), times(1, "open", (*model).openTill), times(4, "issue", (*model).issueOne), times(1, "cancel", (*model).cancel),
	times(2, "repeat", (*model).repeat), times(3, "void", (*model).void), times(2, "void by two", (*model).voidByTwo), times(4, "ask", (*model).ask), times(3, "decide", (*model).decide),
	times(3, "pay out", (*model).payOut), times(2, "return", (*model).takeReturn), times(2, "copy", (*model).reprint), times(1, "close", (*model).closeVisit),
)

// thing is something that people do.
type thing struct {
	name string
	do   func(*model, *rapid.T) error
}

func times(n int, name string, do func(*model, *rapid.T) error) []thing {
	return slices.Repeat([]thing{{name, do}}, n)
}

var desks = []string{"DZE-1", "CES-1", "CES-2"}

// judge compares an answer with what had to come.
func judge(err error, may bool) error {
	switch f := fault.First(err); {
	case err == nil && may:
		return nil
	case f != nil && !may:
		return errRefused
	case err == nil:
		return errors.New("it had to be refused")
	}
	return fmt.Errorf("refused wrongly: %w", err)
}

// dice shows 0 to n-1, each as often; what rapid draws by itself is small most of the time.
func dice(r *rapid.T, n int, name string) int {
	return rapid.Custom(func(r *rapid.T) int {
		v := 0
		for range 10 {
			v *= 2
			if rapid.Bool().Draw(r, "bit") {
				v++
			}
		}
		return v % n
	}).Draw(r, name)
}

func one[T any](r *rapid.T, name string, all ...T) T { return all[dice(r, len(all), name)] }

// pick takes one of those for which something can be done, and sometimes any.
func pick[T any](r *rapid.T, all []T, name string, can func(T) bool) (picked T, ok bool) {
	if some := slices.DeleteFunc(slices.Clone(all), func(t T) bool { return !can(t) }); len(some) > 0 && often(r, "right "+name) {
		all = some
	}
	if len(all) == 0 {
		return picked, false
	}
	return one(r, name, all...), true
}

// whole tells of a payment of which nothing was given back.
func whole(p *paidFor) bool { return p.given() == 0 && !p.waiting }

func often(r *rapid.T, name string) bool { return dice(r, 12, name) > 0 }

func seldom(r *rapid.T, name string) bool { return !often(r, name) }

func (m *model) issueOne(r *rapid.T) error {
	m.issue(r)
	return nil
}

func (m *model) issue(r *rapid.T) {
	creditor := one(r, "creditor", paymenttest.Water, paymenttest.Council)
	total := money.Amount(1 + dice(r, 1024, "total")*7)
	m.bills = append(m.bills, &owed{id: m.w.Bill(creditor, total).ID, creditor: creditor, total: total, settled: map[civil.Date]money.Amount{}})
}

func (m *model) cancel(r *rapid.T) error {
	b := one(r, "bill", m.bills...)
	if dice(r, 3, "not yet") > 0 {
		return nil
	}
	q := journal.Request{By: paymenttest.Clerk, Desk: "BILLS-" + string(b.creditor), Key: m.w.At("").Key}
	if err := judge(m.w.App.Bill.Cancel(m.t.Context(), q, b.id, bill.Mistaken), !b.cancelled); err != nil {
		return err
	}
	b.cancelled = true
	return nil
}

func (m *model) openTill(r *rapid.T) error {
	desk := one(r, "desk", desks...)
	_, err := m.w.Till.Open(m.t.Context(), m.w.At(desk), 2000)
	if err := judge(err, !m.open[desk]); err != nil {
		return err
	}
	m.open[desk] = true
	return nil
}

// order is a basket, right or wrong.
func (m *model) order(r *rapid.T, desk string) payment.Order {
	o := payment.Order{Cash: !seldom(r, "tender unsaid")}
	var sum money.Amount
	for range 1 + dice(r, 4, "items") {
		b := one(r, "bill", m.bills...)
		if b.due(paymenttest.Day) == 0 && often(r, "open one") {
			b = one(r, "bill", m.bills...)
		}
		if often(r, "another") && slices.ContainsFunc(o.Items, func(i payment.Item) bool { return i.Bill == b.id }) {
			continue
		}
		due := b.due(paymenttest.Day)
		cents := one(r, "cents", due, due, due, due, due, due/2, due/3, due/2, b.total, 1)
		if due == 0 || seldom(r, "odd") {
			cents = one(r, "odd cents", due+5, 500, 500, 500, 0, -7)
		}
		o.Items = append(o.Items, payment.Item{Bill: b.id, Cents: cents})
		sum += cents
	}
	if dice(r, 3, "tender") == 0 {
		if o.Card = one(r, "card", sum, sum/2, 1); seldom(r, "too much") {
			o.Card = sum + 1
		}
	}
	if right := often(r, "right slip"); right == (o.Card > 0) {
		o.Slip = "4711"
	}
	if rapid.Bool().Draw(r, "counted") {
		o.Given = max(sum-o.Card, 0) + one[money.Amount](r, "given", 0, 100, 4999, 1, 0, 3, -1)
	}
	if dice(r, 3, "sure") > 0 {
		o.Because = one(r, "because", payment.Reasons...)
	}
	if dice(r, 6, "paper") == 0 {
		number := uint32(1 + dice(r, 9, "number"))
		day := paymenttest.Day.AddDays(one(r, "day", 0, 0, -1, -1, 1))
		of := desk
		if seldom(r, "book of another desk") {
			of = one(r, "other desk", desks...)
		}
		o.Paper = paper(one(r, "book", paymenttest.Books[of][:2]...), number, day)
	}
	if before, ok := pick(r, m.at(desk), "visit", func(p *paidFor) bool { return !m.closed[p.Visit] }); ok && rapid.Bool().Draw(r, "same visit") {
		o.Visit = before.Visit
	}
	if rapid.Bool().Draw(r, "named") {
		o.Payer = "Jānis Liepa"
	}
	return o
}

// at are the payments of a desk.
func (m *model) at(desk string) (all []*paidFor) {
	for _, p := range m.paid {
		if p.Desk == desk {
			all = append(all, p)
		}
	}
	return all
}

func (m *model) take(r *rapid.T) error {
	desk := one(r, "desk", desks...)
	o, q := m.order(r, desk), m.w.At(desk)
	may := m.takes(desk, o)
	b, err := m.w.Payment.Take(m.t.Context(), q, o)
	if err := judge(err, may); err != nil {
		return err
	}
	m.again = append(m.again, func() error {
		again, err := m.w.Payment.Take(m.t.Context(), q, o)
		if err != nil || again.ID != b.ID || len(again.Payments) != len(b.Payments) || again.Payments[0].Receipt != b.Payments[0].Receipt {
			return fmt.Errorf("sent again: %+v, %w", again, err)
		}
		other := o
		other.Items = append(slices.Clone(o.Items), o.Items[0])
		other.Items[0].Bill = id.New(m.w.Clock.Now())
		if _, err := m.w.Payment.Take(m.t.Context(), q, other); fault.First(err) == nil {
			return fmt.Errorf("another basket under the same key: %w", err)
		}
		return nil
	})
	return m.took(desk, o, b)
}

func (m *model) repeat(r *rapid.T) error {
	again, ok := pick(r, m.again, "again", func(func() error) bool { return true })
	if !ok {
		return errRefused
	}
	return again()
}
