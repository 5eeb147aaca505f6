package centresql_test

import (
	"slices"
	"testing"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/base/hours"
	"vienkopus/internal/centre"
	"vienkopus/internal/centre/centretest"
)

// refused returns the keys and fields of the faults in err, and fails when there are others than faults.
func refused(t *testing.T, err error) []string {
	t.Helper()
	var all []string
	for _, f := range fault.All(err) {
		all = append(all, f.Kind.String()+" "+f.Key+" "+f.Field)
	}
	if err != nil && len(all) == 0 {
		t.Fatalf("not a fault: %v", err)
	}
	slices.Sort(all)
	return all
}

func expect(t *testing.T, err error, want ...string) {
	t.Helper()
	if got := refused(t, err); !slices.Equal(got, want) {
		t.Errorf("refused with %q, want %q", got, want)
	}
}

func opening() centre.Opening {
	return centre.Opening{
		Opened: centre.Opened{
			Code: "drabesi", Name: "Drabeši", Municipality: "0026000", Host: centre.ParishLibrary,
			Location: centre.Location{Unit: "drabesu-parish", Point: geo.Point{Lat: 57.25, Lon: 25.27}, Precision: centre.Village},
		},
		Tier: centre.ServicePoint, TierFrom: today,
	}
}

func TestOpenRefuses(t *testing.T) {
	eachSeeded(t, func(t *testing.T, n centretest.Network) {
		ctx := t.Context()
		bad := opening()
		bad.Code, bad.Name, bad.Host, bad.Tier = "Drabeši!", "", "circus", "palace"
		bad.Location.Point.Lat, bad.Location.Precision = 123, "near"
		expect(t, n.Centre.Open(ctx, centretest.By, "1", bad), "invalid centre.code code", "invalid centre.host host",
			"invalid centre.name name", "invalid centre.point point", "invalid centre.precision precision", "invalid centre.tier tier")
		for i, change := range []struct {
			do   func(*centre.Opening)
			want string
		}{
			{func(o *centre.Opening) { o.Code = "cesis" }, "conflict centre.taken code"},
			{func(o *centre.Opening) { o.Municipality = "0099000" }, "not-found territory.municipality_unknown "},
			{func(o *centre.Opening) { o.Location.Unit = "nowhere" }, "not-found territory.unit_unknown "},
			{func(o *centre.Opening) { o.Location.Unit = "annas-parish" }, "invalid centre.unit_elsewhere unit"},
			{func(o *centre.Opening) { o.From = o.TierFrom.AddDays(1) }, "invalid centre.tier_from tier_from"},
			{func(o *centre.Opening) { o.Location.Stops = []centre.Stop{{Name: ""}} }, "invalid centre.stop stops[0]"},
		} {
			in := opening()
			change.do(&in)
			expect(t, n.Centre.Open(ctx, centretest.By, "c"+string(rune('a'+i)), in), change.want)
		}
		expect(t, n.Centre.Open(ctx, centretest.By, "ok", opening()))
		c, err := store.Centre(ctx, n.Journal.DB(), "drabesi")
		if err != nil || c.Zone != "Europe/Riga" || c.TierOn(today) != centre.ServicePoint || c.TierOn(today.AddDays(-1)) != "" {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

func TestAPlannedCentreOpens(t *testing.T) {
	eachSeeded(t, func(t *testing.T, n centretest.Network) {
		ctx, r := t.Context(), n.Journal.DB()
		c, err := store.Centre(ctx, r, "mazeikiai-bus")
		if err != nil || c.ServesOn(today) {
			t.Fatalf("%+v, %v", c, err)
		}
		in := opening()
		in.Code, in.Name, in.Municipality, in.Location.Unit = "mazeikiai-bus", "Mažeikių autobusas", "mazeikiu-rajonas", ""
		in.Tier, in.Host, in.From = centre.MobileUnit, centre.ElectricMinibus, today
		expect(t, n.Centre.Open(ctx, centretest.By, "bus", in))
		c, err = store.Centre(ctx, r, "mazeikiai-bus")
		if err != nil || !c.ServesOn(today) || c.ServesOn(today.AddDays(-1)) || c.Zone != "Europe/Vilnius" || len(c.Tiers) != 1 {
			t.Errorf("%+v, %v", c, err)
		}
		expect(t, n.Centre.Open(ctx, centretest.By, "again", in), "conflict centre.taken code")
	})
}

func TestHoursRefuses(t *testing.T) {
	eachSeeded(t, func(t *testing.T, n centretest.Network) {
		ctx := t.Context()
		schedule := func(text string) hours.Schedule {
			s, err := hours.Parse([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		in := centre.HoursSet{Centre: "cesis", From: today, Hours: schedule(`{"week": {"mon": ["08:00-12:00", "11:00-13:00"], "tue": ["17:00-08:00"]}}`)}
		expect(t, n.Centre.SetHours(ctx, centretest.By, "1", in),
			"invalid hours.problem.end-before-start hours.week.tue", "invalid hours.problem.overlap hours.week.mon")
		expect(t, n.Centre.SetHours(ctx, centretest.By, "2", centre.HoursSet{Centre: "cesis"}),
			"invalid centre.from from", "invalid hours.problem.no-hours hours.week")
		expect(t, n.Centre.SetHours(ctx, centretest.By, "3", centre.HoursSet{Centre: "nowhere"}), "not-found centre.unknown ")

		in.From, in.Hours = today.AddDays(10), schedule(`{"week": {"mon": ["10:00-12:00"]}}`)
		expect(t, n.Centre.SetHours(ctx, centretest.By, "4", in))
		for day, want := range map[civil.Date]string{today.AddDays(9): "Mo 08:00-18:00", today.AddDays(10): "Mo 10:00-12:00"} {
			tables, err := store.Timetables(ctx, n.Journal.DB(), day)
			if got := tables["cesis"].Hours.OSM(civil.Date{}); err != nil || got[:len(want)] != want {
				t.Errorf("on %s: %s, %v", day, got, err)
			}
		}
	})
}

func TestSurvey(t *testing.T) {
	eachSeeded(t, func(t *testing.T, n centretest.Network) {
		ctx := t.Context()
		survey := func(key string, on civil.Date, findings ...centre.Finding) error {
			return n.Centre.Survey(ctx, centretest.By, key, centre.Surveyed{Centre: "marsneni", On: on, Findings: findings})
		}
		wide := centre.Finding{Feature: centre.DoorWidth, Answer: centre.Yes, Value: 95}
		expect(t, survey("1", today.AddDays(1), wide), "invalid centre.survey_day on")
		expect(t, survey("2", today), "invalid centre.survey_empty findings")
		expect(t, survey("3", today, wide, wide), "invalid centre.finding findings[1]")
		for i, f := range []centre.Finding{
			{Feature: "swimming-pool", Answer: centre.Yes},
			{Feature: centre.HearingLoop, Answer: "perhaps"},
			{Feature: centre.HearingLoop, Answer: centre.Yes, Value: 2},
			{Feature: centre.DoorWidth, Answer: centre.Yes},
			{Feature: centre.DoorWidth, Answer: centre.Yes, Value: 9000},
		} {
			expect(t, survey("f"+string(rune('a'+i)), today, f), "invalid centre.finding findings[0]")
		}
		expect(t, survey("ok", today, wide))
		for day, want := range map[civil.Date]int{today.AddDays(-1): 90, today: 95} {
			known, err := store.Known(ctx, n.Journal.DB(), day)
			if err != nil || centre.Find(known["marsneni"], centre.DoorWidth).Value != want {
				t.Errorf("on %s: %+v, %v", day, known["marsneni"], err)
			}
			// What this survey did not ask for stays known, and what nobody asked for stays unknown.
			if !centre.LetsWheelsIn(known["marsneni"]) || centre.Find(known["marsneni"], centre.HearingLoop).Answer != centre.NotKnown {
				t.Errorf("on %s: %+v", day, known["marsneni"])
			}
		}
	})
}

func TestMoveCloseAndDesks(t *testing.T) {
	eachSeeded(t, func(t *testing.T, n centretest.Network) {
		ctx, r := t.Context(), n.Journal.DB()
		move := centre.Moved{Centre: "veselava", From: today, Location: centre.Location{
			Unit: "veselavas-parish", Address: "Bērnudārzs", Point: veselava, Precision: centre.Building,
		}}
		expect(t, n.Centre.Move(ctx, centretest.By, "m", move))
		c, err := store.Centre(ctx, r, "veselava")
		if err != nil || c.LocationOn(today).Address != "Bērnudārzs" || c.LocationOn(today.AddDays(-1)).Address != "" {
			t.Errorf("%+v, %v", c.Places, err)
		}
		move.From = civil.Date{}
		expect(t, n.Centre.Move(ctx, centretest.By, "m2", move), "invalid centre.from from")

		desk := centre.DeskOpened{Desk: "VES-2", Centre: "veselava", Name: "Veselava 2"}
		expect(t, n.Centre.OpenDesk(ctx, centretest.By, "d1", desk))
		expect(t, n.Centre.OpenDesk(ctx, centretest.By, "d2", desk), "conflict centre.desk_taken desk")
		expect(t, n.Centre.OpenDesk(ctx, centretest.By, "d3", centre.DeskOpened{Desk: "NETWORK", Centre: "veselava"}),
			"invalid centre.desk_code desk", "invalid centre.name name")

		expect(t, n.Centre.Close(ctx, centretest.By, "c0", centre.Closed{Centre: "veselava"}), "invalid centre.to to")
		expect(t, n.Centre.Close(ctx, centretest.By, "c1", centre.Closed{Centre: "veselava", To: today}))
		expect(t, n.Centre.Close(ctx, centretest.By, "c2", centre.Closed{Centre: "veselava", To: today}), "conflict centre.closed ")
		expect(t, n.Centre.OpenDesk(ctx, centretest.By, "d4", centre.DeskOpened{Desk: "VES-3", Centre: "veselava", Name: "x"}), "conflict centre.closed ")
		desks, err := store.DesksOf(ctx, r, "veselava")
		if err != nil || len(desks) != 2 || desks[0].Closed != today || desks[1].Closed != today {
			t.Errorf("%+v, %v", desks, err)
		}
		expect(t, n.Centre.CloseDesk(ctx, centretest.By, "d5", centre.DeskClosed{Desk: "VES-1", To: today}), "conflict centre.desk_closed ")
	})
}

func TestRulesChangeByDay(t *testing.T) {
	eachSeeded(t, func(t *testing.T, n centretest.Network) {
		ctx, r := t.Context(), n.Journal.DB()
		set := centre.TierRuleSet{Basis: dated.Basis{From: today, Why: "The ministry tries it", Source: "MK 1/2027"}, Rules: []centre.Rule{
			{Class: centre.ClassServicePoint, Authority: "state", Acts: []string{"application"}},
		}}
		bad := set
		bad.Rules = []centre.Rule{{Class: "palace", Authority: "state", Acts: []string{"application"}}}
		expect(t, n.Centre.SetTierRules(ctx, centretest.By, "0", bad), "invalid centre.rule rules[0]")
		expect(t, n.Centre.SetTierRules(ctx, centretest.By, "1", set))
		unsaid := set
		unsaid.Why = ""
		expect(t, n.Centre.SetTierRules(ctx, centretest.By, "2", unsaid), "invalid dated.why why")
		unsaid = set
		unsaid.Source = ""
		expect(t, n.Centre.SetTierRules(ctx, centretest.By, "3", unsaid), "invalid dated.source source")
		sets, err := store.RuleSets(ctx, r)
		if last := sets[len(sets)-1]; err != nil || last.Why != set.Why || last.Source != set.Source || last.Who != centretest.By.Who() || last.From != today || sets[0].Why == "" {
			t.Errorf("%+v, %v", sets, err)
		}
		for day, want := range map[civil.Date]bool{today.AddDays(-1): false, today: true} {
			if ok, err := store.May(ctx, r, centre.ServicePoint, "state", "application", day); err != nil || ok != want {
				t.Errorf("on %s: %v, %v", day, ok, err)
			}
		}
		// The new table is the whole table: what it does not name is forbidden.
		if ok, err := store.May(ctx, r, centre.UnifiedLocal, "state", "application", today); err != nil || ok {
			t.Errorf("%v, %v", ok, err)
		}
	})
}
