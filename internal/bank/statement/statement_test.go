package statement_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"vienkopus/internal/bank/statement"
	"vienkopus/internal/base/civil"
)

func text(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func day(text string) civil.Date { return civil.MustDate(text) }

func same(t testing.TB, got, want []statement.Statement) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.Comparer(civil.Date.Equal)); diff != "" {
		t.Errorf("read as (-want +got):\n%s", diff)
	}
}

var (
	camt02 = []statement.Statement{{
		Format: statement.Camt053, ID: "LV80-2026-05", IBAN: "LV80BANK0000435195001", From: day("2026-05-01"), To: day("2026-05-31"),
		Opening: 100000, Closing: 133020, HasBalances: true, Placed: true,
		Lines: []statement.Line{
			{Ref: "2026050400000012/2026-05-04/412.30", Booked: day("2026-05-04"), Cents: 41230, Text: "Maiss B-000123, plomba 77-1 Skaidras naudas iemaksa"},
			{Ref: "2026050500000007/2026-05-05/55.00", Booked: day("2026-05-05"), Cents: 5500, Reference: "RF18539007547034", Counterpart: "LV35KASE0000100200300"},
			{Ref: "2026050600000031/2026-05-06/-137.00", Booked: day("2026-05-06"), Cents: -13700, Text: "Par maiju", Reference: "PASS-2026-05-06"},
			{Ref: "2026050600000031/2026-05-06/-0.36", Booked: day("2026-05-06"), Cents: -36, Text: "Komisija"},
			{Ref: "2026050700000002/2026-05-07/0.26R", Booked: day("2026-05-07"), Cents: 26, Reversal: true},
		},
	}}
	camt08 = []statement.Statement{
		{
			Format: statement.Camt053, ID: "2026-125", IBAN: "LT837300010000000017", From: day("2026-05-04"), To: day("2026-05-04"),
			Opening: -1200, Closing: 8850, HasBalances: true, Placed: true,
			Lines: []statement.Line{{
				Ref: "AB12/2026-05-04/100.50", Booked: day("2026-05-04"), Cents: 10050,
				Text: "Rēķins rf18539007547034 par ūdeni", Reference: "RF18539007547034",
			}},
		},
		{Format: statement.Camt053, ID: "2026-9", IBAN: "LV52MANS0000000000042"},
	}
	fidavista101 = []statement.Statement{{
		Format: statement.FiDAViSta, ID: "LV80BANK0000435195001/2026-05-01/2026-05-31", IBAN: "LV80BANK0000435195001",
		From: day("2026-05-01"), To: day("2026-05-31"), Opening: -1050, Closing: 122458, HasBalances: true, Placed: true,
		Lines: []statement.Line{
			{Ref: "2026050400000012/2026-05-04/1234.60", Booked: day("2026-05-04"), Cents: 123460, Text: "Inkasācija, maiss B-000123 plomba 77-1"},
			{
				Ref: "2026050500000007/2026-05-05/1.00", Booked: day("2026-05-05"), Cents: 100, Text: "RF18539007547034 Jāņa ielas ūdens",
				Reference: "RF18539007547034", Counterpart: "LV35KASE0000100200300",
			},
			{Ref: "2026050600000031/2026-05-06/-0.36", Booked: day("2026-05-06"), Cents: -36, Text: "Par maiju", Reference: "7", Counterpart: "LV52MANS0000000000042"},
			{Ref: "2026050600000031/2026-05-06/-0.16", Booked: day("2026-05-06"), Cents: -16, Text: "Komisija"},
		},
	}}
	fidavista12 = []statement.Statement{{
		Format: statement.FiDAViSta, ID: "LV80BANK0000435195001/2026-05-04/2026-05-04", IBAN: "LV80BANK0000435195001", From: day("2026-05-04"), To: day("2026-05-04"),
		Opening: 500, Closing: 1225, Placed: true,
		Lines: []statement.Line{{Ref: "-/2026-05-04/7.25/b06cf2eaf1e81c1b", Booked: day("2026-05-04"), Cents: 725, Text: "Iemaksa"}},
	}}
)

var files = map[string][]statement.Statement{
	"camt02.xml": camt02, "camt08.xml": camt08, "fidavista_101.xml": fidavista101, "fidavista_12.xml": fidavista12,
}

