package fuzz_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/rest/resttest"
)

type colour string

type paintIn struct {
	Body struct {
		Wall   string `json:"wall" example:"north"`
		Colour colour `json:"colour"`
		Coats  int64  `json:"coats" minimum:"1" maximum:"3"`
	}
}

type paintOut struct {
	Body struct {
		Colour colour `json:"colour"`
		Wall   string `json:"wall" example:"north"`
	}
}

// wall is an interface of one operation, which does what it is told to.
func wall(t *testing.T, work func(in *paintIn, out *paintOut)) *knock {
	t.Helper()
	api := rest.New("Walls", "1")
	rest.Values[colour](api, "", []colour{"red", "green"})
	rest.Register(api, rest.Operation{
		Method: http.MethodPost, Path: "/paint", ID: "paint", Summary: "Paint", Description: "A wall.", Public: true, Tag: rest.Tag{Name: "walls"},
	}, func(_ context.Context, in *paintIn) (*paintOut, error) {
		out := &paintOut{}
		out.Body.Colour, out.Body.Wall = in.Body.Colour, in.Body.Wall
		work(in, out)
		return out, nil
	})
	routes, err := api.Routes()
	if err != nil {
		t.Fatal(err)
	}
	heard := &ear{}
	site, err := httpx.Build(routes, httpx.Options{Clock: clock.System{}, Log: slog.New(slog.NewTextHandler(heard, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		t.Fatal(err)
	}
	said, err := resttest.Read(t.Context(), site)
	if err != nil {
		t.Fatal(err)
	}
	return &knock{t: t, site: site, heard: heard, said: said, draw: resttest.NewDraw(1, said), tokens: map[string]string{"nobody": ""}, seed: 1}
}

// member returns what the description says of a member of the only body.
func (k *knock) member(name string) map[string]any {
	for _, s := range k.said.Components.Schemas {
		if all, ok := s.(map[string]any)["properties"].(map[string]any); ok && all["coats"] != nil {
			one, _ := all[name].(map[string]any)
			return one
		}
	}
	k.t.Fatal("there is no such body")
	return nil
}

// The draws find each fault of a kind that they are made for, in as many requests as an operation gets.
func TestPlantedFaultsOfOperationsAreFound(t *testing.T) {
	t.Parallel()
	sound := func(*paintIn, *paintOut) {}
	for says, plant := range map[string]func(t *testing.T) *knock{
		"": func(t *testing.T) *knock { return wall(t, sound) },
		"panic: too long": func(t *testing.T) *knock {
			return wall(t, func(in *paintIn, _ *paintOut) {
				if len(in.Body.Wall) > 1000 {
					panic("too long")
				}
			})
		},
		"body.colour: blue is none of": func(t *testing.T) *knock {
			return wall(t, func(in *paintIn, out *paintOut) {
				if in.Body.Coats == 3 {
					out.Body.Colour = "blue"
				}
			})
		},
		"it was taken, although [\"body.coats": func(t *testing.T) *knock {
			k := wall(t, sound)
			k.member("coats")["maximum"] = 2.0 // the program takes three
			return k
		},
		"as if the description did not allow it": func(t *testing.T) *knock {
			k := wall(t, sound)
			k.member("colour")["enum"] = []any{"red", "green", "blue"} // the program knows no blue
			return k
		},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			wrong := plant(t).all(60)
			if says == "" && len(wrong) > 0 {
				t.Errorf("nothing is wrong, yet %q", wrong)
			}
			if !slices.ContainsFunc(wrong, func(w string) bool { return says == "" || strings.Contains(w, says) }) && says != "" {
				t.Errorf("%q is not found: %q", says, wrong)
			}
		})
	}
}
