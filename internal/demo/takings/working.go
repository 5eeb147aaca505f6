package takings

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/office"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// working is one day at all desks that take money on it.
type working struct {
	*filler
	day  civil.Date
	zone *time.Location
	week *week
	// packs tells that the cash of the week goes into bags this evening.
	packs bool

	mu     sync.Mutex
	shifts map[string]till.Shift
	held   map[string]money.Amount // desk → what its drawer holds
}

// The hours of a day, in minutes after eight.
const (
	opens     = 60
	firstTurn = 75
	perTurn   = 12
	closes    = 540
	collects  = 580
)

// run opens the drawers, takes the payments in turns, counts, closes and approves. Desks that take nothing today open only to pack their cash.
func (d *working) run(ctx context.Context, payments map[string][]planned) error {
	d.shifts, d.held = map[string]till.Shift{}, map[string]money.Amount{}
	desks := slices.Collect(maps.Keys(payments))
	if d.packs {
		for desk, left := range d.left {
			if _, busy := payments[desk]; !busy && left > float {
				desks = append(desks, desk)
			}
		}
	}
	if len(desks) == 0 {
		return nil
	}
	slices.Sort(desks)
	turns := 0
	for _, all := range payments {
		turns = max(turns, len(all))
	}
	if err := d.at(opens, desks, func(desk string) error { return d.open(ctx, desk) }); err != nil {
		return err
	}
	for turn := range turns {
		busy := slices.DeleteFunc(slices.Clone(desks), func(desk string) bool { return len(payments[desk]) <= turn })
		if err := d.at(firstTurn+turn*perTurn, busy, func(desk string) error { return d.take(ctx, payments[desk][turn], turn) }); err != nil {
			return err
		}
	}
	for i, step := range []func(context.Context, string) error{d.count, d.close, d.approve} {
		if err := d.at(closes+5*i, desks, func(desk string) error { return step(ctx, desk) }); err != nil {
			return err
		}
	}
	if !d.packs {
		return nil
	}
	d.Clock.Set(moment(d.day, d.zone, collects))
	return d.week.collect(ctx, d)
}

