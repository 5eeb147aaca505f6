package tillhttp

import (
	"context"

	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/till"
)

// Difference says in words what was too much or too little.
func Difference(ctx context.Context, cents money.Amount) string {
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

// BagState says where a bag is.
func BagState(ctx context.Context, s till.BagState) string {
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

// Contradictions says what does not fit together about a bag.
func Contradictions(ctx context.Context, b till.Bag) []string {
	var all []string
	for _, c := range b.Contradictions {
		all = append(all, lang.T(ctx, "tillpage.contradiction."+string(c)))
	}
	return all
}
