package bill

import (
	"context"
	"errors"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/platform/journal"
)

// Feed is the desk at whose journal all bills of a creditor stand, whichever door they come by, so that they have one order everywhere.
func Feed(creditor regno.Number) string { return "BILLS-" + string(creditor) }

// MostPut bounds the bills of one request, and those that one transaction writes.
const MostPut = 500

// Outcome says what became of a bill that was put.
type Outcome string

// The outcomes. A new name or address of the payer is kept and is no change of the bill.
const (
	Fresh     Outcome = "issued"
	Altered   Outcome = "changed"
	Unchanged Outcome = "unchanged"
)

// Outcomes are all outcomes.
var Outcomes = []Outcome{Fresh, Altered, Unchanged}

// Done says what became of one bill of a batch.
type Done struct {
	Bill    id.ID
	Number  string
	Outcome Outcome
}

// Batch is what a creditor says of several bills at once.
type Batch struct {
	By  actor.Actor
	Key string
	// Bills are 1 to MostPut bills of one creditor, each once.
	Bills []Said
	// May tells whether the caller may put bills of a municipality; nil stands for every one.
	May func(municipality string) bool
}

// PutAll is Put for several bills of one creditor, at its Feed: all of them, or none. It answers in the order of the bills. It returns the faults of
// Put for every bill that has one, on "bills[3].number" and the like; a forbidden fault when one of the bills says, or said until
// now, that it is of a municipality that is not the caller's.
func (s *Service) PutAll(ctx context.Context, b Batch) ([]Done, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	creditor := b.Bills[0].Creditor
	contents, settled := make([]Content, len(b.Bills)), make([]Said, len(b.Bills))
	input := []any{"put-all", contents}
	for i, said := range b.Bills {
		contents[i] = said.Content
		settled[i] = Said{Content: s.settle(said.Content), Payer: said.Payer, AsOf: said.AsOf, Settled: said.Settled}
	}
	for i, said := range b.Bills {
		if len(said.Settled) > 0 { // requests from before it could be said keep their names
			input = append(input, i, said.Settled)
		}
	}
	key, err := journal.NewKey(b.Key, input)
	if err != nil {
		return nil, err
	}
	var known []id.ID
	posted, err := s.journal.Post(ctx, b.By, Feed(creditor), key, func(tx *journal.Tx) (err error) {
		if err := s.begin(ctx, tx, creditor); err != nil {
			return indexed(0, err)
		}
		known, err = s.putEach(ctx, tx, settled, b.May)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.done(ctx, settled, known, posted.Entries)
}

// putEach puts one bill after the other and joins the faults of all. It returns their ids.
func (s *Service) putEach(ctx context.Context, tx *journal.Tx, bills []Said, may func(string) bool) ([]id.ID, error) {
	var faults []error
	known := make([]id.ID, len(bills))
	p := putting{Service: s, may: may}
	for i, said := range bills {
		bill, err := p.put(ctx, tx, said)
		switch {
		case fault.KindOf(err) == fault.Forbidden:
			return nil, indexed(i, err)
		case fault.First(err) != nil:
			faults = append(faults, indexed(i, err))
		case err != nil:
			return nil, err
		}
		known[i] = bill
	}
	return known, errors.Join(append(faults, p.finish(ctx, tx))...)
}

// done answers from the lines, so that a request that is sent again gets the first answer. What has no line was left alone; known
// are the ids when the rule has run, and empty when it has not.
func (s *Service) done(ctx context.Context, bills []Said, known []id.ID, lines []journal.Entry) ([]Done, error) {
	written := map[string]Done{}
	for _, e := range lines {
		switch f := e.Fact.(type) {
		case Issued:
			written[Form(f.Number)] = Done{Bill: f.Bill, Outcome: Fresh}
		case Changed:
			written[Form(f.Number)] = Done{Bill: f.Bill, Outcome: Altered}
		}
	}
	all := make([]Done, len(bills))
	for i, said := range bills {
		if is, ok := written[Form(said.Number)]; ok {
			all[i], all[i].Number = is, said.Number
			continue
		}
		all[i] = Done{Number: said.Number, Outcome: Unchanged}
		if len(known) > 0 {
			all[i].Bill = known[i]
			continue
		}
		old, _, err := s.store.Numbered(ctx, s.journal.DB(), said.Creditor, said.Number)
		if err != nil {
			return nil, err
		}
		all[i].Bill = old.ID
	}
	return all, nil
}

// check looks at what needs no database: first at what the caller may, then at each bill and at what they are together.
func (b Batch) check() error {
	if len(b.Bills) == 0 || len(b.Bills) > MostPut {
		return fault.NewInvalid("bill.batch", "Max", MostPut).On("bills")
	}
	for i, said := range b.Bills {
		if b.May != nil && !b.May(said.Municipality) {
			return indexed(i, elsewhere(said.Municipality))
		}
	}
	var faults []error
	first := map[string]int{}
	for i, said := range b.Bills {
		at, twice := first[Form(said.Number)]
		err := check(said)
		switch {
		case err != nil:
		case said.Creditor != b.Bills[0].Creditor:
			err = fault.NewInvalid("bill.one_creditor").On("creditor")
		case twice:
			err = fault.NewInvalid("bill.twice", "First", at).On("number")
		default:
			first[Form(said.Number)] = i
		}
		faults = append(faults, indexed(i, err))
	}
	return errors.Join(faults...)
}

// indexed returns the error with its faults on the members of that bill of a batch.
func indexed(i int, err error) error { return within("bills", i, err) }
