package html

import (
	"context"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
)

// Refusal is why a form did not pass: the status of the page that shows it again, with what was typed, and what is to mend.
type Refusal struct {
	Status   int
	Problems ErrorSummary
}

// RefusalOf returns why a form did not pass. What is not for the form comes back as the error that it is: a fault of the machine, and, unless the page
// shows that kind also, somebody who may not, or a thing that is not there.
func RefusalOf(ctx context.Context, why error, also ...fault.Kind) (Refusal, error) {
	first := fault.First(why)
	if first == nil || first.Kind == fault.Internal || !slices.Contains(append(also, fault.Invalid, fault.Conflict), first.Kind) {
		return Refusal{}, why
	}
	httpx.Shown(ctx, first)
	return Refusal{Status: httpx.StatusOf(first.Kind), Problems: Problems(ctx, why)}, nil
}

// Move has what is to mend in one field point at another one, because a page may call it differently than the rules do.
func (e ErrorSummary) Move(from, to string) {
	for i := range e {
		if e[i].Field == from {
			e[i].Field = to
		}
	}
}

// Choices are the choices of a list of codes, each with its name, the chosen one marked.
func Choices[C ~string](codes []C, chosen C, name func(C) string) []Choice {
	all := make([]Choice, len(codes))
	for i, c := range codes {
		all[i] = Choice{Value: string(c), Label: name(c), Chosen: c == chosen}
	}
	return all
}

// Words heads a column of words.
func Words(label string) Column { return Column{Label: label} }

// Numbers heads a column of numbers or amounts.
func Numbers(label string) Column { return Column{Label: label, Number: true} }

// Apart writes an amount into one of two columns: what came in, or what went out.
func Apart(ctx context.Context, cents money.Amount) (in, out string) {
	if cents >= 0 {
		return lang.Amount(ctx, cents), ""
	}
	return "", lang.Amount(ctx, -cents)
}

// Printing are the attributes of the button that prints; it is there only where there is script to print with.
var Printing = map[string]any{"data-print": true, "hidden": true}

// Labelled tells buttons of the same words apart for whoever cannot see what stands beside them.
func Labelled(ctx context.Context, button, of string) map[string]any {
	return map[string]any{"aria-label": lang.T(ctx, "shell.button_for", "Button", lang.T(ctx, button), "Of", of)}
}
