// Package tally keeps anonymous counts, written in the same transaction as the act, and takes in the counts of past periods.
//
// Rules:
//   - An act adds one, undoing it takes one away, a correction takes the old line away and adds the new one. A client who
//     left served adds one resident served (Served), which is no act and is never added to acts.
//   - A count knows its desk, centre and municipality as they stand in the line, so it outlives persons and moves of centres.
//   - What was recorded at a counter and what was imported are kept apart in every count (Source), so that no report can mix them silently.
//   - A count stands under its span: the month ("2025-03") when the line's days lie in one month, otherwise the statement
//     itself ("s:2025-01-01/2025-12-31"). A statement about a year is therefore never put into one of its months, nor spread over them.
//   - A report includes a statement only when its whole period lies inside the report's period; one that overlaps it
//     only partly is named beside the figures and added to none of them.
//   - Counts of the same in periods that overlap (a year, and a month of it) are never added up: an import refuses the second unless it is told to keep both, and a
//     report then counts the longer one and names the shorter beside it.
//   - A stated zero is a count of 0 from an import; it differs from "no lines". Recorded acts state no zeros.
//   - An imported row is known by its desk and ref or, without a ref, by its desk, period, kind, service (or institution,
//     when no service is named) and channel. The same row with the same count is there already; with another count it is a conflict.
package tally

import (
	"context"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

// Served is the pseudo-kind under which residents served are counted, once per visit, whatever was done for them.
const Served catalogue.ActKind = "visit"

// Kinds are the kinds of act and, last, Served, in the order in which reports show them.
var Kinds = append(slices.Clone(visit.Kinds), Served)

// Source tells how a count came to be.
type Source string

// The sources.
const (
	Recorded Source = "recorded"
	FromFile Source = "imported"
)

// Sources are all sources, in the order in which screens show them.
var Sources = []Source{Recorded, FromFile}

// Cell is what a count is about. It is comparable.
type Cell struct {
	// Span is the month or the statement; see SpanOf.
	Span         string
	Desk         string
	Centre       string
	Municipality string
	Kind         catalogue.ActKind
	Channel      visit.Channel
	Service      string
	Institution  string
	Depth        visit.Depth
	Reason       visit.Reason
	Source       Source
}

// Count adds N acts, or residents served, to a cell; N is negative when a line is taken back.
type Count struct {
	Cell
	N int64
}

// Of returns what a line of a desk changes in the counts, nothing for most kinds of line.
func Of(desk string, fact journal.Fact) []Count {
	switch f := fact.(type) {
	case visit.ActRecorded:
		return []Count{ofLine(desk, f.Line, 1)}
	case visit.ActUndone:
		return []Count{ofLine(desk, f.Was, -1)}
	case visit.ActCorrected:
		counts := []Count{ofLine(desk, f.Was, -1)}
		if f.Now != nil {
			counts = append(counts, ofLine(desk, *f.Now, 1))
		}
		return counts
	case visit.Closed:
		if !f.Served {
			return nil
		}
		return []Count{ofLine(desk, served(f.Day, f.Municipality, f.Centre, f.Channel), 1)}
	case visit.DayCorrected:
		return redated(desk, f)
	case Imported:
		return []Count{{N: f.Count, Cell: Cell{
			Span: SpanOf(f.Period), Desk: desk, Centre: f.Centre, Municipality: f.Municipality, Kind: f.Act,
			Channel: f.Channel, Service: f.Service, Institution: f.Institution, Source: FromFile,
		}}}
	}
	return nil
}

// served is the line as which a client counts.
func served(day civil.Date, municipality, at string, channel visit.Channel) visit.Line {
	return visit.Line{Day: day, Municipality: municipality, Centre: at, Channel: channel, Kind: Served}
}

// redated moves counts to other days, which may lie in other months.
func redated(desk string, f visit.DayCorrected) (counts []Count) {
	move := func(was visit.Line) {
		now := was
		now.Day = was.Day.AddDays(f.Shift)
		counts = append(counts, ofLine(desk, was, -1), ofLine(desk, now, 1))
	}
	for _, a := range f.Acts {
		move(a.Line)
	}
	if c := f.Client; c != nil {
		move(served(c.Day, c.Municipality, c.Centre, c.Channel))
	}
	return counts
}

func ofLine(desk string, l visit.Line, n int64) Count {
	return Count{N: n, Cell: Cell{
		Span: civil.MonthOf(l.Day).String(), Desk: desk, Centre: l.Centre, Municipality: l.Municipality, Kind: l.Kind,
		Channel: l.Channel, Service: l.Service, Institution: l.Institution, Depth: l.Depth, Reason: l.Reason, Source: Recorded,
	}}
}

// store is what the import reads. Every method reads through r, so that a rule sees its own transaction.
type store interface {
	// Imported returns the row of that identity, without its number, ref and source, and whether there is one.
	Imported(ctx context.Context, r journal.Reader, identity string) (row Row, found bool, err error)
	// Overlapping returns the period of an imported row that counts the same as this one in another period which overlaps, and whether there is one.
	Overlapping(ctx context.Context, r journal.Reader, row Row) (civil.Period, bool, error)
}

// places knows where a desk stands on a day; an unknown desk is a fault.
type places interface {
	Desk(ctx context.Context, r journal.Reader, desk string, on civil.Date) (centre.DeskPlace, error)
}

// catalogues knows whose service it is, also one that is offered no longer, and which institutions there are; what is
// unknown is a fault.
type catalogues interface {
	Service(ctx context.Context, r journal.Reader, code string) (catalogue.Service, error)
	Institution(ctx context.Context, r journal.Reader, code string) (catalogue.Institution, error)
}

// Config is what the import is made of.
type Config struct {
	Journal   *journal.Journal
	Store     store
	Places    places
	Catalogue catalogues
	// Feeds are the codes of desks that are data feeds: they stand in no centre, and their figures belong to the whole network.
	Feeds []string
}

// Service takes in the counts of past periods.
type Service struct {
	journal   *journal.Journal
	store     store
	places    places
	catalogue catalogues
	feeds     []string
}

// New returns the import.
func New(c Config) *Service {
	return &Service{journal: c.Journal, store: c.Store, places: c.Places, catalogue: c.Catalogue, feeds: c.Feeds}
}
