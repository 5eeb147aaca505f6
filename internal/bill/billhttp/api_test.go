package billhttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billtest"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
)

const (
	bills      = "/api/v1/bills"
	vinda      = billtest.Water
	cesisArea  = "0026000"
	livaniArea = "0036000"
	invalid    = http.StatusUnprocessableEntity
)

// town is the demonstration's places, the roles of the house, and a creditor.
var town = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	a, err := app.Open(ctx, app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.System{}})
	if err != nil {
		return err
	}
	by := actor.System("test")
	if err := a.DefineRoles(ctx, by); err != nil {
		return err
	}
	if err := places.Seed(ctx, places.Services{Territory: a.Territory, Centre: a.Centre}, by); err != nil {
		return err
	}
	r := journal.Request{By: by, Desk: staff.NetworkDesk, Key: "vinda"}
	if err := a.Bill.RegisterCreditor(ctx, r, billtest.Accounts[vinda]); err != nil {
		return err
	}
	return a.Close()
})

// house is the whole program.
type house struct {
	*app.App
	t    *testing.T
	site http.Handler
}

// inTown runs the test against the program, on both engines.
func inTown(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		a, err := app.Open(t.Context(), app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
		billtest.Must(t, err)
		t.Cleanup(func() { billtest.Must(t, a.Close()) })
		site, err := a.Handler(nil)
		billtest.Must(t, err)
		test(t, &house{App: a, t: t, site: site})
	})
}

// lines returns how many lines all journals hold.
func (h *house) lines() int64 {
	h.t.Helper()
	var n int64
	billtest.Must(h.t, h.DB.QueryRow(h.t.Context(), "SELECT COALESCE(SUM(number), 0) FROM desk_head").Scan(&n))
	return n
}

// sound complains about everything that verify finds.
func (h *house) sound() {
	h.t.Helper()
	report, err := h.Verify(h.t.Context(), nil)
	billtest.Must(h.t, err)
	for _, p := range report.Problems {
		h.t.Error(p)
	}
}

// caller is a program with a token.
type caller struct {
	h     *house
	token string
}

// token makes a token in a role: at a desk, or for a scope when the desk is empty.
func (h *house) token(role, desk string, within scope.Scope) caller {
	h.t.Helper()
	label := role + desk + within.String()
	secret, _, err := h.Staff.CreateToken(h.t.Context(), actor.System("test"), staff.NewToken{Label: label, Role: role, Desk: desk, Scope: within}, "token:"+label)
	billtest.Must(h.t, err)
	return caller{h: h, token: secret}
}

// billing is a billing system that may put bills in Cēsis.
func (h *house) billing() caller { return h.billingOf(vinda) }

// billingOf is the billing system of a creditor, in Cēsis.
func (h *house) billingOf(creditor string) caller {
	return h.token("billing-system", "", scope.Municipality(cesisArea).Of(creditor))
}

// reply is what was answered.
type reply struct {
	t      *testing.T
	asked  string
	status int
	body   []byte
}

func (c caller) send(method, path, key string, body fields) reply {
	c.h.t.Helper()
	text, err := json.Marshal(body)
	billtest.Must(c.h.t, err)
	r := httptest.NewRequestWithContext(c.h.t.Context(), method, path, bytes.NewReader(text))
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	c.h.site.ServeHTTP(w, r)
	return reply{t: c.h.t, asked: method + " " + path, status: w.Code, body: w.Body.Bytes()}
}

func (c caller) put(key string, list ...fields) reply {
	c.h.t.Helper()
	return c.send(http.MethodPut, bills, key, fields{"bills": list})
}

func (c caller) cancel(key string, body fields) reply {
	c.h.t.Helper()
	return c.send(http.MethodPost, bills+"/cancel", key, body)
}

// well ends the test unless all went well.
func (r reply) well() reply {
	r.t.Helper()
	if r.status != http.StatusOK {
		r.t.Fatalf("%s: %d %s", r.asked, r.status, r.body)
	}
	return r
}

