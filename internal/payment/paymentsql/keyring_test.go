package paymentsql_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/keyring"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
)

const node = "LV-CESIS"

var begun = time.Date(2026, 11, 21, 9, 0, 0, 123456000, time.UTC)

// house is a program of a node with its keys.
type house struct {
	t       *testing.T
	journal *journal.Journal
	keys    *keyring.Service
	clock   *clock.Hand
	asked   atomic.Int64
}

// open opens a program on a database; several may be open on one.
func open(t *testing.T, dsn string, random io.Reader) *house {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	steps := []sqldb.Migration{journal.Migration}
	for i := 2; i <= paymentsql.CodeMigration.Number; i++ {
		steps = append(steps, sqldb.Migration{Number: i, Name: fmt.Sprint(i), SQL: fmt.Sprintf("CREATE TABLE step_%d (n BIGINT PRIMARY KEY);\n", i)})
	}
	for _, step := range []sqldb.Migration{journal.OneByOne, paymentsql.SecretMigration, paymentsql.PayerMigration, paymentsql.CodeMigration} {
		steps[step.Number-1] = step
	}
	must(t, db.Migrate(t.Context(), steps))
	h := &house{t: t, clock: clock.NewHand(begun)}
	h.journal, err = journal.New(journal.Config{
		DB: db, Clock: h.clock, Facts: keyring.Facts(), Projections: []journal.Projection{paymentsql.Keyring{}},
	})
	must(t, err)
	_, err = h.journal.Prepare(t.Context(), nil)
	must(t, err)
	h.keys = h.of(node, random)
	return h
}

// of are the keys of a node in the same database.
func (h *house) of(node string, random io.Reader) *keyring.Service {
	return keyring.New(keyring.Config{Journal: h.journal, Store: paymentsql.Keyring{}, Node: node, Random: random})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantFault(t *testing.T, err error, key string) {
	t.Helper()
	if f := fault.First(err); f == nil || f.Key != key {
		t.Errorf("%v instead of %s", err, key)
	}
}

// ask has a key of its own.
func (h *house) ask() journal.Request {
	return journal.Request{By: actor.System("operator"), Desk: staff.NetworkDesk, Key: fmt.Sprintf("k%d", h.asked.Add(1))}
}

// post runs a rule at a desk.
func (h *house) post(desk string, rule func(tx *journal.Tx) error) error {
	key, err := journal.NewKey(h.ask().Key, nil)
	must(h.t, err)
	_, err = h.journal.Post(h.t.Context(), actor.System("test"), desk, key, rule)
	return err
}

func (h *house) public() []receipt.Key {
	h.t.Helper()
	keys, err := h.keys.Public(h.t.Context(), h.journal.DB())
	must(h.t, err)
	return keys.All()
}

func (h *house) current() receipt.Key {
	h.t.Helper()
	key, err := h.keys.Current(h.t.Context(), h.journal.DB(), h.clock.Now())
	must(h.t, err)
	return key.Public()
}

func (h *house) rows(tables ...string) string {
	h.t.Helper()
	text, err := journaltest.Dump(h.t.Context(), h.journal.DB(), tables...)
	must(h.t, err)
	return text
}

// paper is a receipt of now.
func (h *house) paper() *receipt.Receipt {
	return &receipt.Receipt{
		Kind: receipt.Payment, Node: node, Series: "CES-1", Number: 1, At: h.clock.Now(), Creditor: "90000028508", Currency: "EUR",
		Total: 4250, Tenders: map[receipt.Tender]money.Amount{receipt.Cash: 4250},
	}
}

func (h *house) sign(r *receipt.Receipt, kid receipt.KeyID) string {
	h.t.Helper()
	key, err := h.keys.Find(h.t.Context(), h.journal.DB(), kid)
	must(h.t, err)
	code, err := receipt.Sign(r, key)
	must(h.t, err)
	return code.Text()
}

func (h *house) verdict(code string) receipt.Result {
	h.t.Helper()
	keys, err := h.keys.Public(h.t.Context(), h.journal.DB())
	must(h.t, err)
	result, err := receipt.CheckText(code, keys, h.clock.Now())
	must(h.t, err)
	return result
}

func TestThereIsAlwaysAKey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		h := open(t, dsn, rand.Reader)
		_, err := h.keys.Current(t.Context(), h.journal.DB(), begun)
		wantFault(t, err, "keyring.no_key")
		must(t, h.keys.Ensure(t.Context()))
		first := h.current()
		if !first.From.Equal(begun.Truncate(time.Second).Add(-receipt.Allowance)) || first.To.Sub(first.From) != keyring.Life {
			t.Errorf("the first key signs from %s to %s", first.From, first.To)
		}
		// Three years of days: there is never a day without a key, nor one whose next month is not covered.
		ends := map[receipt.KeyID]time.Time{}
		for day := range 3 * 365 {
			h.clock.Set(begun.AddDate(0, 0, day))
			must(t, h.keys.Ensure(t.Context()))
			key := h.current()
			ends[key.ID] = key.To
			until, err := h.keys.CoveredUntil(t.Context(), h.journal.DB(), h.clock.Now())
			must(t, err)
			if until.Before(h.clock.Now().Add(keyring.Ahead)) {
				t.Fatalf("day %d is covered until %s", day, until)
			}
		}
		all := h.public()
		if len(all) != 3 || len(ends) != 3 || !all[1].From.Equal(all[0].To) || !all[2].From.Equal(all[1].To) {
			t.Errorf("the keys: %+v", all)
		}
		// Five years nobody switched the machine on.
		h.clock.Set(begun.AddDate(8, 0, 0))
		must(t, h.keys.Ensure(t.Context()))
		if got := h.current().From; !got.Equal(h.clock.Now().Truncate(time.Second).Add(-receipt.Allowance)) {
			t.Errorf("after a long time the key begins %s", got)
		}
		// The clock was set back a little.
		h.clock.Advance(-time.Minute)
		h.current()
	})
}

