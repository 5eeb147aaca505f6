package takings

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"time"

	"vienkopus/internal/base/civil"
)

// prefixes are how properties of a centre are numbered.
var prefixes = map[string]string{
	"cesis": "CES", "ridzene": "RID", "dzerbene": "DZE", "inesi": "INE", "kaive": "KAI", "marsneni": "MRS", "zoseni": "ZOS", "taurene": "TAU",
}

func keysOf[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

// float is the change money of a drawer, in cents.
const float = 2000

// past pays the bills of the year, day by day: all desks at once, each in its own order, as it was.
func (f *filler) past(ctx context.Context) error {
	all, err := draw(f.year)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation("Europe/Riga")
	if err != nil {
		return err
	}
	days := map[civil.Date]map[string][]planned{}
	months := map[civil.Month][]issued{}
	for _, p := range all {
		if days[p.day] == nil {
			days[p.day] = map[string][]planned{}
		}
		days[p.day][p.desk] = append(days[p.day][p.desk], p)
		months[civil.MonthOf(p.day)] = append(months[civil.MonthOf(p.day)], p.said)
	}
	year := civil.YearPeriod(f.year)
	var last civil.Month
	week := &week{}
	for day := range year.All() {
		if m := civil.MonthOf(day); m != last {
			last = m
			f.Clock.Set(moment(day, zone, 0))
			if err := f.send(ctx, months[m]); err != nil {
				return fmt.Errorf("%s: %w", m, err)
			}
		}
		d := &working{filler: f, day: day, zone: zone, week: week, packs: endsWeek(day) || day == year.To}
		if err := d.run(ctx, days[day]); err != nil {
			return fmt.Errorf("%s: %w", day, err)
		}
	}
	return nil
}

// moment is minutes after eight in the morning of a local day.
func moment(day civil.Date, zone *time.Location, minutes int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 8, minutes, 0, 0, zone)
}
