package tallysql

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/tally"
)

//go:embed rollup.sql
var rollupSchema string

// Rollups are sums of the counts over desks, so that a report takes as long for ten times the acts.
//
// A job adds them up (Roll); no act ever writes them. What marks that something has changed is the head of a desk, which every line moves anyway: rollup_desk says
// up to which line of each desk the sums go, and whoever reads them in one snapshot adds the lines behind it (Look). So a report is exact at every
// moment, also while the job stands still, and a correction of last year is a line like any other.
//
// The rows have a grain (Grain…), and stand under the span of tally.SpanOf or, for whole years, under YearSpan.
type Rollups struct{ journal *journal.Journal }

// NewRollups returns the roll-ups of a journal.
func NewRollups(j *journal.Journal) *Rollups { return &Rollups{journal: j} }

// The grains: what a row of the roll-ups is summed up by. Columns that a grain does not have are "".
const (
	// GrainNetwork is by service, institution, kind and channel, over the whole network.
	GrainNetwork = "network"
	// GrainDetail is the same in each municipality. It has no years: an act changes a row of its own here more often than not.
	GrainDetail = "detail"
	// GrainPlace is by kind in each municipality.
	GrainPlace = "place"
	// GrainCentre is by kind in each centre; it has years and statements alone, for tally_kind is no longer than its months would be.
	GrainCentre = "centre"
)

// YearSpan is the span under which the roll-ups count a whole calendar year. It sorts behind all months and statements.
func YearSpan(year string) string { return "y:" + year }

// Name implements journal.Projection.
func (*Rollups) Name() string { return "rollup" }

// Schema implements journal.Projection. It names the text of the counts, so that other counts are rolled up anew.
func (*Rollups) Schema() string {
	of := sha256.Sum256([]byte(schema))
	return "-- of the counts " + hex.EncodeToString(of[:8]) + "\n" + rollupSchema
}

// Reads implements journal.Projection: nothing.
func (*Rollups) Reads() []journal.Type { return nil }

// Apply implements journal.Projection: no line writes here.
func (*Rollups) Apply(context.Context, *journal.Tx, journal.Entry) error { return nil }

// State is what the roll-ups hold, in one snapshot.
type State struct {
	// Version is another one after every change of the rows, in whatever process.
	Version string
	// Rest are the counts of the lines behind those that are rolled up.
	Rest []tally.Count
}

// mostRest is how many lines a report reads beside the roll-ups. Where more are behind, the counts of the desks are the shorter way.
const mostRest = 3_000

// Look returns what the roll-ups hold. It reports false when they hold nothing yet, or when too many lines are behind.
func (u *Rollups) Look(ctx context.Context, r journal.Reader) (State, bool, error) {
	s := State{}
	version, ready, err := stateOf(ctx, r)
	if err != nil || !ready {
		return s, false, err
	}
	s.Version = version
	const query = `SELECT CAST(COALESCE(SUM(h.number - COALESCE(d.number, 0)), 0) AS BIGINT) FROM desk_head h LEFT JOIN rollup_desk d ON d.desk = h.desk
WHERE h.number <> COALESCE(d.number, 0)`
	var behind int64
	if err := r.QueryRow(ctx, query).Scan(&behind); err != nil {
		return s, false, fmt.Errorf("tallysql: roll-ups behind: %w", err)
	}
	if behind > mostRest {
		return s, false, nil
	}
	if behind > 0 {
		s.Rest, err = u.rest(ctx, r)
	}
	return s, err == nil, err
}

func stateOf(ctx context.Context, r journal.Reader) (version string, ready bool, err error) {
	err = r.QueryRow(ctx, "SELECT version, ready FROM rollup_state").Scan(&version, &ready)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("tallysql: state of the roll-ups: %w", err)
	}
	return version, ready, nil
}

// counted are the lines that count, with the desks that have moved in h and d. CROSS JOIN keeps SQLite from looking at every line first.
const (
	countedKinds = `e.kind IN ('act.recorded', 'act.undone', 'act.corrected', 'visit.closed', 'day.corrected', 'acts.imported', 'line.adopted')
AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.desk = e.desk AND q.number = e.number)`
	restLines = `desk_head h LEFT JOIN rollup_desk d ON d.desk = h.desk CROSS JOIN entry e
WHERE h.number > COALESCE(d.number, 0) AND e.desk = h.desk AND e.number > COALESCE(d.number, 0) AND ` + countedKinds
	deskLines = `entry e WHERE e.desk = $1 AND e.number > $2 AND e.number <= $3 AND ` + countedKinds
)

// rest returns the counts of all lines that are not rolled up.
func (u *Rollups) rest(ctx context.Context, r journal.Reader) ([]tally.Count, error) {
	return u.counts(ctx, r, restLines)
}

