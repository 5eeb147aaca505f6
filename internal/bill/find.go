package bill

import (
	"context"
	"errors"
	"slices"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill/epc"
	"vienkopus/internal/platform/journal"
)

// MostFound bounds an answer, in bills.
const MostFound = 200

// MostNamesakes bounds how many bills in one name are looked through for those of one address.
const MostNamesakes = 5_000

// shortestName is how many letters of a name must be typed, so that nobody leafs through the payers of a town.
const shortestName = 3

// Found is a bill that somebody looked for.
type Found struct {
	Bill
	Payer Payer
	Due   Due
	// AskFirst says that whoever takes money for it asks first whether it was paid elsewhere (Bill.MustAsk); AsOf is since when its creditor has said nothing.
	AskFirst bool
	// Asked is what the payment code asks that was scanned, in cents, and 0 when it names no sum or none was scanned. It may be another sum than what is due.
	Asked money.Amount
	// Exact is set when the code, number or reference is this bill's; the others are of the same payer.
	Exact bool
}

// postDays is how long the paper of a bill may be on its way after the bill was issued.
const postDays = 10

// OnItsWay tells of a day that the paper of the bill may still come by post: it was issued a few days before, or will be. Bills do not say when they were posted.
func (f Found) OnItsWay(on civil.Date) bool {
	return !f.Issued.IsZero() && !f.Issued.AddDays(postDays).Before(on)
}

// Find looks bills up over all creditors by what was scanned or typed: a payment code, a number, a reference, or the beginning of the payer's
// name. It returns the bills that are not settled, the newest first; one that was named exactly is there even if it is, because it may have been
// paid before. Beside an exact one stand the open bills of the same name and address. It returns the faults "bill.query" for too little and
// "bill.code_damaged" for a payment code that cannot be read.
func (s *Service) Find(ctx context.Context, query string) ([]Found, error) {
	query = strings.TrimSpace(query)
	if len(query) > epc.MostBytes || Key(query) == "" {
		return nil, fault.NewInvalid("bill.query", "Min", shortestName).On("query")
	}
	r := s.journal.DB()
	exact, err := s.exact(ctx, r, query)
	if err != nil {
		return nil, err
	}
	bills := exact
	if _, none := epc.Parse(query); len(exact) == 0 && errors.Is(none, epc.ErrNone) {
		if bills, err = s.byWords(ctx, r, query); err != nil {
			return nil, err
		}
	}
	found, err := s.fill(ctx, r, bills)
	if err != nil || len(exact) == 0 {
		return openOf(found), err
	}
	asked := askedBy(query)
	for i := range found {
		found[i].Exact, found[i].Asked = true, asked
	}
	others, err := s.beside(ctx, r, found)
	return append(found, others...), err
}

// Numbered returns the bill of a creditor with a number, or the fault "bill.unknown".
func (s *Service) Numbered(ctx context.Context, creditor regno.Number, number string) (Bill, error) {
	return s.numbered(ctx, s.journal.DB(), creditor, number)
}

// fewNamesakes is how many bills may be shown to whoever has typed less than a name needs: some names have one letter.
const fewNamesakes = 20

// byWords finds bills by what was typed of a name or an address: as the name begins, or else by its words in any order.
func (s *Service) byWords(ctx context.Context, r journal.Reader, query string) ([]Bill, error) {
	folded := Fold(query)
	words := strings.Fields(folded)
	if len([]rune(Key(query))) < shortestName {
		return s.byShortName(ctx, r, folded)
	}
	bills, err := s.store.Named(ctx, r, folded)
	if err != nil || len(bills) > 0 {
		return bills, err
	}
	return s.store.Worded(ctx, r, words)
}

// byShortName finds the bills of those who are called exactly so, in whole words, unless they are many.
func (s *Service) byShortName(ctx context.Context, r journal.Reader, folded string) ([]Bill, error) {
	found, err := s.store.Short(ctx, r, folded, fewNamesakes+1)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || len(found) > fewNamesakes {
		return nil, fault.NewInvalid("bill.query", "Min", shortestName).On("query")
	}
	ids := make([]id.ID, len(found))
	for i, n := range found {
		ids[i] = n.Bill
	}
	return s.store.Bills(ctx, r, ids)
}

// askedBy is the sum that a payment code names, in cents; 0 for none.
func askedBy(query string) money.Amount {
	code, err := epc.Parse(query)
	if err != nil {
		return 0
	}
	return code.Amount
}

// OtherSum tells whether the code that was scanned asks another sum than what is due.
func (f Found) OtherSum() bool { return f.Asked != 0 && f.Asked != f.Due.Total }

// OnPaper tells whether the code that was scanned asks a sum that the paper of this bill bears: all of it, an instalment, or what is due with the late fee. Whoever sends such a code has the
// paper in his hand and not only a number, which others can guess.
func (f Found) OnPaper() bool {
	sums := []money.Amount{f.Total(), f.Due.Total}
	for _, i := range f.Instalments {
		sums = append(sums, i.Cents)
	}
	if f.Figure != nil {
		sums = append(sums, f.Total()+f.Figure.Fee)
	}
	return f.Asked != 0 && slices.Contains(sums, f.Asked)
}

