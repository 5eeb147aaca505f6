package statement

import (
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
)

// camtBalance takes the opening and the closing booked balance; the others (available, expected, forward) count what is not booked. Of several,
// as in a statement with one for each day, the first and the last are taken. The closing balance of the day before (PRCD) is an opening one.
func (d *draft) camtBalance(b camtBalance) error {
	code := strings.TrimSpace(b.Tp.CdOrPrtry.Cd)
	if code != "OPBD" && code != "PRCD" && code != "CLBD" {
		return nil
	}
	date, ok := b.Dt.day()
	if !ok || len(b.Amt) != 1 || len(b.CdtDbtInd) != 1 || b.Amt[0].Ccy == "" {
		return invalid("statement.balance")
	}
	if ccy := b.Amt[0].Ccy; ccy != euro {
		d.currency = ccy
		return nil
	}
	cents, ok := size(b.Amt[0].Text)
	if !ok || !direct(&cents, b.CdtDbtInd[0]) {
		return invalid("statement.balance")
	}
	found := balance{date, cents}
	if code == "PRCD" {
		found.day = civil.Date{} // not a day of the period
	}
	switch {
	case code == "CLBD":
		if d.after == nil || !found.day.Before(d.after.day) {
			d.after = &found
		}
	case d.before == nil, code == "OPBD" && (d.before.day.IsZero() || found.day.Before(d.before.day)):
		d.before = &found
	}
	return nil
}

// direct gives an amount its sign; it is false for text that is no direction.
func direct(cents *money.Amount, direction string) bool {
	switch strings.TrimSpace(direction) {
	case "CRDT", "C":
		return true
	case "DBIT", "D":
		*cents = -*cents
		return true
	}
	return false
}

// day returns the date, or no date when nothing stands there; it is false for what cannot be read.
func (w camtDay) day() (civil.Date, bool) {
	for _, text := range []string{w.Dt, w.DtTm} {
		if strings.TrimSpace(text) != "" {
			return day(text)
		}
	}
	return civil.Date{}, true
}

// camtEntry takes an entry that is booked.
func (d *draft) camtEntry(n camtEntry, number int) error {
	if len(n.Sts) != 1 || len(n.CdtDbtInd) != 1 {
		return invalid("statement.line", "Line", number)
	}
	switch strings.TrimSpace(n.Sts[0].Text + n.Sts[0].Cd) {
	case "BOOK":
	case "":
		return invalid("statement.line", "Line", number)
	default: // PDNG, INFO, FUTR: not in the account, or not yet
		return nil
	}
	if len(n.Amt) != 1 {
		return invalid("statement.amount", "Line", number)
	}
	if ccy := n.Amt[0].Ccy; ccy != euro {
		return otherCurrency(ccy)
	}
	cents, ok := size(n.Amt[0].Text)
	if !ok {
		return invalid("statement.amount", "Line", number)
	}
	booked, dated := n.booked()
	reversal, clear := flag(n.RvslInd)
	if !dated || !clear || !direct(&cents, n.CdtDbtInd[0]) {
		return invalid("statement.line", "Line", number)
	}
	e := entry{number: number, kind: n.kind(), reversal: reversal, Line: Line{Booked: booked, Cents: cents}}
	n.describe(&e)
	d.entries = append(d.entries, e)
	return nil
}

// booked returns the day of the booking or, where the bank leaves it out, that of the value.
func (n camtEntry) booked() (civil.Date, bool) {
	date, ok := n.BookgDt.day()
	if ok && date.IsZero() {
		date, ok = n.ValDt.day()
	}
	return date, ok && !date.IsZero()
}

// flag reads a yes or no of XML that may be missing; it is not clear for anything else.
func flag(texts []string) (yes, clear bool) {
	if len(texts) > 1 {
		return false, false
	}
	for _, text := range texts {
		switch strings.TrimSpace(text) {
		case "true", "1":
			return true, true
		case "false", "0":
		default:
			return false, false
		}
	}
	return false, true
}

// kind returns the code of what happened, which tells a fee from the payment with the same reference.
func (n camtEntry) kind() string {
	c := n.BkTxCd
	return tidy(MostText, c.Domn.Cd, c.Domn.Fmly.Cd, c.Domn.Fmly.SubFmlyCd, c.Prtry.Cd)
}

// describe fills in what an entry is known by: of a single payment its own references, of a batch that of the order.
func (n camtEntry) describe(e *entry) {
	var one camtTransaction
	var orders, texts []string
	count := 0
	for _, details := range n.NtryDtls {
		if count == 0 {
			one = details.TxDtls.first
		}
		count += details.TxDtls.count
		orders = append(orders, details.Btch.PmtInfId)
		texts = append(texts, details.TxDtls.text)
	}
	e.Text = tidy(MostText, append(texts, n.AddtlNtryInf)...)
	e.bankRef = n.AcctSvcrRef
	if count != 1 {
		e.Reference = reference("", "", orders...)
	} else {
		if strings.TrimSpace(e.bankRef) == "" {
			e.bankRef = one.Refs.AcctSvcrRef
		}
		e.Reference = reference(one.structured(), e.Text, one.Refs.EndToEndId, one.Refs.PmtInfId)
		e.Counterpart = counterpart(e.Cents, one.RltdPties.DbtrAcct.Id.IBAN, one.RltdPties.CdtrAcct.Id.IBAN)
	}
	e.bankRef = tidy(longestReference, e.bankRef)
}

// structured returns the creditor reference of a transaction; several are those of a collective payment and say nothing about the line.
func (t camtTransaction) structured() string {
	if len(t.RmtInf.Strd) != 1 {
		return ""
	}
	return t.RmtInf.Strd[0].CdtrRefInf.Ref
}

// counterpart returns whose account stands on the other side: the debtor's for money that comes in, the creditor's for money that goes out. An
// account that is no IBAN is none to us.
func counterpart(cents money.Amount, debtor, creditor string) iban.IBAN {
	other := debtor
	if cents < 0 {
		other = creditor
	}
	number, err := iban.Parse(strings.TrimSpace(other))
	if err != nil {
		return ""
	}
	return number
}
