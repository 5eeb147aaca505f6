package vienkopus_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// features in the order in which they may know each other: left may be imported by right.
var features = strings.Fields(`
	territory centre catalogue finder staff office
	person ledger
	visit bill sight document
	till paperbook consent payment sms bank trail mandate casework appointment round
	knowledge competence standard voice
	tally report grant reach setup`)

// place says what a package is.
type place struct {
	layer   string // base, platform, feature, node, app, demo, or the first directory outside internal
	door    string // of a feature: "", "sql", "http" or "room"
	rank    int    // of a feature: its position in the order
	testing bool   // support for tests, in a package whose name ends in "test"
}

const module = "vienkopus"

// placeOf finds the place of a directory; ok is false below internal where the house has no such room.
func placeOf(dir string) (p place, ok bool) {
	parts := strings.Split(dir, "/")
	p.testing = strings.HasSuffix(parts[len(parts)-1], "test")
	if parts[0] != "internal" {
		p.layer = parts[0]
		return p, true
	}
	if len(parts) < 2 {
		return p, false
	}
	if slices.Contains([]string{"base", "platform", "node", "app", "demo"}, parts[1]) {
		p.layer = parts[1]
		return p, true
	}
	p.layer, p.rank = "feature", slices.Index(features, parts[1])
	if len(parts) > 2 {
		for _, door := range []string{"sql", "http", "room"} {
			if parts[2] == parts[1]+door {
				p.door = door
			}
		}
	}
	return p, p.rank >= 0
}

// foreign lists what the layers and doors may not take from outside the house, by prefix. Source: the design, Imports.
var foreign = map[string][]string{
	"feature":      {"net/http", "database/sql", "html/template", "text/template", templ, huma, sessions, pgx, sqlite},
	"feature sql":  {"net/http", "html/template", templ, huma, sessions},
	"feature http": {"database/sql", pgx, sqlite},
}

const (
	templ    = "github.com/a-h/templ"
	huma     = "github.com/danielgtaylor/huma"
	sessions = "github.com/alexedwards/scs"
	pgx      = "github.com/jackc/pgx"
	sqlite   = "modernc.org/sqlite"
)

// webbed are the parts of platform that only doors to the web may use.
var webbed = []string{"internal/platform/httpx", "internal/platform/html", "internal/platform/rest"}

func importRules() []rule {
	return []rule{
		{"imports go one way", checkImports, importPlants()},
		{"pages stand in doors to the web", checkTemplates, []plant{
			{tree{"internal/visit/page.templ": ""}, "only in a door"},
			{tree{"internal/visit/visithttp/page.templ": "", "internal/platform/html/page.templ": ""}, ""},
		}},
	}
}

func checkImports(t tree) []string {
	var complaints []string
	for _, file := range t.where(func(p string) bool { return isGo(p) && !isTest(p) }) {
		dir := path.Dir(file)
		from, ok := placeOf(dir)
		if !ok {
			complaints = append(complaints, file+": the house has no such room; a feature needs its place in the order")
			continue
		}
		imports, err := importsOf(file, t[file])
		if err != nil {
			complaints = append(complaints, err.Error())
		}
		for _, imported := range imports {
			if why := refuse(dir, from, imported); why != "" {
				complaints = append(complaints, fmt.Sprintf("%s: imports %s: %s", file, imported, why))
			}
		}
	}
	return complaints
}

func importsOf(file, content string) ([]string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, content, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		found = append(found, imported)
	}
	return found, nil
}

// refuse says why from may not import it, or nothing.
func refuse(dir string, from place, imported string) string {
	inside, ours := strings.CutPrefix(imported, module+"/")
	if from.testing {
		return ""
	}
	if !ours {
		return refuseForeign(from, imported)
	}
	to, ok := placeOf(inside)
	switch {
	case !ok:
		return "the house has no such room"
	case to.testing:
		return "only tests use what is made for tests"
	case to.layer == "app" && !within(dir, "internal/app") && !slices.Contains([]string{"cmd", "e2e", "bench"}, from.layer):
		return "only cmd, e2e, bench and tests put the program together"
	case to.layer == "demo" && !slices.Contains([]string{"demo", "app", "cmd", "bench"}, from.layer):
		return "the program does not lean on its demonstration"
	}
	switch from.layer {
	case "base":
		if to.layer != "base" {
			return "base knows nothing but the standard library"
		}
	case "platform", "node":
		if slices.Contains([]string{"feature", "node"}, to.layer) && to.layer != from.layer {
			return from.layer + " knows no feature"
		}
	case "feature":
		return refuseFeature(from, to, inside)
	}
	return ""
}

func refuseForeign(from place, imported string) string {
	if from.layer == "base" && strings.Contains(strings.Split(imported, "/")[0], ".") {
		return "base knows nothing but the standard library"
	}
	for _, prefix := range foreign[strings.TrimSpace(from.layer+" "+from.door)] {
		if within(imported, prefix) {
			return "not in a feature's " + map[string]string{"": "rules", "sql": "tables", "http": "pages"}[from.door]
		}
	}
	return ""
}

