package finderhttp

import (
	"context"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

// card is one centre in a list.
type card struct {
	Href, Name, Municipality string
	Tier, What               string
	Distance                 string
	State                    state
	HoursUnverified          bool
	Address                  string
	Phone, PhoneHref         string
	Access                   html.Tag
	Acts                     string
	Remark                   string
	Week                     []dayRow
}

// dayRow is one day of a table of hours.
type dayRow struct {
	Day, Date, Hours, Reason string
	Today                    bool
}

// card returns a centre as a list shows it.
func (a *atlas) card(ctx context.Context, s *centre.Seen, near *geo.Point) card {
	municipality := a.municipality(s.Centre.Municipality)
	c := card{
		Href: "/centres/" + s.Centre.Code, Name: s.Centre.Name, Municipality: municipality.NameOn(a.today),
		Tier: upper(lang.T(ctx, "centre.tier."+string(s.Tier))), What: lang.T(ctx, "centre.class."+string(s.Tier.Class())),
		State: openState(ctx, s, a.now), HoursUnverified: s.Hours.Unverified,
		Address: address(ctx, a, s), Phone: s.Centre.Phone, PhoneHref: "tel:" + compact(s.Centre.Phone),
		Access: accessTag(ctx, s.Known), Remark: s.Centre.Remark.For(lang.Code(ctx)), Week: week(ctx, s),
	}
	if near != nil {
		c.Distance = distance(ctx, s.Nearby)
	}
	if acts := wanted(ctx, s.Done); acts != "" {
		c.Acts = lang.T(ctx, "centre.find.here", "Acts", acts)
	}
	return c
}

// address says where a centre is, as well as it is known.
func address(ctx context.Context, a *atlas, s *centre.Seen) string {
	switch {
	case s.Location.Address != "":
		return s.Location.Address
	case len(s.Location.Stops) > 0:
		names := ""
		for _, stop := range s.Location.Stops {
			names = join(", ", names, stop.Name)
		}
		return lang.T(ctx, "centre.stops", "Stops", names)
	}
	return upper(join(", ", lang.T(ctx, "centre.host."+string(s.Centre.Host)), a.unit(s.Location.Unit)))
}

// villageMetres is how far off the point of a village may be.
const villageMetres = 1000

// distance says how far a centre is, and no more exactly than its point is known.
func distance(ctx context.Context, n centre.Nearby) string {
	text := lang.Distance(ctx, n.Metres)
	switch {
	case n.Rough && n.Metres < villageMetres:
		text = lang.T(ctx, "centre.very_near")
	case n.Rough:
		text = lang.T(ctx, "centre.about", "Distance", text)
	}
	if n.Stop != "" {
		return lang.T(ctx, "centre.distance_stop", "Distance", text, "Stop", n.Stop)
	}
	return text
}

// accessTag says whether somebody in a wheelchair gets in, as far as anybody has looked.
func accessTag(ctx context.Context, known []centre.Known) html.Tag {
	step, lift := centre.Find(known, centre.StepFreeEntrance), centre.Find(known, centre.VehicleLift)
	doubt := ""
	if step.Unverified || lift.Unverified {
		doubt = " " + lang.T(ctx, "centre.doubt")
	}
	switch {
	case step.Answer == centre.Yes:
		return html.Tag{Text: lang.T(ctx, "centre.access.step_free") + doubt, Tone: html.Info, Icon: "lift"}
	case lift.Answer == centre.Yes:
		return html.Tag{Text: lang.T(ctx, "centre.access.lift") + doubt, Tone: html.Info, Icon: "lift"}
	case step.Answer == centre.No:
		return html.Tag{Text: lang.T(ctx, "centre.access.steps") + doubt, Tone: html.Warning}
	}
	return html.Tag{Text: lang.T(ctx, "centre.access.unknown"), Icon: "info"}
}

// week returns the days of the present week, Monday first; none when the hours are not known.
func week(ctx context.Context, s *centre.Seen) []dayRow {
	if !s.Hours.IsKnown {
		return nil
	}
	today := s.Hours.Today.Date
	rows := make([]dayRow, 0, 7)
	for _, day := range s.Hours.Place.Week(today) {
		rows = append(rows, dayRow{
			Day: upper(lang.T(ctx, "centre.day."+weekday(day.Date))), Date: shortDate(day.Date),
			Hours: hoursText(ctx, day.Intervals), Reason: dayReason(ctx, day), Today: day.Date == today,
		})
	}
	return rows
}

// shortDate is day and month; the year goes without saying within a week.
func shortDate(d civil.Date) string { return d.Display()[:6] }

// compact returns a telephone number without its spaces, as a link wants it.
func compact(number string) string {
	kept := make([]byte, 0, len(number))
	for _, b := range []byte(number) {
		if b == '+' || b >= '0' && b <= '9' {
			kept = append(kept, b)
		}
	}
	return string(kept)
}