// IsCode tells whether a text is a payment code, sound or damaged.
func IsCode(query string) bool {
	_, err := epc.Parse(strings.TrimSpace(query))
	return !errors.Is(err, epc.ErrNone)
}

// exact returns the bills that a payment code names, or that have the text as number or reference.
func (s *Service) exact(ctx context.Context, r journal.Reader, query string) ([]Bill, error) {
	code, err := epc.Parse(query)
	switch {
	case errors.Is(err, epc.ErrNone):
		return s.store.Keyed(ctx, r, Key(query))
	case err != nil:
		return nil, fault.NewInvalid("bill.code_damaged").On("query")
	}
	texts := append([]string{string(code.Reference), code.Text}, strings.Fields(code.Text)...)
	for _, text := range texts {
		if Key(text) == "" {
			continue
		}
		bills, err := s.store.Keyed(ctx, r, Key(text))
		if err != nil {
			return nil, err
		}
		if bills, err = s.paidTo(ctx, r, bills, code.IBAN); err != nil || len(bills) > 0 {
			return bills, err
		}
	}
	return nil, nil
}

// paidTo keeps the bills whose creditor has the account: another creditor may use the same numbers.
func (s *Service) paidTo(ctx context.Context, r journal.Reader, bills []Bill, account iban.IBAN) ([]Bill, error) {
	var kept []Bill
	for _, b := range bills {
		c, err := s.store.Creditor(ctx, r, b.Creditor)
		if err != nil {
			return nil, err
		}
		if c.IBAN == account {
			kept = append(kept, b)
		}
	}
	return kept, nil
}

// beside returns the open bills of the payers of what was found, the same name at the same address, over all creditors.
func (s *Service) beside(ctx context.Context, r journal.Reader, found []Found) ([]Found, error) {
	var others []Found
	asked, known := map[Payer]bool{{}: true}, map[id.ID]bool{}
	for _, f := range found {
		known[f.ID] = true
	}
	for _, f := range found {
		who := folded(f.Payer)
		if asked[who] || who.Name == "" {
			continue
		}
		asked[who] = true
		theirs, err := s.billsOf(ctx, r, who, known)
		if err != nil {
			return nil, err
		}
		others = append(others, openOf(theirs)...)
	}
	return others, nil
}

// billsOf returns the bills of a payer that are not known yet, at most MostFound, and makes them known. Namesakes are many, so their bills
// are not read, only at which address they live.
func (s *Service) billsOf(ctx context.Context, r journal.Reader, who Payer, known map[id.ID]bool) ([]Found, error) {
	namesakes, err := s.store.Namesakes(ctx, r, who.Name)
	if err != nil {
		return nil, err
	}
	var theirs []id.ID
	for _, n := range namesakes {
		if folded(n.Payer) == who && !known[n.Bill] && len(theirs) < MostFound {
			known[n.Bill] = true
			theirs = append(theirs, n.Bill)
		}
	}
	bills, err := s.store.Bills(ctx, r, theirs)
	if err != nil {
		return nil, err
	}
	return s.fill(ctx, r, bills)
}

// InName is a bill and in whose name it is.
type InName struct {
	Bill id.ID
	Payer
}

func folded(p Payer) Payer { return Payer{Name: Fold(p.Name), Address: Fold(p.Address)} }

// fill adds payers and what is due today.
func (s *Service) fill(ctx context.Context, r journal.Reader, bills []Bill) ([]Found, error) {
	payers, err := s.store.Payers(ctx, r, bills)
	if err != nil {
		return nil, err
	}
	fees, err := s.store.LateFees(ctx, r)
	if err != nil {
		return nil, err
	}
	limits, err := s.store.Limits(ctx, r)
	if err != nil {
		return nil, err
	}
	today := civil.In(s.journal.Now(), s.zone)
	found := make([]Found, len(bills))
	for i, b := range bills {
		due := DueOn(b, fees, today)
		found[i] = Found{Bill: b, Payer: payers[i], Due: due, AskFirst: b.MustAsk(due, limits, today)}
	}
	return found, nil
}

// openOf keeps what is not settled.
func openOf(found []Found) []Found {
	return slices.DeleteFunc(found, func(f Found) bool { return f.Due.Total == 0 })
}

// DuesOn returns what was due for bills on a day, as they stand now, in their order.
func (s *Service) DuesOn(ctx context.Context, bills []Found, day civil.Date) ([]Due, error) {
	fees, err := s.store.LateFees(ctx, s.journal.DB())
	dues := make([]Due, len(bills))
	for i, f := range bills {
		dues[i] = DueOn(f.Bill, fees, day)
	}
	return dues, err
}

// Owed returns bills with their payers and what is due for each today, in the order asked. It returns the fault "bill.unknown".
func (s *Service) Owed(ctx context.Context, bills []id.ID) ([]Found, error) {
	r := s.journal.DB()
	all := make([]Bill, len(bills))
	for i, one := range bills {
		var err error
		if all[i], err = s.store.Bill(ctx, r, one); err != nil {
			return nil, err
		}
	}
	return s.fill(ctx, r, all)
}
