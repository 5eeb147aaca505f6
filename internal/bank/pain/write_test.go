package pain_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vienkopus/internal/bank/pain"
	"vienkopus/internal/bank/statement/schematest"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill/rf"
)

func order() pain.Order {
	return pain.Order{
		ID: "PASS-2026-05-06", Created: time.Date(2026, 5, 6, 15, 4, 5, 999, time.FixedZone("Riga", 3*60*60)), Day: civil.MustDate("2026-05-07"),
		Payer: "Paraugu novada pašvaldība", From: "LV80BANK0000435195001",
		Transfers: []pain.Transfer{
			{ID: "PASS-2026-05-06/1", Payee: "SIA „Ūdens & Ķegums”", To: "LV52MANS0000000000042", Amount: 12345, Reference: "RF18539007547034"},
			{ID: "PASS-2026-05-06/2", Payee: "Z\u030cemaitijos šiluma, UAB", To: "LT837300010000000017", Amount: 1, Text: "Maksājumi 2026. gada 5. maijā; 12 kvītis"},
			{ID: "PASS-2026-05-06/3", Payee: "Łódź straße Œuvre @ Новая", To: "LV35KASE0000100200300", Amount: pain.MostCents},
		},
	}
}

func write(t testing.TB, o pain.Order) string {
	t.Helper()
	var b bytes.Buffer
	if err := pain.Write(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWrite(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/order.xml")
	if err != nil {
		t.Fatal(err)
	}
	if got := write(t, order()); got != string(want) {
		t.Errorf("written is\n%s", got)
	}
	o := order()
	o.BIC, o.Singly = "BANKLV22", true
	got := write(t, o)
	for _, part := range []string{"<BICFI>BANKLV22</BICFI>", "<BtchBookg>false</BtchBookg>"} {
		if !strings.Contains(got, part) {
			t.Errorf("no %s in\n%s", part, got)
		}
	}
	if strings.Contains(got, "NOTPROVIDED") {
		t.Errorf("a bank and none in\n%s", got)
	}
}

func TestWhatABankWouldNotTakeIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*pain.Order)
		want  string
	}{
		"nothing":                  {func(o *pain.Order) { o.Transfers = nil }, "pain.none"},
		"too many":                 {func(o *pain.Order) { o.Transfers = make([]pain.Transfer, pain.MostTransfers+1) }, "pain.too_many"},
		"no id":                    {func(o *pain.Order) { o.ID = "" }, "pain.id"},
		"a long id":                {func(o *pain.Order) { o.ID = strings.Repeat("1", pain.MostID+1) }, "pain.id"},
		"a letter with a mark":     {func(o *pain.Order) { o.ID = "MAKSĀJUMS" }, "pain.id"},
		"a space":                  {func(o *pain.Order) { o.ID = "A 1" }, "pain.id"},
		"a slash in front":         {func(o *pain.Order) { o.ID = "/1" }, "pain.id"},
		"a slash behind":           {func(o *pain.Order) { o.ID = "1/" }, "pain.id"},
		"two slashes":              {func(o *pain.Order) { o.ID = "1//2" }, "pain.id"},
		"a line end":               {func(o *pain.Order) { o.ID = "1\n" }, "pain.id"},
		"no day":                   {func(o *pain.Order) { o.Day = civil.Date{} }, "pain.day"},
		"never made":               {func(o *pain.Order) { o.Created = time.Time{} }, "pain.day"},
		"no payer":                 {func(o *pain.Order) { o.Payer = " \n" }, "pain.payer"},
		"a payer of signs":         {func(o *pain.Order) { o.Payer = "Дом" }, "pain.payer"},
		"a wrong account":          {func(o *pain.Order) { o.From = "LV80BANK0000435195002" }, "pain.from"},
		"an account with spaces":   {func(o *pain.Order) { o.From = "LV80 BANK 0000 4351 9500 1" }, "pain.from"},
		"a wrong bank":             {func(o *pain.Order) { o.BIC = "BANK" }, "pain.bank"},
		"no transfer id":           {func(o *pain.Order) { o.Transfers[1].ID = "" }, "pain.transfer_id"},
		"the same id twice":        {func(o *pain.Order) { o.Transfers[2].ID = o.Transfers[0].ID }, "pain.twice"},
		"no payee":                 {func(o *pain.Order) { o.Transfers[1].Payee = "" }, "pain.payee"},
		"no account":               {func(o *pain.Order) { o.Transfers[1].To = "" }, "pain.to"},
		"nothing to pay":           {func(o *pain.Order) { o.Transfers[1].Amount = 0 }, "pain.amount"},
		"a negative amount":        {func(o *pain.Order) { o.Transfers[1].Amount = -1 }, "pain.amount"},
		"too much":                 {func(o *pain.Order) { o.Transfers[1].Amount = pain.MostCents + 1 }, "pain.amount"},
		"a wrong reference":        {func(o *pain.Order) { o.Transfers[0].Reference = "RF19539007547034" }, "pain.reference"},
		"a reference with spaces":  {func(o *pain.Order) { o.Transfers[0].Reference = "RF18 5390 0754 7034" }, "pain.reference"},
		"reference and text":       {func(o *pain.Order) { o.Transfers[0].Text = "ūdens" }, "pain.reference_and_text"},
		"a long text":              {func(o *pain.Order) { o.Transfers[1].Text = strings.Repeat("ā", pain.MostText+1) }, "pain.text"},
		"a text longer as written": {func(o *pain.Order) { o.Transfers[1].Text = strings.Repeat("ß", pain.MostText/2+1) }, "pain.text"},
		"a text of signs":          {func(o *pain.Order) { o.Transfers[1].Text = "…" }, "pain.text"},
	} {
		o := order()
		c.spoil(&o)
		var b bytes.Buffer
		err := pain.Write(&b, o)
		if f := fault.First(err); f == nil || f.Key != c.want || f.Field == "" || f.Kind != fault.Invalid || b.Len() > 0 {
			t.Errorf("%s: %v and %d bytes, want %s", name, err, b.Len(), c.want)
		}
	}
	o := order()
	o.ID, o.Transfers[1].Text = strings.Repeat("A", pain.MostID), strings.Repeat("ā", pain.MostText)
	write(t, o)
}

