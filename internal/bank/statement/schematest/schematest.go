// Package schematest holds test files of banks to the message definitions of ISO 20022, as far as our files use them: which elements must be
// there, in which order, and what may stand in them.
//
// The published schemas may be used freely but not handed on with a program, so this is a table of our own, written from the definitions of
// camt.053.001.02, camt.053.001.08 and pain.001.001.09; make schemas holds the same files to the published ones. An element that the table does
// not have is a complaint: describe it before you use it.
package schematest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// content says what stands in elements, by the end of their path: the children in order, ? for perhaps, + for one or more, * for any number;
// | for one of several. A name behind = is a kind of text.
type content map[string]string

// both holds in all three messages.
var both = content{
	"IBAN": "=iban", "Othr": "Id", "Othr/Id": "=text34", "Ccy": "=currency", "Nm": "=text70", "FrToDt": "FrDtTm ToDtTm", "FrDtTm": "=moment", "ToDtTm": "=moment",
	"Tp": "CdOrPrtry", "CdOrPrtry": "Cd|Prtry", "Cd": "=code", "Prtry": "=text35", "CdtDbtInd": "=direction", "Amt": "=amount",
	"MsgId": "=text35", "CreDtTm": "=moment", "Dt": "=day", "DtTm": "=moment", "PmtInfId": "=text35", "EndToEndId": "=text35", "NbOfTxs": "=number",
	"RmtInf": "Ustrd* Strd*", "Ustrd": "=text140", "Strd": "CdtrRefInf?", "CdtrRefInf": "Tp? Ref?", "CdtrRefInf/Tp": "CdOrPrtry Issr?", "Issr": "=text35", "Ref": "=text35",
}

// statement is what both versions of a statement have in common.
var statement = content{
	"Document": "BkToCstmrStmt", "BkToCstmrStmt": "GrpHdr Stmt+", "GrpHdr": "MsgId CreDtTm",
	"Stmt/Id": "=text35", "Acct": "Id Ccy? Nm? Ownr?", "Acct/Id": "IBAN|Othr", "Ownr": "Nm?",
	"Bal": "Tp Amt CdtDbtInd Dt", "Bal/Dt": "Dt|DtTm", "Bal/Dt/Dt": "=day",
	"Ntry":    "NtryRef? Amt CdtDbtInd RvslInd? Sts BookgDt? ValDt? AcctSvcrRef? BkTxCd AmtDtls? NtryDtls* AddtlNtryInf?",
	"RvslInd": "=flag",
	"BookgDt": "Dt|DtTm", "ValDt": "Dt|DtTm", "NtryRef": "=text35", "AcctSvcrRef": "=text35", "AddtlNtryInf": "=text500",
	"BkTxCd": "Domn? Prtry?", "Domn": "Cd Fmly", "Fmly": "Cd SubFmlyCd", "SubFmlyCd": "=code", "BkTxCd/Prtry": "Cd Issr?", "BkTxCd/Prtry/Cd": "=text35",
	"NtryDtls": "Btch? TxDtls*", "Btch": "MsgId? PmtInfId? NbOfTxs?", "Refs": "MsgId? AcctSvcrRef? PmtInfId? EndToEndId?",
	"AmtDtls": "InstdAmt? TxAmt?", "TxAmt": "Amt", "InstdAmt": "Amt",
	"RltdPties": "Dbtr? DbtrAcct? Cdtr? CdtrAcct?", "DbtrAcct": "Id", "DbtrAcct/Id": "IBAN|Othr", "CdtrAcct": "Id", "CdtrAcct/Id": "IBAN|Othr",
}

// messages are the tables by message, without what they have in common.
var messages = map[string][]content{
	"camt.053.001.02": {both, statement, {
		"Stmt": "Id ElctrncSeqNb? CreDtTm FrToDt? Acct Bal+ Ntry*", "ElctrncSeqNb": "=number", "Sts": "=status",
		"TxDtls": "Refs? AmtDtls? RltdPties? RmtInf?", "Dbtr": "Nm?", "Cdtr": "Nm?",
	}},
	"camt.053.001.08": {both, statement, {
		"Stmt": "Id ElctrncSeqNb? CreDtTm? FrToDt? Acct Bal+ Ntry*", "ElctrncSeqNb": "=number", "Sts": "Cd|Prtry", "Sts/Cd": "=status",
		"TxDtls": "Refs? Amt? CdtDbtInd? AmtDtls? RltdPties? RmtInf?", "Dbtr": "Pty", "Cdtr": "Pty", "Pty": "Nm?", "Nm": "=text140",
	}},
	"pain.001.001.09": {both, {
		"Document": "CstmrCdtTrfInitn", "CstmrCdtTrfInitn": "GrpHdr PmtInf+", "GrpHdr": "MsgId CreDtTm NbOfTxs CtrlSum? InitgPty", "CtrlSum": "=decimal",
		"InitgPty": "Nm?", "Nm": "=text140",
		"PmtInf": "PmtInfId PmtMtd BtchBookg? NbOfTxs? CtrlSum? PmtTpInf? ReqdExctnDt Dbtr DbtrAcct DbtrAgt ChrgBr? CdtTrfTxInf+",
		"PmtMtd": "=method", "BtchBookg": "=flag", "PmtTpInf": "SvcLvl*", "SvcLvl": "Cd|Prtry", "ReqdExctnDt": "Dt|DtTm", "ChrgBr": "=bearer",
		"Dbtr": "Nm?", "DbtrAcct": "Id Ccy?", "DbtrAcct/Id": "IBAN|Othr", "DbtrAgt": "FinInstnId", "FinInstnId": "BICFI? Othr?", "BICFI": "=bic",
		"CdtTrfTxInf": "PmtId Amt Cdtr? CdtrAcct? RmtInf?", "PmtId": "InstrId? EndToEndId", "InstrId": "=text35", "Amt": "InstdAmt", "InstdAmt": "=amount",
		"Cdtr": "Nm?", "CdtrAcct": "Id", "CdtrAcct/Id": "IBAN|Othr",
	}},
}

