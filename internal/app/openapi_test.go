package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/staff"
)

// complaints returns what is wrong with a description: as a document, and beside the routes that it is about.
func (d description) complaints(routes []httpx.Route) []string {
	var wrong []string
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if !strings.HasPrefix(d.OpenAPI, "3.1.") || d.Info.Title == "" || d.Info.Version == "" {
		complain("it is %q %+v, not a whole description in OpenAPI 3.1", d.OpenAPI, d.Info)
	}
	if len(d.Servers) != 1 || d.Servers[0].URL != rest.Prefix {
		complain("the servers are %v", d.Servers)
	}
	if s := d.Components.SecuritySchemes["bearer"]; s.Type != "http" || s.Scheme != "bearer" {
		complain("bearer tokens are %+v", s)
	}
	names := map[string]string{}
	for path, operations := range d.Paths {
		for method, op := range operations {
			place := strings.ToUpper(method) + " " + path
			if other := names[op.OperationID]; op.OperationID == "" || other != "" {
				complain("%s is named %q, as is %q", place, op.OperationID, other)
			}
			names[op.OperationID] = place
			wrong = append(wrong, d.ofOperation(place, path, op)...)
		}
	}
	wrong = append(wrong, d.besideRoutes(routes)...)
	slices.Sort(wrong)
	return wrong
}

var hole = regexp.MustCompile(`\{(\w+)\}`)

// ofOperation returns what is wrong with one operation.
func (d description) ofOperation(place, path string, op operation) []string {
	var wrong []string
	complain := func(format string, args ...any) { wrong = append(wrong, place+": "+fmt.Sprintf(format, args...)) }
	if op.Summary == "" {
		complain("no summary")
	}
	var holes, said []string
	for _, found := range hole.FindAllStringSubmatch(path, -1) {
		holes = append(holes, found[1])
	}
	for _, p := range op.Parameters {
		if p.In == "path" {
			said = append(said, p.Name)
		}
		if p.In == "path" && !p.Required {
			complain("%s is in the path, yet not required", p.Name)
		}
		wrong = append(wrong, d.dangling(place+", "+p.Name, p.Schema)...)
	}
	slices.Sort(holes)
	slices.Sort(said)
	if !slices.Equal(holes, said) {
		complain("the path has %v, the parameters %v", holes, said)
	}
	good := 0
	for status, response := range op.Responses {
		if response.Description == "" {
			complain("%s has no description", status)
		}
		if strings.HasPrefix(status, "2") {
			good++
		}
		form := "application/json"
		if status >= "400" {
			form = "application/problem+json"
		}
		if len(response.Content) != 1 || response.Content[form].Schema == nil {
			complain("%s is answered as %v", status, slices.Collect(maps.Keys(response.Content)))
		}
		wrong = append(wrong, d.dangling(place+", "+status, response.Content[form].Schema)...)
	}
	if good != 1 {
		complain("%d ways to succeed", good)
	}
	if op.RequestBody != nil {
		wrong = append(wrong, d.dangling(place+", body", op.RequestBody.Content["application/json"].Schema)...)
	}
	return wrong
}

// dangling returns the references of a schema, at any depth, that lead nowhere.
func (d description) dangling(place string, schema any) []string {
	var wrong []string
	switch s := schema.(type) {
	case map[string]any:
		if ref, ok := s["$ref"].(string); ok {
			if _, known := d.schemas().named[ref]; !known {
				wrong = append(wrong, place+": refers to "+ref+", which is not there")
			}
		}
		for _, inside := range s {
			wrong = append(wrong, d.dangling(place, inside)...)
		}
	case []any:
		for _, inside := range s {
			wrong = append(wrong, d.dangling(place, inside)...)
		}
	}
	return wrong
}

