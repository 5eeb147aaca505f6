package trailhttp

import (
	"net/http"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/lookup"
	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// specimenPath is where everybody finds a receipt to try the check with.
const specimenPath = "/specimen"

// specimen shows a receipt that is sound and pays nothing: its series and its creditor say so inside the signed code, and a band across the paper says so to people.
func (p pages) specimen(w http.ResponseWriter, r *http.Request) error {
	ctx, db := r.Context(), p.Journal.DB()
	at := p.Journal.Now().Truncate(time.Second)
	key, err := p.Keys.Current(ctx, db, at)
	if err != nil {
		return err
	}
	const name = lookup.Specimen
	d := payment.Document{
		Kind: receipt.Payment, Desk: name, At: at, Creditor: name, Lines: []payment.Line{{Bill: id.New(at), Number: name, Cents: 1}},
		Parts: []till.Part{{Tender: till.Cash, Cents: 1}}, Receipt: payment.Numbered{Node: key.Public().Node, Series: name, Number: 1, Key: key.Public().ID},
	}
	in := paymenthttp.PaperIn{Document: d, Centre: lang.T(ctx, "trail.specimen"), Creditor: name, VerifyAt: p.address(r, paymenthttp.CheckPath)}
	if in.Code, err = p.Coder.Code(ctx, db, d, nil); err != nil {
		return err
	}
	sheet, err := paymenthttp.NewPaper(ctx, in)
	if err != nil {
		return err
	}
	sheet.Copy, sheet.CopiedAt = name, lang.T(ctx, "trail.specimen_says")
	return html.Render(w, r, http.StatusOK, paymenthttp.Papers{Paper: html.PaperOf(r), Title: lang.T(ctx, "trail.specimen"), Back: FollowPath, Sheets: []paymenthttp.Paper{sheet}})
}
