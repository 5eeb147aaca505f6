package bank

import (
	"context"
	"slices"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/office"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// DepositState is where a deposit stands.
type DepositState string

// The states of a deposit.
const (
	NoDeposit DepositState = ""
	Made      DepositState = "made"
	Matched   DepositState = "matched"
)

// DepositEdges are all steps of a deposit; what is not named here is refused. docs/formats/bank.md draws the same table.
var DepositEdges = []till.Edge[DepositState]{
	{From: NoDeposit, Step: till.StepDeposit, To: Made},
	{From: Made, Step: till.StepMatch, To: Matched},
	{From: Matched, Step: till.StepExplain, To: Matched},
	{From: Matched, Step: StepUndo, To: Made},
}

// StepUndo opens a deposit again: the bank took it back, or its match was wrong.
const StepUndo till.Step = "undo"

// MostBags bounds a deposit: with as many bags of one centre an entry still has room for the bank and the difference.
const MostBags = 100

// DepositIn is what a collector brings to the bank.
type DepositIn struct {
	IBAN iban.IBAN
	// Bags are the numbers of the bags.
	Bags []string
	// Slip is the number on the slip of the bank, or "" where there is none.
	Slip string
}

// Deposit is cash that was brought to the bank.
type Deposit struct {
	ID           id.ID
	Desk         string
	Municipality string
	Day          civil.Date
	IBAN         iban.IBAN
	Slip         string
	Cents        money.Amount
	Bags         []DepositedBag
	By           string    // staff id
	At           time.Time // UTC
	State        DepositState
	// Ref is the line of the statement that it is matched with (the first of several), and Difference what the bank counted more (positive) or less, in cents.
	Ref        string
	Difference money.Amount
	// Reason is the explanation of the difference, or "".
	Reason Reason
}

// Unexplained tells whether the bank counted another sum and nobody has said why.
func (d Deposit) Unexplained() bool { return d.Difference != 0 && d.Reason == "" }

// DepositedBag is a bag in a deposit, and where it was packed.
type DepositedBag struct {
	Bag          string
	Cents        money.Amount
	Desk         string
	Centre       string
	Municipality string
	// Day is that of the shift that packed it; no day where its line has not come yet.
	Day civil.Date
}

// Deposit notes at the office which bags the collector brought to the bank: bags that she has taken and that are not deposited yet. It posts nothing, because
// the money is in transit until the bank says that it has it. It returns faults for an account, bag or slip that cannot be, for no bag, too many or one
// twice, for a bag that is unknown, of another municipality, not taken, taken by somebody else or deposited, and the conflict "till.slip_used".
func (s *Service) Deposit(ctx context.Context, r journal.Request, in DepositIn) (DepositMade, error) {
	of, err := municipality(r.Desk)
	if err != nil {
		return DepositMade{}, err
	}
	in, err = in.read()
	if err != nil {
		return DepositMade{}, err
	}
	made, _, err := journal.RecordAll(ctx, s.journal, r, []any{"deposit", in}, func(tx *journal.Tx) ([]DepositMade, error) {
		f := DepositMade{Deposit: tx.NewID(), Municipality: of, Day: s.today(tx), IBAN: in.IBAN, Slip: in.Slip}
		for _, code := range in.Bags { // in order, so that two deposits cannot wait for each other
			b, err := s.taken(ctx, tx, code)
			if err != nil {
				return nil, err
			}
			f.Bags = append(f.Bags, BagCents{Bag: b.Code, Cents: b.Cents})
			f.Cents += b.Cents
		}
		if in.Slip == "" {
			return []DepositMade{f}, nil
		}
		used, err := s.store.SlipUsed(ctx, tx, of, in.Slip)
		if err == nil && used {
			err = fault.NewConflict("till.slip_used").On("slip")
		}
		return []DepositMade{f}, err
	})
	if err != nil {
		return DepositMade{}, err
	}
	return made[0], nil
}

// read returns the input as it is meant: numbers in capitals, bags in order.
func (in DepositIn) read() (DepositIn, error) {
	number, err := account(in.IBAN, "iban")
	if err != nil {
		return in, err
	}
	if len(in.Bags) == 0 || len(in.Bags) > MostBags {
		return in, fault.NewInvalid("till.bags", "Max", MostBags).On("bags")
	}
	out := DepositIn{IBAN: number}
	for _, bag := range in.Bags {
		code, ok := till.Code(bag)
		if !ok {
			return in, fault.NewInvalid("till.code").On("bags")
		}
		if slices.Contains(out.Bags, code) {
			return in, fault.NewInvalid("till.bag_repeated", "Bag", code).On("bags")
		}
		out.Bags = append(out.Bags, code)
	}
	slices.Sort(out.Bags)
	slip, ok := till.Code(in.Slip)
	if !ok && slip != "" {
		return in, fault.NewInvalid("till.code").On("slip")
	}
	out.Slip = slip
	return out, nil
}

// taken returns the bag when whoever acts has taken it and may deposit it, and holds it against everybody else.
func (s *Service) taken(ctx context.Context, tx *journal.Tx, code string) (till.Bag, error) {
	if err := tx.Lock(ctx, till.BagSubject(code)); err != nil {
		return till.Bag{}, err
	}
	b, err := s.bags.Bag(ctx, tx, code)
	switch {
	case err != nil:
		return b, err
	case b.State != till.NoBag && tx.Desk() != office.Desk(b.Municipality):
		return b, fault.NewForbidden("till.other_office")
	}
	if err := till.AllowBag(b, till.StepDeposit); err != nil {
		return b, err
	}
	if b.TakenBy != tx.By().Who() {
		return b, fault.NewForbidden("till.bag_other_collector", "Bag", code)
	}
	return b, nil
}
