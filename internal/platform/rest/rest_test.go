package rest_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/rest/resttest"
)

type colour string

var colours = []colour{"red", "green"}

type input struct {
	Body struct {
		Colour colour   `json:"colour"`
		More   []colour `json:"more,omitempty"`
	}
}

type output struct {
	Body struct {
		Colours []colour `json:"colours"`
		Word    string   `json:"word" example:"rouge"`
	}
}

func paint() rest.Operation {
	return rest.Operation{
		Method: http.MethodPost, Path: "/paint", ID: "paint", Summary: "Paint", Description: "In a colour.", Public: true,
		Tag: rest.Tag{Name: "walls", Description: "What is painted."},
	}
}

func work(_ context.Context, in *input) (*output, error) {
	out := &output{}
	out.Body.Colours, out.Body.Word = append([]colour{in.Body.Colour}, in.Body.More...), "x"
	return out, nil
}

// site serves the operations of an interface.
func site(t *testing.T, api *rest.API) http.Handler {
	t.Helper()
	routes, err := api.Routes()
	if err != nil {
		t.Fatal(err)
	}
	handler, err := httpx.Build(routes, httpx.Options{Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func TestAValueOutsideItsListIsRefusedWithTheMessageOfTheList(t *testing.T) {
	t.Parallel()
	api := rest.New("Walls", "1")
	rest.Values[colour](api, "visit.kind_unknown", colours)
	rest.Register(api, paint(), work)
	handler := site(t, api)
	for body, want := range map[string]string{
		`{"colour":"red"}`:                    `"colours":["red"]`,
		`{"colour":"red","more":["green"]}`:   `"colours":["red","green"]`,
		`{"colour":"blue"}`:                   `"type":"urn:vienkopus:fault:visit.kind_unknown","field":"colour"`,
		`{"colour":""}`:                       `"type":"urn:vienkopus:fault:visit.kind_unknown","field":"colour"`,
		`{"colour":"red","more":["", "red"]}`: `"type":"urn:vienkopus:fault:visit.kind_unknown","field":"more[0]"`,
		`{"colour":null}`:                     `"type":"urn:vienkopus:fault:request.member_type","field":"colour"`,
		`{"colour":"red","more":null}`:        `"colours":["red"]`, // null is absent where a member may be absent
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, rest.Prefix+"/paint", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s, want %s", body, w.Code, w.Body, want)
		}
	}
}

func TestADescriptionIsWholeByItself(t *testing.T) {
	t.Parallel()
	api := rest.New("Walls", "1")
	rest.Values[colour](api, "", colours)
	rest.Register(api, paint(), work)
	d, err := resttest.Read(t.Context(), site(t, api))
	if err != nil {
		t.Fatal(err)
	}
	for _, gap := range d.Gaps() {
		t.Error(gap)
	}
	example, err := json.Marshal(d.Paths["/paint"]["post"].Responses["200"].Content["application/json"].Example)
	if err != nil || string(example) != `{"colours":["red"],"word":"rouge"}` {
		t.Errorf("the example: %s %v", example, err)
	}
}

type measured struct {
	Metres float64 `query:"metres" minimum:"-90" maximum:"90"`
}

// What is no number that one can count with, and a member by another name, are refused as what they are: never with a fault of ours, never taken.
func TestNumbersWithoutAnEndAndMembersByAnotherName(t *testing.T) {
	t.Parallel()
	api := rest.New("Walls", "1")
	rest.Values[colour](api, "", colours)
	rest.Register(api, paint(), work)
	measure := paint()
	measure.Method, measure.ID = http.MethodGet, "measure"
	rest.Register(api, measure, func(context.Context, *measured) (*struct{}, error) { return &struct{}{}, nil })
	handler := site(t, api)
	for _, c := range []struct {
		method, query, body, want string
		status                    int
	}{
		{http.MethodGet, "?metres=1e1", "", "", http.StatusNoContent},
		{http.MethodGet, "?metres=91", "", `request.member_most","field":"metres"`, http.StatusUnprocessableEntity},
		{http.MethodGet, "?metres=Inf", "", `request.member_form","field":"metres"`, http.StatusUnprocessableEntity},
		{http.MethodGet, "?metres=-Infinity", "", `request.member_form","field":"metres"`, http.StatusUnprocessableEntity},
		{http.MethodGet, "?metres=nan", "", `request.member_form","field":"metres"`, http.StatusUnprocessableEntity},
		{http.MethodPost, "", `{"colour":"red","Colour":"green"}`, `request.member_unknown","field":"Colour"`, http.StatusUnprocessableEntity},
		{http.MethodPost, "", `{"COLOUR":"red"}`, `request.member_missing","field":"colour"`, http.StatusUnprocessableEntity},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, rest.Prefix+"/paint"+c.query, strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %s: %d %s, want %d %s", c.query, c.body, w.Code, w.Body, c.status, c.want)
		}
	}
}

// Each fault of a door ends the start, with the name of what is wrong.
func TestDoorsThatCannotBeDescribed(t *testing.T) {
	t.Parallel()
	type tagged struct {
		Body struct {
			Colour string `json:"colour" enum:"red,green"`
		}
	}
	type asked struct {
		Colour string `query:"colour" enum:"red,green"`
	}
	for want, build := range map[string]func(api *rest.API){
		"colour has no list of values": func(api *rest.API) { rest.Register(api, paint(), work) },
		"a tag lists values": func(api *rest.API) {
			rest.Register(api, paint(), func(context.Context, *tagged) (*struct{}, error) { return nil, nil })
		},
		"asked.Colour: a tag lists values": func(api *rest.API) {
			rest.Register(api, paint(), func(context.Context, *asked) (*struct{}, error) { return nil, nil })
		},
		"colour is {[green] }": func(api *rest.API) {
			rest.Values[colour](api, "", colours)
			rest.Values[colour](api, "", colours[1:])
		},
		"the tag walls has two descriptions": func(api *rest.API) {
			rest.Values[colour](api, "", colours)
			rest.Register(api, paint(), work)
			again := paint()
			again.Path, again.ID, again.Tag.Description = "/again", "again", "Something else."
			rest.Register(api, again, work)
		},
	} {
		api := rest.New("Walls", "1")
		build(api)
		if _, err := api.Routes(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
