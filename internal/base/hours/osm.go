package hours

import (
	"fmt"
	"strings"

	"vienkopus/internal/base/civil"
)

// osmWeekdays are in the order of Weekday; no weekday cannot be published.
var osmWeekdays = [8]string{"?", "Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}

// Runs of dates need two ends there: readers refuse "2031 Jan 01+", which the specification allows, and take 2100 for a time of day.
const (
	osmBeginning = "1970 Jan 01"
	osmLastYear  = 2099
	osmEnd       = "2099 Dec 31"
)

// OSM returns the schedule as an opening_hours value of OpenStreetMap (specification 0.7), in which a later rule replaces
// an earlier one on its days; the order of this text is therefore the order of the rules of the package, the weakest
// first. Public holidays stand as "PH off", whatever their dates; working days moved by order cannot be said there.
// Dates that are wholly past on that day are left out, because readers warn of them; no date leaves nothing out.
// It is empty when there are no hours at all.
func (s Schedule) OSM(today civil.Date) string {
	if !s.hasHours() {
		return ""
	}
	var rules []string
	rules = append(rules, osmWeek("", s.Week, false)...)
	for _, season := range s.Seasons {
		prefix := osmMonthDay(season.From) + "-" + osmMonthDay(season.To) + ": "
		rules = append(rules, osmWeek(prefix, season.Week, !s.Week.IsZero())...)
	}
	for _, r := range s.Rules {
		if len(r.Hours) > 0 {
			rules = append(rules, r.osm())
		}
	}
	rules = append(rules, "PH off")
	for _, r := range s.Rules {
		if len(r.Hours) == 0 {
			rules = append(rules, r.osm())
		}
	}
	for _, e := range s.Exceptions {
		if !e.To.Before(today) {
			rules = append(rules, e.osm())
		}
	}
	if s.OpensOn.After(today) {
		rules = append(rules, osmBeginning+"-"+osmDate(s.OpensOn.AddDays(-1))+" off")
	}
	if !s.ClosedFrom.IsZero() && s.ClosedFrom.Year() <= osmLastYear {
		rules = append(rules, osmDate(s.ClosedFrom)+"-"+osmEnd+" off")
	}
	return strings.Join(rules, "; ")
}

// osmWeek returns one rule for each group of weekdays with the same hours, in the order of their first day. Closed days
// are named only when sayClosed is set, because a week from outside the seasons would otherwise shine through.
func osmWeek(prefix string, w Week, sayClosed bool) []string {
	var order []string
	days := map[string][]Weekday{}
	for day := Weekday(1); day <= 7; day++ {
		hours := osmHours(w.On(day))
		if hours == "off" && !sayClosed {
			continue
		}
		if _, seen := days[hours]; !seen {
			order = append(order, hours)
		}
		days[hours] = append(days[hours], day)
	}
	rules := make([]string, 0, len(order))
	for _, hours := range order {
		rules = append(rules, prefix+osmDays(days[hours])+" "+hours)
	}
	return rules
}

// osmDays writes days of the week as Mo-We,Fr.
func osmDays(days []Weekday) string {
	var parts []string
	for i := 0; i < len(days); {
		last := i
		for last+1 < len(days) && days[last+1] == days[last]+1 {
			last++
		}
		first := osmWeekdays[days[i]]
		switch last - i {
		case 0:
			parts = append(parts, first)
		case 1:
			parts = append(parts, first, osmWeekdays[days[last]])
		default:
			parts = append(parts, first+"-"+osmWeekdays[days[last]])
		}
		i = last + 1
	}
	return strings.Join(parts, ",")
}

func osmHours(all []Interval) string {
	all = tidy(all)
	if len(all) == 0 {
		return "off"
	}
	parts := make([]string, len(all))
	for i, one := range all {
		parts[i] = one.String()
	}
	return strings.Join(parts, ",")
}

func (r Rule) osm() string {
	day := "?"
	if r.Weekday.isValid() {
		day = osmWeekdays[r.Weekday]
	}
	if r.Nth != 0 {
		day += fmt.Sprintf("[%d]", r.Nth)
	}
	return day + " " + osmHours(r.Hours)
}

func (e Exception) osm() string {
	dates := osmDate(e.From)
	if e.To != e.From {
		dates += "-" + osmDate(e.To)
	}
	return dates + " " + osmHours(e.Hours)
}

func osmDate(d civil.Date) string {
	return fmt.Sprintf("%04d %s", d.Year(), osmMonthDay(monthDayOf(d)))
}

func osmMonthDay(m MonthDay) string {
	return fmt.Sprintf("%s %02d", m.Month.String()[:min(3, len(m.Month.String()))], m.Day)
}
