package centre

import (
	"cmp"
	"slices"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/base/hours"
)

// Directory is what is known of all centres on a day; the finder looks things up in it.
type Directory struct {
	Centres    []Centre
	Timetables map[string]Timetable
	Known      map[string][]Known
	Rules      Table
	Calendars  *Calendars
}

// Query is what somebody looks for.
type Query struct {
	// From is where he is, or nil when that is not known.
	From *geo.Point
	// At is the moment for which he asks.
	At time.Time
	// Need is what he wants done, or nil for anything.
	Need *Need
	// OpenNow and StepFree leave out every centre of which that is not known for certain.
	OpenNow, StepFree bool
}

// Seen is a centre as it stands at a moment, for somebody who looks for one.
type Seen struct {
	Centre   *Centre
	Location Location
	Tier     Tier
	// Nearby is empty when it is not known where he is.
	Nearby Nearby
	Hours  Hours
	Known  []Known
	// Done are the acts on the wanted service that the centre may do; DoesIt says that the main one is among them.
	Done   []string
	DoesIt bool
}

// Hours is whether a centre is open at a moment, and what comes next.
type Hours struct {
	// IsKnown says that the centre has hours at all.
	IsKnown bool
	// Place answers for other days.
	Place      hours.Place
	Unverified bool
	// Open says that it is open at the moment. A mobile unit that is open is on the road, perhaps at another stop.
	Open bool
	// Change is when it closes, if open, or opens; the zero time when that is not known.
	Change time.Time
	// Today is the day of the moment at the centre.
	Today hours.Day
}

// Lack is why a centre that lies nearer is no out.
type Lack string

// The lacks.
const (
	LacksService  Lack = "service"
	LacksOpen     Lack = "open"
	LacksStepFree Lack = "step-free"
	LacksStop     Lack = "stop"
)

// Outcome is what the finder found.
type Outcome struct {
	// Found are the centres that fit, the nearest first; by name when it is not known where he is.
	Found []Seen
	// Nearer is the nearest centre of all when it does not fit, and Lacks says why not.
	Nearer *Seen
	Lacks  []Lack
}

// Find returns the centres that fit the query. It returns an error when the zone of a centre is not known.
func (d *Directory) Find(q Query) (Outcome, error) {
	var all []Seen
	for i := range d.Centres {
		seen, err := d.See(&d.Centres[i], q)
		if err != nil {
			return Outcome{}, err
		}
		if seen.Centre.ServesOn(seen.Hours.Today.Date) {
			all = append(all, seen)
		}
	}
	slices.SortStableFunc(all, func(a, b Seen) int {
		return cmp.Or(cmp.Compare(a.Nearby.Metres, b.Nearby.Metres), cmp.Compare(a.Centre.Name, b.Centre.Name))
	})
	var out Outcome
	for i := range all {
		lacks := all[i].lacks(q)
		switch {
		case len(lacks) == 0:
			out.Found = append(out.Found, all[i])
		case q.From != nil && i == 0:
			out.Nearer, out.Lacks = &all[i], lacks
		}
	}
	return out, nil
}

func (s *Seen) lacks(q Query) []Lack {
	var lacks []Lack
	if q.Need != nil && !s.DoesIt {
		lacks = append(lacks, LacksService)
	}
	switch {
	case !q.OpenNow:
	case !s.Hours.Open:
		lacks = append(lacks, LacksOpen)
	case s.Tier.Class() == ClassMobile:
		lacks = append(lacks, LacksStop)
	}
	if q.StepFree && !LetsWheelsIn(s.Known) {
		lacks = append(lacks, LacksStepFree)
	}
	return lacks
}

// See returns a centre as it stands for a query. It returns an error when the zone of the centre is not known.
func (d *Directory) See(c *Centre, q Query) (Seen, error) {
	zone, err := c.TimeZone()
	if err != nil {
		return Seen{}, err
	}
	today := civil.In(q.At, zone)
	seen := Seen{Centre: c, Location: c.LocationOn(today), Tier: c.TierOn(today), Known: d.Known[c.Code]}
	if q.From != nil {
		seen.Nearby = c.From(*q.From, today)
	}
	if q.Need != nil {
		seen.Done = q.Need.DoneBy(d.Rules, seen.Tier.Class())
		seen.DoesIt = slices.Contains(seen.Done, q.Need.Main())
	}
	seen.Hours.Today.Date = today
	if t, ok := d.Timetables[c.Code]; ok && !c.Planned {
		seen.Hours, err = d.hoursAt(c, t, q.At)
	}
	return seen, err
}

func (d *Directory) hoursAt(c *Centre, t Timetable, at time.Time) (Hours, error) {
	place, err := d.Calendars.Place(c, t)
	if err != nil {
		return Hours{}, err
	}
	h := Hours{IsKnown: true, Place: place, Unverified: t.Unverified, Open: place.OpenAt(at), Today: place.On(civil.In(at, place.Zone))}
	if change, _, ok := place.NextChange(at); ok {
		h.Change = change
	}
	return h, nil
}
