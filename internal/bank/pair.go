package bank

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
)

// shortestName is how long the number of a bag has to be, so that a word of a text can only mean the bag.
const shortestName = 4

// pairs are what lines are, by their references: sure ones, and those that are only likely.
type pairs struct {
	sure   map[string]Deposit
	likely map[string][]Deposit
}

// pair returns which line is which deposit. It is sure of a line that names the slip or a bag of one deposit and has its sum, and of a line that names none where it and a deposit
// without a slip are the only ones of their sum. The bank cannot have booked a deposit before its money was taken, so a line of an earlier day is never one. Waiting are known lines
// that may be a deposit too: their texts are forgotten.
func pair(lines []LineIn, open []Deposit, waiting []LineIn) pairs {
	found := pairs{sure: map[string]Deposit{}, likely: map[string][]Deposit{}}
	var rest []LineIn
	left := slices.Clone(open)
	for _, l := range lines {
		var named []Deposit
		for _, d := range namedIn(l.Text, open) {
			if d.possible(l.Day) {
				named = append(named, d)
			}
		}
		switch {
		case l.Cents <= 0:
		case len(named) == 1 && named[0].Cents == l.Cents && slices.ContainsFunc(left, named[0].is):
			found.sure[l.Ref] = named[0]
			left = slices.DeleteFunc(left, named[0].is)
		case len(named) > 0:
			found.likely[l.Ref] = named
		default:
			rest = append(rest, l)
		}
	}
	rivals := append(slices.Clone(rest), waiting...)
	for _, l := range rest {
		alike := alike(l, left)
		switch {
		case len(alike) == 1 && alike[0].Slip == "" && count(alike[0], rivals) == 1:
			found.sure[l.Ref] = alike[0]
		case len(alike) > 0:
			found.likely[l.Ref] = alike
		}
	}
	return found
}

// possible tells whether a line of the day can be the deposit: its money was taken by then.
func (d Deposit) possible(day civil.Date) bool { return !day.Before(d.Since()) }

// Since is the first day on which the bank can have booked the deposit: that on which the last of its shifts began.
func (d Deposit) Since() civil.Date {
	var since civil.Date
	for _, b := range d.Bags {
		if b.Day.After(since) {
			since = b.Day
		}
	}
	if since.IsZero() {
		return d.Day
	}
	return since
}

// namedIn returns the deposits whose slip or bag the text names.
func namedIn(text string, open []Deposit) []Deposit {
	var found []Deposit
	text = strings.ToUpper(text) // as Code writes numbers
	for _, d := range open {
		bag := func(b DepositedBag) bool { return len(b.Bag) >= shortestName && names(text, b.Bag) }
		if d.Slip != "" && names(text, d.Slip) || slices.ContainsFunc(d.Bags, bag) {
			found = append(found, d)
		}
	}
	return found
}

// names tells whether the text holds the number as a whole: neither a letter nor a digit stands beside it.
func names(text, number string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], number)
		if at < 0 {
			return false
		}
		begin, end := from+at, from+at+len(number)
		before, _ := utf8.DecodeLastRuneInString(text[:begin])
		behind, _ := utf8.DecodeRuneInString(text[end:])
		if !isWord(before) && !isWord(behind) {
			return true
		}
		from = begin + 1
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func (d Deposit) is(other Deposit) bool { return d.ID == other.ID }

// fits tells whether a line of the day and sum may be the deposit by these alone.
func (d Deposit) fits(l LineIn) bool {
	days := d.Day.DaysUntil(l.Day)
	return d.Cents == l.Cents && d.possible(l.Day) && days >= -nearby && days <= nearby
}

// alike returns the deposits that the line may be by its day and sum.
func alike(l LineIn, open []Deposit) []Deposit {
	var found []Deposit
	for _, d := range open {
		if d.fits(l) {
			found = append(found, d)
		}
	}
	return found
}

// count returns how many lines may be the deposit by their days and sums.
func count(d Deposit, lines []LineIn) int {
	n := 0
	for _, l := range lines {
		if d.fits(l) {
			n++
		}
	}
	return n
}

// shortestRef is how long a reference of a bank has to be, so that a word of a text can only mean it.
const shortestRef = 6

// namesLine tells whether the text names a line by the bank's own reference.
func namesLine(text, ref string) bool {
	own, _, ok := strings.Cut(bareName(ref), "/")
	return ok && len(own) >= shortestRef && names(strings.ToUpper(text), strings.ToUpper(own))
}

// arrived returns the entries of a deposit of which the bank counted so many cents: one per centre whose bags it held. What the bank counted more or less is that of the desk
// whose bag comes first.
func (s *Service) arrived(ctx context.Context, tx *journal.Tx, d Deposit, day civil.Date, counted money.Amount) ([]ledger.Entry, error) {
	var entries []ledger.Entry
	difference := counted - d.Cents
	done := map[string]bool{}
	for i, first := range d.Bags {
		if done[first.Centre] {
			continue
		}
		done[first.Centre] = true
		var postings []ledger.Posting
		var sum money.Amount
		for _, b := range d.Bags[i:] {
			if b.Centre == first.Centre {
				postings = append(postings, ledger.Posting{Account: ledger.Transit(b.Bag), Cents: -b.Cents})
				sum += b.Cents
			}
		}
		if i == 0 && difference != 0 {
			postings = append(postings, ledger.Posting{Account: ledger.Difference(first.Desk), Cents: -difference})
			sum += difference
		}
		if sum != 0 {
			postings = append(postings, ledger.Posting{Account: ledger.Bank(d.IBAN), Cents: sum})
		}
		entry, err := s.dated(ctx, tx, ledger.Place{Day: day, Centre: first.Centre, Municipality: first.Municipality}, postings)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// back returns the entries that take a matched deposit back into its bags: those of its arrival, with the other sign.
func (s *Service) back(ctx context.Context, tx *journal.Tx, d Deposit, day civil.Date) ([]ledger.Entry, error) {
	entries, err := s.arrived(ctx, tx, d, day, d.Cents+d.Difference)
	if err != nil {
		return nil, err
	}
	return s.against(ctx, tx, entries, day)
}

// against returns entries that undo others, dated with the day.
func (s *Service) against(ctx context.Context, tx *journal.Tx, entries []ledger.Entry, day civil.Date) ([]ledger.Entry, error) {
	var all []ledger.Entry
	for _, e := range entries {
		postings := slices.Clone(e.Postings())
		for i := range postings {
			postings[i].Cents = -postings[i].Cents
		}
		at := e.Place()
		at.Day = day
		entry, err := s.dated(ctx, tx, at, postings)
		if err != nil {
			return nil, err
		}
		all = append(all, entry)
	}
	return all, nil
}
