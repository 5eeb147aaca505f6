package main

import (
	"context"
	"errors"
	"strings"

	"vienkopus/internal/app"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill"
	"vienkopus/internal/consent"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/sight"
	"vienkopus/internal/staff"
	"vienkopus/internal/till"
)

type creditorCmd struct {
	Register creditorRegisterCmd `cmd:"" help:"Note to whom bills can be paid."`
	Connect  creditorConnectCmd  `cmd:"" help:"Note where its systems answer; the secret is read from the standard input."`
}

type creditorRegisterCmd struct {
	database
	Number string `arg:"" help:"Registration number."`
	Name   string `arg:"" help:"Name of the company or institution."`
	IBAN   string `arg:"" help:"Account to which its bills are paid."`
}

// Run notes the creditor, or what has changed about it.
func (c creditorRegisterCmd) Run(ctx context.Context) error {
	number, err := creditorNumber(c.Number, "NUMBER")
	if err != nil {
		return err
	}
	account, err := iban.Parse(c.IBAN)
	if err != nil {
		return fault.NewInvalid("bill.iban").On("IBAN")
	}
	return posting(ctx, c.database, func(a *app.App) error {
		return a.Bill.RegisterCreditor(ctx, atNetwork(), bill.Creditor{Number: number, Name: c.Name, IBAN: account})
	})
}

type creditorConnectCmd struct {
	database
	Number string  `arg:"" help:"Registration number."`
	Lookup *string `help:"Address that is asked for bills while a client waits; an empty one disconnects it. Unless you say it stays as it is." placeholder:"URL"`
	Notify *string `help:"Address that is told of payments; an empty one disconnects it, and what it was not told waits. Unless you say it stays as it is." placeholder:"URL"`
}

var errNothingSaid = errors.New("say --lookup, --notify or both")

// Run notes where the systems of the creditor answer. What is not said stays as it is.
func (c creditorConnectCmd) Run(ctx context.Context) error {
	number, err := creditorNumber(c.Number, "NUMBER")
	if err != nil {
		return err
	}
	if c.Lookup == nil && c.Notify == nil {
		return errNothingSaid
	}
	connection := bill.Connection{Creditor: number, Lookup: c.Lookup, Notify: c.Notify}
	if named(c.Lookup) || named(c.Notify) || c.Lookup == nil || c.Notify == nil {
		secret, err := readLine()
		if err != nil {
			return err
		}
		connection.Secret = bill.Secret(secret)
	}
	return posting(ctx, c.database, func(a *app.App) error { return a.Bill.Connect(ctx, atNetwork(), connection) })
}

// named tells whether an address was said.
func named(address *string) bool { return address != nil && *address != "" }

type payerCmd struct {
	Erase payerEraseCmd `cmd:"" help:"Erase name and address of the payer of a bill, also from its receipts; the bill stays."`
}

type payerEraseCmd struct {
	database
	Person   bool   `help:"Erase the person: all bills in the same name at the same address, of every creditor, and those to come."`
	Creditor string `arg:"" help:"Registration number of the creditor."`
	Bill     string `arg:"" help:"The creditor's number of the bill."`
}

// Run erases the payer, leaves a line that says so, and puts it into the list of erasures.
func (c payerEraseCmd) Run(ctx context.Context) error {
	creditor, err := creditorNumber(c.Creditor, "CREDITOR")
	if err != nil {
		return err
	}
	return posting(ctx, c.database, func(a *app.App) error {
		return a.ErasePayer(ctx, atNetwork(), bill.PayerOf{Creditor: creditor, Number: c.Bill}, c.Person)
	})
}

func creditorNumber(text, field string) (regno.Number, error) {
	number, err := regno.Parse(text)
	if err != nil {
		return number, fault.NewInvalid("bill.creditor_number").On(field)
	}
	return number, nil
}

// atNetwork is a request of the operator at the desk of the network.
func atNetwork() journal.Request {
	return journal.Request{By: operator, Desk: staff.NetworkDesk, Key: newKey()}
}

// basis are the flags of every command that sets a rule from a day on.
type basis struct {
	Why    string `help:"Why it is set, in a sentence; it stands in the journal for ever, so name nobody."`
	Source string `help:"The law, the decision or the page that it rests on."`
}

func (b basis) from(day civil.Date) dated.Basis {
	return dated.Basis{From: day, Why: b.Why, Source: b.Source}
}

type lateFeeCmd struct {
	Set lateFeeSetCmd `cmd:"" help:"Set what late payment costs a day from a day on."`
}

type lateFeeSetCmd struct {
	database
	Kind    string `arg:"" help:"Kind of bill, for example property-tax."`
	From    string `arg:"" help:"First day with this fee."`
	Percent string `arg:"" field:"per_million" help:"Per cent of the overdue principal a day, for example 0.05; 0 ends the fee."`
	// Creditor is no argument, because it was not asked for once; the service asks for it.
	Creditor string `help:"Registration number of the creditor that leaves the calculation to you; it is needed." placeholder:"NUMBER"`
	FeeFirst bool   `help:"Money goes to the fee first and only then to the principal."`
	basis
}

