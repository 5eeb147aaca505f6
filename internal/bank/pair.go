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

// pair returns which line belongs to which deposit without doubt, by the reference of the line. A line whose text names the slip or a bag of a deposit belongs to that one
// alone, and only when the bank counted the same sum; any other belongs to the only deposit of its sum nearby, when it is the only such line.
func pair(lines []LineIn, open []Deposit) map[string]Deposit {
	pairs := map[string]Deposit{}
	var rest []LineIn
	left := slices.Clone(open)
	for _, l := range lines {
		named := namedIn(l.Text, open)
		switch {
		case l.Cents <= 0:
		case len(named) == 0:
			rest = append(rest, l)
		case len(named) == 1 && named[0].Cents == l.Cents && slices.ContainsFunc(left, named[0].is):
			pairs[l.Ref] = named[0]
			left = slices.DeleteFunc(left, named[0].is)
		}
	}
	for _, l := range rest {
		if found := alike(l, left); len(found) == 1 && rivals(found[0], rest) == 1 {
			pairs[l.Ref] = found[0]
		}
	}
	return pairs
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

func near(a, b civil.Date) bool {
	days := a.DaysUntil(b)
	return days <= nearby && days >= -nearby
}

// alike returns the deposits nearby that have the sum of the line.
func alike(l LineIn, open []Deposit) []Deposit {
	var found []Deposit
	for _, d := range open {
		if d.Cents == l.Cents && near(d.Day, l.Day) {
			found = append(found, d)
		}
	}
	return found
}

// rivals counts the lines nearby that have the sum of the deposit.
func rivals(d Deposit, lines []LineIn) int {
	n := 0
	for _, l := range lines {
		if l.Cents == d.Cents && near(d.Day, l.Day) {
			n++
		}
	}
	return n
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
