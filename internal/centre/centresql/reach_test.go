package centresql_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centretest"
	"vienkopus/internal/territory/territorysql"
)

var (
	veselava = geo.Point{Lat: 57.2887, Lon: 25.4776}
	marsneni = geo.Point{Lat: 57.4215, Lon: 25.5809}
)

func TestNearestThatMay(t *testing.T) {
	eachSeeded(t, func(t *testing.T, n centretest.Network) {
		ctx, r := t.Context(), n.Journal.DB()
		near, err := store.NearestThatMay(ctx, r, marsneni, "state", "application", today)
		if err != nil || len(near) != 3 {
			t.Fatalf("%+v, %v", near, err)
		}
		// Cēsis lies 21.8 km from Mārsnēni and Taurene 29.6 km; both points are those of the village.
		if near[0].Code != "cesis" || near[0].Metres < 21_000 || near[0].Metres > 23_000 || !near[0].Rough || near[1].Code != "taurene" {
			t.Errorf("%+v", near)
		}
		near, err = store.NearestThatMay(ctx, r, marsneni, "municipal", "application", today)
		if err != nil || near[0].Code != "marsneni" || near[0].Metres != 0 {
			t.Errorf("%+v, %v", near, err)
		}
		near, err = store.NearestThatMay(ctx, r, geo.Point{Lat: 56.32, Lon: 26.53}, "state", "application", today)
		if err != nil || near[0].Code != "livani-bus" || near[0].Stop != "Sutri" || near[0].Metres > 1_000 {
			t.Errorf("the bus: %+v, %v", near, err)
		}
		// The bus of Mažeikiai is planned only, and its customer centre may not take an application of the state.
		near, err = store.NearestThatMay(ctx, r, geo.Point{Lat: 56.31, Lon: 22.34}, "state", "application", today)
		if err != nil || near[0].Code != "kandava" {
			t.Errorf("Mažeikiai: %+v, %v", near, err)
		}
		if near, err := store.NearestThatMay(ctx, r, marsneni, "state", "dance", today); err != nil || len(near) != 0 {
			t.Errorf("%+v, %v", near, err)
		}
	})
}

func TestCentreInEveryParish(t *testing.T) {
	eachSeeded(t, func(t *testing.T, n centretest.Network) {
		ctx, r := t.Context(), n.Journal.DB()
		centres, err := store.Centres(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		municipalities, err := territorysql.Store{}.Municipalities(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string][3]int{}
		without := map[string][]string{}
		for _, m := range municipalities {
			units, err := territorysql.Store{}.Units(ctx, r, m.Code)
			if err != nil {
				t.Fatal(err)
			}
			c := centre.Cover(m, units, centres, today)
			got[m.Name] = [3]int{c.Units, c.WithCentre, c.WithUnified}
			without[m.Name] = c.Without
			if !c.Unverified {
				t.Errorf("%s claims to be verified", m.Name)
			}
		}
		want := map[string][3]int{
			"Alūksnes novads": {16, 13, 13}, "Cēsu novads": {23, 9, 2}, "Līvānu novads": {6, 4, 4}, "Tukuma novads": {23, 2, 2},
			"Limbažu novads": {19, 1, 1}, "Mažeikių rajonas": {0, 0, 0},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if list := strings.Join(without["Alūksnes novads"], ", "); list != "Kalncempju pagasts, Mārkalnes pagasts, Pededzes pagasts" {
			t.Errorf("without a centre in Alūksnes novads: %s", list)
		}
		// Before the libraries opened, the town alone had a centre.
		units, err := territorysql.Store{}.Units(ctx, r, "0021000")
		if err != nil {
			t.Fatal(err)
		}
		if c := centre.Cover(municipalities[0], units, centres, civil.MustDate("2023-03-06")); c.WithCentre != 1 {
			t.Errorf("on 6 March 2023: %+v", c)
		}
	})
}