// Programs of one node that begin to serve together make one key.
func TestProgramsAtOnceMakeOneKey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		programs := []*house{open(t, dsn, rand.Reader), open(t, dsn, rand.Reader), open(t, dsn, rand.Reader)}
		start := make(chan struct{})
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				<-start
				if err := programs[i%len(programs)].keys.Ensure(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		wg.Wait()
		if all := programs[0].public(); len(all) != 1 {
			t.Errorf("%d keys", len(all))
		}
		if n := strings.Count(programs[0].rows("receipt_secret"), "kid="); n != 1 {
			t.Errorf("%d seeds", n)
		}
		kid := programs[0].current().ID
		paper := programs[0].paper()
		for _, p := range programs[1:] {
			if p.sign(paper, kid) != programs[0].sign(paper, kid) {
				t.Error("two programs sign the same receipt differently")
			}
		}
	})
}

func TestACompromisedKeyProvesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		h := open(t, dsn, rand.Reader)
		must(t, h.keys.Ensure(t.Context()))
		stolen := h.current()
		paper := h.paper()
		code := h.sign(paper, stolen.ID)
		if got := h.verdict(code); got.Verdict != receipt.Valid {
			t.Fatalf("before: %+v", got)
		}
		since := h.clock.Now().Add(-time.Hour)
		mark := func(since time.Time) error { return h.keys.Compromised(t.Context(), h.ask(), stolen.ID, since) }
		wantFault(t, mark(h.clock.Now().Add(time.Hour)), "keyring.since")
		wantFault(t, mark(time.Time{}), "keyring.since")
		wantFault(t, h.keys.Compromised(t.Context(), h.ask(), receipt.KeyID{1, 2, 3, 4}, since), "keyring.key_unknown")
		request := h.ask()
		for range 2 { // sent twice, it is one
			must(t, h.keys.Compromised(t.Context(), request, stolen.ID, since))
		}
		if got := h.verdict(code); got.Verdict != receipt.Uncertain || got.Reason != receipt.ReasonCompromised {
			t.Errorf("after: %+v", got)
		}
		// The counters go on with another key; what was signed can be printed again, the same to the byte.
		next := h.current()
		if next.ID == stolen.ID {
			t.Error("the compromised key signs on")
		}
		if h.sign(paper, stolen.ID) != code {
			t.Error("the old receipt is signed differently")
		}
		if got := h.verdict(h.sign(paper, next.ID)); got.Verdict != receipt.Valid {
			t.Errorf("with the next key: %+v", got)
		}
		wantFault(t, mark(since), "keyring.already_compromised")
		must(t, mark(since.Add(-time.Hour)))
		listed := h.public()
		if len(listed) != 2 {
			t.Fatalf("%d keys", len(listed))
		}
		for _, key := range listed {
			if key.ID == stolen.ID && !key.Compromised.Equal(since.Add(-time.Hour).Truncate(time.Second)) {
				t.Errorf("compromised since %s", key.Compromised)
			}
		}
	})
}