// Run notes the fee.
func (c lateFeeSetCmd) Run(ctx context.Context) error {
	from, err := civil.ParseDate(c.From)
	if err != nil {
		return fault.NewInvalid("bill.day_form").On("FROM")
	}
	rate, err := bill.ParseRate(c.Percent)
	if err != nil {
		return err
	}
	return posting(ctx, c.database, func(a *app.App) error {
		return a.Bill.SetLateFee(ctx, atNetwork(), bill.LateFee{
			Creditor: regno.Number(c.Creditor), Kind: bill.Kind(c.Kind), Basis: c.from(from), PerMillion: rate, FeeFirst: c.FeeFirst,
		})
	})
}

type billLimitsCmd struct {
	Set billLimitsSetCmd `cmd:"" help:"Set how old bills may be when they come in, and when it is asked whether they were paid elsewhere, from a day on."`
}

type billLimitsSetCmd struct {
	database
	From   string `arg:"" help:"First day with these limits."`
	Oldest int    `help:"So many days ago a bill may have been issued at most." default:"3653" placeholder:"DAYS"`
	Ask    int    `help:"After so many days without a word of the creditor whoever takes money is asked first; 0 asks never." default:"0" placeholder:"DAYS"`
	basis
}

// Run notes the limits.
func (c billLimitsSetCmd) Run(ctx context.Context) error {
	from, err := civil.ParseDate(c.From)
	if err != nil {
		return fault.NewInvalid("bill.day_form").On("FROM")
	}
	return posting(ctx, c.database, func(a *app.App) error {
		return a.Bill.SetLimits(ctx, atNetwork(), bill.Limits{Basis: c.from(from), OldestDays: c.Oldest, AskDays: c.Ask})
	})
}

type lookingCmd struct {
	Set lookingSetCmd `cmd:"" help:"Set how often one person may look clients up by name in an hour, from a day on."`
}

type lookingSetCmd struct {
	database
	From    string `arg:"" help:"First day with this budget."`
	PerHour int    `arg:"" help:"Searches by name and openings together; 0 sets no bound."`
	basis
}

// Run notes the budget.
func (c lookingSetCmd) Run(ctx context.Context) error {
	from, err := civil.ParseDate(c.From)
	if err != nil {
		return fault.NewInvalid("bill.day_form").On("FROM")
	}
	return posting(ctx, c.database, func(a *app.App) error {
		return a.Sight.SetBudget(ctx, atNetwork(), sight.Budget{Basis: c.from(from), PerHour: c.PerHour})
	})
}

type cashLimitCmd struct {
	Set cashLimitSetCmd `cmd:"" help:"Set from which sum on cash of one payer is refused, from a day on."`
}

type cashLimitSetCmd struct {
	database
	From    string   `arg:"" help:"First day with this limit."`
	Most    string   `arg:"" help:"So much cash and more is refused for one deal, in euro, for example 7200."`
	Declare []string `help:"Sums from which cash has to be declared, in euro, rising: 1500,3000."`
	basis
}

// Run notes the limit.
func (c cashLimitSetCmd) Run(ctx context.Context) error {
	from, err := civil.ParseDate(c.From)
	if err != nil {
		return fault.NewInvalid("bill.day_form").On("FROM")
	}
	limit := till.CashLimit{Basis: c.from(from)}
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
	return posting(ctx, c.database, func(a *app.App) error { return a.Till.SetCashLimit(ctx, atNetwork(), limit) })
}

type countRuleCmd struct {
	Set countRuleSetCmd `cmd:"" help:"Set until when drawers are counted, from a day on; without a rule it is the day on which they were opened."`
}

type countRuleSetCmd struct {
	database
	From string `arg:"" help:"First day with this rule."`
	Keep string `arg:"" enum:"day,week" help:"For how long a drawer may stay open: day or week."`
	Most string `help:"With more than so much in it, in euro, a drawer that may stay open for a week is counted all the same." placeholder:"EURO"`
	Desk string `help:"Only this desk." placeholder:"CODE"`
	basis
}

// Run notes the rule.
func (c countRuleSetCmd) Run(ctx context.Context) error {
	from, err := civil.ParseDate(c.From)
	if err != nil {
		return fault.NewInvalid("bill.day_form").On("FROM")
	}
	rule := till.CountRule{Basis: c.from(from), Desk: c.Desk, Keep: till.Keep(c.Keep)}
	if c.Most != "" {
		if rule.Most, err = euro(c.Most, "most"); err != nil {
			return err
		}
	}
	return posting(ctx, c.database, func(a *app.App) error { return a.Till.SetCountRule(ctx, atNetwork(), rule) })
}

