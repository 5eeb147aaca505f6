package tally

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/sheet"
	"vienkopus/internal/platform/journal"
)

// Order is what somebody wants imported.
type Order struct {
	// File is the name of the file; its path is cut off before it is noted.
	File string
	// Open opens the file from its beginning. It is called twice, because everything is checked before anything is written.
	Open func() (io.ReadCloser, error)
	// DryRun only answers.
	DryRun bool
	// SkipErrors writes the good rows although others are in error.
	SkipErrors bool
	// Overlapping takes counts of the same in periods that overlap, such as a year and a month of it, which are in error otherwise. Reports never add them up.
	Overlapping bool
	// Answer is told what became of each row, in order; it may be nil.
	Answer func(Answer)
	// Progress is told how many rows of how many are done, once per hundred rows or more; total is 0 while it is not known. It may be nil.
	Progress func(done, total int)
}

// Outcome says what becomes of a row.
type Outcome string

// The outcomes.
const (
	// Fresh rows are written, or would be without DryRun.
	Fresh Outcome = "ok"
	// There rows were imported earlier with the same count.
	There Outcome = "already"
	// Repeats rows say again what another row of the file says; they are counted once.
	Repeats Outcome = "repeats"
	// Failed rows are in error and never written.
	Failed Outcome = "error"
)

// Answer says what becomes of one row.
type Answer struct {
	// Row is the row as a spreadsheet shows it; the header is row 1.
	Row     int
	Outcome Outcome
	// First is the row that a Repeats row repeats, or contradicts.
	First int
	// Faults say what is wrong, each on its column.
	Faults []*fault.Fault
}

// Result sums an import up, in rows. Every row is in exactly one of Fresh, There, Repeats and Failed.
type Result struct {
	Rows, Fresh, There, Repeats, Failed int
	// Written is the number of lines in the journals; 0 after a dry run and when errors held everything back.
	Written int
}

// progressEvery is how many rows pass between two signs of progress.
const progressEvery = 100

// Import takes in a file of past acts. It checks every row first and writes nothing when one of them is in error, unless
// the order says to skip those: then it returns the fault "tally.errors", as a dry run always does when a row is in error. A file without an understandable header is
// a fault too. Rows that are there already are left alone, so the same file can be imported again at any time, also after
// an interruption.
func (s *Service) Import(ctx context.Context, by actor.Actor, o Order) (Result, error) {
	in := &importing{service: s, order: o, by: by, today: civil.In(s.journal.Now(), time.UTC), file: baseName(o.File)}
	if err := in.pass(ctx, in.answer); err != nil {
		return in.result, err
	}
	in.tell(in.result.Rows)
	if o.DryRun && in.result.Failed == 0 {
		return in.result, nil
	}
	if in.result.Failed > 0 && (o.DryRun || !o.SkipErrors) {
		return in.result, fault.NewInvalid("tally.errors", "Failed", in.result.Failed, "Rows", in.result.Rows)
	}
	in.total = in.result.Rows
	in.order.Overlapping = true // all was looked at; what this run has written itself is no news
	w := &writing{importing: in, waiting: map[string][]Row{}}
	if err := in.pass(ctx, w.add); err != nil {
		return in.result, err
	}
	return in.result, w.flush(ctx)
}

// baseName drops the path, which tells of somebody's computer and not of the figures.
func baseName(file string) string {
	return sheet.Shown(path.Base(strings.ReplaceAll(file, `\`, "/")))
}

// importing is one run over a file.
type importing struct {
	service *Service
	order   Order
	by      actor.Actor
	today   civil.Date
	file    string
	seen    map[fingerprint]sighting
	spans   map[string]*spans
	known   known
	result  Result
	total   int
}

// pass reads the file from its beginning and judges every row.
func (in *importing) pass(ctx context.Context, each func(context.Context, Row, Answer) error) (err error) {
	source, err := in.order.Open()
	if err != nil {
		return fmt.Errorf("tally: open: %w", err)
	}
	defer func() {
		if cerr := source.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("tally: close: %w", cerr)
		}
	}()
	f, err := openFile(source)
	if err != nil {
		return err
	}
	in.seen, in.spans, in.known = map[fingerprint]sighting{}, map[string]*spans{}, newKnown()
	for done := 1; ; done++ {
		row, err := f.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		a, err := in.judge(ctx, &row)
		if err != nil {
			return err
		}
		if err := each(ctx, row, a); err != nil {
			return err
		}
		if done%progressEvery == 0 {
			in.tell(done)
		}
	}
}

func (in *importing) tell(done int) {
	if in.order.Progress != nil {
		in.order.Progress(done, in.total)
	}
}

// answer counts what becomes of the row and says so.
func (in *importing) answer(_ context.Context, _ Row, a Answer) error {
	in.result.Rows++
	switch a.Outcome {
	case Fresh:
		in.result.Fresh++
	case There:
		in.result.There++
	case Repeats:
		in.result.Repeats++
	case Failed:
		in.result.Failed++
	}
	if in.order.Answer != nil {
		in.order.Answer(a)
	}
	return nil
}

// judge says what becomes of a row. It fills in what the row leaves to the catalogue. The error is never the row's own.
func (in *importing) judge(ctx context.Context, row *Row) (Answer, error) {
	a := Answer{Row: row.Number, Outcome: Failed}
	if err := in.resolve(ctx, row); err != nil {
		return a, err
	}
	if a.Faults = row.Faults; len(a.Faults) > 0 {
		return a, nil
	}
	identity := RowIdentity(*row)
	if first, twice := in.sight(identity, *row); twice {
		a.First = first.row
		if a.Outcome = Repeats; first.says != saying(*row) {
			a.Outcome = Failed
			a.Faults = []*fault.Fault{fault.NewConflict("tally.contradicts", "Row", first.row).On(first.column(*row))}
		}
		return a, nil
	}
	there, err := in.there(ctx, in.service.journal.DB(), identity, *row)
	conflict := fault.First(err)
	switch {
	case conflict != nil:
		a.Faults = []*fault.Fault{conflict}
	case err != nil:
		return a, err
	case there:
		a.Outcome = There
	default:
		a.Outcome = Fresh
		lies, err := in.overlap(ctx, row)
		if err != nil {
			return a, err
		}
		if lies != nil {
			a.Outcome, a.Faults = Failed, []*fault.Fault{lies}
		}
	}
	return a, nil
}

// fact is the line that the row becomes.
func (in *importing) fact(identity string, row Row) Imported {
	return Imported{
		Identity: identity, Period: row.Period, Municipality: row.place.Municipality, Centre: row.place.Centre, Act: row.Act,
		Service: row.Service, Institution: row.Institution, Channel: row.Channel, Count: row.Count, Source: row.Source,
		File: in.file, Row: row.Number,
	}
}

// there tells whether the row was imported earlier. It returns a conflict when that one says something else.
func (in *importing) there(ctx context.Context, r journal.Reader, identity string, row Row) (bool, error) {
	old, there, err := in.service.store.Imported(ctx, r, identity)
	switch {
	case err != nil || !there:
		return false, err
	case saying(old).about != saying(row).about:
		return true, fault.NewConflict("tally.ref_taken").On(ColumnRef)
	case old.Count != row.Count:
		return true, fault.NewConflict("tally.conflict", "There", old.Count, "Now", row.Count).On(ColumnCount)
	}
	return true, nil
}