type failing struct{}

var errFull = errors.New("no room")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestAWriterFails(t *testing.T) {
	t.Parallel()
	if err := pain.Write(failing{}, order()); !errors.Is(err, errFull) || fault.First(err) != nil {
		t.Errorf("answered %v", err)
	}
}

// message is what a bank reads.
type message struct {
	XMLName xml.Name `xml:"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09 Document"`
	Header  struct {
		MsgId, CreDtTm, NbOfTxs, CtrlSum string
		InitgPty                         struct{ Nm string }
	} `xml:"CstmrCdtTrfInitn>GrpHdr"`
	Payments []struct {
		PmtInfId, PmtMtd, NbOfTxs, CtrlSum string
		ReqdExctnDt                        struct{ Dt string }
		DbtrAcct                           struct{ Id struct{ IBAN string } }
		CdtTrfTxInf                        []struct {
			PmtId struct{ EndToEndId string }
			Amt   struct {
				InstdAmt struct {
					Ccy  string `xml:"Ccy,attr"`
					Text string `xml:",chardata"`
				}
			}
			Cdtr     struct{ Nm string }
			CdtrAcct struct{ Id struct{ IBAN string } }
			RmtInf   struct {
				Ustrd string
				Strd  struct{ CdtrRefInf struct{ Ref string } }
			}
		}
	} `xml:"CstmrCdtTrfInitn>PmtInf"`
}

func parse(t *rapid.T, content string) message {
	var m message
	d := xml.NewDecoder(strings.NewReader(content))
	d.DefaultSpace = "none"
	if err := d.Decode(&m); err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	return m
}

