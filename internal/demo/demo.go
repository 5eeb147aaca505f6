// Package demo fills a new database with the demonstration network, through the real services only: places, services,
// people, tokens, and the past year as an import. Names of people are made up; figures are those of the sources.
package demo

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/catalogue"
	democatalogue "vienkopus/internal/demo/catalogue"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/personcode"
	"vienkopus/internal/visit"
)

// Sheet is what somebody needs to try the demonstration. It is kept in demo.json beside the database, readable by its owner only.
type Sheet struct {
	// Address is where the program answers.
	Address string `json:"address"`
	// Probes is where /healthz, /readyz and /metrics answer.
	Probes string `json:"probes"`
	// Year is the year that was imported.
	Year    int      `json:"year"`
	SignIns []SignIn `json:"sign_ins"`
	Tokens  []Token  `json:"tokens"`
	// Filled tells that the demonstration is complete; until then a start goes on with it.
	Filled bool `json:"filled"`
	// Done are the steps that are complete while it is filled, so that a start after an interruption does not go through them again.
	Done []string `json:"done,omitempty"`
}

// SignIn is one person of the demonstration.
type SignIn struct {
	User     string `json:"user"`
	Password string `json:"password"`
	Role     string `json:"role"`
	Name     string `json:"name"`
	Scope    string `json:"scope"`
	Desk     string `json:"desk,omitempty"`
}

// Token is one bearer token of the demonstration.
type Token struct {
	Label string `json:"label"`
	Token string `json:"token"`
	Role  string `json:"role"`
	Scope string `json:"scope"`
	Desk  string `json:"desk,omitempty"`
}

// By is who fills the demonstration.
var By = actor.System("demo")

const sheetName = "demo.json"

// ReadSheet returns the sheet in dir, and an empty one when there is none.
func ReadSheet(dir string) (Sheet, error) {
	var s Sheet
	text, err := os.ReadFile(filepath.Join(dir, sheetName)) //nolint:gosec // the directory is the operator's own choice
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("demo: sheet: %w", err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("demo: sheet: %w", err)
	}
	return s, nil
}

// Write stores the sheet in dir with mode 0600, whole or not at all.
func (s *Sheet) Write(dir string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("demo: sheet: %w", err)
	}
	fresh := filepath.Join(dir, sheetName+".new")
	if err := os.WriteFile(fresh, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("demo: sheet: %w", err)
	}
	if err := os.Rename(fresh, filepath.Join(dir, sheetName)); err != nil {
		return fmt.Errorf("demo: sheet: %w", err)
	}
	return nil
}

// Services are the real services that the demonstration is handed to.
type Services struct {
	Places    places.Services
	Publisher *catalogue.Publisher
	Staff     *staff.Service
	Visit     *visit.Service
	// Roles defines the roles of the house.
	Roles func(ctx context.Context, by actor.Actor) error
	// History imports the past year and the published figures.
	History func(ctx context.Context, year int) error
	// Takings makes the money: creditors, bills, and the payments of the year.
	Takings func(ctx context.Context, year int) error
}

// Fill makes the network. It may be interrupted at any instant and run again: what is there stays as it is, and steps that the
// sheet says are done are left out. Passwords are
// in the sheet before they are in the database, so save the sheet first.
func (s *Sheet) Fill(ctx context.Context, to Services, save func() error) error {
	if err := s.invent(); err != nil {
		return err
	}
	if err := save(); err != nil {
		return err
	}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"places", func() error { return places.Seed(ctx, to.Places, By) }},
		{"catalogue", func() error { return democatalogue.Seed(ctx, to.Publisher, By) }},
		{"roles", func() error { return to.Roles(ctx, By) }},
		{"people", func() error { return s.enrol(ctx, to.Staff) }},
		{"history", func() error { return to.History(ctx, s.Year) }},
		{"takings", func() error { return to.Takings(ctx, s.Year) }},
		{"today", func() error { return serveToday(ctx, to.Visit) }},
		{"tokens", func() error { return s.hand(ctx, to.Staff, save) }},
	} {
		if slices.Contains(s.Done, step.name) {
			continue
		}
		if err := step.do(); err != nil {
			return fmt.Errorf("demo: %s: %w", step.name, err)
		}
		s.Done = append(s.Done, step.name)
		if err := save(); err != nil {
			return err
		}
	}
	s.Filled, s.Done = true, nil
	return save()
}

