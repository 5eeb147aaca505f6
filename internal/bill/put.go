package bill

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill/rf"
	"vienkopus/internal/platform/journal"
)

// Put makes a bill say what the creditor says now: a new one is issued, one that says something else is changed, and one that says this already
// is left alone, so that a billing system may send the same bill as often as it likes. Due days that are free are moved to the next
// working day. It returns faults for what cannot be a bill, for an unknown creditor, for a cancelled bill, and for one that another desk issued.
func (s *Service) Put(ctx context.Context, r Request, c Content, payer Payer) (Bill, error) {
	if err := check(c, payer); err != nil {
		return Bill{}, err
	}
	// The key stands for ever, so it holds the payer no more than the line does; the same key with another name is the same request.
	key, err := journal.NewKey(r.Key, []any{"put", c})
	if err != nil {
		return Bill{}, err
	}
	c = s.settleDays(c)
	var bill id.ID
	posted, err := s.journal.Post(ctx, r.By, r.Desk, key, func(tx *journal.Tx) (err error) {
		bill, err = s.put(ctx, tx, c, payer)
		return err
	})
	if err != nil {
		return Bill{}, err
	}
	for _, e := range posted.Entries {
		switch f := e.Fact.(type) {
		case Issued:
			bill = f.Bill
		case Changed:
			bill = f.Bill
		}
	}
	return s.store.Bill(ctx, s.journal.DB(), bill)
}

// settleDays sorts the instalments and moves those that fall due on a free day.
func (s *Service) settleDays(c Content) Content {
	c.Instalments = slices.Clone(c.Instalments)
	for i := range c.Instalments {
		c.Instalments[i].Due = moved(c.Instalments[i].Due, s.calendar)
	}
	slices.SortStableFunc(c.Instalments, func(a, b Instalment) int { return a.Due.Compare(b.Due) })
	return c
}

// put is Put inside a transaction, for one bill of a file or of a request.
func (s *Service) put(ctx context.Context, tx *journal.Tx, c Content, payer Payer) (id.ID, error) {
	if _, err := s.store.Creditor(ctx, tx, c.Creditor); err != nil {
		return id.ID{}, err
	}
	if err := tx.Lock(ctx, "bill:"+string(c.Creditor)+":"+c.Number); err != nil {
		return id.ID{}, err
	}
	old, there, err := s.store.Numbered(ctx, tx, c.Creditor, c.Number)
	if err != nil {
		return id.ID{}, err
	}
	switch {
	case !there:
		old.ID = tx.NewID()
		err = tx.Record(ctx, Issued{Bill: old.ID, Content: c})
	case old.Cancelled:
		err = fault.NewConflict("bill.is_cancelled").On("number")
	case old.Desk != tx.Desk():
		err = fault.NewConflict("bill.other_desk", "Desk", old.Desk).On("number")
	case !same(old.Content, c):
		err = tx.Record(ctx, Changed{Bill: old.ID, Content: c})
	}
	if err != nil {
		return id.ID{}, err
	}
	return old.ID, s.store.SetPayer(ctx, tx, old.ID, payer)
}

func same(a, b Content) bool {
	equal := slices.Equal(a.Instalments, b.Instalments)
	return equal && a.Reference == b.Reference && a.Kind == b.Kind && a.Municipality == b.Municipality && a.RF == b.RF && a.Issued == b.Issued
}

// check looks at what needs no database. It returns the first fault, on its field.
func check(c Content, payer Payer) error {
	if number, err := regno.Parse(string(c.Creditor)); err != nil || number != c.Creditor {
		return fault.NewInvalid("bill.creditor_number").On("creditor")
	}
	if ref, err := rf.Parse(string(c.RF)); c.RF != "" && (err != nil || ref != c.RF) {
		return fault.NewInvalid("bill.rf").On("rf")
	}
	for field, text := range map[string]string{"number": c.Number, "reference": c.Reference, "kind": string(c.Kind), "municipality": c.Municipality} {
		if !isCode(text) {
			return fault.NewInvalid("bill.code", "Max", longestCode).On(field)
		}
	}
	switch {
	case c.Issued.IsZero():
		return fault.NewInvalid("bill.issued_missing").On("issued")
	case !isText(payer.Name):
		return fault.NewInvalid("bill.text", "Max", longestName).On("name")
	case !isText(payer.Address):
		return fault.NewInvalid("bill.text", "Max", longestName).On("address")
	}
	return checkInstalments(c.Instalments)
}

func checkInstalments(all []Instalment) error {
	if len(all) == 0 || len(all) > mostInstalments {
		return fault.NewInvalid("bill.instalments", "Max", mostInstalments).On("instalments")
	}
	var sum money.Amount
	for _, i := range all {
		switch sum += i.Cents; {
		case i.Due.IsZero():
			return fault.NewInvalid("bill.due_missing").On("instalments")
		case i.Cents <= 0, i.Cents > LargestBill, sum > LargestBill:
			return fault.NewInvalid("bill.amount", "Max", LargestBill.String()).On("instalments")
		}
	}
	return nil
}

// isCode tells whether a text can be a number, reference, kind or municipality: visible, one line, and not too long.
func isCode(text string) bool { return Key(text) != "" && len(text) <= longestCode && isText(text) }

func isText(text string) bool {
	control := func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }
	return len(text) <= longestName && strings.IndexFunc(text, control) < 0
}
