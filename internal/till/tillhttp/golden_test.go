package tillhttp_test

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/till"
	"vienkopus/internal/till/bank"
	tt "vienkopus/internal/till/tilltest"
)

var update = flag.Bool("update", false, "write the golden pages anew")

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	d := open(t, dbtest.SQLite(t))
	f := d.live()
	for name, page := range map[string]struct{ who, path string }{
		"drawer-none":    {"far", "/till?then=/pay"},
		"drawer-last":    {"clerk", "/till?said=closed"},
		"drawer-open":    {"colleague", "/till"},
		"drawer-counted": {"second", "/till"},
		"count":          {"colleague", "/till/count"},
		"count-again":    {"second", "/till/count"},
		"bags":           {"clerk", "/till/bags"},
		"waiting":        {"manager", office + "/till"},
		"shift-late":     {"manager", office + "/till/shifts/" + f.late.ID.String()},
		"shift-old":      {"auditor", office + "/till/shifts/" + f.old.ID.String()},
		"deposit":        {"accountant", office + "/till/deposits/" + f.deposit.String()},
		"book":           {"accountant", office + "/cash-book?desk=CES-1&day=2026-11-09"},
		"summary":        {"accountant", office + "/summary?centre=dzerbene&day=2026-11-12"},
		"creditors":      {"accountant", office + "/creditors"},
		"remittances":    {"accountant", office + "/remittances"},
		"trial":          {"accountant", office + "/trial"},
		"account":        {"accountant", office + "/account?account=cash:CES-1"},
		"bank":           {"accountant", office + "/bank"},
		"period":         {"accountant", office + "/period"},
		"collect":        {"collector", office + "/collect"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, language := range []string{"en", "lt"} { // serve complains about words that are missing
				d.in(language).get(page.who, page.path).is(http.StatusOK)
			}
			got := essence(d.in("lv").get(page.who, page.path).is(http.StatusOK).page)
			if again := strings.Count(got, "<button"); again != strings.Count(got, "</button>") {
				t.Error("a button is left open")
			}
			path := filepath.Join("testdata", name+".html")
			if *update {
				tt.Must(t, os.WriteFile(path, []byte(got), 0o600))
			}
			want, err := os.ReadFile(path)
			tt.Must(t, err)
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got), or run with -update:\n%s", path, diff)
			}
		})
	}
}

var blanks = regexp.MustCompile(`>\s*<`)

// essence is the main part of a page, a tag a line, with one id for all ids that are made anew each time.
func essence(page string) string {
	page = page[strings.Index(page, "<main"):]
	page = page[:strings.Index(page, "</main>")]
	return blanks.ReplaceAllString(ids.ReplaceAllString(page, "ID"), ">\n<") + "\n"
}

// Every code that a page may have to say has words in it.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	say := func(area string, codes ...string) {
		for _, code := range codes {
			for _, language := range lang.Languages() {
				if key := "tillpage." + area + "." + code; !lang.Has(lang.With(t.Context(), language.Code), key) {
					t.Errorf("%s: no words for %s", language.Code, key)
				}
			}
		}
	}
	for _, c := range till.Reasons {
		say("reason", string(c))
	}
	for _, c := range till.Objections {
		say("objection", string(c))
	}
	for _, c := range till.States {
		say("is", string(c))
	}
	for _, c := range till.BagStates {
		say("bag_is", string(c))
	}
	for _, c := range till.Contradictions {
		say("contradiction", string(c))
	}
	for _, c := range till.Tenders {
		say("tender", string(c))
	}
	for _, c := range bank.Reasons {
		say("bank_reason", string(c))
	}
	say("waits", string(till.ClerkCounts), string(till.ClerkExplains), string(till.ClerkCloses), string(till.OfficeApproves))
	say("deposit_is", string(bank.Made), string(bank.Matched))
	for _, c := range ledger.AccountKinds {
		say("account", string(c))
	}
	say("kind", "shift.opened", "shift.counted", "shift.closed", "payment.taken", "payment.voided", "payment.refunded", "payment.returned")
}
