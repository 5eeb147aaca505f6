package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
)

// The ways in which postings are no entry.
var (
	// ErrUnbalanced is returned for postings that do not sum to zero.
	ErrUnbalanced = errors.New("ledger: the postings do not sum to zero")
	// ErrPosting is returned for a posting of nothing, of more than LargestPosting, or twice to one account.
	ErrPosting = errors.New("ledger: not a posting")
	// ErrPlace is returned for an entry without a day, a centre or a municipality.
	ErrPlace = errors.New("ledger: an entry needs a day, a centre and a municipality")
)

// LargestPosting bounds one posting, in either direction: a hundred thousand million euro. Ninety thousand of them fit into a sum.
const LargestPosting money.Amount = 10_000_000_000_000

// mostPostings bounds an entry: a basket is paid with a few tenders to a few creditors.
const mostPostings = 200

// Posting moves an amount into an account (debit, positive) or out of it (credit, negative).
type Posting struct {
	Account Account      `json:"account"`
	Cents   money.Amount `json:"cents"`
}

// Place is where and on which local day money moved.
type Place struct {
	Day          civil.Date `json:"day"`
	Centre       string     `json:"centre"`
	Municipality string     `json:"municipality"`
}

// Entry is a movement of money at one centre on one day. Its postings sum to zero: another one cannot be made, nor read from a line.
// The zero Entry is none; it can be neither recorded nor read.
type Entry struct {
	place    Place
	postings []Posting
}

// NewEntry returns the entry of these postings, in their order. It returns ErrPlace, ErrPosting, ErrAccount or ErrUnbalanced
// when there can be no such entry.
func NewEntry(at Place, postings ...Posting) (Entry, error) {
	if at.Day.IsZero() || !isCode(at.Centre) || !isCode(at.Municipality) {
		return Entry{}, ErrPlace
	}
	if len(postings) < 2 || len(postings) > mostPostings {
		return Entry{}, fmt.Errorf("%w: there are %d of them", ErrPosting, len(postings))
	}
	var sum money.Amount // mostPostings of LargestPosting fit by far
	for i, p := range postings {
		switch {
		case !p.Account.valid():
			return Entry{}, fmt.Errorf("%w: %q", ErrAccount, p.Account)
		case p.Cents == 0 || p.Cents > LargestPosting || p.Cents < -LargestPosting:
			return Entry{}, fmt.Errorf("%w: %s to %s", ErrPosting, p.Cents, p.Account)
		case slices.ContainsFunc(postings[:i], func(q Posting) bool { return q.Account == p.Account }):
			return Entry{}, fmt.Errorf("%w: %s stands twice", ErrPosting, p.Account)
		}
		sum += p.Cents
	}
	if sum != 0 {
		return Entry{}, fmt.Errorf("%w: %s is left over", ErrUnbalanced, sum)
	}
	return Entry{place: at, postings: slices.Clone(postings)}, nil
}

// Place returns where and when the money moved.
func (e Entry) Place() Place { return e.place }

// Postings returns the postings in their order; they sum to zero.
func (e Entry) Postings() []Posting { return slices.Clone(e.postings) }

// Reverse returns the entry that takes this one back, on another day or at another centre.
func (e Entry) Reverse(at Place) (Entry, error) {
	back := e.Postings()
	for i := range back {
		back[i].Cents = -back[i].Cents
	}
	return NewEntry(at, back...)
}

// written is an Entry as it stands in the body of a line.
type written struct {
	Place
	Postings []Posting `json:"postings"`
}

// MarshalJSON writes the entry for a line. The zero Entry is ErrPlace.
func (e Entry) MarshalJSON() ([]byte, error) {
	if e.place.Day.IsZero() {
		return nil, ErrPlace
	}
	text, err := json.Marshal(written{e.place, e.postings})
	if err != nil {
		return nil, fmt.Errorf("ledger: entry: %w", err)
	}
	return text, nil
}

// UnmarshalJSON reads an entry of a line. It returns what NewEntry returns for one that cannot be, so that such a line is
// unreadable and its quarantine is seen.
func (e *Entry) UnmarshalJSON(text []byte) error {
	var w written
	if err := json.Unmarshal(text, &w); err != nil {
		return fmt.Errorf("ledger: entry: %w", err)
	}
	read, err := NewEntry(w.Place, w.Postings...)
	if err != nil {
		return err
	}
	*e = read
	return nil
}