// problem is an error as programs get it.
type problem struct {
	Type   string
	Errors []struct{ Type, Field string }
}

// fails complains unless the answer is a problem with the status and the key of a message.
func (r reply) fails(status int, key string) problem {
	r.t.Helper()
	var p problem
	if err := json.Unmarshal(r.body, &p); err != nil || r.status != status || p.Type != "urn:vienkopus:fault:"+key {
		r.t.Errorf("%s: %d %s, want %d %s", r.asked, r.status, r.body, status, key)
	}
	return p
}

// states returns what became of the bills, as "W-1 issued, W-2 changed", and their ids.
func (r reply) states() (string, []string) {
	r.t.Helper()
	var got struct {
		Bills []struct{ ID, Number, State string }
	}
	billtest.Must(r.t, json.Unmarshal(r.body, &got))
	var states, ids []string
	for _, b := range got.Bills {
		states, ids = append(states, b.Number+" "+b.State), append(ids, b.ID)
	}
	return strings.Join(states, ", "), ids
}

// water is a bill of the water company.
func water(number string, cents int64) fields { return one(vinda, number, cents) }

// with returns a bill that says something else in one member; nil leaves it out.
func with(b fields, member string, value any) fields {
	changed := fields{}
	for name, old := range b {
		changed[name] = old
	}
	changed[member] = value
	if value == nil {
		delete(changed, member)
	}
	return changed
}

func TestABillingSystemPutsItsBills(t *testing.T) {
	inTown(t, func(t *testing.T, h *house) {
		system := h.billing()
		before := h.lines()
		first := system.put("a", water("W-1", 1230), water("W-2", 700)).well()
		states, ids := first.states()
		if states != "W-1 issued, W-2 issued" || h.lines() != before+2 {
			t.Errorf("%s, %d lines", states, h.lines()-before)
		}
		second := system.put("b", water("W-2", 800), water("W-1", 1230), water("W-3", 1)).well()
		if states, again := second.states(); states != "W-2 changed, W-1 unchanged, W-3 issued" || again[0] != ids[1] || again[1] != ids[0] || h.lines() != before+4 {
			t.Errorf("%s %q, %d lines", states, again, h.lines()-before)
		}
		// Sent again, each request gets its first answer, whatever has happened since.
		for key, was := range map[string]reply{"a": first, "b": second} {
			list := []fields{water("W-1", 1230), water("W-2", 700)}
			if key == "b" {
				list = []fields{water("W-2", 800), water("W-1", 1230), water("W-3", 1)}
			}
			if now := system.put(key, list...).well(); !bytes.Equal(now.body, was.body) {
				t.Errorf("first %s, then %s", was.body, now.body)
			}
		}
		system.put("a", water("W-1", 1)).fails(http.StatusConflict, "request.key_reused")
		if states, _ := system.put("", water("W-2", 800)).well().states(); states != "W-2 unchanged" || h.lines() != before+4 {
			t.Errorf("%s, %d lines", states, h.lines()-before)
		}
		found, err := h.Bill.Find(t.Context(), "Bērziņa")
		if err != nil || len(found) != 3 || found[0].Desk != "BILLS-90000028508" {
			t.Errorf("found %+v, %v", found, err)
		}
		// A bill without a payer says nothing about it.
		system.put("", with(water("W-2", 900), "payer", nil)).well()
		if found, err = h.Bill.Find(t.Context(), "Bērziņa"); err != nil || len(found) != 3 {
			t.Errorf("found %+v, %v", found, err)
		}
		withdraw := fields{"creditor": "90000028508", "number": "W-1", "reason": "mistaken"}
		gone := system.cancel("c", withdraw).well()
		if again := system.cancel("c", withdraw).well(); !bytes.Equal(gone.body, again.body) || !strings.Contains(string(gone.body), ids[0]) {
			t.Errorf("%s, then %s", gone.body, again.body)
		}
		system.cancel("", withdraw).fails(http.StatusConflict, "bill.is_cancelled")
		system.put("", water("W-9", 5), water("W-1", 5)).fails(http.StatusConflict, "bill.is_cancelled")
		h.sound()
	})
}

