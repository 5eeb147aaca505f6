package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/tally"
)

type importCmd struct {
	Acts    importActsCmd    `cmd:"" help:"Counts or single acts of past periods, from a CSV file."`
	Bills   importBillsCmd   `cmd:"" help:"Bills of creditors, from a CSV file."`
	Settled importSettledCmd `cmd:"" help:"What was paid for bills by another way than through us, from a CSV file."`
}

type importActsCmd struct {
	database
	File        string `arg:"" type:"existingfile" help:"CSV: desk,period,kind,service,institution,channel,count,ref,source."`
	DryRun      bool   `help:"Answer row by row and write nothing."`
	SkipErrors  bool   `help:"Write the good rows although others are in error."`
	All         bool   `help:"Answer for every row, not only for those that are not simply taken in."`
	Overlapping bool   `help:"Take counts of the same in periods that overlap, such as a year and a month of it; reports never add them up."`
}

// Run imports the file in the name of the operator and answers row by row.
func (c importActsCmd) Run(ctx context.Context) error {
	return posting(ctx, c.database, func(a *app.App) error {
		tell := progress("import")
		result, err := a.Tally.Import(ctx, actor.System("import"), tally.Order{
			File: c.File, DryRun: c.DryRun, SkipErrors: c.SkipErrors, Overlapping: c.Overlapping,
			Open:   func() (io.ReadCloser, error) { return os.Open(c.File) },
			Answer: func(answer tally.Answer) { c.say(ctx, answer) },
			Progress: func(done, total int) {
				tell(int64(done), int64(total))
			},
		})
		fmt.Println(lang.T(ctx, "tally.result", "Rows", result.Rows, "Fresh", result.Fresh, "There", result.There,
			"Repeats", result.Repeats, "Failed", result.Failed, "Written", result.Written))
		return err
	})
}

func (c importActsCmd) say(ctx context.Context, a tally.Answer) {
	if a.Outcome == tally.Fresh && !c.All && !c.DryRun {
		return
	}
	switch a.Outcome {
	case tally.Failed:
		for _, f := range a.Faults {
			fmt.Println(lang.T(ctx, "tally.row_failed", "Row", a.Row, "Column", f.Field, "Fault", lang.Fault(ctx, f)))
		}
	case tally.Repeats:
		fmt.Println(lang.T(ctx, "tally.row_repeats", "Row", a.Row, "First", a.First))
	case tally.There:
		fmt.Println(lang.T(ctx, "tally.row_there", "Row", a.Row))
	case tally.Fresh:
		fmt.Println(lang.T(ctx, "tally.row_ok", "Row", a.Row))
	}
}

type importBillsCmd struct {
	database
	extraDays
	File       string `arg:"" type:"existingfile" help:"CSV: creditor,number,reference,kind,municipality,rf,issued,due,amount,payer_name,payer_address,late_fee,valid_until."`
	DryRun     bool   `help:"Answer row by row and write nothing."`
	SkipErrors bool   `help:"Write the good bills although others are in error."`
	All        bool   `help:"Answer for every row, not only for those that change something that was there or are in error."`
	AsOf       string `help:"Day as of which the file says what it says; today unless you say." placeholder:"DAY"`
}

// Run imports the file in the name of the operator and answers row by row.
func (c importBillsCmd) Run(ctx context.Context) error {
	days, err := c.readDays()
	if err != nil {
		return err
	}
	var asOf civil.Date
	if c.AsOf != "" {
		if asOf, err = civil.ParseDate(c.AsOf); err != nil {
			return fault.NewInvalid("bill.day_form").On("as-of")
		}
	}
	return postingWith(ctx, c.database, app.Config{Days: days}, func(a *app.App) error {
		tell := progress("import")
		result, err := a.Bill.Import(ctx, actor.System("import"), bill.Order{
			DryRun: c.DryRun, SkipErrors: c.SkipErrors, AsOf: asOf,
			Open:     func() (io.ReadCloser, error) { return os.Open(c.File) },
			Answer:   func(answer bill.RowAnswer) { sayRow(ctx, answer, c.All || c.DryRun) },
			Progress: func(done, total int) { tell(int64(done), int64(total)) },
		})
		sayResult(ctx, result)
		return err
	})
}

type importSettledCmd struct {
	database
	File       string `arg:"" type:"existingfile" help:"CSV: creditor,number,reference,day,amount,taken_back."`
	DryRun     bool   `help:"Answer row by row and write nothing."`
	SkipErrors bool   `help:"Write the good rows although others are in error."`
	All        bool   `help:"Answer for every row, not only for those in error."`
}

// Run imports the file in the name of the operator and answers row by row.
func (c importSettledCmd) Run(ctx context.Context) error {
	return posting(ctx, c.database, func(a *app.App) error {
		tell := progress("import")
		result, err := a.Bill.ImportOutside(ctx, actor.System("import"), bill.Order{
			DryRun: c.DryRun, SkipErrors: c.SkipErrors,
			Open:     func() (io.ReadCloser, error) { return os.Open(c.File) },
			Answer:   func(answer bill.RowAnswer) { sayRow(ctx, answer, c.All || c.DryRun) },
			Progress: func(done, total int) { tell(int64(done), int64(total)) },
		})
		sayResult(ctx, result)
		return err
	})
}

func sayResult(ctx context.Context, result bill.Result) {
	fmt.Println(lang.T(ctx, "bill.result", "Rows", result.Rows, "Bills", result.Bills, "Fresh", result.Fresh, "Altered", result.Altered,
		"Unchanged", result.Unchanged, "Failed", result.Failed, "Written", result.Written))
}

// sayRow says what became of a row; all says so also of those that are simply taken in.
func sayRow(ctx context.Context, a bill.RowAnswer, all bool) {
	if quiet := a.Outcome == bill.Fresh || a.Outcome == bill.Unchanged; quiet && !all {
		return
	}
	for _, f := range a.Faults {
		if f.Field == "" {
			fmt.Println(lang.T(ctx, "bill.row_unread", "Row", a.Row, "Fault", lang.Fault(ctx, f)))
			continue
		}
		fmt.Println(lang.T(ctx, "bill.row_failed", "Row", a.Row, "Column", f.Field, "Fault", lang.Fault(ctx, f)))
	}
	switch a.Outcome {
	case bill.Fresh:
		fmt.Println(lang.T(ctx, "bill.row_issued", "Row", a.Row))
	case bill.Altered:
		fmt.Println(lang.T(ctx, "bill.row_changed", "Row", a.Row))
	case bill.Unchanged:
		fmt.Println(lang.T(ctx, "bill.row_unchanged", "Row", a.Row))
	case bill.Failed: // said above
	}
}
