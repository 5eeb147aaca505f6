package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/rf"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
	"vienkopus/internal/visit"
)

// creditor is who sends bills in the network of the bench.
type creditor struct {
	number regno.Number
	name   string
	iban   iban.IBAN
	kind   bill.Kind
}

// creditors are made up; their numbers and accounts have the right form.
var creditors = []creditor{
	{"90000028508", "SIA „Ūdens”", "LV80BANK0000435195001", "water"},
	{"40003032949", "Novada pašvaldība", "LV44HABA0551000000001", bill.PropertyTax},
	{"40000000034", "SIA „Atkritumi”", "LV97UNLA0055000000002", "waste"},
	{"40000000049", "SIA „Siltums”", "LV38RIKO0000000000003", "heat"},
}

// opens is where the clock of the counters stands when they begin: a working morning, so that no run comes upon midnight.
var opens = civil.MustClock("07:00").On(civil.MustDate("2025-11-20"), time.UTC)

// running is a clock that goes on from a moment: ids and receipts need one that moves.
type running struct{ from, begun time.Time }

func newRunning(from time.Time) running { return running{from, clock.System{}.Now()} }

// Now implements clock.Clock.
func (r running) Now() time.Time { return r.from.Add(clock.System{}.Now().Sub(r.begun)) }

// clerk is who takes the money.
var clerk = actor.Staff("0197f3a2-7a32-7000-8000-000000000001", "clerk")

// counter is a desk with an open till, and the client who stands there.
type counter struct {
	desk  string
	visit id.ID
}

// openCounters makes a network with creditors, a key for receipts, so many desks, an open till and a visit at each.
func openCounters(ctx context.Context, a *app.App, desks int) ([]counter, error) {
	sites, err := openNetwork(ctx, a, desks)
	if err != nil {
		return nil, err
	}
	if err := openBooks(ctx, a); err != nil {
		return nil, err
	}
	var all []counter
	for _, s := range sites {
		if _, err := a.Till.Open(ctx, journal.Request{By: clerk, Desk: s.desk, Key: "till:" + s.desk}, 2000); err != nil {
			return nil, fmt.Errorf("counters: %w", err)
		}
		v, err := a.Visit.Open(ctx, journal.Request{By: clerk, Desk: s.desk, Key: "visit:" + s.desk}, visit.InPerson)
		if err != nil {
			return nil, fmt.Errorf("counters: %w", err)
		}
		all = append(all, counter{s.desk, v.ID})
	}
	return all, nil
}

// openBooks makes creditors, rates, the cash limit and the key for receipts known.
func openBooks(ctx context.Context, a *app.App) error {
	const network = "NETWORK"
	errs := []error{a.Keyring.Ensure(ctx)}
	for _, c := range creditors {
		r := journal.Request{By: by, Desk: network, Key: "creditor:" + string(c.number)}
		errs = append(errs, a.Bill.RegisterCreditor(ctx, r, bill.Creditor{Number: c.number, Name: c.name, IBAN: c.iban}))
	}
	fee := bill.LateFee{Creditor: creditors[0].number, Kind: bill.PropertyTax, PerMillion: 500, Basis: dated.On("2010-01-01", "bench", "bench")}
	errs = append(errs,
		a.Bill.SetLateFee(ctx, journal.Request{By: by, Desk: network, Key: "fee"}, fee),
		a.Till.SetCashLimit(ctx, journal.Request{By: by, Desk: network, Key: "limit"}, till.LatvianCashLimit()))
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("books: %w", err)
	}
	return nil
}

// issue issues so many bills through the service, in batches as a billing system sends them, and returns them in turn over the creditors.
func issue(ctx context.Context, a *app.App, bills int) ([]bill.Bill, error) {
	var all []bill.Bill
	for first := 0; first < bills; first += bill.MostPut * len(creditors) {
		batches := make([][]bill.Bill, len(creditors))
		for i := range creditors {
			var err error
			if batches[i], err = issueBatch(ctx, a, i, first); err != nil {
				return nil, err
			}
		}
		for n := range bill.MostPut {
			for i := range creditors {
				all = append(all, batches[i][n])
			}
		}
	}
	return all[:bills], nil
}

