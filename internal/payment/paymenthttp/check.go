// Package paymenthttp are the doors of payments to the web.
package paymenthttp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"

	"vienkopus/internal/payment"
	"vienkopus/internal/payment/lookup"
	"vienkopus/internal/payment/receipt"
	htmlpage "vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
)

// CheckPath is where a stranger checks a receipt.
const CheckPath = "/verify"

// checkFile is the name of the page for those who keep it.
const checkFile = "vienkopus-verify.html"

// keptFor is how long browsers and proxies may show keys without asking again. A new key is in the list for weeks before it signs.
const keptFor = "public, max-age=300"

// CheckDeps is what is needed to let strangers check receipts.
type CheckDeps struct {
	Keys   publicKeys
	Reader journal.Reader
	// Page is the page that web/verify builds, without keys; nothing where it was not built.
	Page []byte
	// Now is the time (UTC) at which a code is checked.
	Now func() time.Time
}

type publicKeys interface {
	Public(ctx context.Context, r journal.Reader) (*receipt.Keys, error)
}

// CheckRoutes returns the two doors for strangers: the public keys, and the page that checks a receipt with them. Nobody signs in for
// either, and neither tells anything about a receipt.
func CheckRoutes(d CheckDeps) []httpx.Route {
	return []httpx.Route{
		{Method: http.MethodGet, Path: receipt.KeysPath, Public: true, Handle: d.keys},
		{Method: http.MethodGet, Path: CheckPath, Public: true, Handle: d.page},
	}
}

// keys answers the list of keys as docs/formats/receipt.md describes it.
func (d CheckDeps) keys(w http.ResponseWriter, r *http.Request) error {
	keys, err := d.Keys.Public(r.Context(), d.Reader)
	if err != nil {
		return err
	}
	data, err := json.Marshal(keys)
	if err != nil {
		return fmt.Errorf("paymenthttp: keys: %w", err)
	}
	return answer(w, "application/json", append(data, '\n'))
}

var errNotBuilt = errors.New("paymenthttp: web/dist/verify.html is missing: run make web")

// page answers the page with today's keys inside; with ?download it is a file to keep, which works without a network.
func (d CheckDeps) page(w http.ResponseWriter, r *http.Request) error {
	if htmlpage.IsPlain(r) {
		return d.plain(w, r)
	}
	if len(d.Page) == 0 {
		return errNotBuilt
	}
	keys, err := d.Keys.Public(r.Context(), d.Reader)
	if err != nil {
		return err
	}
	page, err := receipt.EmbedKeys(d.Page, keys)
	if err != nil {
		return err
	}
	policy, err := policyOf(page)
	if err != nil {
		return err
	}
	// The page is allowed what it allows itself. That nobody may frame it can be said only here.
	w.Header().Set("Content-Security-Policy", policy+"; frame-ancestors 'none'")
	if r.URL.Query().Has("download") {
		w.Header().Set("Content-Disposition", `attachment; filename="`+checkFile+`"`)
	}
	return answer(w, "text/html; charset=utf-8", page)
}

// plain checks the code in the address and answers in text, for a screen reader that the page is too much for; without a code it says how to ask. The program is told the code then,
// which the page is not.
func (d CheckDeps) plain(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	lines := []string{lang.T(ctx, "paper.plain.title"), ""}
	text := receipt.Scanned(r.FormValue("code"))
	if text == "" {
		return htmlpage.Plain(w, http.StatusOK, append(lines, lang.T(ctx, "paper.plain.how", "Path", CheckPath))...)
	}
	if !strings.HasPrefix(text, "VK") {
		return htmlpage.Plain(w, http.StatusOK, append(lines, lang.T(ctx, "paper.plain.not_code"))...)
	}
	keys, err := d.Keys.Public(ctx, d.Reader)
	if err != nil {
		return err
	}
	found, err := receipt.CheckText(text, keys, d.Now())
	if err != nil {
		return err
	}
	if found.Receipt != nil && found.Receipt.Series == lookup.Specimen {
		return htmlpage.Plain(w, http.StatusOK, append(lines, lang.T(ctx, "paper.plain.specimen"))...)
	}
	lines = append(lines, lang.T(ctx, "paper.plain."+string(found.Verdict)))
	if says := found.Receipt; says != nil {
		lines = append(lines, "", lang.T(ctx, "paper.title."+says.Kind.String())+" "+payment.Numbered{Series: says.Series, Number: says.Number}.Name())
		if says.Copy > 0 {
			lines = append(lines, lang.T(ctx, "paper.copy", "Number", int(says.Copy)))
		}
		lines = append(lines, lang.T(ctx, "paper.total."+says.Kind.String())+": "+amount(ctx, says.Total), lang.DateTime(ctx, says.At),
			lang.T(ctx, "paper.creditor_number")+": "+says.Creditor, lang.T(ctx, "paper.check_code")+": "+found.CheckCode)
	}
	return htmlpage.Plain(w, http.StatusOK, lines...)
}

func answer(w http.ResponseWriter, kind string, data []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", keptFor)
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("paymenthttp: answer: %w", err)
	}
	return nil
}

var errPolicy = errors.New("paymenthttp: the page has no content security policy of its own")

// policyOf returns the content security policy that the page carries inside, for those who open it from a disk.
func policyOf(page []byte) (string, error) {
	_, rest, found := bytes.Cut(page, []byte(`<meta http-equiv="Content-Security-Policy" content="`))
	policy, _, ended := bytes.Cut(rest, []byte(`">`))
	if !found || !ended || len(policy) == 0 {
		return "", errPolicy
	}
	return html.UnescapeString(string(policy)), nil
}
