package main

import (
	"context"
	"strings"

	"vienkopus/internal/app"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/till"
)

type cashLimitCmd struct {
	Set cashLimitSetCmd `cmd:"" help:"Set from which sum on cash of one payer is refused, from a day on."`
}

type cashLimitSetCmd struct {
	database
	From    string   `arg:"" help:"First day with this limit."`
	Most    string   `arg:"" help:"So much cash and more is refused for one deal, in euro, for example 7200."`
	Declare []string `help:"Sums from which cash has to be declared, in euro, rising: 1500,3000."`
}

// Run notes the limit.
func (c cashLimitSetCmd) Run(ctx context.Context) error {
	from, err := civil.ParseDate(c.From)
	if err != nil {
		return fault.NewInvalid("bill.day_form").On("FROM")
	}
	limit := till.CashLimit{From: from}
	if limit.Most, err = euro(c.Most, "MOST"); err != nil {
		return err
	}
	for _, text := range c.Declare {
		sum, err := euro(text, "declare")
		if err != nil {
			return err
		}
		limit.Declare = append(limit.Declare, sum)
	}
	return posting(ctx, c.DB, func(a *app.App) error { return a.Till.SetCashLimit(ctx, till.Request(atNetwork()), limit) })
}

// euro reads an amount that an operator types.
func euro(text, field string) (money.Amount, error) {
	cents, err := money.Parse(strings.TrimSpace(text))
	if err != nil {
		return 0, fault.NewInvalid("payment.not_amount").On(field)
	}
	return cents, nil
}