func TestKeysByHand(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		h := open(t, dsn, rand.Reader)
		day := 24 * time.Hour
		for _, c := range [][2]time.Time{
			{begun, begun}, {begun, begun.Add(-day)}, {begun.Add(-2 * day), begun.Add(-day)}, {begun, begun.Add(keyring.LongestLife + time.Second)}, {{}, begun.Add(day)},
		} {
			_, err := h.keys.Introduce(t.Context(), h.ask(), c[0], c[1])
			wantFault(t, err, "keyring.period")
		}
		for _, name := range []string{"", "CESIS", "lv-cesis", "LV-CESIS-BUS-1"} {
			wantFault(t, h.of(name, rand.Reader).Ensure(t.Context()), "keyring.node")
		}
		request := h.ask()
		first, err := h.keys.Introduce(t.Context(), request, begun, begun.Add(100*day))
		must(t, err)
		again, err := h.keys.Introduce(t.Context(), request, begun, begun.Add(100*day))
		must(t, err)
		if again.ID != first.ID || len(h.public()) != 1 {
			t.Errorf("%s sent again is %s; %d keys", first.ID, again.ID, len(h.public()))
		}
		_, err = h.keys.Introduce(t.Context(), request, begun, begun.Add(200*day))
		wantFault(t, err, "request.key_reused")
		// Of two that cover a moment, the one that begins last signs; with one that ends early, the other goes on.
		later, err := h.keys.Introduce(t.Context(), h.ask(), begun.Add(day), begun.Add(10*day))
		must(t, err)
		for after, want := range map[time.Duration]receipt.KeyID{0: first.ID, day: later.ID, 10*day - time.Second: later.ID, 10 * day: first.ID} {
			h.clock.Set(begun.Add(after))
			if got := h.current().ID; got != want {
				t.Errorf("after %s %s signs instead of %s", after, got, want)
			}
		}
		h.clock.Set(begun.Add(100 * day))
		_, err = h.keys.Current(t.Context(), h.journal.DB(), h.clock.Now())
		wantFault(t, err, "keyring.no_key")
	})
}

// The lines of other nodes bring no seeds: a node signs only with its own keys, and makes itself another where it has lost them.
func TestANodeSignsWithItsOwnSeedsOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		h := open(t, dsn, rand.Reader)
		must(t, h.keys.Ensure(t.Context()))
		other := h.of("LV-LIVANI", rand.Reader)
		_, err := other.Current(t.Context(), h.journal.DB(), begun)
		wantFault(t, err, "keyring.no_key")
		_, err = other.Find(t.Context(), h.journal.DB(), h.current().ID)
		wantFault(t, err, "keyring.key_unknown")
		must(t, other.Ensure(t.Context()))
		signing, err := receipt.NewSigningKey(node, bytes.Repeat([]byte{7}, 32), begun, begun.Add(keyring.LongestLife))
		must(t, err)
		told := signing.Public()
		must(t, h.post("ELSEWHERE", func(tx *journal.Tx) error {
			return tx.Record(t.Context(), keyring.Introduced{Node: told.Node, Kid: told.ID, Public: keyring.PublicKey(told.Public), From: told.From, To: told.To})
		}))
		if len(h.public()) != 3 {
			t.Errorf("%d keys", len(h.public()))
		}
		if h.current().ID == told.ID {
			t.Error("signs with a key whose seed is not here")
		}
		_, err = h.keys.Find(t.Context(), h.journal.DB(), told.ID)
		wantFault(t, err, "keyring.key_unknown")
	})
}

func TestKeysAreReadInsideATransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		h := open(t, dsn, rand.Reader)
		must(t, h.keys.Ensure(t.Context()))
		must(t, h.post("CES-1", func(tx *journal.Tx) error {
			key, err := h.keys.Current(t.Context(), tx, tx.Now())
			if err != nil {
				return err
			}
			same, err := h.keys.Find(t.Context(), tx, key.Public().ID)
			if err != nil {
				return err
			}
			public, err := h.keys.Public(t.Context(), tx)
			if err != nil {
				return err
			}
			if same != key || len(public.All()) != 1 {
				t.Errorf("%v, %v, %d", key, same, len(public.All()))
			}
			return nil
		}))
	})
}
