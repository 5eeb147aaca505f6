package visit

import (
	"context"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

const (
	// mostRedated bounds the lines that are looked through at once.
	mostRedated = 10_000
	// mostShift bounds by how many days somebody moves them.
	mostShift = 400
)

// DayCorrected says that a clock that was wrong had dated what a visit counts: acts and, when it was closed then, the client. They count Shift days later,
// or earlier when it is negative. What was printed, and money, keeps the day that stands on it.
type DayCorrected struct {
	Visit id.ID `json:"visit"`
	Shift int   `json:"shift"`
	// Acts are the lines as they had been counted.
	Acts []Redated `json:"acts,omitempty"`
	// Client is nil when the client is counted on the right day, or not at all.
	Client *RedatedClient `json:"client,omitempty"`
}

// Redated is an act on the wrong day.
type Redated struct {
	Act id.ID `json:"act"`
	Line
}

// RedatedClient is a client served on the wrong day. Line is the number of the closing line at the desk of this one.
type RedatedClient struct {
	Line         int64      `json:"line"`
	Day          civil.Date `json:"day"`
	Municipality string     `json:"municipality"`
	Centre       string     `json:"centre"`
	Channel      Channel    `json:"channel"`
}

// Kind implements journal.Fact.
func (DayCorrected) Kind() string { return "day.corrected" }

// Version implements journal.Fact.
func (DayCorrected) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f DayCorrected) Subjects() []string { return []string{Subject(f.Visit)} }

// Redating says which lines of a desk a wrong clock has dated, from First to Last, both among them, and by how many days they are to be moved.
type Redating struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
	Shift int   `json:"shift"`
}

// CorrectDays moves what the lines count to the right days and returns how many visits that concerns; asked again it finds nothing more. Days that the
// clock cannot have shown in these lines are left alone. It returns the faults "visit.redate_lines" for lines that are not there or too many, and
// "visit.redate_shift" for a shift that is none, too far, leads into the future or among the wrong days themselves.
func (s *Service) CorrectDays(ctx context.Context, r journal.Request, o Redating) (visits int, err error) {
	if o.First < 1 || o.Last < o.First || o.Last-o.First >= mostRedated {
		return 0, fault.NewInvalid("visit.redate_lines", "Max", mostRedated)
	}
	posted, err := s.journal.Do(ctx, r, []any{"redate", o}, func(tx *journal.Tx) error {
		lines, err := s.journal.Lines(ctx, tx, tx.Desk(), o.First-1, int(o.Last-o.First)+1)
		if err != nil {
			return err
		}
		for len(lines) > 0 && lines[len(lines)-1].Number > o.Last { // behind a gap the numbers are not dense
			lines = lines[:len(lines)-1]
		}
		if len(lines) == 0 {
			return fault.NewInvalid("visit.redate_lines", "Max", mostRedated)
		}
		wrong, err := s.wrongDays(ctx, tx, lines, o.Shift)
		if err != nil {
			return err
		}
		for _, v := range visitsIn(lines) {
			if err := s.redate(ctx, tx, v, wrong, o); err != nil {
				return err
			}
		}
		return nil
	})
	return len(posted.Entries), err
}

// wrongDays are the days that the clock showed while the lines were written.
func (s *Service) wrongDays(ctx context.Context, tx *journal.Tx, lines []journal.Entry, shift int) (civil.Period, error) {
	place, today, err := s.today(ctx, tx)
	if err != nil {
		return civil.Period{}, err
	}
	zone, err := civil.Zone(place.Zone)
	if err != nil {
		return civil.Period{}, err //nolint:wrapcheck // it names the zone
	}
	earlier := func(a, b journal.Entry) int { return a.RecordedAt.Compare(b.RecordedAt) }
	wrong := civil.Period{From: civil.In(slices.MinFunc(lines, earlier).RecordedAt, zone), To: civil.In(slices.MaxFunc(lines, earlier).RecordedAt, zone)}
	if days := wrong.Days(); shift == 0 || shift > mostShift || shift < -mostShift || shift < days && -shift < days || wrong.To.AddDays(shift).After(today) {
		return wrong, fault.NewInvalid("visit.redate_shift", "From", wrong.From.String(), "To", wrong.To.String(), "Max", mostShift).On("shift")
	}
	return wrong, nil
}

// visitsIn are the visits that lines are about, in their order.
func visitsIn(lines []journal.Entry) (all []id.ID) {
	seen := map[id.ID]bool{}
	for _, e := range lines {
		var of id.ID
		switch f := e.Fact.(type) {
		case Opened:
			of = f.Visit
		case Resumed:
			of = f.Visit
		case ActRecorded:
			of = f.Visit
		case Closed:
			of = f.Visit
		default:
			continue
		}
		if !seen[of] {
			seen[of] = true
			all = append(all, of)
		}
	}
	return all
}

// redate moves what a visit counts on the wrong days.
func (s *Service) redate(ctx context.Context, tx *journal.Tx, v id.ID, wrong civil.Period, o Redating) error {
	f := DayCorrected{Visit: v, Shift: o.Shift}
	acts, err := s.store.Acts(ctx, tx, v)
	if err != nil {
		return err
	}
	for _, a := range acts {
		if a.State == Counted && wrong.Contains(a.Day) {
			f.Acts = append(f.Acts, Redated{Act: a.ID, Line: a.Line})
		}
	}
	if f.Client, err = s.wrongClient(ctx, tx, v, wrong, o); err != nil || len(f.Acts) == 0 && f.Client == nil {
		return err
	}
	return tx.Record(ctx, f)
}

// wrongClient is the client whom the visit counts on a wrong day, as far as nobody has moved him yet.
func (s *Service) wrongClient(ctx context.Context, tx *journal.Tx, v id.ID, wrong civil.Period, o Redating) (found *RedatedClient, err error) {
	lines, err := s.journal.About(ctx, tx, Subject(v), mostRedated)
	for _, e := range lines {
		switch f := e.Fact.(type) {
		case DayCorrected:
			if f.Client != nil {
				return nil, nil //nolint:nilnil // he was moved
			}
		case Closed:
			if f.Served && wrong.Contains(f.Day) && e.Number >= o.First && e.Number <= o.Last {
				found = &RedatedClient{Line: e.Number, Day: f.Day, Municipality: f.Municipality, Centre: f.Centre, Channel: f.Channel}
			}
		}
	}
	return found, err
}