// besideRoutes compares the description with the routes: the same operations, with the same need of a token.
func (d description) besideRoutes(routes []httpx.Route) []string {
	var wrong []string
	known := map[string]bool{}
	for _, r := range routes {
		path, ours := strings.CutPrefix(r.Path, rest.Prefix)
		if !ours || path == "/openapi.json" {
			continue
		}
		known[r.Method+" "+path] = true
		op, there := d.Paths[path][strings.ToLower(r.Method)]
		if !there {
			wrong = append(wrong, r.Method+" "+path+": is not described")
			continue
		}
		if public := len(op.Security) == 0; public != r.Public {
			wrong = append(wrong, fmt.Sprintf("%s %s: public is %v, described as %v", r.Method, path, r.Public, public))
		}
		keyed := slices.ContainsFunc(op.Parameters, func(p parameter) bool { return p.Name == httpx.KeyHeader })
		if !keyed && r.Method != http.MethodGet {
			wrong = append(wrong, r.Method+" "+path+": takes no "+httpx.KeyHeader)
		}
	}
	for path, operations := range d.Paths {
		for method := range operations {
			if name := strings.ToUpper(method) + " " + path; !known[name] {
				wrong = append(wrong, name+": there is no such route")
			}
		}
	}
	return wrong
}

func TestTheInterfaceIsWhatItIsDescribedAs(t *testing.T) {
	t.Parallel()
	h := newHouse(t, town.SQLite(t))
	routes, err := h.Routes()
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range h.heed.said.complaints(routes) {
		t.Error(wrong)
	}
	for name, schema := range h.heed.said.Components.Schemas {
		for _, wrong := range h.heed.said.dangling(name, schema) {
			t.Error(wrong)
		}
	}
	used(t, h.heed.said)
}

// used complains about schemas that nothing refers to.
func used(t *testing.T, d description) {
	t.Helper()
	for name := range d.Components.Schemas {
		if !strings.Contains(d.raw, `"#/components/schemas/`+name+`"`) {
			t.Errorf("nothing is a %s", name)
		}
	}
}

// Each fault is planted alone.
func TestTheCheckOfTheDescriptionCanFail(t *testing.T) {
	t.Parallel()
	h := newHouse(t, town.SQLite(t))
	routes, err := h.Routes()
	if err != nil {
		t.Fatal(err)
	}
	op := func(d description, path, method string, change func(*operation)) {
		o := d.Paths[path][method]
		change(&o)
		d.Paths[path][method] = o
	}
	for _, plant := range []struct {
		says  string
		fault func(d *description)
	}{
		{"not a whole description in OpenAPI 3.1", func(d *description) { d.OpenAPI = "3.0.3" }},
		{"there is no such route", func(d *description) { d.Paths["/nowhere"] = d.Paths["/services"] }},
		{"is not described", func(d *description) { delete(d.Paths, "/services") }},
		{`is named "getVisit", as is`, func(d *description) {
			op(*d, "/centres", "get", func(o *operation) { o.OperationID = "getVisit" })
		}},
		{"which is not there", func(d *description) { delete(d.Components.Schemas, "Problem") }},
		{"public is false, described as true", func(d *description) {
			op(*d, "/journal/{desk}", "get", func(o *operation) { o.Security = nil })
		}},
		{"the path has [desk], the parameters []", func(d *description) {
			op(*d, "/journal/{desk}", "get", func(o *operation) { o.Parameters = o.Parameters[1:] })
		}},
		{"takes no Idempotency-Key", func(d *description) {
			op(*d, "/visits", "post", func(o *operation) { o.Parameters = nil })
		}},
		{"0 ways to succeed", func(d *description) {
			op(*d, "/visits", "post", func(o *operation) { delete(o.Responses, "201") })
		}},
	} {
		d := described(t, h)
		plant.fault(&d)
		if got := strings.Join(d.complaints(routes), "\n"); !strings.Contains(got, plant.says) {
			t.Errorf("said %q, want %q", got, plant.says)
		}
	}
	clerk := h.clerk(cesis)
	good := clerk.post(visits, "", what{}).is(http.StatusCreated)
	for says, plant := range map[string]string{
		"lacks acts":            strings.Replace(string(good.body), `,"acts":[]`, "", 1),
		"more is not described": strings.Replace(string(good.body), `{`, `{"more":1,`, 1),
		"is none of":            strings.Replace(string(good.body), `"serving"`, `"sleeping"`, 1),
		"7 is no string":        strings.Replace(string(good.body), `"cesis"`, `7`, 1),
		"is no uuid":            strings.Replace(string(good.body), `{"id":"0`, `{"id":"x`, 1),
		"is no date-time":       strings.Replace(string(good.body), `"opened_at":"2`, `"opened_at":"x`, 1),
	} {
		bad := good
		bad.body = []byte(plant)
		if got := strings.Join(h.heed.said.judge(bad), "\n"); !strings.Contains(got, says) {
			t.Errorf("%s: said %q, want %q", plant, got, says)
		}
	}
	teapot := good
	teapot.status = http.StatusTeapot
	if got := h.heed.said.judge(teapot); len(got) != 1 || got[0] != "this status is not described" {
		t.Errorf("a teapot: %q", got)
	}
}

