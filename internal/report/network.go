package report

import (
	"cmp"
	"context"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/tally"
	"vienkopus/internal/territory"
)

// SilentAfter is how many days without an act make a centre silent.
const SilentAfter = 30

// Quiet is a centre that has not recorded an act for a while.
type Quiet struct {
	Centre string
	// Last is the last day with an act, or no date when there never was one.
	Last civil.Date
	// Days have passed since; 0 when there never was an act.
	Days int
}

// Area is one municipality of the network.
type Area struct {
	Municipality territory.Municipality
	// Acts and Served are its figures in the period.
	Acts, Served Cell
	// Units is how many towns and parishes there are, and Covered how many of them have a centre that serves people. Units is 0
	// when nobody has entered them.
	Units, Covered int
	// Centres is how many centres serve people today.
	Centres int
	// Silent are the centres without an act for SilentAfter days, the longest silence first.
	Silent []Quiet
}

// Overview is the network at a glance.
type Overview struct {
	Period civil.Period
	Today  civil.Date
	Areas  []Area
	// Units and Covered add up those of the areas: "a centre in every parish".
	Units, Covered int
	// WithCentre is how many municipalities have at least one centre.
	WithCentre int
}

// Network returns every municipality that exists today and lies in the scope, by code, with its figures of the period.
func (s *Service) Network(ctx context.Context, period civil.Period, today civil.Date, scope Scope) (*Overview, error) {
	q := Query{Period: period, By: ByMunicipality, Scope: scope}
	table, err := s.Acts(ctx, q)
	if err != nil {
		return nil, err
	}
	rows := map[string]Row{}
	for _, r := range table.Rows {
		rows[r.Code] = r
	}
	o := &Overview{Period: period, Today: today}
	err = s.snapshot(ctx, func(r journal.Reader) error {
		last, err := s.store.LastDays(ctx, r)
		if err != nil {
			return err
		}
		serving, err := s.serving(ctx, r, today)
		if err != nil {
			return err
		}
		all, err := s.territories.Municipalities(ctx, r)
		if err != nil {
			return err
		}
		every, err := s.territories.AllUnits(ctx, r)
		if err != nil {
			return err
		}
		units := map[string][]territory.Unit{}
		for i := range every {
			units[every[i].Municipality] = append(units[every[i].Municipality], every[i])
		}
		for _, m := range all {
			if m.ExistsOn(today) && scope.Covers(m.Code, "") {
				o.add(newArea(m, units[m.Code], serving[m.Code], last, today), rows[m.Code])
			}
		}
		return nil
	})
	return o, err
}

// serving returns the centres that serve people on that day, by municipality.
func (s *Service) serving(ctx context.Context, r journal.Reader, today civil.Date) (map[string][]centre.Centre, error) {
	all, err := s.centres.Centres(ctx, r)
	if err != nil {
		return nil, err
	}
	by := map[string][]centre.Centre{}
	for i := range all {
		if all[i].ServesOn(today) {
			by[all[i].Municipality] = append(by[all[i].Municipality], all[i])
		}
	}
	return by, nil
}

func (o *Overview) add(a Area, figures Row) {
	a.Acts, a.Served = figures.Cell(AllActs), figures.Cell(tally.Served)
	o.Units += a.Units
	o.Covered += a.Covered
	if a.Centres > 0 {
		o.WithCentre++
	}
	o.Areas = append(o.Areas, a)
}

func newArea(m territory.Municipality, units []territory.Unit, centres []centre.Centre, last map[string]civil.Date, today civil.Date) Area {
	a := Area{Municipality: m, Centres: len(centres)}
	covered := map[string]bool{}
	for i := range centres {
		covered[centres[i].LocationOn(today).Unit] = true
		if quiet, is := silence(&centres[i], last, today); is {
			a.Silent = append(a.Silent, quiet)
		}
	}
	for i := range units {
		if units[i].ExistsOn(today) {
			a.Units++
			if covered[units[i].Code] {
				a.Covered++
			}
		}
	}
	slices.SortFunc(a.Silent, func(x, y Quiet) int {
		return cmp.Or(x.Last.Compare(y.Last), cmp.Compare(x.Centre, y.Centre))
	})
	return a
}

// silence says whether the centre has been silent for too long. One that opened lately has had no time to speak.
func silence(c *centre.Centre, last map[string]civil.Date, today civil.Date) (Quiet, bool) {
	day, spoke := last[c.Code]
	if !spoke {
		return Quiet{Centre: c.Code}, c.Opened.IsZero() || c.Opened.DaysUntil(today) > SilentAfter
	}
	days := day.DaysUntil(today)
	return Quiet{Centre: c.Code, Last: day, Days: days}, days > SilentAfter
}
