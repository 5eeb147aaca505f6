package tillhttp

import (
	"context"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// difference says in words what was too much or too little.
func difference(ctx context.Context, cents money.Amount) string {
	switch {
	case cents > 0:
		return lang.T(ctx, "tillpage.over", "Amount", cents)
	case cents < 0:
		return lang.T(ctx, "tillpage.short", "Amount", -cents)
	}
	return lang.T(ctx, "tillpage.even")
}

// differenceTone is how a difference looks.
func differenceTone(cents money.Amount) html.Tone {
	if cents == 0 {
		return html.Success
	}
	return html.Warning
}

func reasonName(ctx context.Context, r till.Reason) string {
	return lang.T(ctx, "tillpage.reason."+string(r))
}

func tenderName(ctx context.Context, t till.Tender) string {
	return lang.T(ctx, "tillpage.tender."+string(t))
}

func bagState(ctx context.Context, s till.BagState) string {
	return lang.T(ctx, "tillpage.bag_is."+string(s))
}

// kindName says what a line of a journal says; a kind that has no words stands for itself.
func kindName(ctx context.Context, kind string) string {
	if key := "tillpage.kind." + kind; lang.Has(ctx, key) {
		return lang.T(ctx, key)
	}
	return kind
}

func reasonChoices(ctx context.Context, chosen till.Reason) []html.Choice {
	return html.Choices(till.Reasons, chosen, func(r till.Reason) string { return reasonName(ctx, r) })
}

// contradictions says what does not fit together about a bag.
func contradictions(ctx context.Context, b till.Bag) []string {
	var all []string
	for _, c := range b.Contradictions {
		all = append(all, lang.T(ctx, "tillpage.contradiction."+string(c)))
	}
	return all
}

// names says what centres and creditors are called.
type names struct {
	centres   map[string]string
	creditors map[regno.Number]string
}

func (p pages) names(ctx context.Context) (names, error) {
	n := names{centres: map[string]string{}, creditors: map[regno.Number]string{}}
	all, err := p.Centres.Centres(ctx, p.Journal.DB())
	for i := range all {
		n.centres[all[i].Code] = all[i].Name
	}
	return n, err
}

// centre returns the name of a centre; the office stands in the ledger for a centre.
func (n names) centre(ctx context.Context, code string) string {
	if name := n.centres[code]; name != "" {
		return name
	}
	if _, isOffice := office.Municipality(code); isOffice {
		return lang.T(ctx, "tillpage.office")
	}
	return code
}

// creditor returns the name of a creditor; one that nobody has registered stands for itself.
func (p pages) creditor(ctx context.Context, n names, number regno.Number) (string, error) {
	if name, known := n.creditors[number]; known {
		return name, nil
	}
	c, err := p.Creditors.Creditor(ctx, p.Journal.DB(), number)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		c.Name, err = string(number), nil
	}
	n.creditors[number] = c.Name
	return c.Name, err
}

// who returns the name of somebody. The program itself, and whoever fills it, have codes instead of staff ids, which stand for themselves.
func (p pages) who(ctx context.Context, person string) (string, error) {
	if _, err := id.Parse(person); err != nil {
		return person, nil //nolint:nilerr // see above
	}
	name, err := p.Called(ctx, person)
	if name == "" {
		name = lang.T(ctx, "tillpage.somebody")
	}
	return name, err
}

// accountName says what an account of the ledger is.
func (p pages) accountName(ctx context.Context, n names, a ledger.Account) (string, error) {
	code := a.Code()
	if a.Kind() == ledger.KindCreditor {
		name, err := p.creditor(ctx, n, regno.Number(code))
		return lang.T(ctx, "tillpage.account.creditor", "Code", name), err
	}
	return lang.T(ctx, "tillpage.account."+string(a.Kind()), "Code", code), nil
}
