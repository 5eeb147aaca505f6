package sighthttp

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sheet"
	"vienkopus/internal/sight"
)

// takeOut writes the list with names, for whoever has to tell them. That it was taken out is a line before the file is written.
func (p pages) takeOut(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q, err := p.asked(r)
	if err != nil {
		return err
	}
	if q.Staff == "" {
		return fault.NewInvalid("sight.who_first").On("who")
	}
	req, err := officehttp.Request(r)
	if err != nil {
		return err
	}
	seen, found, err := p.seen(ctx, q, strings.TrimSpace(r.FormValue("desk")))
	if err != nil {
		return err
	}
	if err := p.Sight.TakenOut(ctx, req, sight.Exported{Municipality: q.Municipality, What: "breach", Persons: persons(found)}); err != nil {
		return err
	}
	out, err := httpx.Sheet(w, r, q.Over.From.String()+"-"+q.Over.To.String(), texts(
		lang.T(ctx, "sight.first_seen"), lang.T(ctx, "sight.name"), lang.T(ctx, "sight.address"), lang.T(ctx, "sight.bill"), lang.T(ctx, "sight.creditor"),
	))
	if err != nil {
		return err
	}
	var cells [][]sheet.Cell
	for i, f := range found {
		cells = append(cells, texts(lang.DateTime(ctx, seen[i].First), f.Payer.Name, f.Payer.Address, f.Number, string(f.Creditor)))
	}
	return httpx.Rows(out, cells)
}

// notice is a draft of what the controller tells the supervisory authority within 72 hours (Regulation (EU) 2016/679, article 33): what is known here is filled in, what is not stays open.
func (p pages) notice(w http.ResponseWriter, r *http.Request) error {
	language := r.FormValue("in")
	if language != "lv" && language != "en" {
		return fault.NewNotFound("request.not_found")
	}
	ctx := lang.With(r.Context(), language)
	o, err := p.Office.View(r, "/breach")
	if err != nil {
		return err
	}
	q, err := p.asked(r)
	if err != nil {
		return err
	}
	seen, found, err := p.seen(ctx, q, strings.TrimSpace(r.FormValue("desk")))
	if err != nil {
		return err
	}
	text := lang.T(ctx, "sight.notice", "Place", o.Name, "From", q.Over.From.Display(), "To", q.Over.To.Display(), "Account", q.Staff, "Persons", persons(found), "Bills", len(seen),
		"Now", lang.DateTime(ctx, p.Journal.Now()))
	httpx.Attach(w, "text/plain; charset=utf-8", "notice-"+language+".txt")
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("sighthttp: notice: %w", err)
	}
	return nil
}
