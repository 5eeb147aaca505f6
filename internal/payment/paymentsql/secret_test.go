package paymentsql_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/payment/keyring"
	"vienkopus/internal/payment/paymentsql"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit/audittest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// known is a seed that a test can look for.
var known = []byte("kanarijputnu seklas, 32 baiti...")

// shows says whether a text gives the seed away, however it is written.
func shows(text string, seed []byte) bool {
	list := strings.Trim(fmt.Sprintf("%d", seed), "[]")
	for _, form := range []string{
		string(seed), hex.EncodeToString(seed), strings.ToUpper(hex.EncodeToString(seed)), list, strings.ReplaceAll(list, " ", ","), fmt.Sprintf("%#v", seed)[7:60],
		base64.StdEncoding.EncodeToString(seed), base64.RawURLEncoding.EncodeToString(seed),
	} {
		if strings.Contains(text, form) {
			return true
		}
	}
	return false
}

func TestTheSeedStandsInOneTableOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		h := open(t, dsn, bytes.NewReader(known))
		must(t, h.keys.Ensure(t.Context()))
		if len(known) != ed25519.SeedSize || !shows(h.rows("receipt_secret"), known) {
			t.Fatal("the seed is not where it belongs, or the search does not see it")
		}
		elsewhere := h.rows("entry", "entry_subject", "request", "desk_head", "receipt_key", "receipt_key_compromised")
		if shows(elsewhere, known) {
			t.Errorf("the seed stands in %s", elsewhere)
		}
		kid := h.current().ID
		signing, err := h.keys.Find(t.Context(), h.journal.DB(), kid)
		must(t, err)
		seed, here, err := paymentsql.Keyring{}.Seed(t.Context(), h.journal.DB(), node, kid)
		must(t, err)
		if !here || !bytes.Equal(seed(), known) {
			t.Error("the seed that was kept is another")
		}
		public, err := h.keys.Public(t.Context(), h.journal.DB())
		must(t, err)
		holder := struct {
			seed keyring.Seed
			key  *receipt.SigningKey
		}{seed, signing}
		for _, value := range []any{seed, signing, h.keys, holder, &holder, public, []any{seed, signing}, map[string]any{"seed": seed, "key": signing}} {
			for _, said := range said(value) {
				if shows(said, known) {
					t.Errorf("%T is shown as %s", value, said)
				}
			}
		}
		// The net itself: a plain holder of the bytes is seen in each way.
		for _, said := range said(struct{ Seed []byte }{known}) {
			if !shows(said, known) {
				t.Errorf("not seen in %s", said)
			}
		}
	})
}

// said is a value in every way in which it may come into a log.
func said(value any) []string {
	var text, lines bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("x", slog.Any("value", value))
	slog.New(slog.NewJSONHandler(&lines, nil)).Info("x", slog.Any("value", value))
	all := []string{fmt.Sprintf("%v", value), fmt.Sprintf("%+v", value), fmt.Sprintf("%#v", value), text.String(), lines.String()}
	if data, err := json.Marshal(value); err == nil {
		all = append(all, string(data))
	}
	return all
}

// forgetful fails to keep a seed.
type forgetful struct{ paymentsql.Keyring }

var errForgot = errors.New("forgot")

func (forgetful) KeepSeed(context.Context, *journal.Tx, string, receipt.KeyID, keyring.Seed) error {
	return errForgot
}

func TestNoKeyWithoutItsSeed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		h := open(t, dsn, rand.Reader)
		broken := keyring.New(keyring.Config{Journal: h.journal, Store: forgetful{}, Node: node, Random: rand.Reader})
		if err := broken.Ensure(t.Context()); !errors.Is(err, errForgot) {
			t.Errorf("%v", err)
		}
		if got := h.rows("entry", "receipt_key", "receipt_secret"); strings.Contains(got, "kid=") {
			t.Errorf("half a key stays: %s", got)
		}
		dry := h.of(node, bytes.NewReader(known[:20]))
		if err := dry.Ensure(t.Context()); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("a source that ran dry: %v", err)
		}
		// A source that repeats itself makes no second key with the same seed, and in the end none at all.
		twice := h.of(node, bytes.NewReader(bytes.Repeat(known, 2)))
		must(t, twice.Ensure(t.Context()))
		_, err := twice.Introduce(t.Context(), h.ask(), begun, begun.Add(time.Hour))
		if !errors.Is(err, io.EOF) {
			t.Errorf("a repeated seed: %v", err)
		}
		stuck := h.of(node, bytes.NewReader(bytes.Repeat(known, 20)))
		if _, err := stuck.Introduce(t.Context(), h.ask(), begun, begun.Add(time.Hour)); err == nil {
			t.Error("a seed is used twice")
		}
		if len(h.public()) != 1 {
			t.Errorf("%d keys", len(h.public()))
		}
	})
}

