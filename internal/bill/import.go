package bill

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/base/sheet"
)

// Order is what somebody wants imported.
type Order struct {
	// Open opens the file from its beginning. It is called twice, because everything is checked before anything is written.
	Open func() (io.ReadCloser, error)
	// DryRun only answers.
	DryRun bool
	// SkipErrors writes the good bills although others are in error.
	SkipErrors bool
	// AsOf is the day as of which the file says what it says; none stands for today.
	AsOf civil.Date
	// Answer is told what became of each row, in order; it may be nil.
	Answer func(RowAnswer)
	// Progress is told how many rows of how many are done, once per hundred bills or more; total is 0 while it is not known. It may be nil.
	Progress func(done, total int)
}

// Failed rows of an import are in error and never written.
const Failed Outcome = "error"

// RowAnswer says what becomes of one row. It never holds what stands in a cell.
type RowAnswer struct {
	// Row is the row as a spreadsheet shows it; the header is row 1.
	Row     int
	Outcome Outcome
	// Faults say what is wrong, each on its column. When another row of the same bill is wrong, they say which.
	Faults []*fault.Fault
}

// Result sums an import up. Every bill is in exactly one of Fresh, Altered, Unchanged and Failed; a new name or address of the payer counts as
// a change here. A row that cannot be read counts as a bill.
type Result struct {
	Rows, Bills                       int
	Fresh, Altered, Unchanged, Failed int
	// Written is the number of lines in the journals; 0 after a dry run and when errors held everything back.
	Written int
}

// progressEvery is how many bills pass between two signs of progress.
const progressEvery = 100

// Import takes in a file of bills; rows with the same creditor and number, one below the other, are the instalments of one bill. It checks every row
// first and writes nothing when one of them is in error, unless the order says to skip those: then it returns the fault "bill.errors", as a dry run always does when a row is in error. A file without
// an understandable header is a fault too. Bills that say what the file says already are left alone, so the same file can be imported again at any time,
// also after an interruption. All bills are put at the Feeds of their creditors.
func (s *Service) Import(ctx context.Context, by actor.Actor, o Order) (Result, error) {
	in := &importing{
		service: s, order: o, by: by, run: id.New(s.journal.Now()), seen: &sheet.Sightings{}, places: map[string]bool{}, creditors: map[regno.Number]bool{},
	}
	var err error
	if in.limits, err = s.store.Limits(ctx, s.journal.DB()); err != nil {
		return in.result, err
	}
	rows, err := in.pass(ctx, in.judge)
	if err != nil {
		return in.result, err
	}
	in.tell(rows)
	if o.DryRun && in.result.Failed == 0 {
		return in.result, nil
	}
	if in.result.Failed > 0 && (o.DryRun || !o.SkipErrors) {
		return in.result, fault.NewInvalid("bill.errors", "Failed", in.result.Failed, "Bills", in.result.Bills)
	}
	in.total = rows
	w := &writing{importing: in, waiting: map[regno.Number][]Said{}}
	if _, err := in.pass(ctx, w.add); err != nil {
		return in.result, err
	}
	return in.result, w.flush(ctx)
}

// importing is one run over a file.
type importing struct {
	service   *Service
	order     Order
	by        actor.Actor
	run       id.ID
	seen      *sheet.Sightings
	limits    []Limits
	places    map[string]bool       // municipalities that are there
	creditors map[regno.Number]bool // that are known
	result    Result
	total     int
}

// pass reads the file from its beginning, bill by bill. It returns how many rows there are.
func (in *importing) pass(ctx context.Context, each func(context.Context, *draft) error) (rows int, err error) {
	source, err := in.order.Open()
	if err != nil {
		return 0, fmt.Errorf("bill: open: %w", err)
	}
	defer func() {
		if cerr := source.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("bill: close: %w", cerr)
		}
	}()
	file, err := openDrafts(source, in.service.calendar)
	if err != nil {
		return 0, err
	}
	for done := 1; ; done++ {
		d, err := file.next()
		if errors.Is(err, io.EOF) {
			return file.rows, nil
		}
		if err != nil {
			return file.rows, err
		}
		if !d.failed() {
			d.said.Content, d.said.AsOf = in.service.settle(d.said.Content), in.order.AsOf
		}
		if err := each(ctx, &d); err != nil {
			return file.rows, err
		}
		if done%progressEvery == 0 {
			in.tell(file.rows)
		}
	}
}

func (in *importing) tell(done int) {
	if in.order.Progress != nil {
		in.order.Progress(done, in.total)
	}
}

