package payment

import (
	"context"
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// SeriesOf is the name of a series of a desk: DESK and DESK/R, and behind the gap of a journal DESK/2 and DESK/2R, then DESK/3 …, each from 1.
// What is paid out is numbered apart. Source: MK 625 (2021).
func SeriesOf(desk string, nth int64, out bool) string {
	name, suffix := desk, ""
	if nth > 1 {
		suffix = "/" + strconv.FormatInt(nth, 10)
	}
	if out {
		suffix = "/" + strings.TrimPrefix(suffix, "/") + "R"
	}
	return name + suffix
}

// Currency is the one in which everything is kept.
const Currency = "EUR"

// Name is the number as people say it.
func (n Numbered) Name() string { return n.Series + " " + strconv.FormatUint(uint64(n.Number), 10) }

// Name is the number as it is printed in the book.
func (p Paper) Name() string { return p.Book + " " + strconv.FormatUint(uint64(p.Number), 10) }

// Link is the identity of a receipt written by hand, which the papers of what is given back of it name: the first ten bytes of SHA-256 over "VK1 paper", a line feed and its name.
// Source: docs/formats/receipt.md.
func (p Paper) Link() receipt.Link {
	sum := sha256.Sum256([]byte("VK1 paper\n" + p.Name()))
	return receipt.Link(sum[:len(receipt.Link{})])
}

// Original is the receipt of the payment, as the papers of what is given back name it: of one written by hand, book and number stand for series and number.
func (p Payment) Original() Numbered {
	if p.Paper == (Paper{}) {
		return p.Receipt
	}
	return Numbered{Series: p.Paper.Book, Number: p.Paper.Number, Link: p.Paper.Link()}
}

// numbering is what a receipt says besides its number.
type numbering struct {
	out      bool // of what is paid out
	kind     receipt.Kind
	creditor regno.Number
	parts    []till.Part
	lines    []Line
	original receipt.Link
}

// slack is how far a clock may be behind the last receipt, because computers set theirs a little back.
const slack = 2 * time.Minute

// behind tells whether the clock stands so far before the last receipt that the time cannot be right.
func behind(tx *journal.Tx, last time.Time) bool { return tx.Now().Add(slack).Before(last) }

// Ahead tells whether the last receipt of a desk, of either series, lies ahead of the clock, so that nothing can be taken there: a clock that stood ahead has dated it.
func (s *Service) Ahead(ctx context.Context, r journal.Reader, desk string) (bool, error) {
	for _, out := range []bool{false, true} {
		_, at, there, err := s.Store.Last(ctx, r, desk, out)
		if err != nil || there && s.Journal.Now().Add(slack).Before(at) {
			return err == nil, err
		}
	}
	return false, nil
}

// number gives the next number of a series and links it to the one before. It returns "payment.clock" when the time cannot be right, and
// "payment.desk_code" at a desk whose series, the longer one among them, cannot stand in a receipt.
func (s *Service) number(ctx context.Context, tx *journal.Tx, n numbering) (*Numbered, error) {
	last, at, there, err := s.Store.Last(ctx, tx, tx.Desk(), n.out)
	if err != nil {
		return nil, err
	}
	if most := receipt.MaxSeries - len("/R") - max(0, len(last.Series)-len(SeriesOf(tx.Desk(), 1, n.out))); len(tx.Desk()) > most {
		return nil, fault.NewConflict("payment.desk_code", "Desk", tx.Desk(), "Max", most)
	}
	if there && behind(tx, at) {
		return nil, fault.NewConflict("payment.clock")
	}
	key, err := s.Keys.Current(ctx, tx, tx.Now())
	if err != nil {
		return nil, err
	}
	next := Numbered{Node: key.Public().Node, Series: last.Series, Number: last.Number + 1, Key: key.Public().ID, Previous: last.Link}
	if next.Link, err = n.receipt(next, tx.Now()).Link(); err != nil {
		return nil, err
	}
	return &next, nil
}

// receipt is what the code of a receipt says, recorded at a moment (UTC).
func (n numbering) receipt(of Numbered, at time.Time) *receipt.Receipt {
	r := &receipt.Receipt{
		Kind: n.kind, Node: of.Node, Series: of.Series, Number: of.Number, At: at.UTC().Truncate(time.Second), Creditor: string(n.creditor),
		Currency: Currency, Tenders: map[receipt.Tender]money.Amount{}, Original: n.original, Previous: of.Previous,
	}
	for _, p := range n.parts {
		amount := max(p.Cents, -p.Cents)
		r.Tenders[tenderOf(p.Tender)] += amount
		r.Total += amount
	}
	if n.kind == receipt.Payment {
		for _, l := range n.lines {
			r.AddBill(l.Number, l.Cents)
		}
	}
	return r
}

func tenderOf(t till.Tender) receipt.Tender {
	if t == till.Card {
		return receipt.Card
	}
	return receipt.Cash
}

// Registered is what the register knows of a receipt that proves itself.
type Registered string

// What the register can know of a receipt.
const (
	// Known is one that stands in the register.
	Known Registered = "known"
	// Another says that its number stands for another receipt: the database was put back, or there were two of it.
	Another Registered = "another"
	// Lost says that it is not there, and that the desk has gone on behind a gap since: its line may be lost.
	Lost Registered = "lost"
	// Unknown says that it is not there, and that no gap explains it.
	Unknown Registered = "unknown"
)

// Registered returns what the register knows of a receipt.
func (s *Service) Registered(ctx context.Context, r journal.Reader, of *receipt.Receipt) (Registered, error) {
	link, err := of.Link()
	if err != nil {
		return "", err
	}
	links, err := s.Store.Links(ctx, r, of.Series, of.Number)
	if err != nil {
		return "", err
	}
	switch {
	case slices.Contains(links, link):
		return Known, nil
	case len(links) > 0:
		return Another, nil
	}
	desk, rest, _ := strings.Cut(of.Series, "/")
	gaps, err := journal.Gaps(ctx, r, desk)
	for _, g := range gaps {
		if nth, err := strconv.ParseInt(strings.TrimSuffix(rest, "R"), 10, 64); err != nil || nth < g.Nth {
			return Lost, nil //nolint:nilerr // the first series has no number
		}
	}
	return Unknown, err
}