// Whatever is wrong with one bill, none is put, and each fault names its bill and member.
func TestBillsThatAreRefused(t *testing.T) {
	inTown(t, func(t *testing.T, h *house) {
		system, other := h.billing(), h.billingOf("40003032949")
		before := h.lines()
		long := make([]fields, bill.MostPut+1)
		for i := range long {
			long[i] = water(fmt.Sprint("L-", i), 1)
		}
		instalments := func(list ...fields) fields { return with(water("W-1", 1), "instalments", append([]fields{}, list...)) }
		for _, c := range []struct {
			name, key, field string
			list             []fields
		}{
			{"no bill", "request.member_few", "bills", []fields{}},
			{"too many", "request.member_many", "bills", long},
			{"no number", "request.member_missing", "bills[1].number", []fields{water("W-1", 1), with(water("", 1), "number", nil)}},
			{"an empty number", "bill.code", "bills[1].number", []fields{water("W-1", 1), water("", 1)}},
			{"a wrong creditor", "bill.creditor_number", "bills[0].creditor", []fields{with(water("W-1", 1), "creditor", "90000028509")}},
			{"two creditors", "bill.one_creditor", "bills[1].creditor", []fields{water("W-1", 1), with(water("W-2", 1), "creditor", "40003032949")}},
			{"the same twice", "bill.twice", "bills[2].number", []fields{water("W-1", 1), water("W-2", 1), water("W-1", 2)}},
			{"no instalment", "request.member_few", "bills[0].instalments", []fields{instalments()}},
			{"nothing owed", "request.member_least", "bills[0].instalments[0].cents", []fields{instalments(fields{"due": "2026-11-20", "cents": 0})}},
			{"too much", "bill.amount", "bills[0].instalments", []fields{instalments(fields{"due": "2026-11-20", "cents": 10_000_000_001})}},
			{"no such day", "request.member_date", "bills[0].instalments[0].due", []fields{instalments(fields{"due": "2026-02-30", "cents": 1})}},
			{"a fraction", "request.member_type", "bills[0].instalments[0].cents", []fields{instalments(fields{"due": "2026-11-20", "cents": 1.5})}},
			{"a wrong reference", "bill.rf", "bills[0].rf", []fields{with(water("W-1", 1), "rf", "RF00123")}},
			{"a long name", "bill.text", "bills[0].payer.name", []fields{with(water("W-1", 1), "payer", fields{"name": strings.Repeat("a", 201)})}},
			{"an unknown member", "request.member_unknown", "bills[0].paid", []fields{with(water("W-1", 1), "paid", true)}},
		} {
			p := system.put("", c.list...).fails(invalid, c.key)
			if len(p.Errors) == 0 || p.Errors[0].Field != c.field {
				t.Errorf("%s: %+v, want %s", c.name, p, c.field)
			}
		}
		p := system.put("", water("", 1), water("W-1", 1), with(water("W-2", 1), "kind", "-")).fails(invalid, "bill.code")
		if len(p.Errors) != 2 || p.Errors[1].Field != "bills[2].kind" {
			t.Errorf("both faults: %+v", p)
		}
		unknown := fields{"creditor": "90000028508", "number": "W-404", "reason": "mistaken"}
		other.put("", with(water("W-1", 1), "creditor", "40003032949")).fails(http.StatusNotFound, "bill.creditor_unknown")
		system.cancel("", unknown).fails(http.StatusNotFound, "bill.unknown")
		system.cancel("", with(unknown, "reason", "rain")).fails(invalid, "bill.reason")
		if now := h.lines(); now != before {
			t.Errorf("%d lines", now-before)
		}
	})
}

