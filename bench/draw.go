package main

import (
	"iter"
	"math/rand/v2"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/visit"
)

// drawnVisit is a client with what was done for him.
type drawnVisit struct {
	day  civil.Date
	site site
	acts []visit.Line
}

// draw makes up visits over a year, the same ones each time. The figures are drawn, not measured anywhere; what matters is that
// they are many, spread over all centres, days, services and kinds, some often and most seldom.
type draw struct {
	random *rand.Rand
	sites  []site
	byKind map[catalogue.ActKind][]catalogue.Offer
}

// shares are how often the kinds of act are drawn, in percent; help, payment and what could not be done stand for the rest.
var shares = []struct {
	kind    catalogue.ActKind
	percent int
	// without is how many of a hundred name no service.
	without int
}{
	{catalogue.Consultation, 34, 0},
	{catalogue.Application, 16, 0},
	{catalogue.DocumentReceived, 16, 40},
	{catalogue.Call, 10, 80},
	{catalogue.Letter, 8, 70},
	{catalogue.DocumentSent, 6, 40},
	{catalogue.EserviceHelp, 5, 0},
	{catalogue.Payment, 4, 100},
	{catalogue.Unmet, 1, 50},
}

func newDraw(sites []site, offers []catalogue.Offer) *draw {
	d := &draw{
		random: rand.New(rand.NewPCG(20, 25)), //nolint:gosec // the same figures each time, on purpose
		sites:  sites, byKind: map[catalogue.ActKind][]catalogue.Offer{},
	}
	for _, s := range shares {
		for _, o := range offers {
			if o.Takes(s.kind) {
				d.byKind[s.kind] = append(d.byKind[s.kind], o)
			}
		}
	}
	return d
}

// perVisit is how many acts a visit holds, and one more or less.
const perVisit = 4

// visits draws visits in the order of their days until there are so many acts.
func (d *draw) visits(year, acts int) iter.Seq[drawnVisit] {
	days := workDays(year)
	return func(yield func(drawnVisit) bool) {
		for done := 0; done < acts; {
			v := drawnVisit{day: days[done*len(days)/acts], site: d.sites[d.random.IntN(len(d.sites))]}
			n := min(perVisit-1+d.random.IntN(3), acts-done)
			channel := visit.InPerson
			if d.random.IntN(10) == 0 {
				channel = visit.Telephone
			}
			for range n {
				v.acts = append(v.acts, d.act(v, channel))
			}
			done += n
			if !yield(v) {
				return
			}
		}
	}
}

func workDays(year int) []civil.Date {
	var days []civil.Date
	for day := range civil.YearPeriod(year).All() {
		if weekday := day.Weekday(); weekday > 0 && weekday < 6 {
			days = append(days, day)
		}
	}
	return days
}

func (d *draw) act(v drawnVisit, channel visit.Channel) visit.Line {
	line := visit.Line{Day: v.day, Municipality: v.site.municipality, Centre: v.site.centre, Channel: channel}
	roll := d.random.IntN(100)
	without := 0
	for _, s := range shares {
		line.Kind, without = s.kind, s.without
		if roll -= s.percent; roll < 0 {
			break
		}
	}
	if offers := d.byKind[line.Kind]; len(offers) > 0 && d.random.IntN(100) >= without {
		// The square lets the first services come often and the last ones seldom.
		at := d.random.Float64()
		o := offers[int(at*at*float64(len(offers)))]
		line.Service, line.ServiceVersion, line.Institution = o.Code, o.Version, o.Institution
	}
	switch line.Kind { //nolint:exhaustive // the others have no detail
	case catalogue.EserviceHelp:
		line.Depth = visit.Depths[d.random.IntN(len(visit.Depths))]
	case catalogue.Unmet:
		line.Reason = visit.Reasons[d.random.IntN(len(visit.Reasons))]
	}
	return line
}
