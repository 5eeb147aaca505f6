package takings

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/demo/history"
)

// planned is one payment of the year: which bill is paid at which desk on which day.
type planned struct {
	desk string
	day  civil.Date
	said issued
}

// issued is a bill of the plan.
type issued struct {
	creditor creditor
	kind     bill.Kind
	number   string
	payer    household
	on, due  civil.Date
	cents    money.Amount
}

func hash(text string) uint64 {
	sum := fnv.New64a()
	sum.Write([]byte(text)) //nolint:gosec // a hash never fails to write
	return sum.Sum64()
}

// draw lays the year out, always the same for the same year: as many payments on each day at each desk as history says, each of one bill.
func draw(year int) ([]planned, error) {
	counts, err := history.Payments(year)
	if err != nil {
		return nil, err
	}
	dice := rand.New(rand.NewPCG(uint64(year), 11)) //nolint:gosec // made-up sums, not secrets
	at := map[string][]household{}
	numbers := map[string]int{}
	var all []planned
	for _, c := range counts {
		if at[c.Centre] == nil {
			at[c.Centre] = households(c.Centre, strings.TrimRight(c.Desk, "-0123456789"))
		}
		kind := bill.Kind(strings.TrimPrefix(c.Service, "municipality-"))
		by := billedBy(kind)
		for range c.N {
			numbers[by.prefix]++
			on := c.Day.AddDays(-3 - dice.IntN(15))
			all = append(all, planned{desk: c.Desk, day: c.Day, said: issued{
				creditor: by, kind: kind, number: fmt.Sprintf("%s%d-%05d", by.prefix, year, numbers[by.prefix]), payer: at[c.Centre][dice.IntN(perCentre)],
				on: on, due: on.AddDays(20), cents: price(kind, dice),
			}})
		}
	}
	return all, nil
}

// price is what a bill of a kind comes to, in cents.
func price(kind bill.Kind, dice *rand.Rand) money.Amount {
	between := func(least, most int64) money.Amount { return money.Amount(least + dice.Int64N(most-least)) }
	switch kind {
	case "heating":
		return between(3500, 12000)
	case bill.PropertyTax:
		return between(700, 6000)
	case "waste":
		return between(300, 1200)
	case "sewage":
		return between(400, 2200)
	}
	return between(500, 3200)
}

// file writes bills as creditors send them.
func file(bills []issued) ([]byte, error) {
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	err := out.Write(bill.Columns)
	for _, b := range bills {
		if err == nil {
			err = out.Write([]string{
				string(b.creditor.Number), b.number, b.payer.account, string(b.kind), Cesu, "", b.on.String(), b.due.String(), b.cents.String(), b.payer.Name, b.payer.Address,
			})
		}
	}
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return text.Bytes(), err
}

// send imports bills by the door that every creditor uses.
func (f *filler) send(ctx context.Context, bills []issued) error {
	if len(bills) == 0 {
		return nil
	}
	text, err := file(bills)
	if err != nil {
		return err
	}
	_, err = f.Bill.Import(ctx, clerk, bill.Order{Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }})
	return err
}

// open sends the bills that wait today: water and waste of every household at the small centres, and of some the property tax, whose notice the
// post has not brought yet.
func (f *filler) open(ctx context.Context, now time.Time) error {
	today := civil.In(now, time.UTC)
	dice := rand.New(rand.NewPCG(uint64(f.year), 13)) //nolint:gosec // made-up sums, not secrets
	var bills []issued
	n := 0
	add := func(who household, kind bill.Kind, on, due civil.Date) {
		by := billedBy(kind)
		n++
		bills = append(bills, issued{
			creditor: by, kind: kind, number: fmt.Sprintf("%s%d-%05d", by.prefix, f.year+1, 90000+n), payer: who, on: on, due: due, cents: price(kind, dice),
		})
	}
	for _, centre := range slices.Sorted(keysOf(places)) {
		for i, who := range households(centre, prefixes[centre]) {
			add(who, "water", today.AddDays(-6), today.AddDays(14))
			if i%2 == 0 {
				add(who, "waste", today.AddDays(-25), today.AddDays(-4))
			}
			if i%3 == 0 {
				add(who, bill.PropertyTax, today.AddDays(-1), today.AddDays(30))
			}
		}
	}
	return f.send(ctx, bills)
}
