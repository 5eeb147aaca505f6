package bill

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill/rf"
	"vienkopus/internal/platform/journal"
)

// Said is what a creditor says of a bill.
type Said struct {
	Content
	// Payer is nil when nothing is said about it; the one that is known stays.
	Payer *Payer
}

// Put makes a bill say what the creditor says now: a new one is issued, one that says something else is changed, and one that says this already
// is left alone, so that a billing system may send the same bill as often as it likes. Due days that are free are moved to the next
// working day. It returns faults for what cannot be a bill, for an unknown creditor, for a cancelled bill, and for one that another desk issued.
// Every door puts at the Feed of the creditor.
func (s *Service) Put(ctx context.Context, r journal.Request, c Content, payer Payer) (Bill, error) {
	said := Said{Content: c, Payer: &payer}
	if err := check(said); err != nil {
		return Bill{}, err
	}
	// The key stands for ever, so it holds the payer no more than the line does; the same key with another name is the same request.
	said.Content = s.settleDays(c)
	var bill id.ID
	posted, err := s.journal.Do(ctx, r, []any{"put", c}, func(tx *journal.Tx) (err error) {
		if err := s.begin(ctx, tx, c.Creditor); err != nil {
			return err
		}
		bill, err = s.put(ctx, tx, said, nil)
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

// begin looks whether the creditor is known, and keeps others from putting its bills meanwhile, at whichever desk. One lock for all bills
// of a creditor: PostgreSQL has room for some thousands in all.
func (s *Service) begin(ctx context.Context, tx *journal.Tx, creditor regno.Number) error {
	if _, err := s.store.Creditor(ctx, tx, creditor); err != nil {
		return err
	}
	return tx.Lock(ctx, "bills:"+string(creditor))
}

// put is Put inside a transaction that has begun, for one bill of a file or of a request. May, unless it is nil, tells
// whether the caller may change the bill of a municipality. A fault comes before anything is written.
func (s *Service) put(ctx context.Context, tx *journal.Tx, said Said, may func(municipality string) bool) (id.ID, error) {
	old, there, err := s.store.Numbered(ctx, tx, said.Creditor, said.Number)
	if err != nil {
		return id.ID{}, err
	}
	if may != nil { // the caller's own right, and not that of a creditor who answers us
		if err := permit(tx, said.Creditor, said.Municipality); err != nil {
			return id.ID{}, err
		}
	}
	switch refused := refuse(old, tx.Desk()); {
	case !there:
		old.ID = tx.NewID()
		err = tx.Record(ctx, Issued{Bill: old.ID, Content: said.Content})
	case may != nil && (!may(old.Municipality) || permit(tx, said.Creditor, old.Municipality) != nil):
		err = elsewhere(old.Municipality)
	case refused != nil:
		err = refused.On("number")
	case !same(old.Content, said.Content):
		err = tx.Record(ctx, Changed{Bill: old.ID, Content: said.Content})
	}
	if err != nil || said.Payer == nil {
		return old.ID, err
	}
	return old.ID, s.store.SetPayer(ctx, tx, old.ID, *said.Payer)
}

// refuse says why a bill that is there cannot be changed at the desk, or nothing.
func refuse(old Bill, desk string) *fault.Fault {
	switch {
	case old.Cancelled:
		return fault.NewConflict("bill.is_cancelled")
	case old.Desk != desk:
		return fault.NewConflict("bill.other_desk", "Desk", old.Desk)
	}
	return nil
}

// permit asks, as of the transaction, whether whoever makes the request may put bills of the creditor in the municipality.
func permit(tx *journal.Tx, creditor regno.Number, municipality string) error {
	if err := tx.Permit(scope.Place{Municipality: municipality, Creditor: string(creditor)}); err != nil {
		return elsewhere(municipality)
	}
	return nil
}

// elsewhere is the fault of somebody who may not put bills of the municipality.
func elsewhere(municipality string) error {
	return fault.NewForbidden("bill.elsewhere", "Municipality", municipality).On("municipality")
}

func same(a, b Content) bool {
	equal := slices.Equal(a.Instalments, b.Instalments)
	return equal && a.Reference == b.Reference && a.Kind == b.Kind && a.Municipality == b.Municipality && a.RF == b.RF && a.Issued == b.Issued
}

// samePayer tells whether the payer of a bill is known as it is said, or nothing is said about it.
func (s *Service) samePayer(ctx context.Context, r journal.Reader, b Bill, said *Payer) (bool, error) {
	if said == nil {
		return true, nil
	}
	known, err := s.store.Payers(ctx, r, []Bill{b})
	return err == nil && known[0] == *said, err
}

// check looks at what needs no database. It returns the first fault, on its field.
func check(said Said) error {
	c := said.Content
	if number, err := regno.Parse(string(c.Creditor)); err != nil || number != c.Creditor {
		return fault.NewInvalid("bill.creditor_number").On("creditor")
	}
	if ref, err := rf.Parse(string(c.RF)); c.RF != "" && (err != nil || ref != c.RF) {
		return fault.NewInvalid("bill.rf").On("rf")
	}
	for _, code := range [...][2]string{
		{"number", c.Number}, {"reference", c.Reference}, {"kind", string(c.Kind)}, {"municipality", c.Municipality},
	} {
		if !isCode(code[1]) {
			return fault.NewInvalid("bill.code", "Max", longestCode).On(code[0])
		}
	}
	switch {
	case c.Issued.IsZero():
		return fault.NewInvalid("bill.issued_missing").On("issued")
	case said.Payer == nil:
	case !isText(said.Payer.Name):
		return fault.NewInvalid("bill.text", "Max", longestName).On("payer.name")
	case !isText(said.Payer.Address):
		return fault.NewInvalid("bill.text", "Max", longestName).On("payer.address")
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
	// What shows nothing, or turns its neighbours round, would let a name be read as another.
	control := func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError || unicode.Is(unicode.Cf, r) }
	return len(text) <= longestName && strings.IndexFunc(text, control) < 0
}
