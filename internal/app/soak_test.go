package app_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
)

// soakFor is how long random clients work: three seconds, or as long as VIENKOPUS_SOAK says.
func soakFor(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("VIENKOPUS_SOAK")
	if text == "" {
		return 3 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("VIENKOPUS_SOAK: %v", err)
	}
	return d
}

// Many clients do at random what a counter does: two tabs at each desk, double clicks, requests sent again after the connection
// was cut, keys used twice; and two programs serve from one database. Then the figures are those that the answers make, verify
// finds nothing, and a rebuild changes nothing.
func TestSoakRandomClients(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		h, second := newHouse(t, dsn), newHouse(t, dsn)
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		end := time.Now().Add(soakFor(t))
		latest := end.Add(time.Minute)
		var tabs sync.WaitGroup
		var crowd []*desk
		for _, code := range []string{cesis, beside, marsneni} {
			d := &desk{code: code, clerk: h.clerk(code), open: map[string]bool{}, done: map[string][]reply{}, acts: map[string]actSeen{}}
			d.elsewhere = caller{h: second, token: d.clerk.token}
			crowd = append(crowd, d)
		}
		for i, d := range crowd {
			for tab := range 3 {
				dice := rand.New(rand.NewPCG(seed, uint64(i*10+tab)))
				tabs.Go(func() {
					for time.Now().Before(end) || time.Now().Before(latest) && !enough(crowd) { // a machine with much to do gets its time
						d.something(t, dice, crowd[dice.IntN(len(crowd))])
					}
				})
			}
		}
		tabs.Go(func() {
			for time.Now().Before(end) {
				h.sound()
				time.Sleep(200 * time.Millisecond)
			}
		})
		tabs.Wait()
		total := 0
		for _, d := range crowd {
			total += d.matches(t, h)
		}
		h.sound()
		sameAfterRebuild(t, h)
		if total < fewActs {
			t.Errorf("only %d acts were recorded: this proves nothing", total)
		}
		t.Logf("%d acts", total)
	})
}

// desk is what the tabs of one desk know of it.
type desk struct {
	code  string
	clerk caller
	// elsewhere is the same token at the other program.
	elsewhere caller

	mu   sync.Mutex
	open map[string]bool // path of a visit → whether nobody has closed it, as far as is known
	// done are the good answers by what was asked: every different one is an effect.
	done map[string][]reply
	acts map[string]actSeen // by id
	keys int
	used []request // requests with a key that had their effect
}

var simple = []what{
	{"kind": "letter"},
	{"kind": "call", "channel": "telephone"},
	{"kind": "document_received"},
	{"kind": "payment"},
	{"kind": "consultation", "service": firewood},
	{"kind": "unmet", "service": pension, "reason": "not-at-this-tier"},
}

// something does one thing at random, or tries to.
func (d *desk) something(t *testing.T, dice *rand.Rand, other *desk) {
	t.Helper()
	d.mu.Lock()
	d.keys++
	q := request{method: http.MethodPost, key: fmt.Sprintf("%s-%d", d.code, d.keys)}
	at, act := d.pick(dice)
	if dice.IntN(40) == 0 && len(d.used) > 0 { // a key again, for something else
		old := d.used[dice.IntN(len(d.used))]
		d.mu.Unlock()
		old.body, old.path = what{"channel": "bus"}, visits
		d.clerk.ask(old).fails(http.StatusConflict, "request.key_reused")
		return
	}
	d.mu.Unlock()
	if dice.IntN(40) == 0 && other != d {
		q.path = at + "/close"
		if at != "" {
			other.clerk.ask(q).fails(http.StatusForbidden, "visit.foreign_desk")
		}
		return
	}
	switch n := dice.IntN(100); {
	case at == "" || n < 12:
		q.path, q.body = visits, what{}
	case n < 55:
		q.path, q.body = at+"/acts", simple[dice.IntN(len(simple))]
	case n < 67 && act.ID != "":
		q.path = visits + "/" + act.Visit + "/acts/" + act.ID + "/undo"
	case n < 77 && act.ID != "":
		q.path, q.body = visits+"/"+act.Visit+"/acts/"+act.ID+"/correct", what{"why": "wrong-kind", "now": simple[dice.IntN(len(simple))]}
	case n < 84:
		q.path = at + "/hold"
	case n < 91:
		q.path = at + "/resume"
	default:
		q.path = at + "/close"
	}
	d.send(t, dice, q)
}

