package statement

import (
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
)

// camtBalance takes the opening and the closing booked balance; the others (available, expected, forward) count what is not booked. Of several,
// as in a statement with one for each day, the first and the last are taken. The closing balance of the day before (PRCD) is an opening one; booked balances between
// (ITBD) are those of a page and stand in where there is no other.
func (d *draft) camtBalance(b camtBalance) error {
	code := strings.TrimSpace(b.Tp.CdOrPrtry.Cd)
	if code != "OPBD" && code != "PRCD" && code != "CLBD" && code != "ITBD" {
		return nil
	}
	date, ok := b.Dt.day()
	if !ok || len(b.Amt) != 1 || len(b.CdtDbtInd) > 1 || b.Amt[0].Ccy == "" {
		return invalid("statement.balance")
	}
	if ccy := strings.TrimSpace(b.Amt[0].Ccy); ccy != euro {
		d.currency = ccy
		return nil
	}
	found := balance{day: date, unsigned: len(b.CdtDbtInd) == 0}
	if found.cents, ok = size(b.Amt[0].Text); !ok || !found.unsigned && !direct(&found.cents, b.CdtDbtInd[0]) {
		return invalid("statement.balance")
	}
	if code == "PRCD" {
		found.day = civil.Date{} // not a day of the period
	}
	switch {
	case code == "ITBD":
		d.between = append(d.between, found)
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

// camtEntry takes an entry that is booked. What some banks leave out of it is noted; the statement as a whole may tell (see resolve).
func (d *draft) camtEntry(n camtEntry, number int) error {
	e := entry{number: number, kind: n.kind()}
	if len(n.Sts) > 1 || len(n.CdtDbtInd) > 1 {
		return invalid("statement.line", "Line", number)
	}
	status := ""
	if len(n.Sts) == 1 {
		status = strings.TrimSpace(n.Sts[0].Text + n.Sts[0].Cd)
	}
	switch status {
	case "BOOK":
	case "":
		e.unstated = true
	default: // PDNG, INFO, FUTR: not in the account, or not yet
		return nil
	}
	if len(n.Amt) != 1 {
		return invalid("statement.amount", "Line", number)
	}
	ccy := strings.TrimSpace(n.Amt[0].Ccy)
	if ccy == "" {
		return otherCurrency(ccy)
	}
	cents, ok := size(n.Amt[0].Text)
	if !ok {
		return invalid("statement.amount", "Line", number)
	}
	booked, dated := n.booked()
	reversal, clear := flag(n.RvslInd)
	if !dated || !clear || !e.directed(&cents, n.direction()) {
		return invalid("statement.line", "Line", number)
	}
	e.Line = Line{Booked: booked, Cents: cents, Reversal: reversal}
	n.describe(&e)
	d.take(e, ccy)
	return nil
}

// directed gives an amount its sign; without a direction the statement may tell it. It is false for text that is no direction.
func (e *entry) directed(cents *money.Amount, direction string) bool {
	e.undirected = strings.TrimSpace(direction) == ""
	return e.undirected || direct(cents, direction)
}

// direction is that of the entry or, where the bank leaves it out, that of its transactions.
func (n camtEntry) direction() string {
	if len(n.CdtDbtInd) == 1 {
		return n.CdtDbtInd[0]
	}
	all := ""
	for _, details := range n.NtryDtls {
		if said := details.TxDtls.direction; said != all {
			all += said
		}
	}
	return all
}

// booked returns the day of the booking or, where the bank leaves it out, that of the value or of the settlement of its only transaction; no day where none of them is there.
func (n camtEntry) booked() (civil.Date, bool) {
	date, ok := n.BookgDt.day()
	if ok && date.IsZero() {
		date, ok = n.ValDt.day()
	}
	if ok && date.IsZero() && len(n.NtryDtls) == 1 && n.NtryDtls[0].TxDtls.count == 1 {
		dates := n.NtryDtls[0].TxDtls.first.RltdDts
		date, ok = camtDay{Dt: dates.IntrBkSttlmDt, DtTm: dates.AccptncDtTm}.day()
	}
	return date, ok
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
		e.Counterpart = counterpart(e.Cents, one.RltdPties.DbtrAcct.number(), one.RltdPties.CdtrAcct.number())
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