// at sets the clock and does one thing at all desks at once: their lines share commits, as on a busy morning.
func (d *working) at(minutes int, desks []string, thing func(desk string) error) error {
	d.Clock.Set(moment(d.day, d.zone, minutes))
	errs := make([]error, len(desks))
	var all sync.WaitGroup
	for i, desk := range desks {
		all.Go(func() {
			if err := thing(desk); err != nil {
				errs[i] = fmt.Errorf("%s: %w", desk, err)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// key names a request: the same for the same year, day, desk and step.
func (d *working) key(desk, step string) string {
	return fmt.Sprintf("takings:%s:%s:%s", d.day, desk, step)
}

func (d *working) open(ctx context.Context, desk string) error {
	left := d.leftAt(desk)
	s, err := d.Till.Open(ctx, journal.Request{By: clerk, Desk: desk, Key: d.key(desk, "open")}, left)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shifts[desk], d.held[desk] = s, left
	return err
}

// leftAt is what the drawer holds in the morning; the first time it is new change money.
func (d *working) leftAt(desk string) money.Amount {
	d.mu.Lock()
	defer d.mu.Unlock()
	if left, known := d.left[desk]; known {
		return left
	}
	return float
}

// take takes one payment: three of four in cash, mostly with a note, the others by card.
func (d *working) take(ctx context.Context, p planned, turn int) error {
	dice := rand.New(rand.NewPCG(hash(p.said.number), 17)) //nolint:gosec // made-up habits, not secrets
	b, err := d.Bill.Numbered(ctx, p.said.creditor.Number, p.said.number)
	if err != nil {
		return err
	}
	o := payment.Order{Cash: true, Items: []payment.Item{{Bill: b.ID, Cents: p.said.cents}}}
	cash := dice.IntN(4) > 0
	if cash {
		o.Given = noteFor(p.said.cents, dice)
	} else {
		o.Card, o.Slip = p.said.cents, fmt.Sprintf("%06d", 1+dice.IntN(999_999))
	}
	step := fmt.Sprintf("pay-%d", turn)
	basket, err := d.Payment.Take(ctx, journal.Request{By: clerk, Desk: p.desk, Key: d.key(p.desk, step)}, o)
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.owed[p.said.creditor.Number] += p.said.cents
	if cash {
		d.held[p.desk] += p.said.cents
	} else {
		d.week.cards += p.said.cents
	}
	d.mu.Unlock()
	err = d.Visit.Close(ctx, journal.Request{By: clerk, Desk: p.desk, Key: d.key(p.desk, step+"-close")}, basket.Payments[0].Visit)
	if fault.KindOf(err) == fault.Conflict {
		return nil // it was closed before an interruption
	}
	return err
}

// noteFor is with what people pay a sum: exactly, or with the next note.
func noteFor(cents money.Amount, dice *rand.Rand) money.Amount {
	if dice.IntN(5) == 0 {
		return 0
	}
	for _, note := range []money.Amount{1000, 2000, 5000, 10000, 20000} {
		if note >= cents {
			return note
		}
	}
	return cents
}

// count counts the drawer; once in two months something is missing or too much at a desk, and somebody says why.
func (d *working) count(ctx context.Context, desk string) error {
	dice := rand.New(rand.NewPCG(hash(d.day.String()+desk), 19)) //nolint:gosec // made-up mistakes, not secrets
	d.mu.Lock()
	held := d.held[desk]
	wrong := money.Amount(0)
	if dice.IntN(45) == 0 && held > float+100 { // what is missing is missing of the takings
		wrong = []money.Amount{-100, -50, -10, 10, 50, 100}[dice.IntN(6)]
	}
	d.held[desk] = held + wrong
	d.mu.Unlock()
	counted, err := d.Till.Count(ctx, journal.Request{By: clerk, Desk: desk, Key: d.key(desk, "count")}, till.CountIn{Pieces: piecesOf(held + wrong)})
	if err != nil || counted.Difference == 0 {
		return err
	}
	return d.Till.Explain(ctx, journal.Request{By: clerk, Desk: desk, Key: d.key(desk, "explain")}, counted.Shift, till.WrongChange)
}

// piecesOf is a sum in as few notes and coins as possible.
func piecesOf(cents money.Amount) []till.Pieces {
	var all []till.Pieces
	for _, one := range till.Denominations {
		if n := int64(cents / one); n > 0 {
			all = append(all, till.Pieces{Cents: one, N: n})
			cents -= money.Amount(n) * one
		}
	}
	if len(all) == 0 {
		all = append(all, till.Pieces{Cents: 1, N: 0})
	}
	return all
}

// close leaves everything in the drawer until the end of the week; then all but the change money goes into a bag.
func (d *working) close(ctx context.Context, desk string) error {
	d.mu.Lock()
	in := till.CloseIn{Left: d.held[desk]}
	if d.packs && in.Left > float {
		in.Left = float
		d.bags[desk]++
		in.Bag, in.Seal = fmt.Sprintf("%s-%d-%03d", desk, d.year, d.bags[desk]), fmt.Sprintf("P%06d", 100_000+hash(desk+d.day.String())%900_000)
		d.week.bags = append(d.week.bags, packed{desk: desk, bag: in.Bag, seal: in.Seal, cents: d.held[desk] - float})
	}
	d.left[desk] = in.Left
	d.mu.Unlock()
	_, err := d.Till.Close(ctx, journal.Request{By: clerk, Desk: desk, Key: d.key(desk, "close")}, in)
	return err
}

func (d *working) approve(ctx context.Context, desk string) error {
	d.mu.Lock()
	shift := d.shifts[desk].ID
	d.mu.Unlock()
	return d.Till.Approve(ctx, journal.Request{By: manager, Desk: office.Desk(Cesu), Key: d.key(desk, "approve")}, shift)
}
