package billhttp_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billhttp"
	"vienkopus/internal/bill/billtest"
	"vienkopus/internal/bill/epc"
	"vienkopus/internal/platform/egress"
	"vienkopus/internal/platform/sqldb/dbtest"
)

const secret = "a-secret-of-the-water-company"

// logged is everything that the tests of this package write into the log.
var logged journalOfLog

type journalOfLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *journalOfLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *journalOfLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	code := m.Run()
	// The queries of the tests are names, and the secrets are known: neither may stand in the log of any of them.
	if text := strings.ToLower(logged.String()); strings.Contains(text, "secret-of") || strings.Contains(text, "bērziņa") || strings.Contains(text, "b%c4%93rzi") {
		fmt.Fprintln(os.Stderr, "a name or a secret stands in the log:", text)
		code = 1
	}
	os.Exit(code)
}

type fields = map[string]any

// one is a bill as a creditor's system writes it.
func one(creditor, number string, cents int64) fields {
	return fields{
		"creditor": creditor, "number": number, "reference": "C-100", "kind": "water", "municipality": "0026000", "issued": "2026-11-01",
		"instalments": []fields{{"due": "2026-11-20", "cents": cents}}, "payer": fields{"name": "Anna Bērziņa", "address": "Rīgas iela 1"},
	}
}

// system is the system of a creditor.
type system struct {
	*httptest.Server
	mu     sync.Mutex
	answer http.HandlerFunc
	asked  []string
}

func newSystem(t *testing.T) *system {
	t.Helper()
	s := &system{answer: list()}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Method+" "+r.FormValue("q"))
		answer := s.answer
		s.mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer "+secret || r.URL.Query().Get("kind") != "all" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// says makes the system answer so from now on.
func (s *system) says(answer http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// took returns what was asked since it was asked last.
func (s *system) took() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

// list answers with bills.
func list(bills ...fields) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if bills == nil {
			bills = []fields{}
		}
		if err := json.NewEncoder(w).Encode(bills); err != nil {
			slog.ErrorContext(r.Context(), "the test's answer", slog.Any("error", err))
		}
	}
}

// text answers with anything.
func text(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		if _, err := io.WriteString(w, body); err != nil {
			slog.ErrorContext(r.Context(), "the test's answer", slog.Any("error", err))
		}
	}
}

// connected opens an office whose water company is asked at the system.
func connected(t *testing.T, dsn string, s *system, within time.Duration) *billtest.Office {
	t.Helper()
	o := billtest.New(t, dsn, billtest.Options{Remote: billhttp.NewRemote(within, egress.Policy{Inside: []string{"127.0.0.1"}})})
	connect(t, o, billtest.Water, s.URL+"/bills?kind=all")
	return o
}

func connect(t *testing.T, o *billtest.Office, creditor, lookup string) {
	t.Helper()
	billtest.Must(t, o.Service.Connect(t.Context(), o.At("NETWORK"), bill.Connection{Creditor: regno.Number(creditor), Lookup: &lookup, Secret: secret}))
}

// ask returns what was found and who was silent.
func ask(t *testing.T, o *billtest.Office, query string) string {
	t.Helper()
	a, err := o.Service.AskByName(t.Context(), billtest.Accountant, query)
	billtest.Must(t, err)
	var all []string
	for _, f := range a.Found {
		all = append(all, fmt.Sprintf("%s %s", f.Number, f.Due.Total))
	}
	slices.Sort(all)
	for _, c := range a.Silent {
		all = append(all, "silent: "+c.Name)
	}
	return strings.Join(all, ", ")
}