// Every operation is called once and answers as it is described, the ledger of the house sees to that.
func TestEveryOperationAnswersAsItIsDescribed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, town.SQLite(t))
	everyOperation(t, h)
	for _, name := range h.heed.unseen() {
		t.Errorf("%s: was never seen to answer well", name)
	}
	t.Log(h.heed)
}

func everyOperation(t *testing.T, h *house) {
	t.Helper()
	clerk, auditor := h.clerk(cesis), h.token("auditor", "", scope.Network)
	at := clerk.opened()
	act := clerk.post(at+"/acts", "", what{"kind": "letter"}).is(http.StatusCreated).act()
	undone := clerk.post(at+"/acts", "", what{"kind": "eservice_help", "service": "help-computer", "depth": "informed"}).is(http.StatusCreated).act()
	clerk.post(at+"/acts/"+undone.ID+"/undo", "", nil).is(http.StatusOK)
	clerk.post(at+"/hold", "", nil).is(http.StatusOK)
	clerk.post(at+"/resume", "", nil).is(http.StatusOK)
	clerk.post(at+"/close", "", nil).is(http.StatusOK)
	clerk.post(at+"/acts/"+act.ID+"/correct", "", what{"why": "never-happened"}).is(http.StatusOK)
	clerk.get(at).is(http.StatusOK)
	const vinda = "90000028508"
	creditor := bill.Creditor{Number: vinda, Name: "SIA „Vinda”", IBAN: "LV80BANK0000435195001"}
	if err := h.Bill.RegisterCreditor(t.Context(), journal.Request{By: actor.System("test"), Desk: staff.NetworkDesk, Key: vinda}, creditor); err != nil {
		t.Fatal(err)
	}
	system := h.token("billing-system", "", scope.Network)
	system.ask(request{method: http.MethodPut, path: "/api/v1/bills", body: what{"bills": []what{{
		"creditor": vinda, "number": "W-1", "reference": "DZ-1", "kind": "water", "municipality": "0026000", "issued": "2026-11-01",
		"instalments": []what{{"due": "2026-11-20", "cents": 1230}}, "payer": what{"name": "Anna Bērziņa"},
	}}}}).is(http.StatusOK)
	system.post("/api/v1/bills/cancel", "", what{"creditor": vinda, "number": "W-1", "reason": "replaced"}).is(http.StatusOK)
	for _, path := range []string{
		"/services?q=malka", "/services?limit=200", "/services?q=xyzzyxyzzy", "/services/" + firewood, "/services/" + pension + "?lang=lt",
		"/centres", "/centres?service=" + pension + "&open_now=true", "/centres?lat=57.31&lon=25.27&step_free=true",
		"/centres/cesis", "/centres/livani-bus", "/centres/veselava",
		"/reports/acts?from=2025-01-01&to=2026-12-31", "/journal/" + cesis, "/journal/NETWORK?limit=1000",
	} {
		auditor.get("/api/v1" + path).is(http.StatusOK)
	}
	for _, by := range strings.Split("centre,month,service,institution,channel,kind,municipality", ",") {
		auditor.get("/api/v1/reports/acts?from=2026-01-01&to=2026-12-31&by=" + by).is(http.StatusOK)
	}
}
