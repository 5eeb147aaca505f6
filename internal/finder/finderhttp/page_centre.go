package finderhttp

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

// centrePage is everything that is known of one centre.
type centrePage struct {
	card
	Notes     []string
	Details   html.DescriptionList
	Regular   []regular
	Special   html.DescriptionList
	Entrance  []featureRow
	Equipment []featureRow
	Does      html.DescriptionList
	Services  []serviceGroup
}

// regular is a week of the usual hours, of a season or of the whole year.
type regular struct {
	Title string
	Rows  []dayRow
}

// featureRow is one line about how one gets in or what there is.
type featureRow struct {
	Name, Answer, Surveyed string
	Unverified             bool
}

// serviceGroup are the services of one institution that the centre does.
type serviceGroup struct {
	Institution string
	Names       []string
}

// centre shows one centre, also one that is planned or has closed.
func (p pages) centre(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := p.read(ctx)
	if err != nil {
		return err
	}
	c, err := a.centre(r.PathValue("centre"))
	if err != nil {
		return err
	}
	zone, err := c.TimeZone()
	if err != nil {
		return err
	}
	ctx = lang.WithZone(ctx, zone)
	a.today = lang.Today(ctx, a.now) // it is the page of one centre
	seen, err := a.directory.See(c, centre.Query{At: a.now})
	if err != nil {
		return err
	}
	tables, err := p.Centres.TimetablesOf(ctx, p.Journal.DB(), c.Code)
	if err != nil {
		return err
	}
	if p.Phone != nil {
		reached := *seen.Centre // the directory is everybody's
		if reached.Phone, err = p.Phone(ctx, p.Journal.DB(), reached, a.today); err != nil {
			return err
		}
		seen.Centre = &reached
	}
	page := centrePage{card: a.card(ctx, &seen, nil)}
	page.Notes = changes(ctx, &a, &seen, tables)
	page.Details = details(ctx, &a, &seen)
	page.Regular, page.Special = regularHours(ctx, &seen), specialHours(ctx, &seen)
	page.Entrance, page.Equipment = features(ctx, &seen, centre.AccessFeatures), features(ctx, &seen, centre.EquipmentFeatures)
	page.Does = does(ctx, &a, &seen)
	page.Services = p.servicesOf(ctx, &a, &seen)
	return html.Render(w, r, http.StatusOK, centreView(page))
}

// changes says what will be different: another place, other hours, the end.
func changes(ctx context.Context, a *atlas, s *centre.Seen, tables []centre.Timetable) []string {
	var notes []string
	for _, place := range s.Centre.Places {
		if place.From.After(a.today) {
			notes = append(notes, lang.T(ctx, "centre.moves", "Day", lang.Date(ctx, place.From), "Address", place.Address))
		}
	}
	for _, t := range tables {
		if t.From.After(a.today) {
			notes = append(notes, lang.T(ctx, "centre.hours_change", "Day", lang.Date(ctx, t.From)))
		}
	}
	if !s.Centre.Closed.IsZero() && !a.today.After(s.Centre.Closed) {
		notes = append(notes, lang.T(ctx, "centre.closes", "Day", lang.Date(ctx, s.Centre.Closed)))
	}
	return notes
}

// details are where it is, how one reaches it, and since when it exists.
func details(ctx context.Context, a *atlas, s *centre.Seen) html.DescriptionList {
	text := func(value string) string {
		if value == "" {
			return lang.T(ctx, "centre.not_known")
		}
		return value
	}
	m := a.municipality(s.Centre.Municipality)
	list := html.DescriptionList{
		{Term: lang.T(ctx, "centre.label.address"), Text: address(ctx, a, s)},
		{Term: lang.T(ctx, "centre.label.municipality"), Text: join(", ", a.unit(s.Location.Unit), m.NameOn(a.today))},
		{Term: lang.T(ctx, "centre.label.host"), Text: lang.T(ctx, "centre.host."+string(s.Centre.Host))},
		{Term: lang.T(ctx, "centre.label.phone"), Text: text(s.Centre.Phone)},
		{Term: lang.T(ctx, "centre.label.email"), Text: text(s.Centre.Email)},
		{Term: lang.T(ctx, "centre.label.point"), Text: join(" ", s.Location.Point.String(), lang.T(ctx, "centre.precision."+string(s.Location.Precision)))},
	}
	if !s.Centre.Opened.IsZero() {
		list = append(list, html.Detail{Term: lang.T(ctx, "centre.label.opened"), Text: lang.Date(ctx, s.Centre.Opened)})
	}
	return list
}