func TestTheSystemOfACreditorIsAsked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		s := newSystem(t)
		o := connected(t, dsn, s, time.Minute)
		o.Put(bill.Feed(billtest.Council), billtest.Content(billtest.Council, "N-1", "9", 500), bill.Payer{Name: "Anna Bērziņa", Address: "Rīgas iela 1"})
		before := o.Lines()
		if got := ask(t, o, "bērziņa"); got != "N-1 5.01" { // five days late
			t.Errorf("nothing there yet: %s", got)
		}
		s.says(list(one(billtest.Water, "W-1", 1230), one(billtest.Water, "W-2", 700)))
		for range 3 {
			if got := ask(t, o, "bērziņa"); got != "N-1 5.01, W-1 12.30, W-2 7.00" || o.Lines() != before+2 {
				t.Errorf("%s, %d lines", got, o.Lines()-before)
			}
		}
		lines, err := o.Journal.Lines(t.Context(), o.Journal.DB(), bill.Feed(billtest.Water), 0, 10)
		if err != nil || len(lines) != 2 || lines[0].Actor != billtest.Accountant {
			t.Errorf("lines at the feed: %+v, %v", lines, err)
		}
		// A bill that costs more, and then what it cost before, is what the system says each time.
		for i, cents := range []int64{800, 700, 800, 700} {
			s.says(list(one(billtest.Water, "W-2", cents)))
			if got := ask(t, o, "W-2"); !strings.Contains(got, fmt.Sprintf("W-2 %d.00", cents/100)) || o.Lines() != before+3+int64(i) {
				t.Errorf("at %d: %s, %d lines", cents, got, o.Lines()-before)
			}
		}
		// What was cancelled here stays so, whatever the system says, and its system has answered.
		_, err = o.Service.Withdraw(t.Context(), bill.Withdrawal{By: billtest.Accountant, Key: "gone", Creditor: billtest.Water, Number: "W-2", Reason: bill.Mistaken})
		billtest.Must(t, err)
		if got := ask(t, o, "W-2"); strings.Contains(got, "silent") || strings.Contains(got, "7.00") {
			t.Errorf("the cancelled bill: %s", got)
		}
		if asked := s.took(); !slices.Contains(asked, "POST bērziņa") || len(asked) != 9 {
			t.Errorf("asked %q", asked)
		}
	})
}

// However a system fails, what is known is found, the creditor is named, and nothing of the answer is kept.
func TestASilentCreditorIsNamed(t *testing.T) {
	t.Parallel()
	good, err := json.Marshal(one(billtest.Water, "W-2", 700))
	if err != nil {
		t.Fatal(err)
	}
	many := make([]fields, bill.MostFound+1)
	for i := range many {
		many[i] = one(billtest.Water, fmt.Sprint("M-", i), 100)
	}
	changed := func(name string, value any) fields {
		b := one(billtest.Water, "W-2", 700)
		b[name] = value
		return b
	}
	const js = "application/json"
	answers := map[string]http.HandlerFunc{
		"unauthorised":        text(http.StatusUnauthorized, js, "[]"),
		"an error":            text(http.StatusInternalServerError, js, "["+string(good)+"]"),
		"no content":          func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"a page":              text(http.StatusOK, "text/html", "["+string(good)+"]"),
		"nothing":             text(http.StatusOK, js, ""),
		"null":                text(http.StatusOK, js, "null"),
		"an object":           text(http.StatusOK, js, `{"bills":[]}`),
		"half":                text(http.StatusOK, js, "["+string(good)+","),
		"two answers":         text(http.StatusOK, js, "["+string(good)+"][]"),
		"a number for a word": text(http.StatusOK, js, `[{"creditor":5}]`),
		"a fraction of cents": list(changed("instalments", []fields{{"due": "2026-11-20", "cents": 1.5}})),
		"a member unknown":    list(changed("paid", true)),
		"no instalments":      list(changed("instalments", []fields{})),
		"nothing owed":        list(changed("instalments", []fields{{"due": "2026-11-20", "cents": 0}})),
		"no such day":         list(changed("issued", "2026-02-30")),
		"no number":           list(changed("number", "")),
		"a foreign bill":      list(one(billtest.Water, "W-2", 700), one(billtest.Council, "N-9", 100)),
		"only a foreign bill": list(one(billtest.Council, "N-9", 100)),
		"the same twice":      list(one(billtest.Water, "W-2", 700), one(billtest.Water, "W-2", 800)),
		"too many":            list(many...),
		"huge": func(w http.ResponseWriter, r *http.Request) {
			text(http.StatusOK, js, "["+string(good)+"]"+strings.Repeat(" ", 2<<20))(w, r)
		},
		"huge when unpacked": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", js)
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, werr := io.WriteString(z, "["+string(good)+"]"+strings.Repeat(" ", 8<<20))
			slog.DebugContext(r.Context(), "packed", slog.Any("errors", []error{werr, z.Close()}))
		},
		"less than it says": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100000")
			text(http.StatusOK, js, "["+string(good)+"]")(w, r)
		},
		"hung up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/bills?kind=all&q=again", http.StatusFound)
		},
	}
	dbtest.Each(t, func(t *testing.T, dsn string) {
		s := newSystem(t)
		o := connected(t, dsn, s, time.Minute)
		o.Put(bill.Feed(billtest.Water), billtest.Content(billtest.Water, "W-1", "C-100", 1230), billtest.Anna)
		before := o.Lines()
		for name, answer := range answers {
			s.says(answer)
			if got := ask(t, o, "Bērziņa"); got != "W-1 12.30, silent: SIA „Vinda”" || o.Lines() != before {
				t.Errorf("%s: %s, %d lines more", name, got, o.Lines()-before)
			}
			if asked := s.took(); len(asked) != 1 && name != "hung up" { // Go asks a GET once more then
				t.Errorf("%s: asked %q", name, asked)
			}
		}
		s.says(list(one(billtest.Water, "W-2", 700)))
		if got := ask(t, o, "C-100"); got != "W-1 12.30, W-2 7.00" {
			t.Errorf("afterwards: %s", got)
		}
		s.Close()
		if got := ask(t, o, "C-100"); got != "W-1 12.30, W-2 7.00, silent: SIA „Vinda”" {
			t.Errorf("without its system: %s", got)
		}
	})
}

