package pain

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"time"

	"vienkopus/internal/base/iban"
)

// Namespace is that of the message that is written.
const Namespace = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

// The types below have the elements of the message as their fields, under the names and in the order that they have there.

type document struct {
	XMLName          xml.Name `xml:"Document"`
	Xmlns            string   `xml:"xmlns,attr"`
	CstmrCdtTrfInitn initiation
}

type initiation struct {
	GrpHdr groupHeader
	PmtInf paymentInformation
}

type groupHeader struct {
	MsgId    string
	CreDtTm  string
	NbOfTxs  string
	CtrlSum  string
	InitgPty party
}

type party struct {
	Nm string
}

type paymentInformation struct {
	PmtInfId    string
	PmtMtd      string
	BtchBookg   bool
	NbOfTxs     string
	CtrlSum     string
	PmtTpInf    paymentType
	ReqdExctnDt date
	Dbtr        party
	DbtrAcct    account
	DbtrAgt     agent
	ChrgBr      string
	CdtTrfTxInf []transfer
}

type paymentType struct {
	SvcLvl code
}

type code struct {
	Cd string
}

type date struct {
	Dt string
}

type account struct {
	Id accountID
}

type accountID struct {
	IBAN iban.IBAN
}

type agent struct {
	FinInstnId institution
}

type institution struct {
	BICFI string `xml:",omitempty"`
	Othr  *other
}

type other struct {
	Id string
}

type transfer struct {
	PmtId    paymentID
	Amt      amount
	Cdtr     party
	CdtrAcct account
	RmtInf   *remittance
}

type paymentID struct {
	EndToEndId string
}

type amount struct {
	InstdAmt currencyAmount
}

type currencyAmount struct {
	Ccy  string `xml:"Ccy,attr"`
	Text string `xml:",chardata"`
}

type remittance struct {
	Ustrd string `xml:",omitempty"`
	Strd  *structured
}

type structured struct {
	CdtrRefInf referenceInformation
}

type referenceInformation struct {
	Tp  referenceType
	Ref string
}

type referenceType struct {
	CdOrPrtry code
	Issr      string
}

// Write writes the order. It returns a fault of the area "pain" for what the format or a bank would not take, before anything is written, and
// another error when w fails.
func Write(w io.Writer, o Order) error {
	if err := o.check(); err != nil {
		return err
	}
	message, err := o.message()
	if err != nil {
		return err
	}
	text, err := xml.MarshalIndent(message, "", "  ")
	if err != nil {
		return fmt.Errorf("pain: encode: %w", err)
	}
	if _, err := fmt.Fprintf(w, "%s%s\n", xml.Header, text); err != nil {
		return fmt.Errorf("pain: write: %w", err)
	}
	return nil
}

// message returns the message of an order that is sound.
func (o Order) message() (document, error) {
	sum, err := o.Sum()
	if err != nil {
		return document{}, fmt.Errorf("pain: sum: %w", err)
	}
	count := strconv.Itoa(len(o.Transfers))
	payer := party{name(o.Payer)}
	bank := institution{BICFI: o.BIC}
	if o.BIC == "" {
		bank.Othr = &other{"NOTPROVIDED"}
	}
	payment := paymentInformation{
		PmtInfId: o.ID, PmtMtd: "TRF", BtchBookg: !o.Singly, NbOfTxs: count, CtrlSum: sum.String(), PmtTpInf: paymentType{code{"SEPA"}},
		ReqdExctnDt: date{o.Day.String()}, Dbtr: payer, DbtrAcct: account{accountID{o.From}}, DbtrAgt: agent{bank}, ChrgBr: "SLEV",
	}
	for _, t := range o.Transfers {
		payment.CdtTrfTxInf = append(payment.CdtTrfTxInf, t.element())
	}
	header := groupHeader{MsgId: o.ID, CreDtTm: o.Created.UTC().Truncate(time.Second).Format(time.RFC3339), NbOfTxs: count, CtrlSum: sum.String(), InitgPty: payer}
	return document{Xmlns: Namespace, CstmrCdtTrfInitn: initiation{header, payment}}, nil
}

func (t Transfer) element() transfer {
	e := transfer{
		PmtId: paymentID{t.ID}, Amt: amount{currencyAmount{"EUR", t.Amount.String()}},
		Cdtr: party{name(t.Payee)}, CdtrAcct: account{accountID{t.To}},
	}
	switch {
	case t.Reference != "":
		kind := referenceType{CdOrPrtry: code{"SCOR"}, Issr: "ISO"}
		e.RmtInf = &remittance{Strd: &structured{referenceInformation{kind, string(t.Reference)}}}
	case t.Text != "":
		e.RmtInf = &remittance{Ustrd: plain(t.Text)}
	}
	return e
}