// pick returns a visit and an act of the desk at random; open visits come first.
func (d *desk) pick(dice *rand.Rand) (at string, act actSeen) {
	all := slices.Sorted(maps.Keys(d.open))
	var open []string
	for _, v := range all {
		if d.open[v] {
			open = append(open, v)
		}
	}
	if len(open) > 0 && dice.IntN(8) > 0 {
		all = open
	}
	if len(all) > 0 {
		at = all[dice.IntN(len(all))]
	}
	if ids := slices.Sorted(maps.Keys(d.acts)); len(ids) > 0 {
		act = d.acts[ids[dice.IntN(len(ids))]]
	}
	return at, act
}

// send makes the request in one of the ways in which a request arrives, and notes its good answers.
func (d *desk) send(t *testing.T, dice *rand.Rand, q request) {
	t.Helper()
	times := 1
	switch dice.IntN(6) {
	case 0:
		times = 2 + dice.IntN(3)
	case 1: // the connection is cut at any instant
		cut, end := context.WithTimeout(t.Context(), time.Duration(dice.IntN(4000))*time.Microsecond)
		if r, err := d.anywhere().send(cut, q); err == nil {
			d.note(t, q, r)
		}
		end()
	}
	var all sync.WaitGroup
	for range times {
		all.Go(func() { d.note(t, q, d.anywhere().ask(q)) })
	}
	all.Wait()
	if dice.IntN(10) == 0 {
		d.note(t, q, d.anywhere().ask(q)) // a resent form
	}
}

// anywhere is one of the two programs. One of five requests goes to the other one: each finds that somebody else has written.
func (d *desk) anywhere() caller {
	if rand.IntN(5) == 0 {
		return d.elsewhere
	}
	return d.clerk
}

// conflicts are the refusals that may befall somebody who is not alone.
var conflicts = regexp.MustCompile(`fault:visit\.(already_closed|already_on_hold|already_served|act_gone|still_open)"`)

