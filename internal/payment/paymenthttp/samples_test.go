package paymenthttp_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/office"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

var taken = time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)

// theKey signs with the one key there is.
type theKey struct{ *receipt.SigningKey }

func (k theKey) Current(context.Context, journal.Reader, time.Time) (*receipt.SigningKey, error) {
	return k.SigningKey, nil
}

func (k theKey) Find(context.Context, journal.Reader, receipt.KeyID) (*receipt.SigningKey, error) {
	return k.SigningKey, nil
}

func signer(t testing.TB) *receipt.SigningKey {
	t.Helper()
	key, err := receipt.NewSigningKey("LV-CESIS-BUS", []byte(strings.Repeat("k", 32)), taken.AddDate(-1, 0, 0), taken.AddDate(2, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// names are as long as they may be, in the letters of a language.
type names struct{ creditor, payer, centre, address, what string }

// longestName is how many characters the name of a creditor or payer may have.
const longestName = 200

// fill repeats words as far as a name may be long.
func fill(words string) string {
	text := words
	for _, w := range strings.Fields(strings.Repeat(words+" ", longestName)) {
		if utf8.RuneCountInString(text)+1+utf8.RuneCountInString(w) > longestName {
			break
		}
		text += " " + w
	}
	return text
}

// long are the longest names: 200 characters.
var long = map[string]names{
	"lv": {
		fill("Sabiedrība ar ierobežotu atbildību «Šķūņupļavu ūdenssaimniecība»"), fill("Žanete Ģērmane-Ķēniņa mantiniece"),
		"Vecpiebalgas apvienības pārvaldes klientu apkalpošanas centrs", "«Pagastmāja», Dzērbene, Dzērbenes pagasts, Cēsu novads, LV-4118", "Dzeramais ūdens un kanalizācija, līgums Nr. ŪK-2019/04417-Ž",
	},
	"lt": {
		fill("Uždaroji akcinė bendrovė „Mažeikių šilumos tinklų ūkis“"), fill("Živilė Šimkūnaitė-Ąžuolienė paveldėtoja"),
		"Mažeikių rajono savivaldybės Židikų seniūnijos aptarnavimo centras", "Laižuvos g. 12, Židikai, Mažeikių rajono savivaldybė, LT-89417", "Šiluma ir karštas vanduo, sutartis Nr. ŠT-2019/04417-Ų",
	},
	"en": {
		fill("The Incorporated Society of Householders at Waterworks Wharf"), fill("Wilhelmina Featherstonehaugh-Wolverhampton executrix"),
		"Customer Service Centre of the Municipal Administration", "Municipal House, Long Street 12, Upper Wimbleton, LV-4118", "Drinking water and sewage, contract no. WW-2019/04417-M",
	},
	"uk": {
		fill("Товариство з обмеженою відповідальністю «Їжакецьке джерело»"), fill("Євгенія Щербаківська-Ґудзь"),
		"Центр обслуговування мешканців Дзербене", "вулиця Ювілейна, 12, Дзербене", "Питна вода та каналізація, договір № ЩЮ-2019",
	},
	"ru": {
		fill("Общество с ограниченной ответственностью «Объединённый водоканал»"), fill("Жанна Щёголева-Ёлкина"),
		"Центр обслуживания жителей в Дзербене", "улица Юбилейная, 12, Дзербене", "Питьевая вода и канализация, договор № ЩЮ-2019",
	},
}

// everyday is what most receipts are like.
var everyday = names{"SIA «CĒSU ŪDEŅI»", "", "Dzērbenes bibliotēka", "Dzērbene, Cēsu novads", "Ūdens"}

// sample is one receipt to print.
type sample struct {
	kind  receipt.Kind
	names names
	// bills is how many it pays; copy is which reprint it is, 0 for the original.
	bills, copy int
	longest     bool
}

const (
	series   = "CESIS-CENTR-12"
	creditor = regno.Number("90000028508")
)

func (s sample) document() payment.Document {
	d := payment.Document{
		Kind: s.kind, Payment: id.New(taken), Desk: series, At: taken, Creditor: creditor,
		Receipt: payment.Numbered{Node: "LV-CESIS-BUS", Series: series, Number: 12, Previous: receipt.Link{1, 2}},
	}
	d.Receipt.Number = 4294967295
	if !s.longest {
		d.Receipt.Number, d.Desk, d.Receipt.Series = 12, "CES-1", "CES-1"
	}
	sign, total := money.Amount(1), money.Amount(0)
	if s.kind != receipt.Payment {
		d.Receipt.Series += "/R"
		sign, d.Original = -1, payment.Numbered{Series: d.Desk, Number: d.Receipt.Number - 1, Link: receipt.Link{3}}
	}
	for i := range s.bills {
		l := payment.Line{Bill: id.New(taken), Number: fmt.Sprintf("202600041%d", i), Cents: 4250}
		if s.longest {
			l.Number, l.Cents = fmt.Sprintf("%064d", 9876543210+i), 123456789-money.Amount(i)
		}
		d.Lines = append(d.Lines, l)
		total += l.Cents
	}
	cash := total / 3
	if s.longest {
		d.Parts = []till.Part{{Tender: till.Cash, Cents: sign * cash}, {Tender: till.Card, Cents: sign * (total - cash), Slip: "00123456789012345678"}}
		d.Given = cash + 5000
		return d
	}
	d.Parts = []till.Part{{Tender: till.Cash, Cents: sign * total}}
	return d
}

// paper writes the sample down in the language of ctx.
func (s sample) paper(ctx context.Context, t testing.TB) (paymenthttp.Paper, *receipt.Code) {
	t.Helper()
	in := paymenthttp.PaperIn{
		Document: s.document(), Centre: s.names.centre, Address: s.names.address, Creditor: s.names.creditor, Payer: s.names.payer,
		What: map[id.ID]string{}, VerifyAt: "vienkopus.cesis.lv/verify", FollowAt: "vienkopus.cesis.lv/follow", Cashier: "Ilze Kalniņa",
		Issuer: office.Issuer{Name: "Cēsu novada pašvaldība", Number: "40003032949", Address: "Raunas iela 4, Cēsis, LV-4101", Phone: "+371 64100000"},
	}
	if s.longest {
		in.Still, in.InBasket, in.BasketCard = true, 3, 123456789
	}
	for _, l := range in.Lines {
		in.What[l.Bill] = s.names.what
	}
	for _, p := range in.Parts {
		if p.Tender == till.Cash {
			in.BasketCash += max(p.Cents, -p.Cents)
		}
	}
	if s.copy > 0 {
		in.Copy = &payment.Copy{Number: uint8(s.copy), At: taken.Add(26 * time.Hour)}
	}
	var err error
	if in.Code, err = payment.New(payment.Config{Keys: theKey{signer(t)}}).Code(ctx, nil, in.Document, in.Copy); err != nil {
		t.Fatal(err)
	}
	p, err := paymenthttp.NewPaper(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	return p, in.Code
}

// samples are what is printed on each paper in a language.
func samples(t testing.TB, code string) []sample {
	t.Helper()
	widest := map[string][]string{"lv": {"lv", "ru"}, "en": {"en", "uk"}, "lt": {"lt", "lt"}}[code]
	return []sample{
		{kind: receipt.Payment, names: everyday, bills: 1},
		{kind: receipt.Payment, names: long[widest[0]], bills: 6, longest: true},
		{kind: receipt.Payment, names: long[widest[1]], bills: 6, longest: true, copy: 255},
		{kind: receipt.Refund, names: long[widest[1]], bills: 6, longest: true, copy: 100},
		{kind: receipt.Void, names: everyday, bills: 2},
	}
}

func in(t testing.TB, code string) context.Context {
	t.Helper()
	return lang.With(t.Context(), code)
}
