package ledgerhttp

import (
	"context"

	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
)

func trialColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "ledgerpage.account_label")), html.Numbers(lang.T(ctx, "office.opening")), html.Numbers(lang.T(ctx, "ledgerpage.debit")),
		html.Numbers(lang.T(ctx, "ledgerpage.credit")), html.Numbers(lang.T(ctx, "office.closing")),
	}
}

func accountColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "office.day_label")), html.Words(lang.T(ctx, "office.line")), html.Words(lang.T(ctx, "office.centre")),
		html.Numbers(lang.T(ctx, "ledgerpage.debit")), html.Numbers(lang.T(ctx, "ledgerpage.credit")),
	}
}

func lateColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Words(lang.T(ctx, "office.day_label")), html.Words(lang.T(ctx, "office.line")), html.Words(lang.T(ctx, "office.centre")), html.Words(lang.T(ctx, "ledgerpage.closed_through")),
	}
}

// accountName says what an account of the ledger is.
func (p pages) accountName(ctx context.Context, a ledger.Account) (string, error) {
	code := a.Code()
	if a.Kind() == ledger.KindCreditor {
		name, err := p.Creditors.CreditorName(ctx, p.Journal.DB(), regno.Number(code))
		return lang.T(ctx, "ledgerpage.account.creditor", "Code", name), err
	}
	return lang.T(ctx, "ledgerpage.account."+string(a.Kind()), "Code", code), nil
}