// What is read from the file is what was ordered, in order, to the cent.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	accounts := []iban.IBAN{"LV80BANK0000435195001", "LV52MANS0000000000042", "LT837300010000000017"}
	rapid.Check(t, func(t *rapid.T) {
		o := pain.Order{
			ID: rapid.StringMatching(`[A-Z0-9][A-Za-z0-9.-]{0,33}[A-Z]`).Draw(t, "id"), Created: time.Unix(rapid.Int64Range(1, 4e9).Draw(t, "created"), 0),
			Day: civil.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 999).Draw(t, "day")), Payer: "Pašvaldība",
			From: rapid.SampledFrom(accounts).Draw(t, "from"),
		}
		var total int64
		for i := range rapid.IntRange(1, 40).Draw(t, "transfers") {
			cents := rapid.Int64Range(1, int64(pain.MostCents)).Draw(t, "cents")
			total += cents
			one := pain.Transfer{
				ID:    fmt.Sprintf("%d-%s", i, rapid.StringMatching(`[A-Z0-9/]{0,20}[0-9]`).Filter(func(s string) bool { return !strings.Contains(s, "//") }).Draw(t, "end to end")),
				Payee: "P" + rapid.String().Draw(t, "payee"), To: rapid.SampledFrom(accounts).Draw(t, "to"), Amount: money.Amount(cents),
			}
			if rapid.Bool().Draw(t, "reference") {
				made, err := rf.New(rapid.StringMatching(`[A-Z0-9]{1,21}`).Draw(t, "number"))
				if err != nil {
					t.Fatal(err)
				}
				one.Reference = made
			} else if rapid.Bool().Draw(t, "text") {
				one.Text = rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9 ,.()+-]{0,100}[0-9]`).Draw(t, "words")
			}
			o.Transfers = append(o.Transfers, one)
		}
		var b, again bytes.Buffer
		if err := errors.Join(pain.Write(&b, o), pain.Write(&again, o)); err != nil || b.String() != again.String() {
			t.Fatalf("%v\n%s\n%s", err, b.String(), again.String())
		}
		if complaints := schematest.Check(b.Bytes()); len(complaints) > 0 {
			t.Fatalf("no bank takes that: %s\n%s", complaints, b.String())
		}
		m := parse(t, b.String())
		sum, count := fmt.Sprintf("%d.%02d", total/100, total%100), fmt.Sprint(len(o.Transfers))
		p := m.Payments[0]
		if m.Header.CtrlSum != sum || p.CtrlSum != sum || m.Header.NbOfTxs != count || p.NbOfTxs != count || len(m.Payments) != 1 || len(p.CdtTrfTxInf) != len(o.Transfers) {
			t.Fatalf("%s in %s transfers, not\n%s", sum, count, b.String())
		}
		if m.Header.MsgId != o.ID || p.PmtInfId != o.ID || p.DbtrAcct.Id.IBAN != string(o.From) || p.ReqdExctnDt.Dt != o.Day.String() {
			t.Fatalf("another order\n%s", b.String())
		}
		for i, one := range o.Transfers {
			got := p.CdtTrfTxInf[i]
			if got.PmtId.EndToEndId != one.ID || got.CdtrAcct.Id.IBAN != string(one.To) || got.Amt.InstdAmt.Text != one.Amount.String() || got.Amt.InstdAmt.Ccy != "EUR" ||
				got.RmtInf.Strd.CdtrRefInf.Ref != string(one.Reference) || got.RmtInf.Ustrd != strings.Join(strings.Fields(one.Text), " ") {
				t.Fatalf("transfer %d is %+v, not %+v", i, got, one)
			}
		}
	})
}

// Whatever a name is, what is written of it is within the format, and a name in Latin letters is still there.
func FuzzName(f *testing.F) {
	for _, seed := range []string{"SIA „Ūdens & Ķegums”", "Žemaitijos šiluma", "\u0000", "Дом культуры", "]]>&<x/>", "e\u0301", "ﬁne ½", strings.Repeat("ß", 70), "\xff", "日本"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o := order()
		o.Payer, o.Transfers[0].Payee = "A"+text, "B"+text
		o.Transfers[1].Text = "C" + text
		var b bytes.Buffer
		if err := pain.Write(&b, o); fault.First(err) != nil && fault.First(err).Key == "pain.text" {
			o.Transfers[1].Text = ""
			b.Reset()
			if err := pain.Write(&b, o); err != nil {
				t.Fatal(err)
			}
		} else if err != nil {
			t.Fatal(err)
		}
		var m message
		if err := xml.Unmarshal(b.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		names := []string{m.Header.InitgPty.Nm, m.Payments[0].CdtTrfTxInf[0].Cdtr.Nm}
		for i, written := range append(names, m.Payments[0].CdtTrfTxInf[1].RmtInf.Ustrd) {
			most := pain.MostName
			if i == len(names) {
				most = pain.MostText
			}
			foreign := strings.Trim(written, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
			if foreign != "" || len(written) > most || written != strings.Join(strings.Fields(written), " ") {
				t.Fatalf("%q is written as %q", text, written)
			}
		}
		if !strings.HasPrefix(names[1], "B") || names[0][1:] != names[1][1:] {
			t.Fatalf("%q is written as %q", text, names)
		}
	})
}
