package harness_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

var desks = []string{"DZE-1", "CES-1", "CES-2"}

// runs apart: each run's clock begins so much later than that of the run before, and a computer's clock may be a little behind.
const apart = 2 * time.Second

// clockOf runs from a fixed morning on, so that the harness proves the same in every year.
type clockOf struct {
	begun time.Time
	run   int
}

func (c clockOf) Now() time.Time {
	return paymenttest.Start.Add(time.Duration(c.run)*apart + time.Since(c.begun))
}

// counter is the program under test.
type counter struct {
	*app.App
	store paymentsql.Store
	// bills are those of the water works and those of the council.
	bills [2][]id.ID
}

// open opens the database as a program does at its start, and the tills, which the first run does.
func open(ctx context.Context, p part) (*counter, error) {
	a, err := app.Open(ctx, app.Config{DSN: p.DSN, Clock: clockOf{time.Now(), p.Run}, Node: "LV-TEST"})
	if err != nil {
		return nil, err
	}
	if p.Early {
		a.Payment.Store = early{Service: a.Payment}
	}
	a.Journal.Heed(nil) // nobody here has an account
	_, err = a.DB.Share(ctx)
	return &counter{App: a, bills: p.Bills}, err
}

func (c *counter) openTills(ctx context.Context) error {
	for _, desk := range desks {
		if _, err := c.Till.Open(ctx, journal.Request{By: paymenttest.Clerk, Desk: desk, Key: "till"}, 2000); err != nil {
			return err
		}
	}
	return nil
}

// early is the store of a program that cheats: it prints a receipt as soon as it is recorded, inside the rule and before the commit. It gets to
// see one when the next creditor's receipt of the same basket is numbered.
type early struct {
	paymentsql.Store
	*payment.Service
}

func (e early) Last(ctx context.Context, r journal.Reader, desk string, out bool) (payment.Numbered, time.Time, bool, error) {
	n, at, there, err := e.Store.Last(ctx, r, desk, out)
	if there && err == nil {
		if d, err := e.Document(ctx, r, n.Series, n.Number); err == nil {
			if code, err := e.Code(ctx, r, d, nil); err == nil {
				sayReceipt("early", d, code.Text())
				time.Sleep(20 * time.Millisecond) // so that one kill of a few meets it
			}
		}
	}
	return n, at, there, err
}

// sayReceipt prints a receipt: under which request, its number, its link and its code.
func sayReceipt(key string, d payment.Document, code string) {
	crashtest.Say("receipt %s %s %d %s %s", key, d.Receipt.Series, d.Receipt.Number, d.Receipt.Link, code)
}

// request is what is sent under a key. It follows from the key alone, so that it can be sent again.
type request struct {
	key, desk string
	dice      *rand.Rand
}

func newRequest(key string) request {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key))
	dice := rand.New(rand.NewPCG(h.Sum64(), 1))
	return request{key: key, desk: desks[dice.IntN(len(desks))], dice: dice}
}

func (q request) at(step string) journal.Request {
	return journal.Request{By: paymenttest.Clerk, Desk: q.desk, Key: q.key + step}
}

// order pays bills of both creditors, so that a basket has two receipts.
func (q request) order(bills [2][]id.ID) payment.Order {
	o := payment.Order{Cash: true, Because: payment.ClientInsists}
	var sum money.Amount
	for _, of := range bills {
		first := q.dice.IntN(len(of))
		for i := range 1 + q.dice.IntN(2) {
			cents := money.Amount(1 + q.dice.IntN(999))
			o.Items = append(o.Items, payment.Item{Bill: of[(first+i)%len(of)], Cents: cents})
			sum += cents
		}
	}
	if q.dice.IntN(3) == 0 {
		o.Card, o.Slip = 1+money.Amount(q.dice.IntN(int(sum))), "4711"
	}
	if q.dice.IntN(10) == 0 {
		o.Card, o.Slip = sum+1, "4711" // refused
	}
	return o
}

// refused tells whether the request must be.
func refused(err error) bool {
	f := fault.First(err)
	return f != nil && f.Key == "payment.card_amount"
}

// send takes the basket, and voids, refunds or reprints some. What it prints it prints when the call has returned.
func (c *counter) send(ctx context.Context, q request) error {
	basket, err := c.Payment.Take(ctx, q.at(""), q.order(c.bills))
	if err != nil {
		return err
	}
	for _, p := range basket.Payments {
		if err := c.print(ctx, q.key, p.Receipt); err != nil {
			return err
		}
	}
	first := basket.Payments[0]
	switch q.dice.IntN(8) {
	case 0:
		n, err := c.Payment.Void(ctx, q.at("v"), first.ID, payment.WrongBill)
		if err != nil {
			return err
		}
		return c.print(ctx, q.key+"v", *n)
	case 1:
		return c.refund(ctx, q, first)
	case 2:
		return c.reprint(ctx, q, first.Receipt)
	}
	return nil
}

func (c *counter) print(ctx context.Context, key string, n payment.Numbered) error {
	d, err := c.store.Document(ctx, c.DB, n.Series, n.Number)
	if err != nil {
		return err
	}
	code, err := c.Payment.Code(ctx, c.DB, d, nil)
	if err == nil {
		sayReceipt(key, d, code.Text())
	}
	return err
}

func (c *counter) refund(ctx context.Context, q request, p payment.Payment) error {
	refund, err := c.Payment.RequestRefund(ctx, q.at("r"), payment.RefundOrder{
		Payment: p.ID, Items: []payment.Item{{Bill: p.Lines[0].Bill, Cents: p.Lines[0].Cents}}, Tender: till.Cash, Reason: payment.PaidTwice,
	})
	if err != nil {
		return err
	}
	office := journal.Request{By: actor.Staff("m1", "municipal-manager"), Desk: "OFFICE-" + p.Municipality, Key: q.key + "d"}
	if err := c.Payment.DecideRefund(ctx, office, payment.Decision{Refund: refund, Municipality: p.Municipality, Approved: true}); err != nil {
		return err
	}
	n, err := c.Payment.PayRefund(ctx, q.at("p"), refund)
	if err != nil {
		return err
	}
	return c.print(ctx, q.key+"p", *n)
}

func (c *counter) reprint(ctx context.Context, q request, n payment.Numbered) error {
	copied, err := c.Payment.Reprint(ctx, q.at("c"), n.Series, n.Number)
	if err != nil {
		return err
	}
	d, err := c.store.Document(ctx, c.DB, n.Series, n.Number)
	if err != nil {
		return err
	}
	if len(d.Copies) < int(copied.Number) {
		return fmt.Errorf("copy %d of %s was printed and is not there", copied.Number, n.Name())
	}
	code, err := c.Payment.Code(ctx, c.DB, d, &copied)
	if err == nil {
		crashtest.Say("copy %s %s %d %d %s", q.key, n.Series, n.Number, copied.Number, code.Text())
	}
	return err
}
