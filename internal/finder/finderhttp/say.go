package finderhttp

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

// state is whether a centre is open, in words, with a tone and an icon.
type state struct {
	Text string
	Tag  html.Tag
}

// openState says whether a centre is open at a moment and what comes next.
func openState(ctx context.Context, s *centre.Seen, now time.Time) state {
	today := s.Hours.Today.Date
	isMobile := s.Tier.Class() == centre.ClassMobile
	no := func(text string) state {
		tag := html.Tag{Text: lang.T(ctx, "centre.tag.closed"), Icon: "closed"}
		if isMobile {
			tag.Text = lang.T(ctx, "centre.tag.bus_rests")
		}
		return state{Text: text, Tag: tag}
	}
	switch {
	case s.Centre.Planned:
		return state{Text: lang.T(ctx, "centre.state.planned"), Tag: html.Tag{Text: lang.T(ctx, "centre.tag.planned"), Icon: "clock"}}
	case !s.Centre.Closed.IsZero() && today.After(s.Centre.Closed):
		return no(lang.T(ctx, "centre.state.gone", "Day", lang.Date(ctx, s.Centre.Closed)))
	case !s.Hours.IsKnown:
		return state{Text: lang.T(ctx, "centre.state.unknown"), Tag: html.Tag{Text: lang.T(ctx, "centre.tag.unknown"), Icon: "info"}}
	case !s.Hours.Open:
		return no(join(" ", whyClosed(ctx, s.Hours.Today), opensAgain(ctx, s, now)))
	}
	tag := html.Tag{Text: lang.T(ctx, "centre.tag.open"), Tone: html.Success}
	until := clockText(s.Hours.Change, s.Hours.Place.Zone)
	if isMobile {
		tag = html.Tag{Text: lang.T(ctx, "centre.tag.bus"), Tone: html.Info}
		return state{Text: lang.T(ctx, "centre.state.bus", "Time", until), Tag: tag}
	}
	if s.Hours.Change.IsZero() {
		return state{Text: lang.T(ctx, "centre.state.open_always"), Tag: tag}
	}
	return state{Text: lang.T(ctx, "centre.state.open", "Time", until), Tag: tag}
}

// whyClosed says why a day without any hours has none, and nothing on an ordinary day.
func whyClosed(ctx context.Context, day hours.Day) string {
	if why := dayReason(ctx, day); why != "" && !day.IsOpen() {
		return lang.T(ctx, "centre.state.closed_because", "Reason", why)
	}
	return ""
}

// opensAgain says when a closed centre opens next.
func opensAgain(ctx context.Context, s *centre.Seen, now time.Time) string {
	change := s.Hours.Change
	if change.IsZero() {
		return lang.T(ctx, "centre.state.closed")
	}
	zone := s.Hours.Place.Zone
	day, at := civil.In(change, zone), clockText(change, zone)
	when := lang.T(ctx, "centre.when.later", "Weekday", lang.T(ctx, "centre.on."+weekday(day)), "Date", lang.Date(ctx, day), "Time", at)
	switch civil.In(now, zone).DaysUntil(day) {
	case 0:
		when = lang.T(ctx, "centre.when.today", "Time", at)
	case 1:
		when = lang.T(ctx, "centre.when.tomorrow", "Time", at)
	}
	if s.Tier.Class() == centre.ClassMobile {
		return lang.T(ctx, "centre.state.drives", "When", when)
	}
	return lang.T(ctx, "centre.state.opens", "When", when)
}

func clockText(t time.Time, zone *time.Location) string { return civil.ClockIn(t, zone).String() }

func weekday(d civil.Date) string { return hours.WeekdayOf(d.Weekday()).String() }

// dayReason says why a day has other hours than usual, or none; nothing on an ordinary day.
func dayReason(ctx context.Context, day hours.Day) string {
	if day.Reason.Key == hours.ReasonHoliday {
		return lang.T(ctx, "holiday."+day.Holiday.Key)
	}
	if day.Reason.Key == hours.ReasonWeekly {
		return ""
	}
	return reasonText(ctx, day.Reason)
}

// reasonText says a reason that people gave: what kind it is, and their own words.
func reasonText(ctx context.Context, r hours.Reason) string {
	switch r.Key {
	case "":
		return r.Text
	case hours.ReasonOther:
		return strings.TrimSuffix(r.Text, ".")
	}
	return strings.TrimSuffix(join(": ", lang.T(ctx, "hours."+r.Key), r.Text), ".")
}

// hoursText writes the hours of a day, or that it is closed.
func hoursText(ctx context.Context, all []hours.Interval) string {
	if len(all) == 0 {
		return lang.T(ctx, "centre.closed_day")
	}
	return hours.FormatIntervals(all)
}

// join puts the parts that are not empty together.
func join(between string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, between)
}

// upper returns a text with its first letter large, for the beginning of a line.
func upper(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// forClients are the kinds of act that a client comes for; letters, calls and what could not be done are the counter's matter.
var forClients = []string{"consultation", "eservice_help", "application", "payment", "document_received"}

// wanted writes those kinds of act that a client comes for.
func wanted(ctx context.Context, acts []string) string {
	return actNames(ctx, slices.DeleteFunc(slices.Clone(acts), func(act string) bool { return !slices.Contains(forClients, act) }))
}

// actNames writes kinds of act as a sentence lists them.
func actNames(ctx context.Context, acts []string) string {
	names := make([]string, len(acts))
	for i, act := range acts {
		names[i] = lang.T(ctx, "centre.act."+act)
	}
	return strings.Join(names, ", ")
}