// judge says what becomes of a bill. The error is never the bill's own.
func (in *importing) judge(ctx context.Context, d *draft) error {
	is, err := in.outcome(ctx, d)
	if err != nil {
		return err
	}
	in.result.Rows += len(d.lines)
	in.result.Bills++
	switch is {
	case Fresh:
		in.result.Fresh++
	case Altered:
		in.result.Altered++
	case Unchanged:
		in.result.Unchanged++
	case Failed:
		in.result.Failed++
	}
	if in.order.Answer != nil {
		in.answer(d, is)
	}
	return nil
}

// answer says what becomes of each row. Those beside a row in error are told which.
func (in *importing) answer(d *draft, is Outcome) {
	wrong := 0
	for i := len(d.lines) - 1; i >= 0; i-- {
		if len(d.lines[i].faults) > 0 {
			wrong = d.lines[i].number
		}
	}
	for i := range d.lines {
		a := RowAnswer{Row: d.lines[i].number, Outcome: is, Faults: d.lines[i].faults}
		if is == Failed && len(a.Faults) == 0 {
			a.Faults = []*fault.Fault{fault.NewInvalid("bill.row_beside", "Row", wrong).On(ColumnNumber)}
		}
		in.order.Answer(a)
	}
}

// outcome looks at the file so far and at what is there.
func (in *importing) outcome(ctx context.Context, d *draft) (Outcome, error) {
	print := d.print()
	first, twice := in.seen.Find(print)
	switch {
	case twice:
		d.fail(fault.NewInvalid("bill.row_again", "Row", first.Row).On(ColumnNumber))
		return Failed, nil
	case d.failed(): // its other rows further down must not pass for the whole bill
		in.seen.Put(print, sheet.Sighting{Row: d.lines[0].number, Failed: true})
		return Failed, nil
	}
	is, err := in.beside(ctx, d)
	if err != nil {
		return Failed, err
	}
	says, err := digest(d.said)
	in.seen.Put(print, sheet.Sighting{Row: d.lines[0].number, Says: says, Known: is == Unchanged && !d.stale, Failed: is == Failed})
	return is, err
}

// beside compares the bill with the one that is there.
func (in *importing) beside(ctx context.Context, d *draft) (Outcome, error) {
	store, db, said := in.service.store, in.service.journal.DB(), d.said
	if !in.creditors[said.Creditor] {
		_, err := store.Creditor(ctx, db, said.Creditor)
		if f := fault.First(err); f != nil {
			d.fail(f.On(ColumnCreditor))
			return Failed, nil
		}
		if err != nil {
			return Failed, err
		}
		in.creditors[said.Creditor] = true
	}
	old, like, err := store.Numbered(ctx, db, said.Creditor, said.Number)
	if err != nil {
		return Failed, err
	}
	is := like != Unlike && same(old.Content, said.Content)
	switch refused := refuse(old, Feed(said.Creditor)); {
	case like != Unlike && refused != nil:
		d.fail(refused.On(ColumnNumber))
		return Failed, nil
	case like == Twins && !is:
		d.fail(fault.NewConflict("bill.twin").On(ColumnNumber))
		return Failed, nil
	case !is:
		err := in.service.plausible(ctx, db, said.Content, in.places)
		if f := fault.First(err); f != nil {
			d.fail(f)
			return Failed, nil
		}
		if like == Unlike {
			return Fresh, err
		}
		return Altered, err
	}
	d.stale = old.stale(in.limits, in.service.asOf(said))
	known, err := in.service.samePayer(ctx, db, old, said.Payer)
	if err != nil || !known {
		return Altered, err
	}
	return Unchanged, nil
}

func (d *draft) print() sheet.Print {
	first := &d.lines[0]
	creditor := first.cells[ColumnCreditor]
	if number, err := creditorOf(creditor); err == nil {
		creditor = string(number)
	}
	text := creditor + "\n" + Form(first.cells[ColumnNumber])
	if first.cells == nil { // a row that cannot be read is like no other
		text = strconv.Itoa(first.number)
	}
	sum := sha256.Sum256([]byte(text))
	return sheet.Print(sum[:16])
}

// digest tells whether a bill says the same in both passes.
func digest(said Said) (uint32, error) {
	text, err := json.Marshal(said)
	if err != nil {
		return 0, fmt.Errorf("bill: digest: %w", err)
	}
	sum := sha256.Sum256(text)
	return binary.BigEndian.Uint32(sum[:]), nil
}