func refuseFeature(from, to place, inside string) string {
	switch {
	case to.layer == "feature" && to.rank > from.rank:
		return "a feature knows only those before it in the order"
	case to.layer == "feature" && to.door == "room" && from.door != "room":
		return "only rooms and the application know rooms"
	case to.layer == "feature" && to.door != "" && to.door != from.door && from.door != "room":
		return "rules know no door, and doors do not know each other"
	case to.layer == "node":
		return "a feature does not know how lines travel"
	case to.layer != "platform":
		return ""
	case within(inside, "internal/platform/room") && from.door != "room" && from.door != "http":
		return "a rule and a statement do not know what a room is"
	case from.door == "" && !within(inside, "internal/platform/journal"):
		return "rules know base, the journal and the features before them"
	case from.door == "sql" && slices.ContainsFunc(webbed, func(p string) bool { return within(inside, p) }):
		return "a statement never sees HTTP"
	case from.door == "http" && within(inside, "internal/platform/sqldb"):
		return "a page never sees SQL"
	}
	return ""
}

// within says whether a path is the prefix or lies below it; a version (/v2) lies below too.
func within(p, prefix string) bool { return p == prefix || strings.HasPrefix(p, prefix+"/") }

func checkTemplates(t tree) []string {
	var complaints []string
	for _, file := range t.where(func(p string) bool { return path.Ext(p) == ".templ" }) {
		p, ok := placeOf(path.Dir(file))
		if !ok || p.door != "http" && !within(file, "internal/platform/html") {
			complaints = append(complaints, file+": a page stands only in a door to the web or in platform/html")
		}
	}
	return complaints
}

func importPlants() []plant {
	type line struct{ file, imported, says string }
	lines := []line{
		{"internal/base/money/money.go", "strings", ""},
		{"internal/base/money/money.go", "vienkopus/internal/base/fault", ""},
		{"internal/base/money/money.go", "golang.org/x/text/language", "standard library"},
		{"internal/base/money/money.go", "vienkopus/internal/platform/clock", "standard library"},
		{"internal/platform/mail/mail.go", "vienkopus/internal/visit", "platform knows no feature"},
		{"internal/platform/html/html.go", "vienkopus/internal/platform/lang", ""},
		{"internal/platform/html/html.go", "vienkopus/internal/app", "put the program together"},
		{"internal/visit/take.go", "vienkopus/internal/platform/journal", ""},
		{"internal/visit/take.go", "vienkopus/internal/catalogue", ""},
		{"internal/visit/take.go", "vienkopus/internal/report", "before it in the order"},
		{"internal/visit/take.go", "vienkopus/internal/platform/sqldb", "rules know base"},
		{"internal/visit/take.go", "vienkopus/internal/visit/visitsql", "rules know no door"},
		{"internal/visit/take.go", "net/http", "feature's rules"},
		{"internal/visit/take.go", "database/sql", "feature's rules"},
		{"internal/visit/take.go", "github.com/jackc/pgx/v5", "feature's rules"},
		{"internal/visit/visitsql/apply.go", "vienkopus/internal/platform/sqldb", ""},
		{"internal/visit/visitsql/apply.go", "vienkopus/internal/catalogue/cataloguesql", ""},
		{"internal/visit/visitsql/apply.go", "net/http", "feature's tables"},
		{"internal/visit/visitsql/apply.go", "vienkopus/internal/platform/httpx", "never sees HTTP"},
		{"internal/visit/visitsql/apply.go", "vienkopus/internal/visit/visithttp", "doors do not know each other"},
		{"internal/visit/visithttp/routes.go", "net/http", ""},
		{"internal/visit/visithttp/routes.go", "vienkopus/internal/platform/html", ""},
		{"internal/visit/visithttp/routes.go", "database/sql", "feature's pages"},
		{"internal/visit/visithttp/routes.go", "vienkopus/internal/platform/sqldb", "never sees SQL"},
		{"internal/visit/visithttp/routes.go", "vienkopus/internal/visit/visitsql", "doors do not know each other"},
		{"internal/visit/visitroom/room.go", "vienkopus/internal/visit/visitsql", ""},
		{"internal/visit/visitroom/room.go", "vienkopus/internal/visit/visithttp", ""},
		{"internal/visit/visitroom/room.go", "vienkopus/internal/centre/centreroom", ""},
		{"internal/visit/visitroom/room.go", "vienkopus/internal/payment/paymentroom", "before it in the order"},
		{"internal/visit/visithttp/routes.go", "vienkopus/internal/visit/visitroom", "know rooms"},
		{"internal/visit/take.go", "vienkopus/internal/platform/room", "what a room is"},
		{"internal/visit/visitsql/apply.go", "vienkopus/internal/platform/room", "what a room is"},
		{"internal/platform/room/room.go", "vienkopus/internal/visit", "platform knows no feature"},
		{"internal/node/send.go", "vienkopus/internal/platform/journal", ""},
		{"internal/node/send.go", "vienkopus/internal/staff", "node knows no feature"},
		{"internal/staff/staff.go", "vienkopus/internal/node", "how lines travel"},
		{"internal/app/app.go", "vienkopus/internal/visit/visitsql", ""},
		{"internal/demo/demo.go", "vienkopus/internal/app", "put the program together"},
		{"internal/report/reportsql/year.go", "vienkopus/internal/demo", "its demonstration"},
		{"cmd/vienkopus/main.go", "vienkopus/internal/app", ""},
		{"internal/visit/visit.go", "vienkopus/internal/platform/sqldb/dbtest", "made for tests"},
		{"internal/tally/tallytest/tallytest.go", "database/sql", ""},
		{"internal/visit/visit_test.go", "vienkopus/internal/report", ""},
		{"internal/gossip/gossip.go", "strings", "no such room"},
	}
	var plants []plant
	for _, l := range lines {
		source := fmt.Sprintf("package x\n\nimport %q\n", l.imported)
		plants = append(plants, plant{tree{l.file: source}, l.says})
	}
	return append(plants, plant{tree{"internal/visit/broken.go": "pack"}, "expected 'package'"})
}