// Who may put bills in one municipality touches no bill of another one, neither by what it says now nor by what it said before.
func TestBillsOfAnotherMunicipality(t *testing.T) {
	inTown(t, func(t *testing.T, h *house) {
		here := h.billing()
		there, everywhere := h.token("billing-system", "", scope.Municipality(livaniArea).Of(vinda)), h.token("billing-system", "", scope.Network.Of(vinda))
		centre, clerk := h.token("billing-system", "", scope.Centre("cesis").Of(vinda)), h.token("clerk", "CES-1", scope.Scope{})
		here.put("", water("W-1", 1)).well()
		before := h.lines()
		elsewhere := with(water("W-2", 1), "municipality", livaniArea)
		here.put("", water("W-3", 1), elsewhere).fails(http.StatusForbidden, "bill.elsewhere")
		there.put("", water("W-1", 1)).fails(http.StatusForbidden, "bill.elsewhere")
		there.put("", with(elsewhere, "number", "W-1")).fails(http.StatusForbidden, "bill.elsewhere")
		centre.put("", water("W-3", 1)).fails(http.StatusForbidden, "bill.elsewhere")
		withdraw := fields{"creditor": vinda, "number": "W-1", "reason": "waived"}
		there.cancel("", withdraw).fails(http.StatusForbidden, "bill.elsewhere")
		clerk.put("", water("W-3", 1)).fails(http.StatusForbidden, "staff.forbidden")
		if now := h.lines(); now != before {
			t.Errorf("%d lines", now-before)
		}
		everywhere.put("", water("W-3", 1), elsewhere).well()
		everywhere.cancel("", withdraw).well()
	})
}

// The same request many times at once, and the same bills in different requests: each bill is issued once.
func TestBillsAtOnce(t *testing.T) {
	inTown(t, func(t *testing.T, h *house) {
		system := h.billing()
		before := h.lines()
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				list := []fields{water("W-1", 1), water("W-2", 2)}
				if i%2 == 0 {
					list[0], list[1] = list[1], list[0]
				}
				if r := system.put(fmt.Sprint("at-once-", i%4), list...); r.status != http.StatusOK {
					t.Errorf("%d %s", r.status, r.body)
				}
			})
		}
		all.Wait()
		if n := h.lines() - before; n != 2 {
			t.Errorf("%d lines", n)
		}
	})
}

// Names typed at a counter were broadcast: every connected creditor was asked by whatever a clerk had typed, in an address that logs on the way keep.
func TestANameIsToldNobodyUnlessSomebodyPressesForIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		s := newSystem(t)
		s.says(list(one(billtest.Water, "W-1", 1230)))
		o := connected(t, dsn, s, time.Minute)
		for _, name := range []string{"bērziņa", "Anna Bērziņa", "Rīgas iela 1", "ANNA 5"} {
			if _, err := o.Service.Ask(t.Context(), billtest.Accountant, name); err != nil {
				t.Error(err)
			}
			if asked := s.took(); len(asked) > 0 {
				t.Errorf("%s: asked %v", name, asked)
			}
		}
		for _, number := range []string{"W-1001", "LV 001/2", "DZ-4410", "2026-000001", "0026", "w-2002"} {
			if _, err := o.Service.Ask(t.Context(), billtest.Accountant, number); err != nil {
				t.Error(err)
			}
			if asked := s.took(); !slices.Equal(asked, []string{"GET " + number}) {
				t.Errorf("%s: asked %v", number, asked)
			}
		}
		a, err := o.Service.AskByName(t.Context(), billtest.Accountant, "Anna Bērziņa")
		billtest.Must(t, err)
		if asked := s.took(); !slices.Equal(asked, []string{"POST Anna Bērziņa"}) || len(a.Asked) != 1 {
			t.Errorf("pressed: asked %v of %v", asked, a.Asked)
		}
	})
}
