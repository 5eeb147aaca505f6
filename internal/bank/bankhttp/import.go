package bankhttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"vienkopus/internal/bank"
	"vienkopus/internal/bank/chain"
	"vienkopus/internal/bank/statement"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/office/officehttp"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

// mostNotes bounds what is said about a file by name; the rest is counted.
const mostNotes = 20

// importStatement takes in the file of a bank: all of it or nothing; the same file again changes nothing. An account that nobody has confirmed is asked about.
func (p pages) importStatement(w http.ResponseWriter, r *http.Request) error {
	done, file, err := p.importFile(r)
	if err == nil {
		return officehttp.See(w, r, "/bank?"+outcome(done, file).Encode())
	}
	return p.refuseBank(w, r, err, func(page *bankPage) {
		if f := fault.First(err); f != nil && f.Key == "bank.account_unknown" {
			page.Ask = ask(r.Context(), file)
		}
	})
}

// ask is the question whose the accounts of a file are.
func ask(ctx context.Context, file statement.File) html.Checkboxes {
	q := html.Checkboxes{Field: html.Field{Name: "ours", Label: lang.T(ctx, "bankpage.ours"), Hint: lang.T(ctx, "bankpage.ours_hint")}}
	for _, number := range accountsOf(file) {
		q.Choices = append(q.Choices, html.Choice{Value: string(number), Label: number.Display()})
	}
	return q
}

func accountsOf(file statement.File) []iban.IBAN {
	var all []iban.IBAN
	seen := map[iban.IBAN]bool{}
	for _, s := range file.Statements {
		if !seen[s.IBAN] && len(s.Lines) > 0 {
			all = append(all, s.IBAN)
		}
		seen[s.IBAN] = true
	}
	return all
}

// outcome is what the address of the page says about an import.
func outcome(done bank.Imported, file statement.File) url.Values {
	query := url.Values{}
	for name, n := range map[string]int{"new": done.New, "known": done.Known, "matched": done.Matched} {
		query.Set(name, strconv.Itoa(n))
	}
	for name, n := range map[string]int{"returned": done.Returned, "unproven": done.Unproven, "later": done.Later} {
		if n > 0 {
			query.Set(name, strconv.Itoa(n))
		}
	}
	if done.Later > 0 {
		query.Set("day", done.LaterDay.String())
	}
	if done.Reordered {
		query.Set("reordered", "1")
	}
	aside := file.Aside
	for _, s := range file.Statements {
		aside = append(aside, s.Aside...)
		if s.Unclear {
			query.Set("unclear", "1")
		}
		if len(s.Lines) > 0 && !s.HasBalances {
			query.Set("unbalanced", "1")
		}
	}
	for i, a := range aside {
		if i == mostNotes {
			query.Set("more", strconv.Itoa(len(aside)-mostNotes))
			break
		}
		query.Add("aside", strings.Join([]string{string(a.Why), strconv.Itoa(a.Entry), a.Amount, a.Currency, a.Account}, "|"))
	}
	return query
}

// count reads a number that the address of the page says, or -1.
func count(r *http.Request, name string) int64 {
	n, err := strconv.ParseInt(r.FormValue(name), 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// imported says what came of an import: the address of the page that it led to tells.
func imported(r *http.Request) (string, html.Tone) {
	ctx := r.Context()
	fresh, known, matched := count(r, "new"), count(r, "known"), count(r, "matched")
	switch said := r.FormValue("said"); {
	case said == "matched", said == "settled", said == "doubted", said == "aside":
		return lang.T(ctx, "bankpage."+said+"_now"), html.Success
	case fresh < 0 || known < 0 || matched < 0:
		return "", html.Neutral
	case fresh == 0:
		return lang.T(ctx, "bankpage.nothing_new", "Known", known), html.Info
	}
	return lang.T(ctx, "bankpage.imported", "New", fresh, "Known", known, "Matched", matched), html.Success
}

// notes say what an import left out, and what it found otherwise than it was.
func notes(r *http.Request) []string {
	ctx := r.Context()
	var all []string
	for _, name := range []string{"returned", "unproven"} {
		if n := count(r, name); n > 0 {
			all = append(all, lang.N(ctx, "bankpage.note_"+name, n))
		}
	}
	for _, name := range []string{"reordered", "unclear", "unbalanced"} {
		if r.FormValue(name) == "1" {
			all = append(all, lang.T(ctx, "bankpage.note_"+name))
		}
	}
	if day, err := civil.ParseDate(r.FormValue("day")); err == nil && count(r, "later") > 0 {
		all = append(all, lang.N(ctx, "bankpage.note_later", count(r, "later"), "Day", day.Display()))
	}
	for _, text := range r.Form["aside"] {
		parts := strings.Split(text, "|")
		if len(parts) != 5 || len(text) > 200 || len(all) > 2*mostNotes {
			continue
		}
		switch statement.Why(parts[0]) {
		case statement.NothingMoved:
			all = append(all, lang.T(ctx, "bankpage.note_zero", "Entry", parts[1]))
		case statement.OtherCurrency:
			if parts[4] != "" {
				all = append(all, lang.T(ctx, "bankpage.note_account", "Account", parts[4], "Currency", parts[3]))
				continue
			}
			all = append(all, lang.T(ctx, "bankpage.note_currency", "Entry", parts[1], "Amount", lang.Retyped(ctx, parts[2]), "Currency", parts[3]))
		}
	}
	if n := count(r, "more"); n > 0 {
		all = append(all, lang.N(ctx, "bankpage.note_more", n))
	}
	return all
}

// importFile reads the file and takes it in.
func (p pages) importFile(r *http.Request) (bank.Imported, statement.File, error) {
	var all statement.File
	req, err := officehttp.Request(r)
	if err != nil {
		return bank.Imported{}, all, err
	}
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return bank.Imported{}, all, fault.NewInvalid("bankpage.file_missing").On("file")
	}
	if err != nil {
		return bank.Imported{}, all, fmt.Errorf("bankhttp: file: %w", err)
	}
	all, err = statement.Read(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return bank.Imported{}, all, err
	}
	in := bank.FileIn{}
	for _, s := range all.Statements {
		if len(s.Lines) > 0 { // otherwise nothing happened in this account
			in.Statements = append(in.Statements, bank.Lines(s))
		}
	}
	if len(in.Statements) == 0 {
		return bank.Imported{}, all, nil
	}
	for _, number := range r.Form["ours"] {
		in.Ours = append(in.Ours, iban.IBAN(number))
	}
	done, err := p.Bank.TakeIn(r.Context(), req, in)
	return done, all, err
}

// gaps say where the chains of the accounts are broken.
func (p pages) gaps(ctx context.Context, municipality string) ([]string, error) {
	lines, err := p.Store.Places(ctx, p.Journal.DB(), municipality)
	if err != nil {
		return nil, err
	}
	var all []string
	for from := 0; from < len(lines); {
		to := from
		var account []chain.Line
		for ; to < len(lines) && lines[to].IBAN == lines[from].IBAN; to++ {
			l := lines[to]
			account = append(account, chain.Line{Ref: l.Ref, Day: l.Day, Cents: l.Cents, Before: l.Before, Placed: l.Placed})
		}
		for _, g := range chain.Gaps(account) {
			if len(all) == mostNotes {
				return all, nil
			}
			missing := g.Found - g.Left
			all = append(all, lang.T(ctx, "bankpage.gap", "Account", lines[from].IBAN.Display(), "From", g.From.Display(), "Left", g.Left, "To", g.To.Display(), "Found", g.Found,
				"Missing", missing))
		}
		from = to
	}
	return all, nil
}
