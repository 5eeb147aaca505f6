package bill

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/base/sheet"
	"vienkopus/internal/platform/journal"
)

// The columns of a file of payments elsewhere that one of bills has not.
const (
	ColumnDay       = "day"
	ColumnTakenBack = "taken_back"
)

// OutsideColumns are all columns of a file of payments elsewhere.
var OutsideColumns = []string{ColumnCreditor, ColumnNumber, ColumnReference, ColumnDay, ColumnAmount, ColumnTakenBack}

var (
	outsideRequired = []string{ColumnCreditor, ColumnNumber, ColumnReference, ColumnDay, ColumnAmount}
	outsideAliases  = map[string]string{
		"kreditors": ColumnCreditor, "izrakstītājs": ColumnCreditor, "numurs": ColumnNumber, "rēķina_numurs": ColumnNumber, "atsauce": ColumnReference,
		"diena": ColumnDay, "datums": ColumnDay, "summa": ColumnAmount, "atsaukts": ColumnTakenBack,
	}
)

// ImportOutside takes in a file of payments elsewhere, as Import does one of bills: every row is checked first, and nothing is written when one of them is in error unless
// the order says to skip those. A row whose reference is known is left alone; a row that is taken back may leave day and amount empty. In the result every row counts as a bill.
func (s *Service) ImportOutside(ctx context.Context, by actor.Actor, o Order) (Result, error) {
	in := &outsideImport{service: s, order: o, by: by, run: id.New(s.journal.Now()), seen: &sheet.Sightings{}}
	if err := in.pass(ctx, in.judge); err != nil {
		return in.result, err
	}
	if in.result.Failed > 0 && (o.DryRun || !o.SkipErrors) {
		return in.result, fault.NewInvalid("bill.errors", "Failed", in.result.Failed, "Bills", in.result.Bills)
	}
	if o.DryRun {
		return in.result, nil
	}
	if err := in.pass(ctx, in.add); err != nil {
		return in.result, err
	}
	return in.result, in.post(ctx)
}

// outsideImport is one run over a file of payments elsewhere.
type outsideImport struct {
	service *Service
	order   Order
	by      actor.Actor
	run     id.ID
	seen    *sheet.Sightings
	result  Result
	waiting OutsideBatch
	posts   int
}

// outsideRow is what one row says.
type outsideRow struct {
	number   int
	creditor regno.Number
	says     OutsideOf
	faults   []*fault.Fault
}

func (r *outsideRow) fail(f *fault.Fault) { r.faults = append(r.faults, f) }

func (in *outsideImport) pass(ctx context.Context, each func(context.Context, *outsideRow) error) (err error) {
	source, err := in.order.Open()
	if err != nil {
		return fmt.Errorf("bill: open: %w", err)
	}
	defer func() {
		if cerr := source.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("bill: close: %w", cerr)
		}
	}()
	file, err := sheet.Open(source, sheet.Form{Columns: OutsideColumns, Required: outsideRequired, Aliases: outsideAliases})
	if err != nil {
		return err //nolint:wrapcheck // a fault, or an error that says where it comes from
	}
	for done := 1; ; done++ {
		row, err := file.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err //nolint:wrapcheck // as above
		}
		r := readOutside(row, civil.In(in.service.journal.Now(), in.service.zone))
		if err := each(ctx, &r); err != nil {
			return err
		}
		if done%progressEvery == 0 && in.order.Progress != nil {
			in.order.Progress(done, 0)
		}
	}
}

// readOutside reads the cells of a row.
func readOutside(row sheet.Row, today civil.Date) outsideRow {
	r := outsideRow{number: row.Number}
	if row.Fault != nil {
		r.fail(row.Fault)
		return r
	}
	r.says.TakenBack = row.Cells[ColumnTakenBack] != ""
	for _, column := range OutsideColumns {
		text := row.Cells[column]
		optional := column == ColumnTakenBack || r.says.TakenBack && (column == ColumnDay || column == ColumnAmount)
		if f := sheet.Check(text); f != nil {
			r.fail(f.On(column))
		} else if text == "" && !optional {
			r.fail(fault.NewInvalid("sheet.cell_missing").On(column))
		}
	}
	if len(r.faults) > 0 {
		return r
	}
	r.says.Number, r.says.Reference = row.Cells[ColumnNumber], row.Cells[ColumnReference]
	var err error
	if r.creditor, err = creditorOf(row.Cells[ColumnCreditor]); err != nil {
		r.fail(fault.NewInvalid("bill.creditor_number").On(ColumnCreditor))
	}
	switch text := row.Cells[ColumnTakenBack]; {
	case !r.says.TakenBack:
		r.readPayment(row.Cells, today)
	case text != "1" && !strings.EqualFold(text, "x") && !strings.EqualFold(text, "yes") && !strings.EqualFold(text, "jā"):
		r.fail(fault.NewInvalid("bill.taken_back_form").On(ColumnTakenBack))
	}
	return r
}

