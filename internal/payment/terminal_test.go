package payment_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// The terminal charges once, whatever happens to the answer, and never without a payment that stands.
func TestTheTerminalChargesOnce(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		cards := terminal.NewSimulated(0)
		w.Payment.Terminal = cards
		order := func(cents money.Amount) payment.Order {
			o := paymenttest.Whole(w.Bill(paymenttest.Water, cents))
			o.Card = cents
			return o
		}
		_, err := w.Payment.Take(t.Context(), w.At(desk), order(513))
		paymenttest.WantFault(t, err, fault.Conflict, "payment.card_refused")
		r, o := w.At(desk), order(517)
		_, err = w.Payment.Take(t.Context(), r, o)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.card_unknown")
		for range 2 { // pressed again, and once more by a double click
			b, err := w.Payment.Take(t.Context(), r, o)
			if err != nil || b.Payments[0].Parts[0].Slip != "000001" || b.Payments[0].Cents(till.Card) != 517 {
				t.Fatalf("%+v, %v", b, err)
			}
		}
		if _, err := w.Payment.Take(t.Context(), w.At(desk), order(519)); err != nil {
			t.Errorf("a slow terminal: %v", err)
		}
		// The bill is paid meanwhile: the charge is taken back.
		paid := order(100)
		if _, err := w.Payment.Take(t.Context(), w.At(desk), paid); err != nil {
			t.Fatal(err)
		}
		_, err = w.Payment.Take(t.Context(), w.At(desk), paid)
		paymenttest.WantFault(t, err, fault.Conflict, "payment.perhaps_paid")
		if got := cards.Charged(); got != 517+519+100 {
			t.Errorf("the cards were charged %s", got)
		}
		w.Sound()
	})
}

// counter is a desk whose terminal does what the test says before and after it charges, and before it takes back.
type counter struct {
	*paymenttest.World
	*terminal.Simulated
	t                     *testing.T
	before, after, cancel func(terminal.Charge) error

	mu    sync.Mutex
	names map[string]int // how often each charge was asked for
}

func (c *counter) Charge(ctx context.Context, of terminal.Charge) (string, error) {
	c.mu.Lock()
	c.names[of.Name]++
	c.mu.Unlock()
	if c.before != nil {
		if err := c.before(of); err != nil {
			return "", err
		}
	}
	slip, err := c.Simulated.Charge(ctx, of)
	if err == nil && c.after != nil {
		err = c.after(of)
	}
	return slip, err
}

func (c *counter) Cancel(ctx context.Context, of terminal.Charge) error {
	if c.cancel != nil {
		if err := c.cancel(of); err != nil {
			return err
		}
	}
	return c.Simulated.Cancel(ctx, of)
}

// atCounter runs the test at a desk with a terminal, on both engines. In the end nothing is open, cards have paid what the payments say that they have, and verify is content.
func atCounter(t *testing.T, test func(t *testing.T, c *counter)) {
	t.Helper()
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.OpenTill(desk)
		c := &counter{World: w, Simulated: terminal.NewSimulated(0), t: t, names: map[string]int{}}
		w.Payment.Terminal = c
		test(t, c)
		c.want(0, "open", `SELECT COUNT(*) FROM card_charge WHERE state IN ('asked', 'given-up')`)
		c.want(int(c.Charged()), "cents by terminal", `SELECT CAST(COALESCE(SUM(p.card), 0) AS BIGINT) FROM payment p
WHERE p.basket IN (SELECT basket FROM card_charge WHERE state = 'charged')`)
		w.Sound()
		w.SameAfterRebuild()
	})
}

func (c *counter) want(n int, what, query string) {
	c.t.Helper()
	var got int
	if err := c.DB.QueryRow(c.t.Context(), query).Scan(&got); err != nil || got != n {
		c.t.Errorf("%s: %d, want %d (%v)", what, got, n, err)
	}
}

// byCard is a request and what it orders: a bill that is paid by card as a whole.
func (c *counter) byCard(cents money.Amount) (journal.Request, payment.Order) {
	o := paymenttest.Whole(c.Bill(paymenttest.Water, cents))
	o.Card = cents
	return c.At(desk), o
}

