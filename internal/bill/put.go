package bill

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/base/sheet"
	"vienkopus/internal/bill/rf"
	"vienkopus/internal/platform/journal"
)

// Said is what a creditor says of a bill.
type Said struct {
	Content
	// Payer is nil when nothing is said about it; the one that is known stays.
	Payer *Payer
	// AsOf is the day as of which it is said; none stands for today.
	AsOf civil.Date
	// Settled is what was paid elsewhere, each payment once, as far as the creditor says so.
	Settled []Outside
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
	said.Content = s.settle(c)
	var bill id.ID
	posted, err := s.journal.Do(ctx, r, []any{"put", c}, func(tx *journal.Tx) (err error) {
		if err := s.begin(ctx, tx, c.Creditor); err != nil {
			return err
		}
		p := putting{Service: s}
		if bill, err = p.put(ctx, tx, said); err != nil {
			return err
		}
		return p.finish(ctx, tx)
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

// settle returns the content as it is kept: numbers tidy, the instalments sorted, and those moved that fall due on a free day.
func (s *Service) settle(c Content) Content {
	c.Number, c.Reference = Tidy(c.Number), Tidy(c.Reference)
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

// putting puts the bills of one transaction.
type putting struct {
	*Service
	// may, unless it is nil, tells whether the caller may change the bill of a municipality.
	may func(municipality string) bool
	// confirmed are the bills of which the same is said again, by the day as of which.
	confirmed map[civil.Date][]id.ID
	// known are municipalities that are there.
	known map[string]bool
}

// put is Put inside a transaction that has begun, for one bill of a file or of a request. A fault comes before anything is written.
func (s *putting) put(ctx context.Context, tx *journal.Tx, said Said) (id.ID, error) {
	old, like, err := s.store.Numbered(ctx, tx, said.Creditor, said.Number)
	if err != nil {
		return id.ID{}, err
	}
	if s.may != nil { // the caller's own right, and not that of a creditor who answers us
		if err := permit(tx, said.Creditor, said.Municipality); err != nil {
			return id.ID{}, err
		}
	}
	of := PayerOf{Creditor: said.Creditor, Number: cmp.Or(old.Number, said.Number), Was: old.Municipality, Municipality: said.Municipality}
	switch refused := refuse(old, tx.Desk()); {
	case like != Unlike && s.may != nil && (!s.may(old.Municipality) || permit(tx, said.Creditor, old.Municipality) != nil):
		err = elsewhere(old.Municipality)
	case like != Unlike && refused != nil:
		err = refused.On("number")
	case like == Twins && !same(old.Content, said.Content):
		err = fault.NewConflict("bill.twin").On("number")
	case like != Unlike && same(old.Content, said.Content):
		err = s.confirm(ctx, tx, old, said)
	default:
		err = s.write(ctx, tx, &old, said)
	}
	if of.Bill = old.ID; err == nil {
		err = s.payer(ctx, tx, of, said.Payer)
	}
	if err == nil && len(said.Settled) > 0 {
		if _, err = s.settleOutside(ctx, tx, old.ID, said.Settled); fault.First(err) != nil {
			err = fault.First(err).On("settled")
		}
	}
	return old.ID, err
}

// payer keeps the payer of a bill that was put, where something is said about him.
func (s *putting) payer(ctx context.Context, tx *journal.Tx, of PayerOf, said *Payer) error {
	if said == nil {
		return s.store.MovePayer(ctx, tx, of)
	}
	return s.store.SetPayer(ctx, tx, of, *said)
}

// write issues the bill, or changes the one that is there, which keeps its number as it was written first.
func (s *putting) write(ctx context.Context, tx *journal.Tx, old *Bill, said Said) error {
	if s.known == nil {
		s.known = map[string]bool{}
	}
	if err := s.plausible(ctx, tx, said.Content, s.known); err != nil {
		return err
	}
	if !said.AsOf.IsZero() {
		said.AsOf = s.asOf(said)
	}
	if old.ID == (id.ID{}) {
		old.ID = tx.NewID()
		return tx.Record(ctx, Issued{Bill: old.ID, Content: said.Content, AsOf: said.AsOf})
	}
	said.Number = old.Number
	return tx.Record(ctx, Changed{Bill: old.ID, Content: said.Content, AsOf: said.AsOf})
}

// confirm notes that the creditor says again what it said, when that is worth a line.
func (s *putting) confirm(ctx context.Context, tx *journal.Tx, old Bill, said Said) error {
	limits, err := s.store.Limits(ctx, tx)
	if asOf := s.asOf(said); err == nil && old.stale(limits, asOf) {
		if s.confirmed == nil {
			s.confirmed = map[civil.Date][]id.ID{}
		}
		s.confirmed[asOf] = append(s.confirmed[asOf], old.ID)
	}
	return err
}

// finish writes one line for all bills that were confirmed as of a day; they are of one creditor, whose feed the desk is.
func (s *putting) finish(ctx context.Context, tx *journal.Tx) error {
	for _, asOf := range slices.SortedFunc(maps.Keys(s.confirmed), civil.Date.Compare) {
		bills := s.confirmed[asOf]
		old, err := s.store.Bill(ctx, tx, bills[0])
		if err != nil {
			return err
		}
		if err := tx.Record(ctx, Confirmed{Creditor: old.Creditor, Bills: bills, AsOf: asOf}); err != nil {
			return err
		}
	}
	return nil
}

// asOf is the day as of which a creditor says something: today, unless it says one before.
func (s *Service) asOf(said Said) civil.Date {
	today := civil.In(s.journal.Now(), s.zone)
	if said.AsOf.IsZero() || said.AsOf.After(today) {
		return today
	}
	return said.AsOf
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
	equal := slices.Equal(a.Instalments, b.Instalments) && (a.Figure == nil) == (b.Figure == nil) && (a.Figure == nil || *a.Figure == *b.Figure)
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
		// Numbers are kept tidy, so what nobody sees at their ends does no harm; the others are kept as they come.
		{"number", sheet.Trim(c.Number)}, {"reference", sheet.Trim(c.Reference)}, {"kind", string(c.Kind)}, {"municipality", c.Municipality},
	} {
		switch f := sheet.Check(code[1]); {
		case f != nil:
			return f.On(code[0])
		case !isCode(code[1]):
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
	if err := checkInstalments(c.Instalments, c.Issued); err != nil {
		return err
	}
	return c.Figure.check(c.Issued)
}

func checkInstalments(all []Instalment, issued civil.Date) error {
	if len(all) == 0 || len(all) > mostInstalments {
		return fault.NewInvalid("bill.instalments", "Max", mostInstalments).On("instalments")
	}
	var sum money.Amount
	for _, i := range all {
		switch sum += i.Cents; {
		case i.Due.IsZero():
			return fault.NewInvalid("bill.due_missing").On("instalments")
		case i.Due.Before(issued):
			return fault.NewInvalid("bill.due_before_issue").On("due")
		case i.Due.After(issued.AddDays(furthestDue)):
			return fault.NewInvalid("bill.due_far", "Days", furthestDue).On("due")
		case i.Cents == 0:
			return fault.NewInvalid("bill.amount_zero").On("instalments")
		case i.Cents < 0:
			return fault.NewInvalid("bill.amount_negative").On("instalments")
		case i.Cents > LargestBill, sum > LargestBill:
			return fault.NewInvalid("bill.amount", "Max", LargestBill).On("instalments")
		}
	}
	return nil
}

// check sees that a figure is one; a bill without one is as good.
func (f *Figure) check(issued civil.Date) error {
	switch {
	case f == nil:
	case f.Fee < 0 || f.Fee > LargestBill:
		return fault.NewInvalid("bill.figure", "Max", LargestBill).On("late_fee")
	case f.Until.IsZero():
		return fault.NewInvalid("bill.valid_until").On("valid_until")
	case f.Until.Before(issued):
		return fault.NewInvalid("bill.due_before_issue").On("valid_until")
	}
	return nil
}

// isCode tells whether a text can be a number, reference, kind or municipality: visible, one line, and not too long.
func isCode(text string) bool {
	return Key(text) != "" && len(text) <= longestCode && isText(text) && !strings.ContainsFunc(text, sheet.IsUnseen)
}

// isText tells whether a text can be words of people: one line, not too long, and nothing in it that shows nothing or turns its neighbours round, which would
// let a name be read as another. Some scripts and pictures need joiners; behind letters that do not, and behind none, a joiner only hides.
func isText(text string) bool {
	before := ' '
	for _, r := range text {
		joins := (r == '\u200c' || r == '\u200d') && !unicode.In(before, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Nd, unicode.Z, unicode.Cf)
		if r < ' ' || r == 0x7f || r == utf8.RuneError || unicode.Is(unicode.Cf, r) && !joins {
			return false
		}
		before = r
	}
	return utf8.RuneCountInString(text) <= longestName
}