func (r *outsideRow) readPayment(cells map[string]string, today civil.Date) {
	var wrong string
	if r.says.Day, wrong = readDay(cells[ColumnDay]); wrong != "" {
		r.fail(fault.NewInvalid(wrong).On(ColumnDay))
	}
	var cents money.Amount
	if cents, wrong = readAmount(cells[ColumnAmount]); wrong == "bill.amount_negative" {
		wrong = "bill.outside_negative"
	}
	if r.says.Cents = cents; wrong != "" {
		r.fail(fault.NewInvalid(wrong, "Max", LargestBill).On(ColumnAmount))
	}
	if len(r.faults) == 0 {
		for _, f := range fault.All(r.says.check(today)) {
			r.fail(f)
		}
	}
}

// judge says what becomes of a row; Known in what was seen says that nothing is to be written.
func (in *outsideImport) judge(ctx context.Context, r *outsideRow) error {
	known, err := in.look(ctx, r)
	if err != nil {
		return err
	}
	print, says := r.print()
	first, twice := in.seen.Find(print)
	switch {
	case len(r.faults) > 0:
	case twice && first.Says == says:
		known = true
	case twice:
		r.fail(fault.NewInvalid("bill.row_again", "Row", first.Row).On(ColumnReference))
	}
	if !twice {
		in.seen.Put(print, sheet.Sighting{Row: r.number, Says: says, Known: known, Failed: len(r.faults) > 0})
	}
	in.result.Rows++
	in.result.Bills++
	is := Fresh
	switch {
	case len(r.faults) > 0:
		in.result.Failed++
		is = Failed
	case known:
		in.result.Unchanged++
		is = Unchanged
	default:
		in.result.Fresh++
	}
	if in.order.Answer != nil {
		in.order.Answer(RowAnswer{Row: r.number, Outcome: is, Faults: r.faults})
	}
	return nil
}

// look compares the row with what is there. The error is never the row's own.
func (in *outsideImport) look(ctx context.Context, r *outsideRow) (known bool, err error) {
	if len(r.faults) > 0 {
		return false, nil
	}
	s, db := in.service, in.service.journal.DB()
	_, err = s.store.Creditor(ctx, db, r.creditor)
	var b Bill
	if err == nil {
		b, err = s.numbered(ctx, db, r.creditor, r.says.Number)
	}
	switch {
	case err != nil:
	case r.says.TakenBack:
		var old Known
		var there bool
		if old, there, err = s.store.Outside(ctx, db, b.ID, r.says.Reference); err == nil && !there {
			err = fault.NewNotFound("bill.outside_unknown").On(ColumnReference)
		}
		known = old.TakenBack
	default:
		known, err = s.judgeOutside(ctx, db, b.ID, r.says.Outside)
		known = err == nil && !known
	}
	if f := fault.First(err); f != nil {
		r.fail(f)
		return false, nil
	}
	return known, err
}

// print stands for the payment that the row names, and says for what it says of it.
func (r *outsideRow) print() (print sheet.Print, says uint32) {
	text := string(r.creditor) + "\n" + Form(r.says.Number) + "\n" + Form(r.says.Reference)
	if r.creditor == "" { // a row that cannot be read is like no other
		text = fmt.Sprint(r.number)
	}
	sum := sha256.Sum256([]byte(text))
	more := sha256.Sum256(fmt.Appendf(nil, "%d %s %t", r.says.Cents, r.says.Day, r.says.TakenBack))
	return sheet.Print(sum[:16]), binary.BigEndian.Uint32(more[:])
}

// add takes the rows that are to be written and passes over the others.
func (in *outsideImport) add(ctx context.Context, r *outsideRow) error {
	print, says := r.print()
	seen, known := in.seen.Find(print)
	switch {
	case len(r.faults) > 0 && in.order.SkipErrors, known && seen.Row != r.number:
		return nil
	case len(r.faults) > 0, !known, seen.Says != says:
		return fault.NewConflict("bill.file_changed")
	case seen.Known, seen.Failed:
		return nil
	}
	if len(in.waiting.Payments) > 0 && (in.waiting.Creditor != r.creditor || len(in.waiting.Payments) >= MostPut) {
		if err := in.post(ctx); err != nil {
			return err
		}
	}
	in.waiting.Creditor = r.creditor
	in.waiting.Payments = append(in.waiting.Payments, r.says)
	return nil
}

// post writes the waiting payments of a creditor at its feed.
func (in *outsideImport) post(ctx context.Context) error {
	if len(in.waiting.Payments) == 0 {
		return nil
	}
	in.posts++
	name := fmt.Sprintf("import-settled:%s:%d", in.run, in.posts)
	key, err := journal.NewKey(name, name)
	if err != nil {
		return err
	}
	b := in.waiting
	posted, err := in.service.journal.Post(ctx, in.by, Feed(b.Creditor), key, func(tx *journal.Tx) error {
		return in.service.settleEach(ctx, tx, b, make([]bool, len(b.Payments)))
	})
	if err != nil {
		return fmt.Errorf("bill: import at %s: %w", Feed(b.Creditor), err)
	}
	in.result.Written += len(posted.Entries)
	in.waiting = OutsideBatch{}
	return nil
}
