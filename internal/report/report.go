// Package report makes figures out of counts, and says of each figure what it is and which lines make it.
//
// Rules:
//   - A report has a definition with a version, which states its columns, its rules and its source in words (Definition).
//   - Whole months are read from roll-ups and tallies, so the time of a report does not grow with the number of acts; only the days
//     of a month that the period cuts, and what is not rolled up yet, are counted line by line.
//   - Recorded and imported are kept apart in every cell; a reader can see either or both, and sees which is which.
//   - "Nothing was stated" and "zero was stated" are two different cells.
//   - A statement about a longer time (a year, some years) is included only when its whole period lies inside that of the
//     report; otherwise it is named beside the figures.
//   - Residents served are no acts: they have a column of their own and are in no sum of acts.
//   - A figure that looks odd is shown as it was recorded, with a flag that says in words what is odd. Nothing is corrected.
//   - A figure that somebody has published is kept as a claim, beside its published parts and beside what our lines make.
package report

import (
	"context"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/territory"
)

// store is what reports read. Every method reads through r, so that one report is made of one view of the database.
type store interface {
	// Counts looks how whole months can be added up in the view r, which must be that of all questions to it.
	Counts(ctx context.Context, r journal.Reader) (Counts, error)
	// Days counts the lines of some days of one month: recorded ones by their day, imported ones that lie whole within the days.
	Days(ctx context.Context, r journal.Reader, days civil.Period, q Query, each func(Sum)) error
	// Cut adds up the imported lines within one month that overlap the days but do not lie within them.
	Cut(ctx context.Context, r journal.Reader, days civil.Period, q Query, each func(days civil.Period, s Sum)) error
	// Inside adds up the imported lines that lie, or lie partly, in longer ones about the same which lie in the period of the query: they are counted there.
	Inside(ctx context.Context, r journal.Reader, q Query, each func(days civil.Period, s Sum)) error
	// Desks returns the desks that may have lines for the query, in the order of their codes.
	Desks(ctx context.Context, r journal.Reader, q Query) ([]string, error)
	// Lines returns up to limit lines of one desk behind the cursor, in the order of day and number.
	Lines(ctx context.Context, r journal.Reader, desk string, q Query, after Cursor, limit int) ([]Line, error)
	// LastDays returns for each centre the last day on which an act was recorded there and still counts.
	LastDays(ctx context.Context, r journal.Reader) (map[string]civil.Date, error)
	// Figures returns the published figures, the latest period first.
	Figures(ctx context.Context, r journal.Reader) ([]Figure, error)
}

// Counts adds up counts of whole months.
type Counts interface {
	// Months adds up the counts of the months from first to last. A row, kind and source may come in several sums.
	Months(ctx context.Context, r journal.Reader, first, last civil.Month, q Query, each func(Sum)) error
	// Statements adds up the counts of every span that is no month.
	Statements(ctx context.Context, r journal.Reader, q Query, each func(span string, s Sum)) error
}

// centres knows the places of rows.
type centres interface {
	Centres(ctx context.Context, r journal.Reader) ([]centre.Centre, error)
}

// territories knows the municipalities, and the towns and parishes in them.
type territories interface {
	Municipalities(ctx context.Context, r journal.Reader) ([]territory.Municipality, error)
	AllUnits(ctx context.Context, r journal.Reader) ([]territory.Unit, error)
}

// Config is what reports are made of.
type Config struct {
	Journal     *journal.Journal
	Store       store
	Centres     centres
	Territories territories
}

// Service makes reports.
type Service struct {
	journal     *journal.Journal
	store       store
	centres     centres
	territories territories
}

// New returns the reports.
func New(c Config) *Service {
	return &Service{journal: c.Journal, store: c.Store, centres: c.Centres, territories: c.Territories}
}

// snapshot runs fn on one unchanging view of the database.
func (s *Service) snapshot(ctx context.Context, fn func(r journal.Reader) error) error {
	return s.journal.DB().Snapshot(ctx, fn)
}
