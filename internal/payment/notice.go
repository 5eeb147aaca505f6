package payment

import (
	"encoding/json"
	"fmt"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/platform/journal"
)

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
	Cents money.Amount `json:"cents"`
	Lines []Line       `json:"lines"`
}

// NoticeOf returns what a line tells the creditor whose bills it is about, and whether it tells anything.
func NoticeOf(e journal.Entry) (Notice, bool) {
	n := Notice{Type: e.Kind, At: e.RecordedAt}
	sign := money.Amount(-1)
	var lines []Line
	switch f := e.Fact.(type) {
	case MoneyTaken:
		sign, lines = 1, f.Lines
		n.ID, n.Payment, n.Day, n.Creditor = f.Payment, f.Payment, f.Day.String(), f.Creditor
		if f.Receipt != nil {
			n.Receipt = f.Receipt.Name()
		} else if f.Paper != nil {
			n.Receipt = f.Paper.Name()
		}
	case MoneyVoided:
		lines = n.back(f.Reversal)
	case MoneyRefunded:
		lines = n.back(f.Reversal)
	case MoneyReturned:
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

func (n *Notice) back(r Reversal) []Line {
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
		return nil, fmt.Errorf("payment: notice: %w", err)
	}
	return text, nil
}

// Follower is under which name a creditor's billing system is told, and its cursors are kept.
func Follower(creditor regno.Number) string { return "notice:" + string(creditor) }

// Untold is what a creditor's billing system has not confirmed yet.
type Untold struct {
	Notices int64
	// Cents is what they come to, what went back taken away.
	Cents money.Amount
	// Since is when the oldest of them was recorded (UTC), zero when there is none.
	Since time.Time
}
