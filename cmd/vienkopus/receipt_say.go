package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/lang"
)

// findingOf is the message that a reason gets: what a scanner got wrong is no forgery. The page that checks receipts sorts them alike.
func findingOf(r receipt.Reason) string {
	switch r {
	case receipt.ReasonOK:
		return "valid"
	case receipt.ReasonPrefix:
		return "not_code"
	case receipt.ReasonAlphabet, receipt.ReasonTooLong, receipt.ReasonBase45, receipt.ReasonCBOR, receipt.ReasonTrailing:
		return "damaged"
	case receipt.ReasonSignature, receipt.ReasonKeyDate, receipt.ReasonNewer, receipt.ReasonUnknownKey, receipt.ReasonCompromised,
		receipt.ReasonFuture:
		return string(r)
	case receipt.ReasonCanonical, receipt.ReasonDuplicate, receipt.ReasonCOSE, receipt.ReasonCritical, receipt.ReasonAlgorithm,
		receipt.ReasonHeader, receipt.ReasonVersion, receipt.ReasonPayload, receipt.ReasonSum:
	}
	return "malformed"
}

// sayFound writes the verdict and why, then what a valid code says or an uncertain one claims, then whether it pays the bill.
func sayFound(ctx context.Context, w io.Writer, found answered, bill paidBill) error {
	finding := findingOf(found.Reason)
	say := []string{lang.T(ctx, "receipt.head."+finding), lang.T(ctx, "receipt.text."+finding)}
	if found.Verdict != receipt.Valid {
		say = append(say, lang.T(ctx, "receipt.reason", "Reason", string(found.Reason)))
	}
	r := found.Receipt
	if r != nil && found.Verdict == receipt.Uncertain {
		say = append(say, "", lang.T(ctx, "receipt.claims"))
	}
	if r != nil && r.Kind != receipt.Payment {
		say = append(say, lang.T(ctx, "receipt.reversed"))
	}
	if _, err := fmt.Fprintln(w, strings.Join(say, "\n")); err != nil || r == nil {
		return err
	}
	if err := sayReceipt(ctx, w, found); err != nil {
		return err
	}
	if found.Verdict == receipt.Valid {
		say = []string{""}
		if found.Register != "" {
			say = append(say, lang.T(ctx, "receipt.register."+string(found.Register)))
		}
		say = append(say, lang.T(ctx, "receipt.later"))
		if found.Pays != nil {
			key := map[bool]string{true: "receipt.bill_yes", false: "receipt.bill_no"}[*found.Pays]
			say = append(say, "", lang.T(ctx, key, "Bill", bill.number, "Amount", amountOf(ctx, bill.amount, r.Currency)))
		}
		_, err := fmt.Fprintln(w, strings.Join(say, "\n"))
		return err
	}
	return nil
}

// sayReceipt writes what the code says, one thing a line.
func sayReceipt(ctx context.Context, w io.Writer, found answered) error {
	r := found.Receipt
	exemplar := lang.T(ctx, "receipt.original")
	if r.Copy > 0 {
		exemplar = lang.T(ctx, "receipt.copy", "Number", int(r.Copy), "At", lang.DateTime(ctx, r.CopiedAt))
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range [][2]string{
		{lang.T(ctx, "receipt.field_kind"), lang.T(ctx, "receipt.kind."+r.Kind.String())},
		{lang.T(ctx, "receipt.field_number"), r.Series + " / " + strconv.FormatUint(uint64(r.Number), 10)},
		{lang.T(ctx, "receipt.field_at"), lang.DateTime(ctx, r.At)},
		{lang.T(ctx, "receipt.field_total"), amountOf(ctx, r.Total, r.Currency)},
		{lang.T(ctx, "receipt.field_tenders"), tendersOf(ctx, r)},
		{lang.T(ctx, "receipt.field_creditor"), r.Creditor},
		{lang.T(ctx, "receipt.field_node"), r.Node},
		{lang.T(ctx, "receipt.field_copy"), exemplar},
		{lang.T(ctx, "receipt.field_check_code"), found.CheckCode},
	} {
		if _, err := fmt.Fprintf(t, "  %s\t%s\n", line[0], line[1]); err != nil {
			return err
		}
	}
	return t.Flush()
}

func tendersOf(ctx context.Context, r *receipt.Receipt) string {
	var parts []string
	for _, tender := range slices.Sorted(maps.Keys(r.Tenders)) {
		amount := amountOf(ctx, r.Tenders[tender], r.Currency)
		switch tender {
		case receipt.Cash, receipt.Card, receipt.Transfer:
			parts = append(parts, lang.T(ctx, "receipt.tender."+tender.String(), "Amount", amount))
		default:
			parts = append(parts, lang.T(ctx, "receipt.tender_other", "Amount", amount, "Tender", strconv.Itoa(int(tender))))
		}
	}
	return strings.Join(parts, ", ")
}

// amountOf writes an amount as people read it; in a currency that is not the euro, as data are written.
func amountOf(ctx context.Context, a money.Amount, currency string) string {
	if currency == "EUR" {
		return a.Format(lang.Code(ctx))
	}
	return a.String() + " " + currency
}