// Lines of different desks come in any order; a rebuild changes nothing and leaves the seeds alone.
func TestTheOrderOfLinesDoesNotMatter(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		const tables = "receipt_key receipt_key_compromised"
		one, err := receipt.NewSigningKey(node, known, begun, begun.Add(keyring.Life))
		must(t, err)
		key := one.Public()
		introduced := keyring.Introduced{Node: node, Kid: key.ID, Public: keyring.PublicKey(key.Public), From: key.From, To: key.To}
		longer := introduced
		longer.To = longer.To.Add(time.Hour)
		nonsense := introduced
		nonsense.Kid = receipt.KeyID{1}
		facts := map[string]journal.Fact{
			"A": introduced, "B": longer, "C": keyring.Compromised{Node: node, Kid: key.ID, Since: begun},
			"D": keyring.Compromised{Node: node, Kid: key.ID, Since: begun.Add(-time.Hour)}, "E": nonsense,
			"F": keyring.Compromised{Node: node, Kid: receipt.KeyID{2}},
		}
		var want string
		for i, order := range []string{"ABCDEF", "FEDCBA", "CBDAFE"} {
			at := dsn
			if i > 0 {
				at = dbtest.SQLite(t)
			}
			h := open(t, at, rand.Reader)
			for _, desk := range strings.Split(order, "") {
				must(t, h.post(desk, func(tx *journal.Tx) error { return tx.Record(t.Context(), facts[desk]) }))
			}
			got := h.rows(strings.Fields(tables)...)
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("in the order %s: %s, want %s", order, got, want)
			}
			must(t, h.keys.Ensure(t.Context()))
			if found := h.check(); len(found) > 0 {
				t.Errorf("in the order %s: %q", order, found)
			}
			before := h.rows("receipt_key", "receipt_key_compromised", "receipt_secret")
			must(t, h.journal.Rebuild(t.Context(), nil))
			if after := h.rows("receipt_key", "receipt_key_compromised", "receipt_secret"); after != before {
				t.Errorf("made anew: %s, was %s", after, before)
			}
		}
		h := open(t, dbtest.SQLite(t), rand.Reader)
		must(t, h.post("F", func(tx *journal.Tx) error { return tx.Record(t.Context(), facts["F"]) }))
		must(t, h.post("A", func(tx *journal.Tx) error {
			return tx.Record(t.Context(), keyring.Compromised{Node: node, Kid: key.ID})
		}))
		must(t, h.post("A", func(tx *journal.Tx) error { return tx.Record(t.Context(), introduced) }))
		if all := h.public(); len(all) != 1 || all[0].Compromised.IsZero() {
			t.Errorf("compromised since nobody knows when: %+v", all)
		}
	})
}

func (h *house) check() []string {
	h.t.Helper()
	found, err := audittest.Look(h.t.Context(), h.journal.DB(), paymentsql.CheckKeyring(nil))
	must(h.t, err)
	return found
}

func TestWhatIsChangedByHandIsSeen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		h := open(t, dsn, rand.Reader)
		must(t, h.keys.Ensure(t.Context()))
		first := h.current().ID
		must(t, h.keys.Compromised(t.Context(), h.ask(), first, begun))
		if found := h.check(); len(found) > 0 {
			t.Fatalf("nothing was changed, yet: %q", found)
		}
		here := " WHERE kid = '" + first.String() + "'"
		for _, c := range []struct{ change, says string }{
			{"UPDATE receipt_key SET to_at = to_at + 1000000" + here, "receipt_key: key LV-CESIS " + first.String() + " says"},
			{"DELETE FROM receipt_key" + here, "receipt_key: there is no key LV-CESIS " + first.String()},
			{"UPDATE receipt_key_compromised SET since = since + 1000000" + here, "receipt_key_compromised: key"},
			{"DELETE FROM receipt_key_compromised" + here, "receipt_key_compromised: there is no key"},
			{"UPDATE receipt_secret SET seed = (SELECT seed FROM receipt_secret s WHERE s.kid <> receipt_secret.kid)" + here, "receipt_secret: the seed of key"},
			{"UPDATE receipt_secret SET node = 'LV-LIVANI'" + here, "receipt_secret: the seed of key LV-LIVANI"},
		} {
			errBack := errors.New("back")
			err := h.journal.DB().Write(t.Context(), func(tx *sqldb.Tx) error {
				if n, err := tx.Exec(t.Context(), c.change); err != nil || n != 1 {
					return fmt.Errorf("%s changes %d rows: %w", c.change, n, err)
				}
				found, err := audittest.Look(t.Context(), tx, paymentsql.CheckKeyring(nil))
				if len(found) != 1 || !strings.HasPrefix(found[0], c.says) {
					t.Errorf("%s: %q %v", c.change, found, err)
				}
				return errBack
			})
			if !errors.Is(err, errBack) {
				t.Error(err)
			}
		}
	})
}