func TestRead(t *testing.T) {
	t.Parallel()
	for name, want := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content := text(t, name)
			for _, r := range []io.Reader{
				strings.NewReader(content), iotest.OneByteReader(strings.NewReader(content)), strings.NewReader("\ufeff" + content),
				strings.NewReader(strings.ReplaceAll(content, "\n", "\r\n")),
			} {
				got, err := statement.Read(r)
				if err != nil {
					t.Fatal(err)
				}
				same(t, got.Statements, want)
			}
		})
	}
}

// Banks of the region write in encodings of one byte; what stands in the file is the same.
func TestEncodings(t *testing.T) {
	t.Parallel()
	for name, encoding := range map[string]*charmap.Charmap{"WINDOWS-1257": charmap.Windows1257, "iso-8859-13": charmap.ISO8859_13, "ISO-8859-4": charmap.ISO8859_4} {
		content := strings.NewReplacer(`"UTF-8"`, `"`+name+`"`, "„", "", "”", "").Replace(text(t, "fidavista_101.xml"))
		encoded, err := encoding.NewEncoder().String(content)
		if err != nil {
			t.Fatal(err)
		}
		got, err := statement.Read(strings.NewReader(encoded))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		same(t, got.Statements, fidavista101)
		refused(t, name+" cut", encoded[:len(encoded)-40], "statement.half")
		refused(t, name+" closed wrongly", strings.Replace(encoded, "</Statement>", "</Closed>", 1), "statement.not_xml")
	}
}

// The namespace decides nothing: not another version, not another bank, not none.
func TestNamespacesDoNotMatter(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string][]string{
		"camt02.xml": {"camt.053.001.02", "camt.053.001.13"}, "camt08.xml": {"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08", "urn:swift:xsd:x"},
		"fidavista_101.xml": {` xmlns="http://www.bankasoc.lv/fidavista/fidavista0101.xsd"`, ""},
		"fidavista_12.xml":  {"http://ivis.eps.gov.lv/XMLSchemas/100017/fidavista/v1-2", "http://bankasoc.lv/fidavista/fidavista_1-2.xsd"},
	} {
		got, err := statement.Read(strings.NewReader(strings.NewReplacer(replace...).Replace(text(t, name))))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		same(t, got.Statements, files[name])
	}
}

// What banks write beside the message definition is read all the same: a decimal comma, no code of the kind of entry, no balance at all.
func TestHabitsOfBanks(t *testing.T) {
	t.Parallel()
	codes := regexp.MustCompile(`<BkTxCd>.*</BkTxCd>`)
	for name, content := range map[string]string{
		"camt02.xml": codes.ReplaceAllString(text(t, "camt02.xml"), ""),
		"camt08.xml": regexp.MustCompile(`<n:Bal>.*CLAV.*</n:Bal>`).ReplaceAllString(strings.Replace(text(t, "camt08.xml"), "100.50", "100,50", 1), ""),
	} {
		if content == text(t, name) {
			t.Errorf("%s is not changed", name)
		}
		same(t, read(t, content), files[name])
	}
}

// A reader that fails is no fault of the file.
func TestAReaderFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("the line is cut")
	_, err := statement.Read(io.MultiReader(strings.NewReader(text(t, "camt02.xml")[:900]), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || key(err) != "" {
		t.Errorf("answered %v", err)
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	content := text(t, "fidavista_12.xml")
	line := "<f:TrxSet><f:BookDate>2026-05-04</f:BookDate><f:CorD>C</f:CorD><f:AccAmt>1</f:AccAmt><f:DocNo>1</f:DocNo></f:TrxSet>"
	lines := strings.Replace(content, "<f:TrxSet>", strings.Repeat(line, statement.MostLines)+"<f:TrxSet>", 1)
	refused(t, "a line more", lines, "statement.too_large")
	refused(t, "statements", "<Document><BkToCstmrStmt>"+strings.Repeat("<Stmt/>", 2000)+"</BkToCstmrStmt></Document>", "statement.too_large")
	refused(t, "depth", strings.Repeat("<Document>", 5000), "statement.not_xml")
}