type secondCmd struct {
	Set secondSetCmd `cmd:"" help:"Set from which point on a payment needs a second person, from a day on; without a rule after 5 days, above 50 euro, above 1 euro of late fee, and an hour after the payment."`
}

type secondSetCmd struct {
	database
	From      string `arg:"" help:"First day with these limits."`
	PaperDays int    `help:"So many days ago a receipt may have been written by hand that one person types in alone." default:"5" placeholder:"DAYS"`
	Overpaid  string `help:"So much more than is due one person may take for a bill, in euro." default:"50" placeholder:"EURO"`
	Forgiven  string `help:"So much late fee one person may give away in 30 days by earlier days on receipts written by hand, in euro." default:"1" placeholder:"EURO"`
	Void      int    `name:"void-minutes" help:"So many minutes after it was taken one person may void a payment alone, as long as its visit lasts." default:"60" placeholder:"MINUTES"`
	basis
}

// Run notes the limits.
func (c secondSetCmd) Run(ctx context.Context) error {
	from, err := civil.ParseDate(c.From)
	if err != nil {
		return fault.NewInvalid("bill.day_form").On("FROM")
	}
	limits := consent.Limits{Basis: c.from(from), PaperDays: c.PaperDays, VoidMinutes: &c.Void}
	forgiven, err := euro(c.Forgiven, "forgiven")
	if err != nil {
		return err
	}
	limits.Forgiven = &forgiven
	if limits.Overpaid, err = euro(c.Overpaid, "overpaid"); err != nil {
		return err
	}
	return posting(ctx, c.database, func(a *app.App) error { return a.Consent.SetLimits(ctx, atNetwork(), limits) })
}

type issuerCmd struct {
	Set     issuerSetCmd     `cmd:"" help:"Set who gives the receipts of a municipality, from a day on."`
	Signing issuerSigningCmd `cmd:"" help:"Set whether receipts are signed, from a day on; without a rule they are."`
}

type issuerSetCmd struct {
	database
	Municipality string `arg:"" help:"ATVK code."`
	From         string `arg:"" help:"First day."`
	Name         string `arg:"" help:"Name of the institution, as it is registered."`
	Number       string `arg:"" help:"Registration number."`
	Address      string `arg:"" help:"Where it is."`
	Phone        string `arg:"" help:"How one telephones."`
	Unverified   bool   `help:"Nobody has checked it."`
	basis
}

// Run notes the issuer.
func (c issuerSetCmd) Run(ctx context.Context) error {
	from, err := civil.ParseDate(c.From)
	if err != nil {
		return fault.NewInvalid("bill.day_form").On("FROM")
	}
	return posting(ctx, c.database, func(a *app.App) error {
		return a.Office.SetIssuer(ctx, atNetwork(), office.Issuer{
			Municipality: c.Municipality, Basis: c.from(from), Name: c.Name, Number: regno.Number(c.Number), Address: c.Address, Phone: c.Phone, Unverified: c.Unverified,
		})
	})
}

type issuerSigningCmd struct {
	database
	From    string `arg:"" help:"First day."`
	Without string `help:"Receipts bear neither the cashier's name nor a line for her signature, but this sentence, which says what allows it." placeholder:"SENTENCE"`
	basis
}

// Run notes whether receipts are signed.
func (c issuerSigningCmd) Run(ctx context.Context) error {
	from, err := civil.ParseDate(c.From)
	if err != nil {
		return fault.NewInvalid("bill.day_form").On("FROM")
	}
	return posting(ctx, c.database, func(a *app.App) error {
		return a.Office.SetSigning(ctx, atNetwork(), office.Signing{Basis: c.from(from), Unsigned: c.Without != "", Sentence: c.Without})
	})
}

// euro reads an amount that an operator types.
func euro(text, field string) (money.Amount, error) {
	cents, err := money.Parse(strings.TrimSpace(text))
	if err != nil {
		return 0, fault.NewInvalid("request.amount").On(field)
	}
	return cents, nil
}

type signInCmd struct {
	Set signInSetCmd `cmd:"" help:"Say how people sign in from a day on."`
}

type signInSetCmd struct {
	database
	From   string   `arg:"" help:"First day with this rule."`
	Second []string `help:"Roles that need a second proof beside the password; * for every role."`
	Apart  int      `help:"For so many days whoever gave somebody a password or a code, and that person, are no second persons to each other." default:"30" placeholder:"DAYS"`
	Log    int      `help:"For so many days the security log is kept." default:"365" placeholder:"DAYS"`
	basis
}

// Run notes the rule.
func (c signInSetCmd) Run(ctx context.Context) error {
	from, err := civil.ParseDate(c.From)
	if err != nil {
		return fault.NewInvalid("bill.day_form").On("FROM")
	}
	return posting(ctx, c.database, func(a *app.App) error {
		rule := staff.SignInRule{Basis: c.from(from), Second: c.Second, ApartDays: c.Apart, LogDays: c.Log}
		return a.Staff.SetSignInRule(ctx, operator, rule, newKey())
	})
}
