// Package places holds the places of the demonstration network: municipalities, towns and parishes, centres, desks, hours,
// what is known of the buildings, and what each kind of counter may do.
//
// The centres, their points and their notes are those that the sources name. Everything that no source says, such as the
// hours of the libraries or a door width, is made up to be plausible and marked as unverified; screens show the mark.
package places

import (
	"embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/centre"
	"vienkopus/internal/territory"
)

//go:embed *.json *.csv
var files embed.FS

// Places is everything that is known of the places of the demonstration.
type Places struct {
	Municipalities []territory.Registered
	Units          []territory.UnitRegistered
	Centres        []centre.Opening
	Desks          []centre.DeskOpened
	Hours          []centre.HoursSet
	Surveys        []centre.Surveyed
	Rules          centre.TierRuleSet
}

// Load reads the places from the files that are built into the program. It returns an error when one of them is malformed.
func Load() (Places, error) {
	var p Places
	remarks := map[string]territory.Remark{}
	timetables := map[string]centre.HoursSet{}
	stops := map[string][]centre.Stop{}
	for _, step := range []func() error{
		func() error { return readJSON("municipalities.json", &p.Municipalities) },
		func() error { return readJSON("remarks.json", &remarks) },
		func() error { return readJSON("hours.json", &timetables) },
		func() error { return readJSON("surveys.json", &p.Surveys) },
		func() error { return readJSON("tier_rules.json", &p.Rules) },
		func() error { return readCSV("units.csv", p.addUnit) },
		func() error { return readCSV("stops.csv", func(r row) error { return addStop(stops, r) }) },
		func() error { return readCSV("centres.csv", p.addCentre) },
		func() error { return readCSV("desks.csv", p.addDesk) },
	} {
		if err := step(); err != nil {
			return Places{}, err
		}
	}
	for i := range p.Centres {
		c := &p.Centres[i]
		c.Remark = remarks[c.Code]
		c.Location.Stops = stops[c.Code]
		if t, ok := timetables[c.Code]; ok {
			t.Centre = c.Code
			p.Hours = append(p.Hours, t)
		}
	}
	return p, nil
}

func readJSON(name string, into any) error {
	text, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("places: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("places: %s: %w", name, err)
	}
	return nil
}

// row is one line of a CSV file, by the names of its columns.
type row map[string]string

func readCSV(name string, add func(row) error) error {
	text, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("places: %w", err)
	}
	lines := csv.NewReader(strings.NewReader(string(text)))
	head, err := lines.Read()
	for n := 2; err == nil; n++ {
		var fields []string
		if fields, err = lines.Read(); err != nil {
			break
		}
		r := row{}
		for i, column := range head {
			r[column] = fields[i]
		}
		if err := add(r); err != nil {
			return fmt.Errorf("places: %s, row %d: %w", name, n, err)
		}
	}
	if !errors.Is(err, io.EOF) {
		return fmt.Errorf("places: %s: %w", name, err)
	}
	return nil
}

// date returns the day of a column, and no date when the column is empty.
func (r row) date(column string) (civil.Date, error) {
	if r[column] == "" {
		return civil.Date{}, nil
	}
	return civil.ParseDate(r[column])
}

func (r row) point() (geo.Point, error) {
	lat, err := strconv.ParseFloat(r["lat"], 64)
	if err != nil {
		return geo.Point{}, err
	}
	lon, err := strconv.ParseFloat(r["lon"], 64)
	if err != nil {
		return geo.Point{}, err
	}
	return geo.NewPoint(lat, lon)
}

func (p *Places) addUnit(r row) error {
	from, err := r.date("from")
	p.Units = append(p.Units, territory.UnitRegistered{
		Code: r["code"], Municipality: r["municipality"], Name: r["name"], Type: territory.UnitKind(r["type"]), From: from,
	})
	return err
}

func (p *Places) addCentre(r row) error {
	point, err := r.point()
	if err != nil {
		return err
	}
	opened, err := r.date("opened")
	if err != nil {
		return err
	}
	since, err := r.date("tier_from")
	p.Centres = append(p.Centres, centre.Opening{
		Opened: centre.Opened{
			Code: r["code"], Name: r["name"], Municipality: r["municipality"], Host: centre.Host(r["host"]), From: opened,
			Location: centre.Location{
				Unit: r["unit"], Address: r["address"], Point: point, Precision: centre.Precision(r["precision"]),
			},
			Planned: r["planned"] == "yes", Unverified: r["unverified"] == "yes",
		},
		Tier: centre.Tier(r["tier"]), TierFrom: since, TierUnverified: r["tier_unverified"] == "yes",
	})
	return err
}

func addStop(stops map[string][]centre.Stop, r row) error {
	point, err := r.point()
	stops[r["centre"]] = append(stops[r["centre"]], centre.Stop{Name: r["name"], Point: point})
	return err
}

func (p *Places) addDesk(r row) error {
	p.Desks = append(p.Desks, centre.DeskOpened{Desk: r["desk"], Centre: r["centre"], Name: r["name"]})
	return nil
}
