package kept_test

import (
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/platform/sqldb"
)

// wrongs are one wrong of each check that follows the lines, and how what is said about it begins. They are in the order of the checks.
var wrongs = []struct{ change, says string }{
	{"DELETE FROM request WHERE key = (SELECT MIN(key) FROM request)", "request: "},
	{"UPDATE staff_account SET changed_at = changed_at + 1 WHERE staff = (SELECT staff FROM staff_account ORDER BY staff LIMIT 1)", "staff: staff_account: "},
	{"INSERT INTO ledger_posting (account, day, desk, number, part, centre, municipality, cents) VALUES ('cash:X', '2026-11-30', 'X', 1, 1, 'c', 'm', 5)", "ledger: ledger_posting: row cash:X|2026-11-30|X|1|1|c|m says 5; the lines make 0"},
	{"DELETE FROM payer", "bill: "},
	{"INSERT INTO till_arrival_explained (deposit, desk, number) SELECT id, 'X', 1 FROM entry WHERE number = 1 AND desk = (SELECT MIN(desk) FROM entry)", "till: till_arrival_explained: the lines make no row "},
	{"UPDATE payment SET cash = cash + 1 WHERE id = (SELECT id FROM payment ORDER BY id LIMIT 1)", "payment: payment: line "},
	{"INSERT INTO receipt_key_compromised (node, kid, since) VALUES ('LV-X', '00000000', 5)", "receipt key: receipt_key_compromised: key LV-X 00000000 says "},
	{"INSERT INTO bank_deposit_explanation (deposit, desk, number, at, who, reason) SELECT id, 'X', 1, 1, 'w', 'r' FROM entry WHERE number = 1 AND desk = (SELECT MIN(desk) FROM entry)", "bank: bank_deposit_explanation: the lines make no row "},
	{"INSERT INTO tally_kind (month, desk, kind, source, centre, municipality, n) VALUES ('2026-11', 'X', 'call', 'recorded', 'c', 'm', 3)", "tally: tally_kind says 3 in row 2026-11|X|call|recorded|c|m; the lines make 0"},
}

// Every check that follows the lines finds its wrong in the one way through them, alone and with the others, and they are said in the order of the checks.
func TestEveryCheckFindsItsWrongInOneWayThroughTheLines(t *testing.T) {
	t.Parallel()
	bare.Each(t, func(t *testing.T, dsn string) {
		w, _ := coded(t, dsn)
		if found := w.problems(); len(found) > 0 {
			t.Fatalf("nothing is wrong, and yet: %q", found)
		}
		var all []string
		for _, wrong := range wrongs {
			must(t, w.DB.Write(t.Context(), func(tx *sqldb.Tx) error { return tx.Run(t.Context(), "planted", wrong.change) }))
			found := w.problems()
			if !slices.ContainsFunc(found, func(p string) bool { return strings.HasPrefix(p, wrong.says) }) {
				t.Errorf("%s: found %q", wrong.change, found)
			}
			all = append(all, wrong.says)
		}
		found := w.problems()
		at := 0
		for _, p := range found {
			if at < len(all) && strings.HasPrefix(p, all[at]) {
				at++
			}
		}
		if at < len(all) {
			t.Errorf("%q is not said behind those before it: %q", all[at], found)
		}
		for range 3 {
			if again := w.problems(); !slices.Equal(again, found) {
				t.Errorf("found %q\nand then %q", found, again)
			}
		}
	})
}
