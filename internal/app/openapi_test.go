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
	"vienkopus/internal/platform/rest/resttest"
	"vienkopus/internal/staff"
)

// complaints returns what is wrong with a description: as a document, and beside the routes that it is about.
func complaints(d resttest.Description, routes []httpx.Route) []string {
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
			wrong = append(wrong, ofOperation(d, place, path, op)...)
		}
	}
	wrong = append(wrong, besideRoutes(d, routes)...)
	wrong = append(wrong, d.Gaps()...)
	slices.Sort(wrong)
	return wrong
}

var hole = regexp.MustCompile(`\{(\w+)\}`)

// ofOperation returns what is wrong with one operation.
func ofOperation(d resttest.Description, place, path string, op resttest.Operation) []string {
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
		wrong = append(wrong, d.Dangling(place+", "+p.Name, p.Schema)...)
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
		wrong = append(wrong, d.Dangling(place+", "+status, response.Content[form].Schema)...)
	}
	if good != 1 {
		complain("%d ways to succeed", good)
	}
	if op.RequestBody != nil {
		wrong = append(wrong, d.Dangling(place+", body", op.RequestBody.Content["application/json"].Schema)...)
	}
	return wrong
}

// besideRoutes compares the description with the routes: the same operations, with the same need of a token.
func besideRoutes(d resttest.Description, routes []httpx.Route) []string {
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
		keyed := slices.ContainsFunc(op.Parameters, func(p resttest.Parameter) bool { return p.Name == httpx.KeyHeader })
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
	for _, wrong := range complaints(h.heed.said, routes) {
		t.Error(wrong)
	}
	for name, schema := range h.heed.said.Components.Schemas {
		for _, wrong := range h.heed.said.Dangling(name, schema) {
			t.Error(wrong)
		}
	}
	used(t, h.heed.said)
}

// used complains about schemas that nothing refers to.
func used(t *testing.T, d resttest.Description) {
	t.Helper()
	for name := range d.Components.Schemas {
		if !strings.Contains(d.Raw, `"#/components/schemas/`+name+`"`) {
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
	op := func(d resttest.Description, path, method string, change func(*resttest.Operation)) {
		o := d.Paths[path][method]
		change(&o)
		d.Paths[path][method] = o
	}
	for _, plant := range []struct {
		says  string
		fault func(d *resttest.Description)
	}{
		{"not a whole description in OpenAPI 3.1", func(d *resttest.Description) { d.OpenAPI = "3.0.3" }},
		{"there is no such route", func(d *resttest.Description) { d.Paths["/nowhere"] = d.Paths["/services"] }},
		{"is not described", func(d *resttest.Description) { delete(d.Paths, "/services") }},
		{`is named "getVisit", as is`, func(d *resttest.Description) {
			op(*d, "/centres", "get", func(o *resttest.Operation) { o.OperationID = "getVisit" })
		}},
		{"which is not there", func(d *resttest.Description) { delete(d.Components.Schemas, "Problem") }},
		{"public is false, described as true", func(d *resttest.Description) {
			op(*d, "/journal/{desk}", "get", func(o *resttest.Operation) { o.Security = nil })
		}},
		{"the path has [desk], the parameters []", func(d *resttest.Description) {
			op(*d, "/journal/{desk}", "get", func(o *resttest.Operation) { o.Parameters = o.Parameters[1:] })
		}},
		{"takes no Idempotency-Key", func(d *resttest.Description) {
			op(*d, "/visits", "post", func(o *resttest.Operation) { o.Parameters = nil })
		}},
		{"under which licence", func(d *resttest.Description) { d.Info.License.Name = "" }},
		{`its tags are ["reports"]`, func(d *resttest.Description) { d.Tags = d.Tags[:1] }},
		{`its tags are []`, func(d *resttest.Description) {
			op(*d, "/visits", "post", func(o *resttest.Operation) { o.Tags = nil })
		}},
		{"nothing says what it is for", func(d *resttest.Description) {
			op(*d, "/visits", "post", func(o *resttest.Operation) { o.Description = "" })
		}},
		{"nothing says what desk is", func(d *resttest.Description) {
			op(*d, "/journal/{desk}", "get", func(o *resttest.Operation) { o.Parameters[0].Description = "" })
		}},
		{"whether it needs a token", func(d *resttest.Description) {
			op(*d, "/services", "get", func(o *resttest.Operation) { o.Security = nil })
		}},
		{"POST /visits, body: no example", func(d *resttest.Description) {
			op(*d, "/visits", "post", func(o *resttest.Operation) {
				o.RequestBody.Content["application/json"] = resttest.Media{Schema: map[string]any{"type": "object"}}
			})
		}},
		{"POST /visits, 201: example.state: sleeping is none of", func(d *resttest.Description) {
			example, _ := d.Paths["/visits"]["post"].Responses["201"].Content["application/json"].Example.(map[string]any)
			example["state"] = "sleeping"
		}},
		{"a list may be null", func(d *resttest.Description) {
			d.Components.Schemas["Nobody"] = map[string]any{"properties": map[string]any{"all": map[string]any{"type": []any{"array", "null"}}}}
		}},
		{"0 ways to succeed", func(d *resttest.Description) {
			op(*d, "/visits", "post", func(o *resttest.Operation) { delete(o.Responses, "201") })
		}},
	} {
		d := described(t, h)
		plant.fault(&d)
		if got := strings.Join(complaints(d, routes), "\n"); !strings.Contains(got, plant.says) {
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
		if got := strings.Join(h.heed.said.Judge(bad.answer()), "\n"); !strings.Contains(got, says) {
			t.Errorf("%s: said %q, want %q", plant, got, says)
		}
	}
	teapot := good
	teapot.status = http.StatusTeapot
	if got := h.heed.said.Judge(teapot.answer()); len(got) != 1 || got[0] != "this status is not described" {
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
	system := h.token("billing-system", "", scope.Network.Of(vinda))
	system.ask(request{method: http.MethodPut, path: "/api/v1/bills", body: what{"bills": []what{{
		"creditor": vinda, "number": "W-1", "reference": "DZ-1", "kind": "water", "municipality": "0026000", "issued": "2026-11-01",
		"instalments": []what{{"due": "2026-11-20", "cents": 1230}}, "payer": what{"name": "Anna Bērziņa"},
	}}}}).is(http.StatusOK)
	system.post("/api/v1/bills/settled", "", what{"creditor": vinda, "payments": []what{{"number": "W-1", "reference": "A-1", "cents": 1230, "day": "2026-11-02"}}}).is(http.StatusOK)
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
