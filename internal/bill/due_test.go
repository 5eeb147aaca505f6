package bill_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
)

func day(text string) civil.Date { return civil.MustDate(text) }

func from(day civil.Date) dated.Basis { return dated.Basis{From: day} }

var taxFee = []bill.LateFee{
	{Kind: bill.PropertyTax, Basis: from(day("2010-01-01")), PerMillion: 500},
	{Kind: "rent", Basis: from(day("2026-01-01")), PerMillion: 1000},
}

func tax(instalments ...bill.Instalment) bill.Bill {
	return bill.Bill{Content: bill.Content{Kind: bill.PropertyTax, Instalments: instalments}}
}

func TestDueOn(t *testing.T) {
	t.Parallel()
	year := tax(bill.Instalment{Due: day("2026-03-31"), Cents: 10000}, bill.Instalment{Due: day("2026-05-15"), Cents: 10000})
	paid := func(b bill.Bill, s ...bill.Settlement) bill.Bill { b.Settled = s; return b }
	void := year
	void.Cancelled = true
	raised := append(slices.Clone(taxFee), bill.LateFee{Kind: bill.PropertyTax, Basis: from(day("2026-04-11")), PerMillion: 1000})
	water := year
	water.Kind = "water"
	for name, c := range map[string]struct {
		bill bill.Bill
		fees []bill.LateFee
		on   string
		want bill.Due
	}{
		"before the day":        {year, taxFee, "2026-03-01", bill.Due{State: bill.Open, Principal: 20000, Total: 20000, Next: day("2026-03-31")}},
		"on the day":            {year, taxFee, "2026-03-31", bill.Due{State: bill.Open, Principal: 20000, Total: 20000, Next: day("2026-03-31")}},
		"a day late":            {year, taxFee, "2026-04-01", bill.Due{State: bill.Open, Principal: 20000, Overdue: 10000, Fee: 5, Total: 20005, Next: day("2026-03-31")}},
		"both late":             {year, taxFee, "2026-05-25", bill.Due{State: bill.Open, Principal: 20000, Overdue: 20000, Fee: 55*5 + 10*5, Total: 20325, Next: day("2026-03-31")}},
		"no rate for water":     {water, taxFee, "2026-05-25", bill.Due{State: bill.Open, Principal: 20000, Overdue: 20000, Total: 20000, Next: day("2026-03-31")}},
		"the rate rises":        {year, raised, "2026-04-20", bill.Due{State: bill.Open, Principal: 20000, Overdue: 10000, Fee: 10*5 + 10*10, Total: 20150, Next: day("2026-03-31")}},
		"one paid in time":      {paid(year, bill.Settlement{Day: day("2026-03-31"), Cents: 10000}), taxFee, "2026-04-30", bill.Due{State: bill.PartlyPaid, Principal: 10000, Total: 10000, Next: day("2026-05-15")}},
		"part paid late":        {paid(year, bill.Settlement{Day: day("2026-04-10"), Cents: 4000}), taxFee, "2026-04-20", bill.Due{State: bill.PartlyPaid, Principal: 16000, Overdue: 6000, Fee: 50 + 30, Total: 16080, Next: day("2026-03-31")}},
		"not paid yet on a day": {paid(year, bill.Settlement{Day: day("2026-04-10"), Cents: 4000}), taxFee, "2026-04-01", bill.Due{State: bill.Open, Principal: 20000, Overdue: 10000, Fee: 5, Total: 20005, Next: day("2026-03-31")}},
		"only the fee is left":  {paid(year, bill.Settlement{Day: day("2026-04-10"), Cents: 20000}), taxFee, "2026-12-31", bill.Due{State: bill.PartlyPaid, Fee: 50, Total: 50}},
		"paid with the fee":     {paid(year, bill.Settlement{Day: day("2026-04-10"), Cents: 20050}), taxFee, "2026-12-31", bill.Due{State: bill.Paid}},
		"overpaid":              {paid(year, bill.Settlement{Day: day("2026-03-10"), Cents: 20100}), taxFee, "2026-12-31", bill.Due{State: bill.Overpaid, Excess: 100}},
		"given back":            {paid(year, bill.Settlement{Day: day("2026-03-10"), Cents: 20000}, bill.Settlement{Day: day("2026-03-12"), Cents: -20000}), taxFee, "2026-03-31", bill.Due{State: bill.Open, Principal: 20000, Total: 20000, Next: day("2026-03-31")}},
		"cancelled":             {paid(void, bill.Settlement{Day: day("2026-03-10"), Cents: 300}), taxFee, "2026-12-31", bill.Due{State: bill.Void, Excess: 300}},
		"half a cent is one":    {tax(bill.Instalment{Due: day("2026-03-31"), Cents: 1000}), taxFee, "2026-04-01", bill.Due{State: bill.Open, Principal: 1000, Overdue: 1000, Fee: 1, Total: 1001, Next: day("2026-03-31")}},
		"less than half none":   {tax(bill.Instalment{Due: day("2026-03-31"), Cents: 999}), taxFee, "2026-04-01", bill.Due{State: bill.Open, Principal: 999, Overdue: 999, Total: 999, Next: day("2026-03-31")}},
	} {
		if got := bill.DueOn(c.bill, c.fees, day(c.on)); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// Whoever lets the fee be settled first gets it first, and a payment that is given back takes from where it went.
func TestWhatIsPaidGoesToTheFeeFirstWhereTheCreditorSaysSo(t *testing.T) {
	t.Parallel()
	fees := []bill.LateFee{{Kind: bill.PropertyTax, Basis: from(day("2010-01-01")), PerMillion: 500, FeeFirst: true}}
	first, second := bill.Instalment{Due: day("2026-03-31"), Cents: 10000}, bill.Instalment{Due: day("2026-05-15"), Cents: 10000}
	late := bill.Settlement{Day: day("2026-04-10"), Cents: 4000} // ten days late: 50 go to the fee, 3950 to the principal
	for name, c := range map[string]struct {
		settled []bill.Settlement
		on      string
		want    bill.Due
	}{
		"a part":     {[]bill.Settlement{late}, "2026-04-20", bill.Due{State: bill.PartlyPaid, Principal: 16050, Overdue: 6050, Fee: 30, Total: 16080, Next: first.Due}},
		"that day":   {[]bill.Settlement{late}, "2026-04-10", bill.Due{State: bill.PartlyPaid, Principal: 16050, Overdue: 6050, Total: 16050, Next: first.Due}},
		"given back": {[]bill.Settlement{late, {Day: day("2026-04-12"), Cents: -4000}}, "2026-04-12", bill.Due{State: bill.Open, Principal: 20000, Overdue: 10000, Fee: 56, Total: 20056, Next: first.Due}},
		"all of it":  {[]bill.Settlement{{Day: day("2026-04-10"), Cents: 20050}}, "2026-12-31", bill.Due{State: bill.Paid}},
		"less than the fee": {
			[]bill.Settlement{{Day: day("2026-04-10"), Cents: 20}},
			"2026-04-10",
			bill.Due{State: bill.PartlyPaid, Principal: 20000, Overdue: 10000, Fee: 30, Total: 20030, Next: first.Due},
		},
	} {
		b := tax(first, second)
		b.Settled = c.settled
		if got := bill.DueOn(b, fees, day(c.on)); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// The creditor's own figure counts; where we calculate too, a difference of a cent is told.
func TestADifferenceOfACentIsTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		figure money.Amount
		fees   []bill.LateFee
		until  string
		fee    money.Amount
		cents  money.Amount
		differ bool
	}{
		"a cent less":            {4, taxFee, "2026-04-30", 4, 1, true},
		"a cent more":            {6, taxFee, "2026-04-30", 6, -1, true},
		"the same":               {5, taxFee, "2026-04-30", 5, 0, false},
		"nobody else calculates": {4, nil, "2026-04-30", 4, 0, false},
		"the figure is over":     {4, taxFee, "2026-03-31", 5, 0, false},
	} {
		b := tax(bill.Instalment{Due: day("2026-03-31"), Cents: 10000})
		b.Figure = &bill.Figure{Fee: c.figure, Until: day(c.until)}
		due := bill.DueOn(b, c.fees, day("2026-04-01"))
		if cents, differ := due.Differs(b); due.Fee != c.fee || cents != c.cents || differ != c.differ {
			t.Errorf("%s: fee %d, differs by %d (%v)", name, due.Fee, cents, differ)
		}
	}
}

// The largest bill at the largest rate for a thousand years still gives an amount.
func TestTheLargestFeeFits(t *testing.T) {
	t.Parallel()
	b := tax(bill.Instalment{Due: day("1926-01-01"), Cents: bill.LargestBill})
	fees := []bill.LateFee{{Kind: bill.PropertyTax, Basis: from(day("1900-01-01")), PerMillion: bill.LargestFee}}
	if d := bill.DueOn(b, fees, day("9999-12-31")); d.Fee != bill.LargestBill*365 {
		t.Errorf("fee %s", d.Fee)
	}
}

// Day by day, whatever was paid: the fee is the sum of the fees of the days, nothing is lost and nothing is negative.
func TestFeeIsTheSumOfItsDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := day("2026-01-01")
		date := func(label string) civil.Date { return start.AddDays(rapid.IntRange(0, 60).Draw(t, label)) }
		cents := func(least int64, label string) money.Amount {
			return money.Amount(rapid.Int64Range(least, 50000).Draw(t, label))
		}
		b := tax(bill.Instalment{Due: date("due"), Cents: cents(1, "first")}, bill.Instalment{Due: date("due"), Cents: cents(1, "second")})
		slices.SortFunc(b.Instalments, func(x, y bill.Instalment) int { return x.Due.Compare(y.Due) })
		for range rapid.IntRange(0, 4).Draw(t, "payments") {
			b.Settled = append(b.Settled, bill.Settlement{Day: date("paid"), Cents: cents(-1000, "cents")})
		}
		fees := []bill.LateFee{
			{Kind: bill.PropertyTax, Basis: from(start), PerMillion: 500}, {Kind: bill.PropertyTax, Basis: from(date("raised")), PerMillion: 900},
		}
		on := date("on")
		var millionths money.Amount
		for d := start; !d.After(on); d = d.AddDays(1) {
			// What was open at the end of the day before, and overdue by then, costs this day's rate.
			eve := bill.DueOn(b, nil, d.AddDays(-1))
			overdue := eve.Overdue
			for _, i := range b.Instalments {
				if i.Due == d.AddDays(-1) { // due yesterday, late today
					overdue = bill.DueOn(bill.Bill{Content: b.Content, Settled: until(b.Settled, d.AddDays(-1))}, nil, d).Overdue
				}
			}
			rate := money.Amount(500)
			if !d.Before(fees[1].From) {
				rate = 900
			}
			millionths += overdue * rate
		}
		got := bill.DueOn(b, fees, on)
		whole := got.Fee + max(paid(b, on)-b.Total(), 0) - got.Excess // with what was paid of it
		if want := (millionths + 500_000) / 1_000_000; whole != want {
			t.Fatalf("fee %s, the days make %s", whole, want)
		}
		if got.Principal < 0 || got.Fee < 0 || got.Excess < 0 || got.Total != got.Principal+got.Fee || got.Overdue > got.Principal {
			t.Fatalf("%+v", got)
		}
	})
}