// invent gives everybody a password, once.
func (s *Sheet) invent() error {
	if len(s.SignIns) > 0 {
		return nil
	}
	for _, p := range people {
		password, err := passphrase()
		if err != nil {
			return err
		}
		s.SignIns = append(s.SignIns, SignIn{
			User: p.user, Password: password, Role: p.role, Name: p.name, Scope: p.scope.String(), Desk: p.desk,
		})
	}
	return nil
}

func (s *Sheet) enrol(ctx context.Context, to *staff.Service) error {
	for i, in := range s.SignIns {
		within, err := scope.Parse(in.Scope)
		if err != nil {
			return err
		}
		newcomer := staff.NewPerson{SignIn: in.User, Name: in.Name, Password: in.Password, Scope: within}
		if to.PersonKey != nil { // of nobody real: each is a person of her own
			newcomer.Code = staff.NewCode{Kind: personcode.Latvian, Number: fmt.Sprintf("32%09d", i+1)}
		}
		who, err := to.Enrol(ctx, By, newcomer, "demo:person:"+in.User)
		if err != nil {
			return fmt.Errorf("%s: %w", in.User, err)
		}
		if err := to.Grant(ctx, By, staff.RoleGranted{Staff: who, Role: in.Role, Scope: within}, "demo:grant:"+in.User); err != nil {
			return fmt.Errorf("%s: %w", in.User, err)
		}
	}
	return nil
}

// hand makes the tokens that the sheet does not have yet. A secret is shown once, so a token that was made just before an
// interruption is made again.
func (s *Sheet) hand(ctx context.Context, to *staff.Service, save func() error) error {
	for _, t := range tokens[min(len(s.Tokens), len(tokens)):] {
		attempt, err := passphrase()
		if err != nil {
			return err
		}
		in := staff.NewToken{Label: t.label, Role: t.role, Desk: t.desk, Scope: t.scope}
		secret, _, err := to.CreateToken(ctx, By, in, "demo:token:"+attempt)
		if err != nil {
			return fmt.Errorf("%s: %w", t.label, err)
		}
		s.Tokens = append(s.Tokens, Token{Label: t.label, Token: secret, Role: t.role, Scope: t.scope.String(), Desk: t.desk})
		if err := save(); err != nil {
			return err
		}
	}
	return nil
}

// words are plain to say and to type.
var words = []string{
	"abele", "aka", "akmens", "alnis", "ausma", "avots", "baka", "balts", "bura", "dadzis", "darbs", "diena", "dzenis", "ezers",
	"gaisma", "galds", "grava", "kalns", "kamene", "klints", "kods", "koks", "krasts", "lapa", "laiva", "lauks", "liepa", "logs",
	"mals", "malka", "maize", "mols", "nams", "ogle", "osta", "ozols", "pele", "pils", "priede", "puke", "rasa", "rags", "roze",
	"rudens", "sala", "saule", "sols", "sparns", "sniegs", "stunda", "tilts", "torte", "upe", "vasara", "vilnis", "zars", "zeme", "zivs",
}

// passphrase returns four words and a number, about 36 bits: enough against guessing, which is slowed down after five failures.
func passphrase() (string, error) {
	text := ""
	for range 4 {
		i, err := rand.Int(rand.Reader, big.NewInt(int64(len(words))))
		if err != nil {
			return "", fmt.Errorf("demo: randomness: %w", err)
		}
		text += words[i.Int64()] + "-"
	}
	n, err := rand.Int(rand.Reader, big.NewInt(10_000))
	if err != nil {
		return "", fmt.Errorf("demo: randomness: %w", err)
	}
	return fmt.Sprintf("%s%04d", text, n.Int64()), nil
}