// note remembers a good answer.
func (d *desk) note(t *testing.T, q request, r reply) {
	t.Helper()
	if r.status == http.StatusConflict && conflicts.Match(r.body) {
		return
	}
	if r.status != http.StatusOK && r.status != http.StatusCreated {
		t.Errorf("%s: %d %s", r.asked, r.status, r.body)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if earlier := d.done[q.key]; len(earlier) == 0 {
		d.used = append(d.used, q)
	} else if r.status == http.StatusCreated && string(earlier[0].body) != string(r.body) {
		t.Errorf("%s: answered as %s and as %s", r.asked, earlier[0].body, r.body)
	}
	d.done[q.key] = append(d.done[q.key], r)
	switch {
	case q.path == visits:
		if at := visits + "/" + r.visit().ID; !d.open[at] {
			_, closed := d.open[at]
			d.open[at] = !closed
		}
	case strings.HasSuffix(q.path, "/acts"):
		d.acts[r.act().ID] = r.act()
	case strings.HasSuffix(q.path, "/close"):
		d.open[strings.TrimSuffix(q.path, "/close")] = false
	}
}

// expected returns the figures that the answers make, and complains when a thing that can happen once was done twice.
func (d *desk) expected(t *testing.T) map[string]int64 {
	t.Helper()
	sums := map[string]int64{}
	for _, a := range d.acts {
		sums[a.Kind]++
	}
	once := map[string]bool{}
	for _, q := range d.used {
		_, isAct := q.body.(what)
		if q.path == visits || isAct && strings.HasSuffix(q.path, "/acts") {
			continue
		}
		last := q.path[strings.LastIndex(q.path, "/")+1:]
		if last == "hold" || last == "resume" {
			continue
		}
		// An act is undone or corrected, and once only; a visit is closed once only.
		thing := strings.TrimSuffix(q.path, "/"+last)
		if once[thing] {
			t.Errorf("%s: was done twice", q.path)
		}
		once[thing] = true
		if last == "close" {
			if slices.ContainsFunc(d.done[q.key][0].visit().Acts, func(a actSeen) bool { return a.State != "undone" }) {
				sums["visit"]++
			}
			continue
		}
		sums[d.acts[thing[strings.LastIndex(thing, "/")+1:]].Kind]--
		if body, ok := q.body.(what); ok {
			now, _ := body["now"].(what)
			sums[fmt.Sprint(now["kind"])]++
		}
	}
	return sums
}

// matches compares the figures of the desk with those that its answers make, and returns how many acts were recorded.
func (d *desk) matches(t *testing.T, h *house) int {
	t.Helper()
	want := d.expected(t)
	got := map[string]int64{}
	const query = `SELECT kind, SUM(n) FROM tally_kind WHERE desk = $1 AND source = 'recorded' GROUP BY kind`
	for kind := range want {
		got[kind] = 0
	}
	err := sqldb.Each(t.Context(), h.DB, query, []any{d.code}, func(rows *sql.Rows) error {
		var kind string
		var n int64
		err := rows.Scan(&kind, &n)
		got[kind] = n
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range slices.Sorted(maps.Keys(got)) {
		if got[kind] != want[kind] {
			t.Errorf("%s, %s: counted %d, the answers make %d", d.code, kind, got[kind], want[kind])
		}
	}
	d.oneAtATime(t, h)
	for id, a := range d.acts {
		if seen := d.clerk.get(visits + "/" + a.Visit).is(http.StatusOK).visit().Acts; count(seen, id) != 1 {
			t.Errorf("act %s stands %d times in its visit", id, count(seen, id))
		}
		if len(d.acts) > 500 { // in a long run the figures say enough
			break
		}
	}
	lines := h.token("auditor", "", scope.Network).journal(d.code, 500)
	for _, wrong := range chain(lines) {
		t.Errorf("%s: %s", d.code, wrong)
	}
	return len(d.acts)
}

// oneAtATime complains when the desk has served two clients at the same time.
func (d *desk) oneAtATime(t *testing.T, h *house) {
	t.Helper()
	const query = `SELECT s.from_at, s.to_at FROM visit_span s JOIN visit v ON v.id = s.visit WHERE v.desk = $1 AND s.serving ORDER BY s.from_at, s.number`
	busy, spans := int64(0), 0
	err := sqldb.Each(t.Context(), h.DB, query, []any{d.code}, func(rows *sql.Rows) error {
		var from, to int64
		err := rows.Scan(&from, &to)
		if from < busy {
			t.Errorf("%s serves somebody from %d on, and somebody else until %d", d.code, from, busy)
		}
		if busy, spans = to, spans+1; to == 0 {
			busy = math.MaxInt64
		}
		return err
	})
	if err != nil || spans == 0 {
		t.Errorf("%s: %d spans, %v", d.code, spans, err)
	}
}

func count(acts []actSeen, id string) (n int) {
	for _, a := range acts {
		if a.ID == id {
			n++
		}
	}
	return n
}

var created = regexp.MustCompile(`(?i)create table (?:if not exists )?(\w+)`)

// tables returns the names of all tables that are made of lines.
func tables(t *testing.T, h *house) []string {
	t.Helper()
	var names []string
	err := sqldb.Each(t.Context(), h.DB, "SELECT ddl FROM projection ORDER BY name", nil, func(rows *sql.Rows) error {
		var ddl string
		err := rows.Scan(&ddl)
		for _, found := range created.FindAllStringSubmatch(ddl, -1) {
			names = append(names, found[1])
		}
		return err
	})
	if err != nil || len(names) < 20 {
		t.Fatalf("%d tables, %v", len(names), err)
	}
	return names
}

// sameAfterRebuild makes every table anew from the lines and compares.
func sameAfterRebuild(t *testing.T, h *house) {
	t.Helper()
	names := tables(t, h)
	live, err := journaltest.Dump(t.Context(), h.DB, names...)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Journal.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	made, err := journaltest.Dump(t.Context(), h.DB, names...)
	if err != nil {
		t.Fatal(err)
	}
	if live != made {
		t.Errorf("the tables are not those that the lines make:\n%s", difference(live, made))
	}
}

// difference returns the first lines that differ.
func difference(live, made string) string {
	a, b := strings.Split(live, "\n"), strings.Split(made, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return a[i] + "\n" + b[i]
		}
	}
	return fmt.Sprintf("%d lines and %d lines", len(a), len(b))
}
