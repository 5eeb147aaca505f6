package main

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vienkopus/internal/platform/sqldb"
)

// Whoever changes a database by hand is seen, in every table that matters, and told in every language.
func TestVerifySeesWhatWasChangedByHand(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		secret := tokens(t, dsn, "CES-1")[0]
		p := serve(t, dsn)
		got, err := ask(t.Context(), http.MethodPost, p.site+"/api/v1/visits", secret, "v", "{}")
		if err != nil || got.status != http.StatusCreated {
			t.Fatal(got, err)
		}
		_, id, _ := strings.Cut(got.body, `"id":"`)
		for _, key := range []string{"a", "b"} {
			got, err = ask(t.Context(), http.MethodPost, p.site+"/api/v1/visits/"+id[:36]+"/acts", secret, key, `{"kind":"letter"}`)
			if err != nil || got.status != http.StatusCreated {
				t.Fatal(got, err)
			}
		}
		p.stop()
		clean(t, dsn)
		const here = " WHERE desk = 'CES-1' AND "
		for _, c := range []struct{ change, back, says string }{
			{"UPDATE entry SET actor = actor || 'x'" + here + "number = 2", "UPDATE entry SET actor = SUBSTR(actor, 1, LENGTH(actor) - 1)" + here + "number = 2", "line: line 2 of CES-1"},
			{"UPDATE tally_kind SET n = n + 1" + here + "kind = 'letter'", "UPDATE tally_kind SET n = n - 1" + here + "kind = 'letter'", "tally: tally_kind says 3"},
			{"INSERT INTO till_bag_given VALUES ('B-1', 'CES-1', 1, 1, 's', '')", "DELETE FROM till_bag_given WHERE bag = 'B-1'", "till: till_bag_given: the lines make no row B-1"},
			{"UPDATE desk_head SET number = number - 1" + here + "number > 0", "UPDATE desk_head SET number = number + 1" + here + "number > 0", "head: "},
			{"UPDATE request SET count = 2" + here + "key = 'a'", "UPDATE request SET count = 1" + here + "key = 'a'", "request: "},
			{"DELETE FROM entry" + here + "number = 3", "", "CES-1"},
		} {
			byHand(t, dsn, c.change)
			call(t, "verify", "--db", dsn).badly(failed, c.says, "not as they must be")
			if c.back == "" {
				call(t, "--lang", "lv", "verify", "--db", dsn).badly(failed, "nav tādas, kādām tām jābūt")
				continue
			}
			byHand(t, dsn, c.back)
			clean(t, dsn)
		}
	})
}

func byHand(t *testing.T, dsn, change string) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
		n, err := tx.Exec(t.Context(), change)
		if err == nil && n != 1 {
			t.Errorf("%s changes %d rows", change, n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAHistoryThatWasTakenBackIsNotServed(t *testing.T) {
	t.Parallel()
	dsn, handed := town.SQLite(t), t.TempDir()
	at := []string{"--db", dsn}
	call(t, append([]string{"node", "key"}, at...)...).badly(failed, "The node key is missing")
	call(t, append([]string{"node", "state", "--checkpoints", handed}, at...)...).well().has("vienkopus/LV-NODE\n")
	public := strings.TrimSpace(call(t, append([]string{"node", "key"}, at...)...).well().out)
	files, err := filepath.Glob(filepath.Join(handed, "*.checkpoint"))
	if err != nil || len(files) != 1 {
		t.Fatalf("handed out: %v, %v", files, err)
	}
	proves := append([]string{"verify", "--checkpoint", files[0]}, at...)
	call(t, proves...).well().has("problems: 0")
	call(t, "verify", "--checkpoint", files[0], "--public", "LV-NODE+00000000+AAAA", "--db", dsn).badly(failed, "node key")

	db, err := sqldb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
		for _, statement := range []string{"DELETE FROM checkpoint_leaf", "DELETE FROM checkpoint"} {
			if err := tx.Run(t.Context(), "planted", statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	call(t, proves...).badly(failed, "heads were stated, the database knows 0 of them")
	serves := append([]string{"serve", "--listen", "127.0.0.1:0", "--probes", "127.0.0.1:0"}, at...)
	call(t, serves...).badly(failed, "holds less than this node has stated")
	call(t, append([]string{"node", "accept"}, at...)...).well().has("Set aside: ")
	call(t, append([]string{"node", "state"}, at...)...).well()

	if err := os.Remove(dsn + ".key"); err != nil {
		t.Fatal(err)
	}
	call(t, serves...).badly(failed, "The node key is missing")
	made := strings.TrimSpace(call(t, append([]string{"node", "new-key"}, at...)...).well().out)
	if strings.Contains(made, public) {
		t.Errorf("the new key is the old one: %s", made)
	}
	p := serve(t, dsn)
	if got := p.get(p.site+"/.well-known/vienkopus/checkpoint", ""); !strings.HasPrefix(got.body, "vienkopus/LV-NODE\n") {
		t.Errorf("the last checkpoint is %d %s", got.status, got.body)
	}
	p.stop()
	call(t, "verify", "--tables", "--db", dsn).well().has("problems: 0")
}
