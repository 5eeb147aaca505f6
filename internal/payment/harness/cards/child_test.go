package cards_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/payment/terminal"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/journal"
)

// part is what the child is told.
type part struct {
	DSN, Terminal string
	// Run keeps the keys and the clocks of the runs apart.
	Run   int
	Bills []id.ID
	// Hold is the point at which the child says so and goes no further; without one it works until it is killed.
	Hold string
	// Cheat has the child ask the terminal before the journal.
	Cheat bool
}

func TestMain(m *testing.M) {
	if !crashtest.Play(func(p part) error { return p.play(context.Background()) }) {
		os.Exit(m.Run())
	}
}

var desks = []string{"DZE-1", "CES-1", "CES-2"}

// apart is how much later the clock of a run begins than that of the run before: longer than a child lives, also on a busy machine.
const apart = 30 * time.Second

type clockOf struct {
	begun time.Time
	run   int
}

func (c clockOf) Now() time.Time {
	return paymenttest.Start.Add(time.Duration(c.run)*apart + time.Since(c.begun))
}

// play is a program with a terminal.
func (p part) play(ctx context.Context) error {
	b := &box{path: p.Terminal, odd: p.Hold == "", failed: map[string]bool{}, at: func(point string) {
		if p.Hold == "" {
			time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
		}
		if point == p.Hold {
			crashtest.Say("at %s", point)
			select {}
		}
	}}
	a, err := app.Open(ctx, app.Config{DSN: p.DSN, Clock: clockOf{time.Now(), p.Run}, Node: "LV-TEST", Terminal: b})
	if err != nil {
		return err
	}
	a.Payment.Patience = 30 * time.Millisecond
	for _, desk := range desks {
		if _, err := a.Till.Open(ctx, journal.Request{By: paymenttest.Clerk, Desk: desk, Key: "till"}, 2000); err != nil {
			return err
		}
	}
	switch p.Hold {
	case "":
		p.work(ctx, a, b)
	case givenUp, takenBack:
		if err := p.lose(ctx, a, b); err != nil {
			return err
		}
		time.Sleep(2 * a.Payment.Patience)
		return a.Payment.TakeUp(ctx)
	default:
		if err := p.send(ctx, a, b, "one"); err != nil {
			return err
		}
		b.at(done)
	}
	_, err = bufio.NewReader(os.Stdin).ReadString(0) // until the parent is gone
	return err
}

// lose takes payments until the answer to one is lost, and leaves that.
func (p part) lose(ctx context.Context, a *app.App, b *box) error {
	b.odd = true
	defer func() { b.odd = false }()
	for n := 0; ; n++ {
		_, err := a.Payment.Take(ctx, request(fmt.Sprint("lost", n)), p.order("lost"))
		switch f := fault.First(err); {
		case f != nil && f.Key == "payment.card_unknown":
			return nil
		case err != nil && f == nil:
			return err
		}
	}
}

// work takes payments by card, presses again now and then, and takes up what is open.
func (p part) work(ctx context.Context, a *app.App, b *box) {
	for w := range 4 {
		go func() {
			for n := 0; ; n++ {
				key := fmt.Sprintf("r%d-%d-%d", p.Run, w, n)
				for range 1 + rand.IntN(3) {
					crashtest.Say("try %s", key)
					err := p.send(ctx, a, b, key)
					if err == nil {
						crashtest.Say("done %s", key)
					}
					if f := fault.First(err); err != nil && (f == nil || f.Kind != fault.Conflict) {
						crashtest.Say("odd %s: %v", key, err)
					}
				}
			}
		}()
	}
	go func() {
		for {
			_ = a.Payment.TakeUp(ctx) // what the terminal does not take back is asked again
			time.Sleep(10 * time.Millisecond)
		}
	}()
}

func request(key string) journal.Request {
	return journal.Request{By: paymenttest.Clerk, Desk: desks[mood(3, key, "desk")], Key: key}
}

// order follows from the key alone.
func (p part) order(key string) payment.Order {
	cents := 100 + money.Amount(mood(900, key, "cents"))
	card := 1 + money.Amount(mood(uint64(cents), key, "card"))
	return payment.Order{
		Items: []payment.Item{{Bill: p.Bills[mood(uint64(len(p.Bills)), key, "bill")], Cents: cents}}, Card: card, Cash: true, Because: payment.ClientInsists,
	}
}

func (p part) send(ctx context.Context, a *app.App, b *box, key string) error {
	o := p.order(key)
	if p.Cheat {
		slip, err := b.Charge(ctx, terminal.Charge{Name: "cheat-" + key, Desk: request(key).Desk, Cents: o.Card})
		if err != nil {
			return fault.NewConflict("payment.card_refused")
		}
		o.Slip = slip
	}
	_, err := a.Payment.Take(ctx, request(key), o)
	return err
}