// counts returns what the lines count. Imported rows that came twice count once, as in the tables.
func (u *Rollups) counts(ctx context.Context, r journal.Reader, from string, args ...any) ([]tally.Count, error) {
	var counts []tally.Count
	var imports []journal.Entry
	err := u.journal.Select(ctx, r, from, args, func(e journal.Entry) error {
		if _, is := e.Fact.(tally.Imported); is {
			imports = append(imports, e)
			return nil
		}
		counts = append(counts, tally.Of(e.Desk, e.Fact)...)
		return nil
	})
	if err != nil || len(imports) == 0 {
		return counts, err
	}
	first, err := firstOf(ctx, r, imports)
	if err != nil {
		return nil, err
	}
	for _, e := range imports {
		if f, is := e.Fact.(tally.Imported); is && first[f.Identity] == (lineKey{e.Desk, e.Number}) {
			counts = append(counts, tally.Of(e.Desk, f)...)
		}
	}
	return counts, nil
}

// lineKey is where a line stands.
type lineKey struct {
	desk   string
	number int64
}

// firstOf returns which line counts for each identity.
func firstOf(ctx context.Context, r journal.Reader, imports []journal.Entry) (map[string]lineKey, error) {
	var identities []string
	for _, e := range imports {
		if f, is := e.Fact.(tally.Imported); is {
			identities = append(identities, f.Identity)
		}
	}
	first := map[string]lineKey{}
	err := sqldb.InLots(identities, func(list string, args []any) error {
		query := "SELECT identity, desk, number FROM imported_act WHERE identity IN " + list
		return sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
			var identity string
			var at lineKey
			if err := rows.Scan(&identity, &at.desk, &at.number); err != nil {
				return fmt.Errorf("tallysql: imported: %w", err)
			}
			first[identity] = at
			return nil
		})
	})
	return first, err
}

// cell is the key of a row of the roll-ups.
type cell struct {
	grain, span, municipality, centre, service, institution, kind, channel, source string
}

// sums are rows of the roll-ups that are being added up.
type sums map[cell]int64

// add adds a count to every row that it belongs to.
func (s sums) add(c tally.Count) {
	s.addUnder(c.Span, c)
	if year := yearOf(c.Span); year != "" {
		s.addUnder(year, c)
	}
}

func (s sums) addUnder(span string, c tally.Count) {
	for _, grain := range grainsOf(span) {
		at := cell{grain: grain, span: span, kind: string(c.Kind), source: string(c.Source)}
		if grain != GrainNetwork {
			at.municipality = c.Municipality
		}
		switch grain {
		case GrainNetwork, GrainDetail:
			at.service, at.institution, at.channel = c.Service, c.Institution, string(c.Channel)
		case GrainCentre:
			at.centre = c.Centre
		}
		s[at] += c.N
	}
}

// groupings are where the rows of a grain come from, and its columns there: municipality, centre, service, institution, kind, channel, source.
var groupings = map[string]struct{ table, columns string }{
	GrainNetwork: {"tally_service", "'', '', service, institution, kind, channel, source"},
	GrainDetail:  {"tally_service", "municipality, '', service, institution, kind, channel, source"},
	GrainPlace:   {"tally_kind", "municipality, '', '', '', kind, '', source"},
	GrainCentre:  {"tally_kind", "municipality, centre, '', '', kind, '', source"},
}

// grainsOf returns the grains that have rows under a span.
func grainsOf(span string) []string {
	switch {
	case strings.HasPrefix(span, YearSpan("")):
		return []string{GrainNetwork, GrainPlace, GrainCentre}
	case strings.HasPrefix(span, tally.StatementMark):
		return []string{GrainNetwork, GrainDetail, GrainPlace, GrainCentre}
	}
	return []string{GrainNetwork, GrainDetail, GrainPlace}
}

// grainRows adds up what the desks counted in a span, or in the months of a year, into the rows of one grain.
func grainRows(ctx context.Context, r journal.Reader, grain, span string, each func(c cell, n int64) error) error {
	from, to := span, span
	if year, is := strings.CutPrefix(span, YearSpan("")); is {
		from, to = year+"-01", year+"-12"
	}
	g := groupings[grain]
	query := "SELECT " + g.columns + ", CAST(SUM(n) AS BIGINT) FROM " + g.table + " WHERE month >= $1 AND month <= $2 GROUP BY 1, 2, 3, 4, 5, 6, 7"
	return sqldb.Each(ctx, r, query, []any{from, to}, func(rows *sql.Rows) error {
		c := cell{grain: grain, span: span}
		var n int64
		if err := rows.Scan(&c.municipality, &c.centre, &c.service, &c.institution, &c.kind, &c.channel, &c.source, &n); err != nil {
			return fmt.Errorf("tallysql: counts of %s: %w", span, err)
		}
		return each(c, n)
	})
}

// withYears returns the spans and, behind them, those of the years that they lie in.
func withYears(spans []string) []string {
	var years []string
	for _, span := range spans {
		if year := yearOf(span); year != "" && !slices.Contains(years, year) {
			years = append(years, year)
		}
	}
	return append(spans, years...)
}

// yearOf returns the span of the year of a month, and "" for a statement.
func yearOf(span string) string {
	if len(span) != len("2025-01") {
		return ""
	}
	return YearSpan(span[:4])
}

// texts reads one column.
func texts(ctx context.Context, r journal.Reader, query string) ([]string, error) {
	var all []string
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var text string
		if err := rows.Scan(&text); err != nil {
			return fmt.Errorf("tallysql: %w", err)
		}
		all = append(all, text)
		return nil
	})
	return all, err
}
