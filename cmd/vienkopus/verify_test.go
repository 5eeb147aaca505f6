package main

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
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
	if err := os.Rename(dsn+".heads", dsn+".hidden"); err != nil {
		t.Fatal(err)
	}
	call(t, append([]string{"node", "accept", "--why", "a table was lost"}, at...)...).badly(failed, "vienkopus desk resume")
	if err := os.Rename(dsn+".hidden", dsn+".heads"); err != nil {
		t.Fatal(err)
	}
	call(t, append([]string{"node", "accept", "--why", "a table was lost"}, at...)...).well().has("Set aside: ")
	call(t, append([]string{"node", "state"}, at...)...).well()

	if err := os.Remove(dsn + ".key"); err != nil {
		t.Fatal(err)
	}
	call(t, serves...).badly(failed, "The node key is missing")
	made := strings.TrimSpace(call(t, append([]string{"node", "new-key", "--why", "the file was lost"}, at...)...).well().out)
	if strings.Contains(made, public) {
		t.Errorf("the new key is the old one: %s", made)
	}
	code := call(t, append([]string{"node", "state"}, at...)...).well().out
	code = code[strings.LastIndex(strings.TrimSpace(code), "\n")+1:]
	call(t, "verify", "--code", code, "--db", dsn).well().has("problems: 0")
	call(t, "verify", "--code", "0000 1111 2222 3333", "--db", dsn).badly(failed, "no checkpoint has this code")
	call(t, "verify", "--code", "0000", "--db", dsn).badly(failed, "16 digits")
	b, server := newInbox(t, false)
	p := serve(t, dsn, "--checkpoint-mail", "ministrija@pasts.example", "--mail", server, "--mail-from", "noreply@cesis.example")
	if letter := <-b.got; !strings.Contains(letter, strings.TrimSpace(code)) || !strings.Contains(letter, "To: <ministrija@pasts.example>") {
		t.Errorf("sent: %s", letter)
	}
	if got := p.get(p.site+"/.well-known/vienkopus/checkpoint", ""); !strings.HasPrefix(got.body, "vienkopus/LV-NODE\n") {
		t.Errorf("the last checkpoint is %d %s", got.status, got.body)
	}
	p.stop()
	db, err = sqldb.Look(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"node.set_aside", "node.key_replaced"} {
		var lines int
		row := db.QueryRow(t.Context(), "SELECT COUNT(*) FROM entry WHERE desk = 'NETWORK' AND actor = 'system:operator' AND kind = $1", kind)
		if err := row.Scan(&lines); err != nil || lines != 1 {
			t.Errorf("%s: %d lines, %v", kind, lines, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	call(t, "verify", "--tables", "--db", dsn).well().has("problems: 0")
}

var witnessAt = regexp.MustCompile(`vienkopus witness: (http://\S+)\n(\S+)\n`)

// A witness elsewhere knows of a database that was put back, even where every file beside it was put back too.
func TestAWitnessKnowsOfAHistoryThatWasTakenBack(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		dir, key := filepath.Join(t.TempDir(), "witness"), filepath.Join(t.TempDir(), "node.key")
		node := func(command ...string) []string { return append(command, "--db", dsn, "--node-key", key) }
		call(t, "witness", "make", "VARAM", "--dir", dir).well().has("VARAM+")
		call(t, "witness", "know", "nobody", "--dir", dir).badly(failed, "node key")
		call(t, "witness", "list", "--dir", dir).well()
		call(t, node("node", "state")...).well() // makes the key
		call(t, "witness", "know", strings.TrimSpace(call(t, node("node", "key")...).well().out), "--dir", dir).well()
		call(t, "witness", "list", "--dir", dir).badly(failed, "silent")

		w := begin(t, nil, "witness", "serve", "--dir", dir, "--listen", "127.0.0.1:0")
		found := w.awaits(t, witnessAt)
		told := []string{"--witness", found[2] + "@" + found[1]}
		call(t, append(node("node", "state"), told...)...).well()
		p := serve(t, dsn, append(told, "--node-key", key)...)
		p.stop()
		call(t, node("verify", "--checkpoint", found[1]+"/checkpoint/LV-NODE")...).well().has("problems: 0")

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
		if err := errors.Join(err, db.Close(), os.Remove(strings.TrimSuffix(key, ".key")+".stated")); err != nil {
			t.Fatal(err)
		}
		serves := append(node("serve", "--listen", "127.0.0.1:0", "--probes", "127.0.0.1:0"), told...)
		call(t, serves...).badly(failed, "holds less than this node has stated", "witness VARAM")
		call(t, append(node("node", "state"), "--witness", "VARAM@"+found[1])...).badly(failed, "no key of a witness")
		w.stop()

		call(t, "witness", "restart", "LV-OTHER", "--why", "nobody", "--dir", dir).badly(failed, "was not told")
		call(t, "witness", "restart", "LV-NODE", "--why", "tried out", "--dir", dir).well()
		call(t, "--lang", "lv", "witness", "list", "--dir", dir).badly(failed, "klusē")
	})
}

