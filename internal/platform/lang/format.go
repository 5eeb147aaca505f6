package lang

import (
	"context"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a bare machine has no zones, and a counter needs Europe/Riga

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
)

const noBreakSpace = "\u00a0"

// locale is how a language writes numbers and which plural forms it has (Unicode CLDR 32 and later).
type locale struct {
	tag          language.Tag
	forms        []plural.Form
	thousands    string
	decimal      string
	percentSpace string
	months       string // from January on, a space between
	ofYear       string // how a month of a year is written, with the year first or last
}

var languages = []Language{
	{Code: "lv", Name: "Latviešu", locale: locale{
		tag: language.Latvian, forms: []plural.Form{plural.Zero, plural.One, plural.Other},
		thousands: noBreakSpace, decimal: ",", percentSpace: noBreakSpace,
		months: "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris", ofYear: "%[1]d. gada %[2]s",
	}},
	{Code: "en", Name: "English", locale: locale{
		tag: language.English, forms: []plural.Form{plural.One, plural.Other},
		thousands: ",", decimal: ".", percentSpace: "",
		months: "January February March April May June July August September October November December", ofYear: "%[2]s %[1]d",
	}},
	{Code: "lt", Name: "Lietuvių", locale: locale{
		tag: language.Lithuanian, forms: []plural.Form{plural.One, plural.Few, plural.Many, plural.Other},
		thousands: noBreakSpace, decimal: ",", percentSpace: noBreakSpace,
		months: "sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis gruodis", ofYear: "%[1]d m. %[2]s",
	}},
}

// form returns the plural form of a whole number.
func (l locale) form(n int64) plural.Form {
	if n < 0 {
		n = -n
	}
	// The rules of every language look at the last digits and at small numbers only.
	if n > 1_000_000 {
		n = n%1_000_000 + 1_000_000
	}
	return plural.Cardinal.MatchPlural(l.tag, int(n), 0, 0, 0, 0)
}

// group writes n with its thousands apart, without a place to break the line.
func (l locale) group(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	if len(digits) <= 3 {
		return sign + digits
	}
	var b strings.Builder
	b.WriteString(sign)
	head := len(digits) % 3
	b.WriteString(digits[:head])
	for i := head; i < len(digits); i += 3 {
		if i > 0 {
			b.WriteString(l.thousands)
		}
		b.WriteString(digits[i : i+3])
	}
	return b.String()
}

// Zone is the network's, Europe/Riga: the days of offices and reports are days there, and those of every page that names no other (WithZone).
var Zone = func() *time.Location {
	riga, err := time.LoadLocation("Europe/Riga")
	if err != nil {
		panic("lang: " + err.Error()) // the zones are built in
	}
	return riga
}()

type zoneKey struct{}

// WithZone returns a context in which days and times are those of a zone, such as that of the centre whose page it is; nil leaves them as they were.
func WithZone(ctx context.Context, zone *time.Location) context.Context {
	if zone == nil {
		return ctx
	}
	return context.WithValue(ctx, zoneKey{}, zone)
}

// ZoneOf returns the zone of the page: that of the desk at a counter, that of the centre on its public page, and the network's everywhere else.
func ZoneOf(ctx context.Context) *time.Location {
	if zone, ok := ctx.Value(zoneKey{}).(*time.Location); ok {
		return zone
	}
	return Zone
}

// Today is the local day of the page at a moment.
func Today(ctx context.Context, now time.Time) civil.Date { return civil.In(now, ZoneOf(ctx)) }

// Date writes a day as DD.MM.YYYY.
func Date(_ context.Context, d civil.Date) string { return d.Display() }

// Month writes the month of a day in words: 2026. gada novembris.
func Month(ctx context.Context, d civil.Date) string {
	l := from(ctx).language.locale
	return strings.ReplaceAll(fmt.Sprintf(l.ofYear, d.Year(), strings.Fields(l.months)[d.Month()-1]), " ", noBreakSpace)
}

// DateTime writes a moment as DD.MM.YYYY HH:MM in the zone of the page.
func DateTime(ctx context.Context, t time.Time) string { return DateTimeIn(ctx, t, ZoneOf(ctx)) }

// DateTimeIn writes a moment as DD.MM.YYYY HH:MM in a zone.
func DateTimeIn(_ context.Context, t time.Time, z *time.Location) string {
	return t.In(z).Format("02.01.2006 15:04")
}

// Time writes the time of day of a moment as HH:MM in the zone of the page.
func Time(ctx context.Context, t time.Time) string { return t.In(ZoneOf(ctx)).Format("15:04") }

// Int writes a whole number with its thousands apart: 10 400 in Latvian, 10,400 in English.
func Int(ctx context.Context, n int64) string { return from(ctx).language.locale.group(n) }

// Amount writes an amount of money with its sign: 1 234,50 € in Latvian, €1,234.50 in English.
func Amount(ctx context.Context, a money.Amount) string { return a.Format(from(ctx).language.Code) }

// Typed writes an amount of money as it is typed into a field: with the reader's decimal sign, without that of the currency.
func Typed(ctx context.Context, a money.Amount) string {
	return strings.Replace(a.String(), ".", from(ctx).language.locale.decimal, 1)
}

// Retyped returns an amount as Typed writes it, however it was typed, and what is no amount as it was typed.
func Retyped(ctx context.Context, text string) string {
	a, err := money.Parse(text)
	if err != nil {
		return text
	}
	return Typed(ctx, a)
}

// Percent writes part of whole in whole per cent, halves upwards: 37 %. Of nothing it writes a dash.
func Percent(ctx context.Context, part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	l := from(ctx).language.locale
	// part · 100 may be more than an int64 holds.
	doubled := new(big.Int).Mul(big.NewInt(part), big.NewInt(200))
	doubled.Add(doubled, big.NewInt(whole))
	rounded := doubled.Div(doubled, new(big.Int).Mul(big.NewInt(whole), big.NewInt(2)))
	return l.group(rounded.Int64()) + l.percentSpace + "%"
}

// Distance writes metres as people say them: to ten metres below one kilometre, to a tenth of one above, whole from ten.
func Distance(ctx context.Context, metres int) string {
	l := from(ctx).language.locale
	switch {
	case metres < 995:
		return l.group(int64((metres+5)/10*10)) + noBreakSpace + "m"
	case metres < 9_950:
		tenths := (metres + 50) / 100
		return strconv.Itoa(tenths/10) + l.decimal + strconv.Itoa(tenths%10) + noBreakSpace + "km"
	}
	return l.group(int64((metres+500)/1000)) + noBreakSpace + "km"
}
