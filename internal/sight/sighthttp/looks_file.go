package sighthttp

import (
	"context"
	"math"
	"net/http"
	"strconv"

	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sheet"
	"vienkopus/internal/sight"
)

func (p pages) rows(ctx context.Context, all []sight.Look) ([]lookRow, error) {
	names := map[string]string{}
	var rows []lookRow
	for _, l := range all {
		if _, known := names[l.Staff]; !known {
			name, err := p.Office.Who(ctx, l.Staff)
			if err != nil {
				return nil, err
			}
			names[l.Staff] = name
		}
		rows = append(rows, lookRow{
			At: lang.DateTime(ctx, l.At), Who: names[l.Staff], Desk: l.Desk, Number: strconv.FormatInt(l.Number, 10),
			What: did(ctx, l), Mark: l.Mark,
		})
	}
	return rows, nil
}

// did says what somebody did, or why she was refused.
func did(ctx context.Context, l sight.Look) string {
	if l.Why != "" {
		return lang.T(ctx, "sight.refused."+string(l.Why))
	}
	return lang.T(ctx, "sight.did."+string(l.Kind), "N", lang.Int(ctx, int64(l.Found)))
}

// mostInFile bounds the lines of a file.
const mostInFile = 100_000

// looksFile writes the lines as a table.
func (p pages) looksFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q, err := p.asked(r)
	if err != nil {
		return err
	}
	all, err := p.Store.List(ctx, p.Journal.DB(), q, sight.Part{Day: last, Micros: math.MaxInt64, Limit: mostInFile})
	if err != nil {
		return err
	}
	rows, err := p.rows(ctx, all)
	if err != nil {
		return err
	}
	out, err := httpx.Sheet(w, r, q.Over.From.String()+"-"+q.Over.To.String(), texts(
		lang.T(ctx, "sight.when"), lang.T(ctx, "sight.who"), lang.T(ctx, "sight.desk"), lang.T(ctx, "sight.line"), lang.T(ctx, "sight.what"), lang.T(ctx, "sight.mark"),
	))
	if err != nil {
		return err
	}
	var cells [][]sheet.Cell
	for _, row := range rows {
		cells = append(cells, texts(row.At, row.Who, row.Desk, row.Number, row.What, row.Mark))
	}
	return httpx.Rows(out, cells)
}

func texts(all ...string) []sheet.Cell {
	var cells []sheet.Cell
	for _, text := range all {
		cells = append(cells, sheet.Text(text))
	}
	return cells
}
