package visitroom

import (
	"context"

	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/visit/visithttp"
)

// nearest returns the nearest other centre that may do for a service what the centre of that code may not.
func (c Visit) nearest(ctx context.Context, from string, offer catalogue.Offer, kind catalogue.ActKind) (visithttp.Near, bool, error) {
	today := lang.Today(ctx, c.house.Clock.Now())
	at, err := c.centres.Store.Centre(ctx, c.house.DB, from)
	if err != nil {
		return visithttp.Near{}, false, err
	}
	near, err := c.centres.Store.NearestThatMay(ctx, c.house.DB, at.LocationOn(today).Point, string(offer.Authority), string(kind), today)
	if err != nil || len(near) == 0 {
		return visithttp.Near{}, false, err
	}
	return visithttp.Near{Code: near[0].Code, Name: near[0].Name, Metres: near[0].Metres}, true, nil
}
