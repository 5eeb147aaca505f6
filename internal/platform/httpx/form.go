package httpx

import (
	"net/http"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
)

// Typed returns what stands in a field of a form, without the space around it.
func Typed(r *http.Request, field string) string { return strings.TrimSpace(r.PostFormValue(field)) }

// Cents reads what was typed as euro, in cents. It returns the fault "request.amount" on the field for anything else, an empty one too.
func Cents(text, field string) (money.Amount, error) {
	cents, err := money.Parse(text)
	if err != nil {
		return 0, fault.NewInvalid("request.amount").On(field)
	}
	return cents, nil
}

// Day reads a day that was typed or stands in an address; an empty one is other. It returns the fault "request.day" on the field for anything else.
func Day(text, field string, other civil.Date) (civil.Date, error) {
	if text == "" {
		return other, nil
	}
	d, err := civil.ParseDate(text)
	if err != nil {
		return other, fault.NewInvalid("request.day").On(field)
	}
	return d, nil
}

// PeriodOf reads ?from= and ?to=: the month until today when the address names none. It returns a fault on "from" or "to".
func PeriodOf(r *http.Request, today civil.Date) (civil.Period, error) {
	over := civil.Period{From: civil.MonthOf(today).First(), To: today}
	var err error
	if over.From, err = Day(r.FormValue("from"), "from", over.From); err != nil {
		return over, err
	}
	if over.To, err = Day(r.FormValue("to"), "to", over.To); err != nil {
		return over, err
	}
	if !over.IsValid() {
		return over, fault.NewInvalid("request.period_backwards").On("to")
	}
	return over, nil
}
