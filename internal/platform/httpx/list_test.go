package httpx_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/httpx"
)

func TestAPlaceIsGoodInItsOwnListOnly(t *testing.T) {
	t.Parallel()
	list := httpx.List{Name: "payments/CES-1/2026-11-20"}
	at := func(after string) *http.Request {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/payments", http.NoBody)
		r.URL.RawQuery = "after=" + after
		return r
	}
	good := list.Place("17", "ā b")
	if key, there, err := list.After(at(good), 2); err != nil || !there || !slices.Equal(key, []string{"17", "ā b"}) {
		t.Error(key, there, err)
	}
	if _, there, err := list.After(at(""), 2); err != nil || there {
		t.Error(there, err)
	}
	for name, bad := range map[string]string{
		"foreign":         httpx.List{Name: "payments/CES-2/2026-11-20"}.Place("17", "x"),
		"of other length": list.Place("17"),
		"cut":             good[:len(good)-3],
		"no base64":       "%C4%81",
		"no JSON":         "aGVsbG8",
		"JSON":            "e30",
	} {
		_, _, err := list.After(at(bad), 2)
		if f := fault.First(err); f == nil || f.Key != "request.cursor" || httpx.StatusOf(f.Kind) != http.StatusUnprocessableEntity {
			t.Errorf("a place that is %s: %v", name, err)
		}
	}
	if n, err := list.AfterNumber(at(list.Place("17")), 3); n != 17 || err != nil {
		t.Error(n, err)
	}
	if n, err := list.AfterNumber(at(""), 3); n != 3 || err != nil {
		t.Error(n, err)
	}
	if _, err := list.AfterNumber(at(list.Place("x")), 3); fault.First(err) == nil {
		t.Error("a number that is none passes")
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	if page, last, more := httpx.Cut([]int{1, 2, 3}, 2); !slices.Equal(page, []int{1, 2}) || last != 2 || !more {
		t.Error(page, last, more)
	}
	if page, _, more := httpx.Cut([]int{1, 2}, 2); len(page) != 2 || more {
		t.Error(page, more)
	}
}