// kinds are what may stand in an element without children.
var kinds = map[string]*regexp.Regexp{
	"iban": regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}$`), "currency": regexp.MustCompile(`^[A-Z]{3}$`), "code": regexp.MustCompile(`^[A-Z0-9]{1,4}$`),
	"direction": regexp.MustCompile(`^(CRDT|DBIT)$`), "status": regexp.MustCompile(`^(BOOK|PDNG|INFO|FUTR)$`), "flag": regexp.MustCompile(`^(true|false|1|0)$`),
	"method": regexp.MustCompile(`^(CHK|TRF|TRA)$`), "bearer": regexp.MustCompile(`^(DEBT|CRED|SHAR|SLEV)$`), "bic": regexp.MustCompile(`^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$`),
	"day": regexp.MustCompile(`^\d{4}-\d\d-\d\d$`), "moment": regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$`),
	"number": regexp.MustCompile(`^\d{1,15}$`), "amount": regexp.MustCompile(`^\d{1,13}(\.\d{0,5})?$`), "decimal": regexp.MustCompile(`^\d{1,15}(\.\d{0,17})?$`),
	"text34": text(34), "text35": text(35), "text70": text(70), "text140": text(140), "text500": text(500),
}

func text(longest int) *regexp.Regexp {
	return regexp.MustCompile(fmt.Sprintf(`^(?s:.{1,%d})$`, longest))
}

// node is an element of a document.
type node struct {
	path     []string
	currency string
	words    strings.Builder
	children []*node
}

// Check returns what of a document its message definition does not allow, each with the path of the element, and nothing when all is well.
func Check(document []byte) []string {
	root, message, err := parse(document)
	if err != nil {
		return []string{err.Error()}
	}
	tables, ok := messages[message]
	if !ok {
		return []string{"no message that is described: " + message}
	}
	var complaints []string
	root.check(tables, &complaints)
	return complaints
}

// parse returns the root of the document and the message that its namespace names.
func parse(document []byte) (root *node, message string, err error) {
	d := xml.NewDecoder(bytes.NewReader(document))
	above := []*node{{}}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, "", fmt.Errorf("not XML: %w", err)
		}
		parent := above[len(above)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if message == "" {
				message = strings.TrimPrefix(t.Name.Space, "urn:iso:std:iso:20022:tech:xsd:")
			}
			child := &node{path: append(append([]string{}, parent.path...), t.Name.Local)}
			for _, a := range t.Attr {
				if a.Name.Local == "Ccy" {
					child.currency = a.Value
				}
			}
			parent.children, above = append(parent.children, child), append(above, child)
		case xml.EndElement:
			above = above[:len(above)-1]
		case xml.CharData:
			parent.words.Write(t)
		}
	}
	if len(above[0].children) != 1 {
		return nil, "", errors.New("not one document")
	}
	return above[0].children[0], message, nil
}

// rule returns what the tables say of an element: the longest end of its path counts, then the later table.
func (n *node) rule(tables []content) string {
	for from := range n.path {
		end := strings.Join(n.path[from:], "/")
		for i := len(tables) - 1; i >= 0; i-- {
			if rule, ok := tables[i][end]; ok {
				return rule
			}
		}
	}
	return ""
}

func (n *node) check(tables []content, complaints *[]string) {
	complain := func(what string) {
		*complaints = append(*complaints, strings.Join(n.path, "/")+": "+what)
	}
	rule := n.rule(tables)
	kind, isText := strings.CutPrefix(rule, "=")
	words := strings.TrimSpace(n.words.String())
	names := ""
	for _, c := range n.children {
		names += c.path[len(c.path)-1] + " "
	}
	switch {
	case rule == "":
		complain("nobody has described it")
	case isText && (len(n.children) > 0 || !kinds[kind].MatchString(words)):
		complain(fmt.Sprintf("%q is no %s", words, kind))
	case kind == "amount" && isText && !kinds["currency"].MatchString(n.currency):
		complain("an amount without its currency")
	case !isText && words != "":
		complain(fmt.Sprintf("%q where elements belong", words))
	case !isText && !order(rule).MatchString(names):
		complain(fmt.Sprintf("has %q, not %q", strings.TrimSpace(names), rule))
	}
	for _, c := range n.children {
		c.check(tables, complaints)
	}
}

// order is the rule as an expression over the names of children, each with a space behind it.
func order(rule string) *regexp.Regexp {
	if strings.Contains(rule, "|") {
		return regexp.MustCompile("^(" + rule + ") $")
	}
	expression := "^"
	for name := range strings.FieldsSeq(rule) {
		plain := strings.TrimRight(name, "?*+")
		expression += "(" + plain + " )" + name[len(plain):]
	}
	return regexp.MustCompile(expression + "$")
}