func until(all []bill.Settlement, on civil.Date) []bill.Settlement {
	return slices.DeleteFunc(slices.Clone(all), func(s bill.Settlement) bool { return s.Day.After(on) })
}

func paid(b bill.Bill, on civil.Date) money.Amount {
	var sum money.Amount
	for _, s := range until(b.Settled, on) {
		sum += s.Cents
	}
	return sum
}

func TestTaxInstalments(t *testing.T) {
	t.Parallel()
	calendar := civil.NewCalendar(civil.LatvianHolidays, nil, nil)
	for _, c := range []struct {
		year  int
		total money.Amount
		want  []bill.Instalment
	}{
		{2026, 10002, []bill.Instalment{{Due: day("2026-03-31"), Cents: 2501}, {Due: day("2026-05-15"), Cents: 2501}, {Due: day("2026-08-17"), Cents: 2500}, {Due: day("2026-11-16"), Cents: 2500}}},
		// In 2024 Easter Sunday was 31 March, and Monday after it a holiday too.
		{2024, 3, []bill.Instalment{{Due: day("2024-04-02"), Cents: 1}, {Due: day("2024-05-15"), Cents: 1}, {Due: day("2024-08-15"), Cents: 1}}},
	} {
		if got, err := bill.TaxInstalments(c.year, c.total, calendar); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%d: %v, %v; want %v", c.year, got, err, c.want)
		}
	}
	if _, err := bill.TaxInstalments(0, 4, calendar); err == nil {
		t.Error("there is no year 0")
	}
}

func TestBeginningsAndKeys(t *testing.T) {
	t.Parallel()
	if got := bill.Beginnings("  Bērziņa-Kalniņa,  ANŅA "); !slices.Equal(got, []string{"berzina kalnina anna", "kalnina anna berzina", "anna berzina kalnina"}) {
		t.Errorf("%q", got)
	}
	c := bill.Content{Number: "LV-001/2", Reference: "lv 0012", RF: "RF18539007547034"}
	if got := c.Keys(); !slices.Equal(got, []string{"LV0012", "RF18539007547034"}) {
		t.Errorf("%q", got)
	}
}