// A system that is too slow, before its answer or in the middle of it, keeps nobody waiting, and the others are asked meanwhile.
func TestASlowSystemIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	end := make(chan struct{})
	t.Cleanup(func() { close(end) })
	wait := func(r *http.Request) {
		select {
		case <-end:
		case <-r.Context().Done():
		}
	}
	for name, slow := range map[string]http.HandlerFunc{
		"at first": func(_ http.ResponseWriter, r *http.Request) { wait(r) },
		"half way": func(w http.ResponseWriter, r *http.Request) {
			text(http.StatusOK, "application/json", "[")(w, r)
			if err := http.NewResponseController(w).Flush(); err != nil {
				slog.ErrorContext(r.Context(), "flush", slog.Any("error", err))
			}
			wait(r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, quick := newSystem(t), newSystem(t)
			o := connected(t, dbtest.SQLite(t), s, 0) // the usual patience
			connect(t, o, billtest.Council, quick.URL+"/?kind=all")
			s.says(slow)
			quick.says(list(one(billtest.Council, "N-2", 300)))
			if got := ask(t, o, "Bērziņa"); got != "N-2 3.00, silent: SIA „Vinda”" {
				t.Errorf("found %s", got)
			}
		})
	}
}

// A payment code goes to the creditor whose account it names, and to nobody else.
func TestACodeIsAskedOfItsCreditorOnly(t *testing.T) {
	t.Parallel()
	s, other := newSystem(t), newSystem(t)
	o := connected(t, dbtest.SQLite(t), s, time.Minute)
	connect(t, o, billtest.Council, other.URL+"/?kind=all")
	s.says(list(one(billtest.Water, "W-77", 900)))
	code := func(account iban.IBAN, text string) string {
		encoded, err := epc.Code{Name: "Vinda", IBAN: account, Amount: 900, Text: text}.Encode()
		billtest.Must(t, err)
		return encoded
	}
	if got := ask(t, o, code(billtest.Accounts[billtest.Water].IBAN, "W-77")); got != "W-77 9.00" {
		t.Errorf("found %s", got)
	}
	for _, query := range []string{code("GB29NWBK60161331926819", "W-77"), code(billtest.Accounts[billtest.Water].IBAN, "")} {
		if got := ask(t, o, query); got != "" {
			t.Errorf("found %s", got)
		}
	}
	if mine, others := s.took(), other.took(); !slices.Equal(mine, []string{"GET W-77"}) || len(others) > 0 {
		t.Errorf("asked %q and %q", mine, others)
	}
	_, err := o.Service.Ask(t.Context(), billtest.Accountant, "W")
	billtest.WantFault(t, err, "bill.query")
	if asked := s.took(); len(asked) > 0 {
		t.Errorf("asked %q", asked)
	}
}

// Many ask the same at once: what comes back is written once.
func TestTheSameAnswerAtOnceIsWrittenOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		s := newSystem(t)
		o := connected(t, dsn, s, time.Minute)
		s.says(list(one(billtest.Water, "W-1", 1230), one(billtest.Water, "W-2", 700)))
		before := o.Lines()
		var all sync.WaitGroup
		for range 12 {
			all.Go(func() {
				a, err := o.Service.Ask(t.Context(), billtest.Accountant, "C-100")
				if err != nil || len(a.Found) != 2 || len(a.Silent) > 0 {
					t.Errorf("%+v, %v", a, err)
				}
			})
		}
		all.Wait()
		if n := o.Lines() - before; n != 2 {
			t.Errorf("%d lines", n)
		}
	})
}
