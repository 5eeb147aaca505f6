package statement

import (
	"encoding/xml"
	"strings"
)

// The types below have the elements of camt.053 as their fields, under the names that they have there; what is not named is passed over. An
// element that decides about money is a list, so that a second one is seen. Source: ISO 20022, camt.053.001.02 and .08; they differ for us only
// in Sts, which has its code as text in the former and in Cd in the latter.

type camtAmount struct {
	Ccy  string `xml:"Ccy,attr"`
	Text string `xml:",chardata"`
}

type camtDay struct {
	Dt   string
	DtTm string
}

type camtBalance struct {
	Tp struct {
		CdOrPrtry struct{ Cd string }
	}
	Amt       []camtAmount
	CdtDbtInd []string
	Dt        camtDay
}

// camtAccount is an account by its IBAN, or by another number: CENTROlink writes the IBAN there.
type camtAccount struct {
	Id struct {
		IBAN string
		Othr struct{ Id string }
	}
	Ccy string
}

func (a camtAccount) number() string {
	if strings.TrimSpace(a.Id.IBAN) == "" {
		return a.Id.Othr.Id
	}
	return a.Id.IBAN
}

type camtEntry struct {
	Amt       []camtAmount
	CdtDbtInd []string
	RvslInd   []string
	Sts       []struct {
		Text string `xml:",chardata"`
		Cd   string
	}
	BookgDt     camtDay
	ValDt       camtDay
	AcctSvcrRef string
	BkTxCd      struct {
		Domn struct {
			Cd   string
			Fmly struct{ Cd, SubFmlyCd string }
		}
		Prtry struct{ Cd string }
	}
	NtryDtls []struct {
		Btch   struct{ PmtInfId string }
		TxDtls camtTransactions
	}
	AddtlNtryInf string
}

// camtTransactions are those of an entry; of the many of a batch only what a line needs is kept.
type camtTransactions struct {
	count int
	first camtTransaction
	text  string
	// direction is that of all of them, "" where none says it, and several where they differ.
	direction string
}

// UnmarshalXML implements xml.Unmarshaler; it is called for one transaction after the other.
func (t *camtTransactions) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var one camtTransaction
	if err := d.DecodeElement(&one, &start); err != nil {
		return err //nolint:wrapcheck // file.explain asks what it is
	}
	if t.count++; t.count == 1 {
		t.first = one
	}
	if said := strings.TrimSpace(one.CdtDbtInd); said != "" && said != t.direction {
		t.direction += said
	}
	if len(t.text) < MostText {
		t.text = tidy(MostText, append([]string{t.text}, one.RmtInf.Ustrd...)...)
	}
	return nil
}

type camtTransaction struct {
	CdtDbtInd string
	RltdDts   struct{ AccptncDtTm, IntrBkSttlmDt string }
	Refs      struct {
		AcctSvcrRef string
		PmtInfId    string
		EndToEndId  string
	}
	RltdPties struct {
		DbtrAcct, CdtrAcct camtAccount
	}
	RmtInf struct {
		Ustrd []string
		Strd  []struct {
			CdtrRefInf struct{ Ref string }
		}
	}
}

// camt reads what stands in BkToCstmrStmt.
func (f *file) camt() error {
	return f.each(func(start xml.StartElement) error {
		switch start.Name.Local {
		case "GrpHdr":
			var h struct{ MsgPgntn page }
			err := f.xml.DecodeElement(&h, &start)
			f.page = h.MsgPgntn
			return err
		case "Stmt":
		default:
			return f.xml.Skip()
		}
		d, err := f.draft(Camt053)
		if err != nil {
			return err
		}
		return f.each(func(start xml.StartElement) error { return f.camtPart(d, start) })
	})
}

// camtPart reads one element of a Stmt.
func (f *file) camtPart(d *draft, start xml.StartElement) error {
	switch start.Name.Local {
	case "Id":
		var text string
		if err := f.xml.DecodeElement(&text, &start); err != nil {
			return err
		}
		d.ID = tidy(longestID, text)
	case "Acct":
		var a camtAccount
		if err := f.xml.DecodeElement(&a, &start); err != nil {
			return err
		}
		if d.account != "" {
			return invalid("statement.account")
		}
		d.account, d.currency = a.number(), strings.TrimSpace(a.Ccy)
	case "StmtPgntn":
		return f.xml.DecodeElement(&d.page, &start)
	case "FrToDt":
		var p struct{ FrDtTm, ToDtTm string }
		if err := f.xml.DecodeElement(&p, &start); err != nil {
			return err
		}
		return d.days(p.FrDtTm, p.ToDtTm)
	case "Bal":
		var b camtBalance
		if err := f.xml.DecodeElement(&b, &start); err != nil {
			return err
		}
		return d.camtBalance(b)
	case "Ntry":
		number, err := f.count()
		if err != nil {
			return err
		}
		var n camtEntry
		if err := f.xml.DecodeElement(&n, &start); err != nil {
			return err
		}
		return d.camtEntry(n, number)
	default:
		return f.xml.Skip()
	}
	return nil
}
