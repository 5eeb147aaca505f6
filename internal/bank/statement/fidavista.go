package statement

import (
	"encoding/xml"
	"strings"
)

// The types below have the elements of FiDAViSta (versions 1.01 and 1.2) as their fields, under the names that they have there.

type fidaPeriod struct{ StartDate, EndDate string }

type fidaLine struct {
	TypeCode  string
	BookDate  string
	BankRef   string
	DocNo     string
	ExtId     string
	CorD      []string
	AccAmt    []string
	PmtInfo   []string
	CPartySet struct{ AccNo, IBAN string }
}

// fidavista reads a Statement: its period and, for each account and each currency of it, what happened.
func (f *file) fidavista() error {
	first := len(f.drafts)
	var period fidaPeriod
	err := f.each(func(start xml.StartElement) error {
		switch start.Name.Local {
		case "Period":
			return f.xml.DecodeElement(&period, &start)
		case "AccountSet":
			return f.fidaAccount()
		}
		return f.xml.Skip()
	})
	if err != nil {
		return err
	}
	for _, d := range f.drafts[first:] {
		if err := d.days(period.StartDate, period.EndDate); err != nil {
			return err
		}
	}
	return nil
}

// fidaAccount reads an AccountSet. The account stands in IBAN or in AccNo, in both, or in either behind the lines.
func (f *file) fidaAccount() error {
	first := len(f.drafts)
	var international, national string
	err := f.each(func(start xml.StartElement) error {
		switch start.Name.Local {
		case "IBAN":
			return f.xml.DecodeElement(&international, &start)
		case "AccNo":
			return f.xml.DecodeElement(&national, &start)
		case "CcyStmt":
			d, err := f.draft(FiDAViSta)
			if err != nil {
				return err
			}
			return f.each(func(start xml.StartElement) error { return f.fidaPart(d, start) })
		}
		return f.xml.Skip()
	})
	if strings.TrimSpace(international) == "" {
		international = national
	}
	for _, d := range f.drafts[first:] {
		d.account = international
	}
	return err
}

// fidaPart reads one element of a CcyStmt.
func (f *file) fidaPart(d *draft, start xml.StartElement) error {
	switch start.Name.Local {
	case "Ccy":
		if err := f.xml.DecodeElement(&d.currency, &start); err != nil {
			return err
		}
		if d.currency = strings.TrimSpace(d.currency); d.currency == "" {
			return otherCurrency("")
		}
	case "OpenBal":
		return f.fidaBalance(&d.before, start)
	case "CloseBal":
		return f.fidaBalance(&d.after, start)
	case "TrxSet":
		number, err := f.count()
		if err != nil {
			return err
		}
		var l fidaLine
		if err := f.xml.DecodeElement(&l, &start); err != nil {
			return err
		}
		return d.fidaLine(l, number)
	default:
		return f.xml.Skip()
	}
	return nil
}

// fidaBalance reads a balance; an empty one is none.
func (f *file) fidaBalance(to **balance, start xml.StartElement) error {
	var text string
	if err := f.xml.DecodeElement(&text, &start); err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return nil
	}
	cents, ok := signed(text)
	if !ok || *to != nil {
		return invalid("statement.balance")
	}
	*to = &balance{cents: cents}
	return nil
}

// fidaLine takes a line. AccAmt is in the currency of the account, whatever the payment was in.
func (d *draft) fidaLine(l fidaLine, number int) error {
	if len(l.AccAmt) != 1 {
		return invalid("statement.amount", "Line", number)
	}
	cents, ok := size(l.AccAmt[0])
	if !ok {
		return invalid("statement.amount", "Line", number)
	}
	booked, ok := day(l.BookDate)
	if !ok || len(l.CorD) != 1 || !direct(&cents, l.CorD[0]) {
		return invalid("statement.line", "Line", number)
	}
	e := entry{number: number, kind: tidy(MostText, l.TypeCode), bankRef: tidy(MostText, l.BankRef)}
	e.Booked, e.Cents, e.Text = booked, cents, tidy(MostText, l.PmtInfo...)
	e.Reference = reference("", e.Text, l.ExtId, l.DocNo)
	other := l.CPartySet.IBAN
	if strings.TrimSpace(other) == "" {
		other = l.CPartySet.AccNo
	}
	e.Counterpart = counterpart(cents, other, other)
	d.take(e, euro)
	return nil
}
