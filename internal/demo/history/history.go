// Package history makes the past of the demonstration: the year of Cēsis municipality and the network's figures of August 2016.
//
// cesis.csv is the table as the source prints it, Ineši twice among it; every sum of the year is exactly that of the
// table. What the source does not say is made up by rule: how the acts lie over working days, desks, services and channels. The
// rows are the same for the same year. They come in through the same import that everybody uses (tally.Service.Import), so
// they are imported figures, and look like it.
package history

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
)

// Feed is the desk of the data feed of the network: the old service management system, PVS.
const Feed = "PVS"

//go:embed cesis.csv
var cesis []byte

//go:embed pvs.csv
var pvs []byte

// Services are the real services that the past is handed to.
type Services struct {
	Tally  *tally.Service
	Report *report.Service
}

// Seed imports the table of Cēsis as that of the year, and the figures of August 2016, and notes what has been published about
// them. The year must be over. Seed may be run again at any time: what is there already stays as it is. Feed must be
// among the data feeds of the import.
func Seed(ctx context.Context, s Services, by actor.Actor, year int) error {
	var acts bytes.Buffer
	if err := Write(&acts, year); err != nil {
		return err
	}
	for _, file := range []struct {
		name string
		text []byte
	}{{fmt.Sprintf("cesis-%d.csv", year), acts.Bytes()}, {"pvs-2016-08.csv", pvs}} {
		order := tally.Order{File: file.name, Open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(file.text)), nil
		}}
		if _, err := s.Tally.Import(ctx, by, order); err != nil {
			return fmt.Errorf("history: %s: %w", file.name, err)
		}
	}
	for _, f := range Published(year) {
		if err := s.Report.Publish(ctx, by, fmt.Sprintf("history:figure:%s:%d", f.Code, year), f); err != nil {
			return fmt.Errorf("history: figure %s: %w", f.Code, err)
		}
	}
	return nil
}