func issueBatch(ctx context.Context, a *app.App, of, first int) ([]bill.Bill, error) {
	batch := bill.Batch{By: by, Key: fmt.Sprintf("issue:%d:%d", of, first)}
	for n := range bill.MostPut {
		said, err := drawBill(of, first/len(creditors)+n)
		if err != nil {
			return nil, err
		}
		batch.Bills = append(batch.Bills, said)
	}
	done, err := a.Bill.PutAll(ctx, batch)
	if err != nil {
		return nil, fmt.Errorf("issue: %w", err)
	}
	all := make([]bill.Bill, len(done))
	for i, d := range done {
		all[i] = bill.Bill{ID: d.Bill, Content: batch.Bills[i].Content}
	}
	return all, nil
}

// drawBill returns the bill of that number of a creditor, the same one each time. Bill n of every creditor is of the same payer, so a payer has as
// many open bills as there are creditors; every other creditor gives its bills a structured reference.
func drawBill(of, n int) (bill.Said, error) {
	c := creditors[of]
	number := fmt.Sprintf("%c25%07d", 'A'+of, n)
	content := bill.Content{
		Creditor: c.number, Number: number, Reference: fmt.Sprintf("%d00-%06d", of+1, n), Kind: c.kind, Municipality: "0026000",
		Issued:      civil.MustDate("2025-11-03"),
		Instalments: []bill.Instalment{{Due: civil.MustDate("2025-12-01"), Cents: money.Amount(900 + n*37%9000)}},
	}
	if of%2 == 0 {
		var err error
		if content.RF, err = rf.New(number); err != nil {
			return bill.Said{}, fmt.Errorf("draw: %w", err)
		}
	}
	who := drawPayer(n)
	return bill.Said{Content: content, Payer: &who}, nil
}

// The names are drawn from lists, the first ones often and the last ones seldom, so that of half a million payers about a hundred have the most
// frequent name.
var (
	firstNames = strings.Fields(`Jānis Anna Andris Kristīne Juris Inese Edgars Ilze Māris Inga Mārtiņš Līga Aivars Dace Valdis Anita Jānis-Pēteris Aija
Pēteris Vita Guntis Ligita Raimonds Santa Gatis Iveta Normunds Zane Dainis Laura Uldis Evita Ivars Sandra Arvīds Daina Viktors Marija Aleksandrs
Jeļena Sergejs Olga Vladimirs Tatjana Igors Svetlana Oļegs Nataļja Roberts Elīna Kārlis Agnese Toms Madara Rihards Baiba Oskars Ieva Emīls Marta`)
	stems = strings.Fields(`Bērz Kalniņ Ozol Jansons Liep Krūmiņ Balod Eglīt Zariņ Petersons Vītol Kārkl Kļaviņ Apsīt Priedīt Siliņ Vanag Ābol Lāc Roz Grīnberg
Krast Zvirbul Dumpj Cīrul Gulb Irb Sniedz Strazd Dzen Mednis Rubenis Pūce Sauleskaln Ziemel Rīteriņ Vakar Mežaks Purviņ Ezeriņ Upīt Avotiņ Straut
Kadiķ Ievlej Vilciņ Zaķ Lapsiņ Briedis Stirniņ Āpsīt Vēversk Putniņ Spārniņ Zvaigzn Mēnes Pērkon Zibeņ Vējiņ Sniegul Ledus Salniņ Rudzīt Miezīt Auzāj`)
	endings = strings.Fields(`š s a e is us ovs enko ājs nieks kalns lauks`)
	streets = strings.Fields(`Liepu Ozolu Bērzu Rīgas Skolas Parka Stacijas Dārza Pils Upes Meža Kalna Raiņa Brīvības Valmieras Lauku Ziedu Saules Jaunā Vecā`)
	towns   = strings.Fields(`Cēsis Dzērbene Vecpiebalga Jaunpiebalga Priekuļi Līgatne Amata Drabeši Rauna Mārsnēni`)
)

// drawPayer returns the payer of that number.
func drawPayer(n int) bill.Payer {
	random := rand.New(rand.NewPCG(uint64(n), 25)) //nolint:gosec // the same names each time, on purpose
	often := func(list []string) string {
		return list[int(math.Pow(random.Float64(), 1.2)*float64(len(list)))]
	}
	name := often(firstNames) + " " + often(stems) + often(endings)
	street, place := streets[random.IntN(len(streets))], towns[random.IntN(len(towns))]
	return bill.Payer{Name: name, Address: fmt.Sprintf("%s iela %d-%d, %s", street, 1+random.IntN(120), 1+random.IntN(60), place)}
}
