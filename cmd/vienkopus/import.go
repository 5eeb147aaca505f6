package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/tally"
)

type importCmd struct {
	Acts importActsCmd `cmd:"" help:"Counts or single acts of past periods, from a CSV file."`
}

type importActsCmd struct {
	database
	File       string `arg:"" type:"existingfile" help:"CSV: desk,period,kind,service,institution,channel,count,ref,source."`
	DryRun     bool   `help:"Answer row by row and write nothing."`
	SkipErrors bool   `help:"Write the good rows although others are in error."`
	All        bool   `help:"Answer for every row, not only for those that are not simply taken in."`
}

// Run imports the file in the name of the operator and answers row by row.
func (c importActsCmd) Run(ctx context.Context) error {
	return posting(ctx, c.DB, func(a *app.App) error {
		tell := progress("import")
		result, err := a.Tally.Import(ctx, actor.System("import"), tally.Order{
			File: c.File, DryRun: c.DryRun, SkipErrors: c.SkipErrors,
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
