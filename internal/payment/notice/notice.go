// Package notice is what a creditor's billing system is told of payments.
package notice

import (
	"encoding/json"
	"fmt"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
)

// Kind names the queue of the notices.
const Kind = "notice"

// Notice tells a creditor's billing system what was paid or given back. It follows from a line of the journal, so it is committed with it, and is told
// afterwards, at least once: ID is the same every time. Nobody who paid is named.
type Notice struct {
	// ID is that of the payment, or of what took it back.
	ID id.ID `json:"id"`
	// Type is payment.taken, payment.voided, payment.refunded or payment.returned.
	Type     string       `json:"type"`
	Payment  id.ID        `json:"payment"`
	At       time.Time    `json:"at"` // UTC
	Day      string       `json:"day"`
	Creditor regno.Number `json:"creditor"`
	// Receipt is the number of the paper, or "" where there is none.
	Receipt string `json:"receipt,omitempty"`
	// Cents is what came in, negative for what went back; so are the lines.
	Cents money.Amount   `json:"cents"`
	Lines []payment.Line `json:"lines"`
}

// Tells are the kinds of line that Of makes a notice of.
func Tells() []string {
	return []string{payment.MoneyTaken{}.Kind(), payment.MoneyVoided{}.Kind(), payment.MoneyRefunded{}.Kind(), payment.MoneyReturned{}.Kind()}
}

// Of returns what a line tells the creditor whose bills it is about, and whether it tells anything.
func Of(e journal.Entry) (Notice, bool) {
	e = e.Told()
	n := Notice{Type: e.Kind, At: e.RecordedAt}
	sign := money.Amount(-1)
	var lines []payment.Line
	switch f := e.Fact.(type) {
	case payment.MoneyTaken:
		sign, lines = 1, f.Lines
		n.ID, n.Payment, n.Day, n.Creditor = f.Payment, f.Payment, f.Day.String(), f.Creditor
		if f.Receipt != nil {
			n.Receipt = f.Receipt.Name()
		} else if f.Paper != nil {
			n.Receipt = f.Paper.Name()
		}
	case payment.MoneyVoided:
		lines = n.back(f.Reversal)
	case payment.MoneyRefunded:
		lines = n.back(f.Reversal)
	case payment.MoneyReturned:
		n.ID, n.Payment, n.Day, n.Creditor, lines = f.Reversal, f.Payment, f.Day.String(), f.Creditor, f.Lines
	default:
		return Notice{}, false
	}
	for _, l := range lines {
		l.Cents *= sign
		n.Cents += l.Cents
		n.Lines = append(n.Lines, l)
	}
	return n, true
}

func (n *Notice) back(r payment.Reversal) []payment.Line {
	n.ID, n.Payment, n.Day, n.Creditor = r.Reversal, r.Payment, r.Day.String(), r.Creditor
	if r.Receipt != nil {
		n.Receipt = r.Receipt.Name()
	}
	return r.Lines
}

// Body is the notice as it is sent.
func (n Notice) Body() ([]byte, error) {
	text, err := json.Marshal(n)
	if err != nil {
		return nil, fmt.Errorf("notice: %w", err)
	}
	return text, nil
}

// Read returns the notice of which body is the text.
func Read(body []byte) (n Notice, err error) {
	if err := json.Unmarshal(body, &n); err != nil {
		return n, fmt.Errorf("notice: %w", err)
	}
	return n, nil
}
