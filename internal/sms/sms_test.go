package sms_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/sms"
)

// number is the canary: it must be found nowhere but at the gateway.
const number = "29123456"

// gateway is one of whom a test says what it answers.
type gateway struct {
	told   []string
	answer func(ctx context.Context) error
}

func (g *gateway) Send(ctx context.Context, message id.ID, c sms.Content) error {
	g.told = append(g.told, message.String()+" "+c.To+" "+c.Text)
	if g.answer == nil {
		return nil
	}
	return g.answer(ctx)
}

// counter is a desk at which somebody has paid.
type counter struct {
	*paymenttest.World
	t       *testing.T
	gateway *gateway
	paid    payment.Payment
}

func each(t *testing.T, test func(c *counter)) {
	t.Helper()
	t.Parallel()
	paymenttest.Template.Each(t, func(t *testing.T, dsn string) {
		key, err := rowcode.NewKey(rowcode.NewSecret())
		if err != nil {
			t.Fatal(err)
		}
		c := &counter{World: paymenttest.OpenWith(t, dsn, rowcode.Needs{Key: key, Fresh: true}), t: t, gateway: &gateway{}}
		c.SMS.Gateway = c.gateway
		c.OpenTill("DZE-1")
		c.paid = c.Pay("DZE-1", c.Bill(paymenttest.Water, 1230)).Payments[0]
		test(c)
	})
}

func (c *counter) ask() error {
	return c.SMS.Ask(c.t.Context(), c.At("DZE-1"), c.paid, sms.Content{To: "29 123-456", Text: "https://example.lv/verify#CODE"})
}

func (c *counter) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// is fails unless the messages of the visit have these outcomes, and the number lies nowhere once none waits.
func (c *counter) is(outcomes ...sms.Outcome) {
	c.t.Helper()
	all, err := c.SMS.OfVisit(c.t.Context(), c.paid.Visit)
	c.must(err)
	var got []sms.Outcome
	waiting := 0
	for _, m := range all {
		got = append(got, m.Outcome)
		if m.Outcome == sms.Waiting {
			waiting++
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(outcomes) {
		c.t.Fatalf("%v, want %v", got, outcomes)
	}
	var held int
	c.must(c.DB.QueryRow(c.t.Context(), `SELECT COUNT(*) FROM sms_waiting`).Scan(&held))
	if held != waiting {
		c.t.Errorf("%d numbers are held for %d messages that wait", held, waiting)
	}
	var open int
	c.must(c.DB.QueryRow(c.t.Context(), `SELECT COUNT(*) FROM sms_waiting WHERE content LIKE $1`, "%"+number+"%").Scan(&open))
	lines, err := c.Journal.Lines(c.t.Context(), c.DB, "DZE-1", 0, 1000)
	c.must(err)
	for _, l := range lines {
		if strings.Contains(string(l.Body), number) {
			open++
		}
	}
	if open > 0 {
		c.t.Error("the number stands in clear")
	}
}

func TestTheLinkIsSentAndTheNumberIsGone(t *testing.T) {
	each(t, func(c *counter) {
		c.must(c.ask())
		c.is(sms.Waiting)
		c.must(c.SMS.SendOpen(c.t.Context()))
		c.is(sms.Sent)
		if len(c.gateway.told) != 1 || !strings.Contains(c.gateway.told[0], " +371"+number+" https://") {
			c.t.Errorf("the gateway was told %v", c.gateway.told)
		}
		c.must(c.SMS.SendOpen(c.t.Context()))
		if len(c.gateway.told) != 1 {
			c.t.Error("a message was sent twice")
		}
		c.Sound()
	})
}

// The program dies between the answer of the gateway and the line about it: the gateway is told the same name again, and there is one outcome.
func TestAnAnswerThatWasLostIsAskedForUnderTheSameName(t *testing.T) {
	each(t, func(c *counter) {
		c.must(c.ask())
		ctx, die := context.WithCancel(c.t.Context())
		c.gateway.answer = func(context.Context) error { die(); return nil }
		if err := c.SMS.SendOpen(ctx); err == nil {
			c.t.Fatal("the line was written although the program had died")
		}
		c.is(sms.Waiting)
		c.gateway.answer = nil
		c.must(c.SMS.SendOpen(c.t.Context()))
		c.is(sms.Sent)
		if len(c.gateway.told) != 2 || c.gateway.told[0] != c.gateway.told[1] {
			c.t.Errorf("the gateway was told %v", c.gateway.told)
		}
	})
}

func TestAGatewayThatFailsIsTriedAgainAndThenGivenUp(t *testing.T) {
	each(t, func(c *counter) {
		c.gateway.answer = func(context.Context) error { return errors.New("500") }
		c.must(c.ask())
		for range 2 { // the second one comes too early
			c.must(c.SMS.SendOpen(c.t.Context()))
		}
		if len(c.gateway.told) != 1 {
			c.t.Errorf("told %d times at once", len(c.gateway.told))
		}
		c.is(sms.Waiting)
		c.Clock.Advance(time.Minute)
		c.must(c.SMS.SendOpen(c.t.Context()))
		c.is(sms.Waiting)
		c.Clock.Advance(15 * time.Minute)
		c.must(c.SMS.SendOpen(c.t.Context()))
		c.is(sms.GivenUp)
		c.Clock.Advance(time.Second)
		c.must(c.ask())
		c.gateway.answer = func(context.Context) error { return fmt.Errorf("%w: 422", sms.ErrRefused) }
		c.must(c.SMS.SendOpen(c.t.Context()))
		c.is(sms.GivenUp, sms.Refused)
		c.Clock.Advance(time.Second)
		c.must(c.ask())
		c.must(c.DB.Write(c.t.Context(), func(tx *sqldb.Tx) error { // as after a restore
			return tx.Run(c.t.Context(), "test", `DELETE FROM sms_waiting`)
		}))
		c.must(c.SMS.SendOpen(c.t.Context()))
		c.is(sms.GivenUp, sms.Refused, sms.Lost)
		paymenttest.WantFault(c.t, c.ask(), fault.Conflict, "sms.limit")
	})
}

func TestNothingIsOfferedWithoutAGatewayOrAKey(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		w.SMS.Gateway = &gateway{}
		if w.SMS.Offers() {
			t.Error("a number would be stored in clear: there is no key")
		}
		w.SMS.Gateway = nil
		paymenttest.WantFault(t, w.SMS.Ask(t.Context(), w.At("DZE-1"), payment.Payment{}, sms.Content{To: number}), fault.NotFound, "sms.none")
	})
}

func TestNumbersOfTelephones(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"29123456": "+37129123456", "+371 29 123 456": "+37129123456", "0037129123456": "+37129123456", "+370 612 34567": "+37061234567", "(+371) 2912-3456": "+37129123456",
		"64100000": "", "+37164100000": "", "2912345": "", "": "", "112": "", "+": "", "29123456; DROP": "", "+0123456789": "",
	} {
		if got, err := sms.Number(typed); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}