// identity makes somebody who can open what is sealed, with the secret as it was typed from paper.
func identity(t *testing.T, dir, name string) (recipient, file string) {
	t.Helper()
	made := call(t, "keys", "identity").well()
	file = filepath.Join(dir, name+".txt")
	typed := strings.ToLower(strings.ReplaceAll(made.out, "-", " ")) // as people type; lines with # are left away
	if err := os.WriteFile(file, []byte(strings.Split(typed, "#")[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(made.err), file
}

// A bare machine gets everything back out of the backup, the sealed copy of the keys, and the paper of either of two.
func TestABareMachineIsRestored(t *testing.T) {
	t.Parallel()
	town.Each(t, func(t *testing.T, dsn string) {
		dir := t.TempDir()
		file := func(name string) string { return filepath.Join(dir, name) }
		at := []string{"--db", dsn, "--node-key", file("node.key")}
		with := func(args ...string) []string { return append(args, at...) }
		call(t, with("keys", "show")...).badly(failed, "The node key is missing")
		p := serveWith(t, nil, with("serve", "--listen", "localhost:0", "--probes", "localhost:0")...)
		p.stop()
		made := call(t, with("keys", "show")...).well()
		made.has("node LV-NODE+", "No copy of these keys was ever opened")
		callWith(t, "four words are good\n", with("user", "add", "anna", "Anna", "--scope", "network", "--role", "auditor")...).well()
		ours, mine := identity(t, dir, "mine")
		theirs, neighbours := identity(t, dir, "neighbours")
		_, stranger := identity(t, dir, "stranger")
		call(t, with("keys", "escrow", file("keys.age"), "--recipient", ours)...).badly(failed, "two recipients at least")
		call(t, with("keys", "escrow", file("keys.age"), "--recipient", ours, "--recipient", theirs)...).well().has("recipients: 2")
		call(t, with("keys", "confirm", file("keys.age"), "--identity", stranger)...).badly(failed, "sealed for others")
		call(t, with("keys", "confirm", file("keys.age"), "--identity", neighbours)...).well().has("sealed")
		paper := call(t, with("keys", "paper")...).well().out
		callWith(t, strings.Replace(paper, "01  ", "01  X", 1), with("keys", "confirm", "-")...).badly(failed, "line 1")
		callWith(t, paper, with("keys", "confirm", "-")...).well().has("paper")
		call(t, with("keys", "show")...).well().has("sealed", "paper")
		call(t, with("backup", file("b.vkb"), "--recipient", ours, "--recipient", theirs)...).well()

		for name, by := range map[string]string{"one": mine, "two": neighbours} { // the other one is lost
			bare := []string{"--db", file(name + ".db"), "--node-key", file(name + ".key")}
			call(t, append([]string{"restore", file("b.vkb")}, bare...)...).badly(failed, "sealed for others")
			call(t, append([]string{"restore", file("b.vkb"), "--identity", stranger}, bare...)...).badly(failed, "sealed for others")
			if keysOf := file(name + ".db"); exists(keysOf) {
				t.Errorf("%s was made for a backup that nobody could open", keysOf)
			}
			call(t, append([]string{"keys", "open", file("keys.age"), "--identity", by}, bare...)...).well()
			call(t, append([]string{"keys", "open", file("keys.age"), "--identity", by}, bare...)...).badly(failed, "is there already")
			call(t, append([]string{"restore", file("b.vkb"), "--identity", by}, bare...)...).well().has("restored and verified")
			s := call(t, append([]string{"verify"}, bare...)...).well()
			if s.has("problems: 0"); s.err != "" {
				t.Errorf("verify complains: %s", s.err)
			}
			clean(t, file(name+".db"))
		}
		bare := []string{"--db", file("three.db"), "--node-key", file("three.key")}
		callWith(t, paper, append([]string{"keys", "open", "-"}, bare...)...).well() // without any sealed copy
		call(t, append([]string{"restore", file("b.vkb"), "--identity", mine}, bare...)...).well()
	})
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// A backup that was changed, that somebody else has signed or nobody, is refused where a key is at hand, and nothing is restored.
func TestABackupOfAnotherIsRefused(t *testing.T) {
	t.Parallel()
	ours, theirs, dir := town.SQLite(t), town.SQLite(t), t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	call(t, "backup", file("unsigned.vkb"), "--db", ours).well()
	for name, dsn := range map[string]string{"ours": ours, "theirs": theirs} {
		call(t, "keys", "make", "--db", dsn).well()
		call(t, "migrate", "--db", dsn).well()
		call(t, "backup", file(name+".vkb"), "--db", dsn).well()
	}
	public := strings.TrimSpace(call(t, "node", "key", "--db", theirs).well().out)
	text, err := os.ReadFile(file("ours.vkb"))
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 1
	if err := os.WriteFile(file("changed.vkb"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	into := file("new.db")
	restore := func(name string, more ...string) said {
		return call(t, append([]string{"restore", file(name), "--db", into, "--node-key", ours + ".key"}, more...)...)
	}
	restore("theirs.vkb").badly(failed, "This node has not signed this backup. Nothing was restored", public)
	restore("unsigned.vkb").badly(failed, "This node has not signed this backup")
	restore("changed.vkb").badly(failed, "damaged")
	restore("ours.vkb", "--public", public).badly(failed, "This node has not signed this backup")
	restore("theirs.vkb", "--public", public).badly(failed, "codes of another key")
	db, err := sqldb.Open(t.Context(), into)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := errors.Join(db.QueryRow(t.Context(), "SELECT COUNT(*) FROM entry").Scan(&n), db.Close()); err != nil || n > 0 {
		t.Fatalf("%d lines were restored, %v", n, err)
	}
	restore("ours.vkb").well()
	into = file("old.db")
	if s := restore("unsigned.vkb", "--unsigned").well(); !strings.Contains(s.err, "Nobody has signed") {
		t.Errorf("an unsigned backup passes in silence: %s", s.err)
	}
	if s := call(t, "restore", file("theirs.vkb"), "--db", file("keyless.db")).well(); !strings.Contains(s.err, "Signed by "+public) || !strings.Contains(s.err, "they were not checked") {
		t.Errorf("without any key: %s", s.err)
	}
}

// Until somebody has opened a copy of the keys, every start says so; and new keys need a new copy.
func TestAStartSaysThatNoCopyWasOpened(t *testing.T) {
	t.Parallel()
	dsn := town.SQLite(t)
	const words = "No copy of these keys was ever opened"
	warned := func() bool {
		p := serve(t, dsn)
		defer p.stop()
		return strings.Contains(p.said.String(), words)
	}
	for range 2 {
		if !warned() {
			t.Error("a start without a copy says nothing")
		}
	}
	paper := call(t, "keys", "paper", "--db", dsn).well().out
	callWith(t, paper, "keys", "confirm", "-", "--db", dsn).well()
	if warned() {
		t.Error("a copy was opened, and the start does not know")
	}
	before := strings.TrimSpace(call(t, "node", "key", "--db", dsn).well().out)
	callWith(t, "four words are good\n", "user", "add", "anna", "Anna", "--scope", "network", "--role", "auditor", "--db", dsn).well()
	call(t, "node", "state", "--db", dsn).well()
	call(t, "backup", dsn+".vkb", "--db", dsn).well()
	p := serve(t, dsn)
	call(t, "keys", "rotate", "--db", dsn).badly(failed, "Another process is using the database")
	p.stop()
	call(t, "keys", "rotate", "--db", dsn).well().has("vienkopus-handover/LV-NODE")
	if after := strings.TrimSpace(call(t, "node", "key", "--db", dsn).well().out); after == before {
		t.Error("the node key is the old one")
	}
	clean(t, dsn)
	if !warned() {
		t.Error("the copy of the old keys counts for the new ones")
	}
	// What the old keys have signed and coded is still ours.
	call(t, "restore", dsn+".vkb", "--db", dsn+".2", "--node-key", dsn+".key").well()
}
