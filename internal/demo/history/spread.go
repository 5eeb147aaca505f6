package history

import (
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"strconv"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/tally"
	"vienkopus/internal/visit"
)

// origin stands in every row, so that nobody takes the made-up days for recorded ones.
const origin = "Cēsu novada gada statistika; sadalījums pa dienām un pakalpojumiem ir demonstrācijai"

// calendar has the public holidays of Latvia.
var calendar = civil.NewCalendar(civil.LatvianHolidays, nil, nil)

// Write writes the year of Cēsis as a file for the import: at most 8 000 rows, the same for the same year.
func Write(w io.Writer, year int) error {
	all, err := sites()
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(tally.Columns); err != nil {
		return fmt.Errorf("history: write: %w", err)
	}
	for _, s := range all {
		for _, cell := range s.sums {
			if cell.isPaid() {
				continue
			}
			for _, r := range spread(s, cell, year) {
				if err := out.Write(r.record()); err != nil {
					return fmt.Errorf("history: write: %w", err)
				}
			}
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("history: write: %w", err)
	}
	return nil
}

// row is one row of the file.
type row struct {
	desk, period, service string
	kind                  catalogue.ActKind
	channel               visit.Channel
	n                     int64
}

// record is the row in the order of tally.Columns.
func (r row) record() []string {
	return []string{r.desk, r.period, string(r.kind), r.service, "", string(r.channel), strconv.FormatInt(r.n, 10), "", origin}
}

// slot is one desk on one day.
type slot struct {
	desk   string
	day    civil.Date
	weight float64
}

// spread makes rows that add up to the cell. A stated zero is one row about the whole year.
func spread(s site, cell sum, year int) []row {
	if cell.n == 0 {
		return []row{{desk: s.desks[0], period: strconv.Itoa(year), kind: cell.kind}}
	}
	dice := rand.New(rand.NewPCG(uint64(year), seed(s.code, cell.kind))) //nolint:gosec // made-up days, not secrets
	slots := slotsOf(s, cell.kind, year, dice)
	var total, passed float64
	for _, one := range slots {
		total += one.weight
	}
	// Systematic sampling: each slot gets its share of the line from 0 to n, so that the shares add up to n exactly.
	offset := dice.Float64()
	var rows []row
	var given int64
	for i, one := range slots {
		passed += one.weight
		until := int64(passed/total*float64(cell.n) + offset)
		if i == len(slots)-1 {
			until = cell.n
		}
		rows = append(rows, split(s, cell.kind, one, min(until, cell.n)-given, dice)...)
		given = min(until, cell.n)
	}
	return rows
}

// seed makes the dice of each cell independent of the order of the table, so that a site printed twice gets the same rows twice.
func seed(code string, kind catalogue.ActKind) uint64 {
	sum := fnv.New64a()
	sum.Write([]byte(code + "/" + string(kind))) //nolint:gosec // a hash never fails to write
	return sum.Sum64()
}

// slotsOf returns the desks on the working days of the year. Mondays are busy and Fridays quiet, summer is quiet, and the
// waves of the services move the whole.
func slotsOf(s site, kind catalogue.ActKind, year int, dice *rand.Rand) []slot {
	weekday := [7]float64{0, 1.4, 1.1, 1.1, 1, 0.7, 0}
	var slots []slot
	for day := range civil.YearPeriod(year).All() {
		if !calendar.IsWorkingDay(day) {
			continue
		}
		var wave float64
		for _, one := range mixOf(s, kind) {
			wave += one.in(day)
		}
		for _, desk := range s.desks {
			jitter := 0.4 + dice.ExpFloat64()
			slots = append(slots, slot{desk: desk, day: day, weight: weekday[day.Weekday()] * wave * jitter})
		}
	}
	return slots
}

// in is the weight of the share in the month of the day.
func (s share) in(day civil.Date) float64 {
	if wave, ok := s.waves[day.Month()]; ok {
		return s.weight * wave
	}
	return s.weight
}

// split makes rows of what one desk did of one kind on one day: of one service, or of two when it was much.
func split(s site, kind catalogue.ActKind, at slot, n int64, dice *rand.Rand) []row {
	if n <= 0 {
		return nil
	}
	first := row{
		desk: at.desk, period: at.day.String(), kind: kind, n: n,
		service: pickService(mixOf(s, kind), at.day, dice), channel: pickWay(waysOf(s, kind), dice),
	}
	if n < 6 || first.service == "" {
		return []row{first}
	}
	second := first
	second.service, second.channel = pickService(mixOf(s, kind), at.day, dice), pickWay(waysOf(s, kind), dice)
	if second.service == first.service && second.channel == first.channel {
		return []row{first}
	}
	second.n = 1 + dice.Int64N(n/2)
	first.n -= second.n
	return []row{first, second}
}

func pickService(mix []share, day civil.Date, dice *rand.Rand) string {
	var total float64
	for _, one := range mix {
		total += one.in(day)
	}
	at := dice.Float64() * total
	for _, one := range mix {
		if at -= one.in(day); at < 0 {
			return one.service
		}
	}
	return mix[len(mix)-1].service
}

func pickWay(ways []way, dice *rand.Rand) visit.Channel {
	var total float64
	for _, one := range ways {
		total += one.weight
	}
	at := dice.Float64() * total
	for _, one := range ways {
		if at -= one.weight; at < 0 {
			return one.channel
		}
	}
	return ways[len(ways)-1].channel
}