func (c *counter) take(r journal.Request, o payment.Order) error {
	_, err := c.Payment.Take(c.t.Context(), r, o)
	return err
}

func (c *counter) refused(err error, key string) {
	c.t.Helper()
	paymenttest.WantFault(c.t, err, fault.Conflict, key)
}

func (c *counter) takeUp(after time.Duration) {
	c.t.Helper()
	c.Clock.Advance(after)
	if err := c.Payment.TakeUp(c.t.Context()); err != nil {
		c.t.Error(err)
	}
}

// The journal has heard of a charge when the terminal does, and a refusal is a line too; the next attempt has another name.
func TestTheJournalHearsOfAChargeFirst(t *testing.T) {
	atCounter(t, func(t *testing.T, c *counter) {
		refuse := true
		c.before = func(of terminal.Charge) error {
			c.want(1, "asked", `SELECT COUNT(*) FROM entry e JOIN entry_subject s ON s.desk = e.desk AND s.number = e.number
WHERE e.kind = 'payment.card_asked' AND s.subject = 'charge:`+of.Name+`'`)
			if refuse {
				return terminal.ErrRefused
			}
			return nil
		}
		r, o := c.byCard(700)
		c.refused(c.take(r, o), "payment.card_refused")
		c.want(1, "refused", `SELECT COUNT(*) FROM card_charge WHERE state = 'refused'`)
		refuse = false
		for range 2 {
			if err := c.take(r, o); err != nil {
				t.Fatal(err)
			}
		}
		if len(c.names) != 2 || c.Charged() != 700 {
			t.Errorf("%v asked for, %s charged", c.names, c.Charged())
		}
	})
}

// What cannot be recorded is not asked for.
func TestNoCardIsAskedForWhatCannotBeTaken(t *testing.T) {
	atCounter(t, func(t *testing.T, c *counter) {
		r, o := c.byCard(700)
		o.Items[0].Cents, o.Card = 800, 800
		c.refused(c.take(r, o), "payment.above_due")
		if len(c.names) > 0 {
			t.Errorf("%v asked for", c.names)
		}
	})
}

// A double click while the client looks for his card, and once more.
func TestADoubleClickWhileTheTerminalIsSlow(t *testing.T) {
	atCounter(t, func(t *testing.T, c *counter) {
		r, o := c.byCard(700)
		var both sync.WaitGroup
		both.Add(2)
		c.before = func(terminal.Charge) error { // both are at the terminal at once
			both.Done()
			both.Wait()
			return nil
		}
		if err := errors.Join(together(func() error { return c.take(r, o) }, func() error { return c.take(r, o) })...); err != nil {
			t.Error(err)
		}
		c.before = nil
		if err := c.take(r, o); err != nil || len(c.names) != 1 || c.Charged() != 700 {
			t.Errorf("%v asked for, %s charged, %v", c.names, c.Charged(), err)
		}
		c.want(1, "payments", `SELECT COUNT(*) FROM payment`)
	})
}

// The terminal did not answer. The clerk looks at it and types the number on the slip, or lets the client pay in cash or another sum: what the card has paid beside that is taken back.
func TestAfterNoAnswerTheClerkDecides(t *testing.T) {
	atCounter(t, func(t *testing.T, c *counter) {
		for cents, change := range map[money.Amount]func(*payment.Order){
			517: func(o *payment.Order) { o.Slip = "000001" },
			617: func(o *payment.Order) { o.Card = 0 },
			717: func(o *payment.Order) { o.Card = 700 },
			817: func(o *payment.Order) { o.Because = payment.ClientInsists },
		} {
			r, o := c.byCard(cents)
			c.refused(c.take(r, o), "payment.card_unknown")
			change(&o)
			if err := c.take(r, o); err != nil {
				t.Errorf("%d: %v", cents, err)
			}
		}
		c.takeUp(0) // what is given up need not wait
		if got := c.Charged(); got != 517+700+817 {
			t.Errorf("%s charged", got)
		}
		c.takeUp(time.Hour)
	})
}

