package visitroom

import (
	"context"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/visit/visithttp"
)

// daysSaid is how many days of hours a slip says.
const daysSaid = 7

// nearest returns the centre that is nearest to another one and may do a kind of act for the offer; it is never that centre itself.
func (c Visit) nearest(ctx context.Context, from string, offer catalogue.Offer, kind catalogue.ActKind) (visithttp.Near, bool, error) {
	today := lang.Today(ctx, c.house.Clock.Now())
	at, err := c.centres.Store.Centre(ctx, c.house.DB, from)
	if err != nil {
		return visithttp.Near{}, false, err
	}
	near, err := c.centres.Store.NearestThatMay(ctx, c.house.DB, at.LocationOn(today).Point, string(offer.Authority), string(kind), today)
	if err != nil {
		return visithttp.Near{}, false, err
	}
	for _, one := range near {
		if one.Code == from {
			continue
		}
		where, err := c.where(ctx, one.Code)
		return visithttp.Near{Code: one.Code, Metres: one.Metres, Where: where}, true, err
	}
	return visithttp.Near{}, false, nil
}

// place returns the centre of a desk.
func (c Visit) place(ctx context.Context, desk string) (visithttp.Where, error) {
	d, err := c.centres.Store.DeskByCode(ctx, c.house.DB, desk)
	if err != nil {
		return visithttp.Where{}, err
	}
	return c.where(ctx, d.Centre)
}

// where says how one finds a centre: the telephone is that of its municipality where it has none of its own.
func (c Visit) where(ctx context.Context, code string) (visithttp.Where, error) {
	at, err := c.centres.Store.Centre(ctx, c.house.DB, code)
	if err != nil {
		return visithttp.Where{}, err
	}
	today := lang.Today(ctx, c.house.Clock.Now())
	w := visithttp.Where{Name: at.Name, Address: at.LocationOn(today).Address}
	if w.Phone, err = c.offices.PhoneOf(ctx, c.house.DB, at, today); err != nil {
		return w, err
	}
	w.Days, err = c.days(ctx, &at, today)
	return w, err
}

// days are the hours of the next days of a centre, nothing where they are not known.
func (c Visit) days(ctx context.Context, at *centre.Centre, today civil.Date) ([]hours.Day, error) {
	tables, err := c.centres.Store.TimetablesOf(ctx, c.house.DB, at.Code)
	if err != nil {
		return nil, err
	}
	var all []hours.Day
	for i := range daysSaid {
		day := today.AddDays(i)
		table, known := centre.Timetable{}, false
		for _, t := range tables { // the earliest first
			if !t.From.After(day) {
				table, known = t, true
			}
		}
		if !known {
			return nil, nil
		}
		place, err := c.centres.Calendars.Place(at, table)
		if err != nil {
			return nil, err
		}
		all = append(all, place.On(day))
	}
	return all, nil
}