// regularHours are the week of the whole year, or one for each season.
func regularHours(ctx context.Context, s *centre.Seen) []regular {
	if !s.Hours.IsKnown {
		return nil
	}
	monday := s.Hours.Place.Week(s.Hours.Today.Date)[0].Date
	schedule := s.Hours.Place.Schedule
	table := func(week hours.Week) []dayRow {
		rows := make([]dayRow, 0, 7)
		for i := range 7 {
			d := monday.AddDays(i)
			rows = append(rows, dayRow{Day: upper(lang.T(ctx, "centre.day."+weekday(d))), Hours: hoursText(ctx, week[d.Weekday()])})
		}
		return rows
	}
	var all []regular
	if !schedule.Week.IsZero() {
		all = append(all, regular{Title: lang.T(ctx, "centre.all_year"), Rows: table(schedule.Week)})
	}
	for _, season := range schedule.Seasons {
		title := season.From.Display() + "–" + season.To.Display()
		if lang.Code(ctx) == lang.Source {
			title = join(", ", season.Name, title) // the centre's own word, which nobody has translated
		}
		all = append(all, regular{Title: title, Rows: table(season.Week)})
	}
	return all
}

// daysAhead is how far the page looks for public holidays and exceptions.
const daysAhead = 90

// specialHours are the weekdays of the month with other hours, the exceptions and the public holidays to come.
func specialHours(ctx context.Context, s *centre.Seen) html.DescriptionList {
	if !s.Hours.IsKnown {
		return nil
	}
	var list html.DescriptionList
	place := s.Hours.Place
	for _, r := range place.Schedule.Rules {
		list = append(list, html.Detail{
			Term: upper(lang.T(ctx, "centre.nth", "Nth", lang.T(ctx, "centre.nth."+strconv.Itoa(r.Nth)), "Weekday", lang.T(ctx, "centre.day."+r.Weekday.String()))),
			Text: join(" – ", hoursText(ctx, r.Hours), reasonText(ctx, r.Reason)),
		})
	}
	ahead := civil.Period{From: s.Hours.Today.Date, To: s.Hours.Today.Date.AddDays(daysAhead)}
	for _, e := range place.Schedule.Exceptions {
		if ahead.Overlaps(e.Period()) {
			term := lang.Date(ctx, e.From)
			if e.To != e.From {
				term = e.Period().Display()
			}
			list = append(list, html.Detail{Term: term, Text: join(" – ", hoursText(ctx, e.Hours), reasonText(ctx, e.Reason))})
		}
	}
	for _, h := range place.Calendar.Holidays(ahead) {
		list = append(list, html.Detail{
			Term: lang.Date(ctx, h.Date), Text: join(" – ", hoursText(ctx, place.On(h.Date).Intervals), lang.T(ctx, "holiday."+h.Key)),
		})
	}
	return list
}

// features are the answers of surveys in the order of the features; what nobody has surveyed is unknown, not "no".
func features(ctx context.Context, s *centre.Seen, wanted []centre.Feature) []featureRow {
	rows := make([]featureRow, 0, len(wanted))
	for _, feature := range wanted {
		isMobile := s.Tier.Class() == centre.ClassMobile
		if feature == centre.VehicleLift && !isMobile {
			continue
		}
		k := centre.Find(s.Known, feature)
		row := featureRow{
			Name: lang.T(ctx, "centre.feature."+string(feature)), Answer: lang.T(ctx, "centre.answer."+string(k.Answer)), Unverified: k.Unverified,
		}
		if k.Value > 0 {
			row.Answer = lang.T(ctx, "centre.width", "Width", k.Value)
		}
		if !k.On.IsZero() {
			row.Surveyed = lang.Date(ctx, k.On)
		}
		rows = append(rows, row)
	}
	return rows
}

// does says in plain words what may be done for the state, for the municipality, and as help.
func does(ctx context.Context, a *atlas, s *centre.Seen) html.DescriptionList {
	var list html.DescriptionList
	for _, authority := range []string{"municipal", "state", "help"} {
		var acts []string
		for _, act := range centre.Acts {
			if act != "unmet" && a.directory.Rules.Allows(s.Tier.Class(), authority, act) {
				acts = append(acts, act)
			}
		}
		list = append(list, html.Detail{Term: lang.T(ctx, "centre.authority."+authority), Text: actNames(ctx, acts)})
	}
	return list
}

// servicesOf lists the services whose main act the centre may do, by institution.
func (p pages) servicesOf(ctx context.Context, a *atlas, s *centre.Seen) []serviceGroup {
	var groups []serviceGroup
	if !s.Centre.ServesOn(s.Hours.Today.Date) {
		return nil
	}
	for _, service := range p.Services.Offered(lang.Code(ctx)) {
		if !slices.Contains(service.Need.DoneBy(a.directory.Rules, s.Tier.Class()), service.Need.Main()) {
			continue
		}
		i := slices.IndexFunc(groups, func(g serviceGroup) bool { return g.Institution == service.Institution })
		if i < 0 {
			groups = append(groups, serviceGroup{Institution: service.Institution})
			i = len(groups) - 1
		}
		groups[i].Names = append(groups[i].Names, service.Name)
	}
	return groups
}
