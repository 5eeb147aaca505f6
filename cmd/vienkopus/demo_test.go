package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/demo"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

var shown = regexp.MustCompile(`Tokens stand in .*demo\.json`)

// demonstrate starts the demonstration and waits until it shows its sign-ins.
func demonstrate(t *testing.T, dir string, args ...string) (*server, demo.Sheet) {
	t.Helper()
	p := begin(t, nil, append([]string{"demo", "--data", dir, "--listen", "localhost:0"}, args...)...)
	p.awaits(t, shown)
	sheet, err := demo.ReadSheet(dir)
	if err != nil {
		t.Fatal(err)
	}
	p.site, p.probes = sheet.Address, sheet.Probes
	return p, sheet
}

// token returns the secret of the token of that label.
func token(t *testing.T, s demo.Sheet, label string) string {
	t.Helper()
	for _, one := range s.Tokens {
		if one.Label == label {
			return one.Token
		}
	}
	t.Fatalf("no token %q in %+v", label, s.Tokens)
	return ""
}

// figures returns what all reports of the demonstration say, apart from their moment.
func figures(t *testing.T, p *server, s demo.Sheet) string {
	t.Helper()
	var text strings.Builder
	for _, by := range []string{"centre", "month", "service", "institution", "channel", "kind", "municipality"} {
		for _, days := range []string{fmt.Sprintf("from=%d-01-01&to=%d-12-31", s.Year, s.Year+1), "from=2016-08-01&to=2016-08-31"} {
			got := p.get(p.site+"/api/v1/reports/acts?"+days+"&by="+by, token(t, s, "network"))
			if got.status != http.StatusOK {
				t.Fatal(got)
			}
			text.WriteString(got.body)
		}
	}
	return text.String()
}

// whole complains about a demonstration that is not complete: sign-ins, tokens, modes, and the database.
func whole(t *testing.T, p *server, s demo.Sheet, dir string) {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, "demo.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("demo.json: %v %v", info.Mode(), err)
	}
	if !s.Filled || len(s.SignIns) < 10 || len(s.Tokens) != 6 {
		t.Errorf("the sheet: %+v", s)
	}
	said := p.said.String()
	for _, in := range s.SignIns {
		if !strings.Contains(said, in.User) || !strings.Contains(said, in.Password) {
			t.Errorf("the terminal does not show %s", in.User)
		}
	}
	for _, in := range []demo.SignIn{s.SignIns[0], s.SignIns[len(s.SignIns)-1]} {
		form := url.Values{"sign_in": {in.User}, "password": {in.Password}}
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.site+"/sign-in", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if got, err := do(client, r); err != nil || got.status != http.StatusSeeOther {
			t.Errorf("%s: %d %v", in.User, got.status, err)
		}
	}
	if got := p.get(p.site+receipt.KeysPath, ""); !strings.Contains(got.body, `"node":"LV-DEMO"`) || strings.Count(got.body, `"kid"`) != 1 {
		t.Errorf("it does not sign under its own name: %s", got.body)
	}
	for _, one := range s.Tokens {
		if one.Desk == "" {
			continue
		}
		got, err := ask(t.Context(), http.MethodPost, p.site+"/api/v1/visits", one.Token, "", "{}")
		if err != nil || got.status != http.StatusCreated {
			t.Errorf("%s: %+v %v", one.Label, got, err)
		}
	}
}

func TestTheDemonstrationStartsAndStartsAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	begun := time.Now()
	p, sheet := demonstrate(t, dir)
	t.Logf("first start: %s", time.Since(begun).Round(time.Millisecond))
	whole(t, p, sheet, dir)
	before := figures(t, p, sheet)
	got, err := ask(t.Context(), http.MethodPost, p.site+"/api/v1/visits", token(t, sheet, "desk MRS-1"), "kept", "{}")
	if err != nil || got.status != http.StatusCreated {
		t.Fatal(got, err)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("it stops with %d: %s", code, p.said)
	}

	begun = time.Now()
	p, again := demonstrate(t, dir)
	first := p.get(p.site+"/find", "")
	t.Logf("second start, to the first page: %s", time.Since(begun).Round(time.Millisecond))
	if first.status != http.StatusOK || strings.Contains(p.said.String(), "Filling") {
		t.Errorf("the second start: %d %s", first.status, p.said)
	}
	if figures(t, p, again) != before {
		t.Error("the figures are others after the second start")
	}
	if kept, err := ask(t.Context(), http.MethodPost, p.site+"/api/v1/visits", token(t, again, "desk MRS-1"), "kept", "{}"); err != nil || kept.body != got.body {
		t.Errorf("the visit of the first start: %+v %v", kept, err)
	}
	p.stop()
	clean(t, filepath.Join(dir, "vienkopus.db"))
	interrupted(t, before)
}

// stages of filling the demonstration, each with how much of it there is: places, services, people, the past, its payments, today, tokens.
var stages = []string{
	"SELECT number FROM desk_head WHERE desk = 'NETWORK'",
	"SELECT number - 250 FROM desk_head WHERE desk = 'NETWORK'",
	"SELECT COUNT(*) FROM staff_account",
	"SELECT COUNT(*) - 2 FROM desk_head",
	"SELECT number - 60 FROM desk_head WHERE desk = 'CES-1'",
	"SELECT number FROM desk_head WHERE desk = 'ALU-1'",
	"SELECT number FROM desk_head WHERE desk = 'LIV-1'",
	"SELECT COUNT(*) FROM token",
}

// reaches waits until a stage has begun.
func reaches(t *testing.T, p *server, dsn, stage string) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(5 * time.Minute); ; time.Sleep(2 * time.Millisecond) { // both engines are filled beside all other tests
		var n int
		if err := db.QueryRow(t.Context(), stage).Scan(&n); err == nil && n > 0 {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("it does not reach %s: %s", stage, p.said)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// interrupted kills demonstrations in the middle of being filled: the next start completes them, and all is as if nothing had happened.
func interrupted(t *testing.T, want string) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		dir := filepath.Join(t.TempDir(), "demo")
		args := []string{"--db", dsn}
		if dbtest.Engine(dsn) == "sqlite" {
			args, dsn = nil, filepath.Join(dir, "vienkopus.db")
		}
		for _, stage := range stages {
			p := begin(t, nil, append([]string{"demo", "--data", dir, "--listen", "localhost:0"}, args...)...)
			p.awaits(t, regexp.MustCompile("Filling|Tokens stand"))
			reaches(t, p, dsn, stage)
			time.Sleep(time.Duration(rand.IntN(30)) * time.Millisecond)
			p.kill()
		}
		p, sheet := demonstrate(t, dir, args...)
		if got := figures(t, p, sheet); got != want {
			t.Errorf("after interruptions the figures are others:\n%.600s\n%.600s", got, want)
		}
		whole(t, p, sheet, dir)
		if code := p.stop(); code != 0 {
			t.Errorf("it stops with %d: %s", code, p.said)
		}
		clean(t, dsn)
	})
}

// A sheet that is only half there must not be taken for a whole one.
func TestADamagedSheetIsSaid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "demo.json"), []byte(`{"filled": tr`), 0o600); err != nil {
		t.Fatal(err)
	}
	call(t, "demo", "--data", dir).badly(1, "demo: sheet:")
	text, err := os.ReadFile(filepath.Join(dir, "demo.json"))
	if err != nil || !json.Valid(text) && string(text) != `{"filled": tr` {
		t.Errorf("the sheet is now %s, %v", text, err)
	}
}