// While the client is at the terminal somebody else pays his bill. The charge is taken back, at once or as soon as the terminal can.
func TestAPaymentThatCannotBeRecordedTakesItsChargeBack(t *testing.T) {
	atCounter(t, func(t *testing.T, c *counter) {
		broken := errors.New("no line to the bank")
		for _, times := range []int{0, 1, 3} {
			failures := times
			c.cancel = func(terminal.Charge) error {
				if failures--; failures >= 0 {
					return broken
				}
				return nil
			}
			r, o := c.byCard(700)
			c.after = func(terminal.Charge) error {
				other := o
				other.Card = 0
				return c.take(c.At(desk), other)
			}
			err := c.take(r, o)
			c.refused(err, "payment.perhaps_paid")
			if times > 0 && !errors.Is(err, broken) {
				t.Errorf("nobody is told of the terminal: %v", err)
			}
			for i := 1; i < times; i++ { // the clerk insists while the first charge cannot be taken back, then leaves it
				again := o
				again.Because = payment.ClientInsists
				c.refused(c.take(r, again), "payment.card_not_cancelled")
			}
			c.after = nil
			c.takeUp(0)
			if got := c.Charged(); got != 0 {
				t.Errorf("%s charged", got)
			}
		}
		c.want(3, "cancelled", `SELECT COUNT(*) FROM card_charge WHERE state = 'cancelled'`)
	})
}

// Nobody comes back: for a while the charge is left to the clerk, then it is taken back. Whoever comes later asks anew, and a slip of what was taken back pays nothing.
func TestWhatNobodyComesBackToIsTakenBack(t *testing.T) {
	atCounter(t, func(t *testing.T, c *counter) {
		r, o := c.byCard(517)
		c.refused(c.take(r, o), "payment.card_unknown")
		c.takeUp(payment.DefaultPatience - time.Second)
		if c.Charged() != 517 {
			t.Error("the charge was taken from the clerk who is at it")
		}
		c.takeUp(2 * time.Second)
		if c.Charged() != 0 {
			t.Errorf("%s charged", c.Charged())
		}
		slip := o
		slip.Slip = "000001"
		c.refused(c.take(r, slip), "payment.card_taken_back")
		o.Items[0].Cents, o.Card = 417, 417 // the simulated terminal does not answer to this one at once, either
		c.refused(c.take(r, o), "payment.card_unknown")
		if err := c.take(r, o); err != nil || len(c.names) != 2 || c.Charged() != 417 {
			t.Errorf("%v asked for, %s charged, %v", c.names, c.Charged(), err)
		}
		c.takeUp(time.Hour)
	})
}

// The clerk presses again at the moment at which the charge is taken back, at another program: it pays, or it is taken back, and never both.
func TestTheClerkAndTheTakeUpAtOnce(t *testing.T) {
	race(t, func(t *testing.T, p programs) {
		cards := terminal.NewSimulated(0)
		p.first.Payment.Terminal, p.second.Payment.Terminal = cards, cards
		p.second.Payment.Patience = time.Nanosecond
		paid := money.Amount(0)
		for n := range 3 * rounds {
			o := paymenttest.Whole(p.first.Bill(paymenttest.Water, 517))
			o.Card = 517
			r := under(desk, fmt.Sprint("card", n))
			_, err := p.first.Payment.Take(t.Context(), r, o)
			paymenttest.WantFault(t, err, fault.Conflict, "payment.card_unknown")
			p.second.Clock.Advance(time.Second)
			errs := together(take(t, p.first, r, o), func() error { return p.second.Payment.TakeUp(t.Context()) })
			switch f := fault.First(errs[0]); {
			case errs[1] != nil:
				t.Error(errs[1])
			case errs[0] == nil:
				paid += 517
			case f == nil || f.Key != "payment.card_taken_back" && f.Key != "payment.card_refused" && f.Key != "payment.card_unknown" && f.Key != "payment.card_not_cancelled":
				t.Error(errs[0])
			}
		}
		p.second.Clock.Advance(time.Second)
		if err := p.second.Payment.TakeUp(t.Context()); err != nil || cards.Charged() != paid {
			t.Errorf("%s charged, %s recorded, %v", cards.Charged(), paid, err)
		}
		t.Logf("%d of %d paid", paid/517, 3*rounds)
	})
}
