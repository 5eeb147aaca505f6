package billsql

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
)

const (
	// mostListed bounds how many payers are opened to list those whose names begin in some way. Whoever sees that many types another letter.
	mostListed = 2_000
	// openedAtOnce is how many are opened before it is looked whether there are enough.
	openedAtOnce = 400
)

// search looks payers up by their marks, opens those that may be meant, and each of them once.
type search struct {
	Store
	*marker
	r      journal.Reader
	places []string
	seen   map[id.ID]bool
}

func (s Store) search(ctx context.Context, r journal.Reader) (*search, error) {
	all, err := places(ctx, r)
	return &search{Store: s, marker: newMarker(s.Sealer), r: r, places: all, seen: map[id.ID]bool{}}, err
}

// left is how many payers may be opened yet, of so many.
func (s *search) left(most int) int { return max(most-len(s.seen), 0) }

// look opens bills that nobody has opened yet, in their order, until use says that it has enough.
func (s *search) look(ctx context.Context, ids []id.ID, use func(bill.InName) (enough bool)) error {
	ids = slices.DeleteFunc(ids, func(b id.ID) bool {
		seen := s.seen[b]
		s.seen[b] = true
		return seen
	})
	for lot := range slices.Chunk(ids, openedAtOnce) {
		payers, err := s.opened(ctx, s.r, lot)
		if err != nil {
			return err
		}
		for _, b := range lot {
			if p, is := payers[b]; is && use(bill.InName{Bill: b, Payer: p}) {
				return nil
			}
		}
	}
	return nil
}

// everywhere looks through what lies in a reach of each municipality.
func (s *search) everywhere(ctx context.Context, most int, of func(place string) (reach, error), use func(bill.InName) bool) error {
	for _, place := range s.places {
		in, err := of(place)
		if err != nil {
			return err
		}
		ids, err := within(ctx, s.r, in, s.left(most))
		if err == nil {
			err = s.look(ctx, ids, use)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// wordIn is the reach of a whole word in a municipality.
func (s *search) wordIn(kind, word string) func(place string) (reach, error) {
	return func(place string) (reach, error) {
		mark, err := s.word(place, kind, word)
		return exactly(place, mark), err
	}
}

// calledIn is the reach of all in a municipality who are called so.
func (s *search) calledIn(folded string) func(place string) (reach, error) {
	return func(place string) (reach, error) {
		mark, err := s.whole(place, folded)
		return exactly(place, mark), err
	}
}

func (s *search) beginningIn(kind, letters string) func(place string) (reach, error) {
	return func(place string) (reach, error) { return s.beginning(place, kind, letters) }
}

// Named returns bills whose payer's folded name begins so at any of its words, at most bill.MostFound, the newest first. Where there are more it is those
// whose names come first in the alphabet, of the mostListed that were opened.
func (s Store) Named(ctx context.Context, r journal.Reader, name string) ([]bill.Bill, error) {
	on, err := s.search(ctx, r)
	if err != nil {
		return nil, err
	}
	type hit struct {
		beginning string
		bill      id.ID
	}
	var hits []hit
	use := func(n bill.InName) bool {
		if first, is := bill.FirstBeginning(n.Name, name); is {
			hits = append(hits, hit{first, n.Bill})
		}
		return false
	}
	// Those who are called exactly so come first in the alphabet, so when they are enough nobody else is looked for.
	words := strings.Fields(name)
	called, longer := on.calledIn(name), on.beginningIn(inName, name)
	if len(words) == 1 {
		called = on.wordIn(inName, name)
	} else {
		longer = on.wordIn(inName, longestOf(words[:len(words)-1]))
	}
	if err := on.everywhere(ctx, mostListed, called, use); err != nil {
		return nil, err
	}
	if len(hits) < bill.MostFound {
		if err := on.everywhere(ctx, mostListed, longer, use); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.beginning, b.beginning), bytes.Compare(b.bill[:], a.bill[:]))
	})
	var ids []id.ID
	for _, h := range hits[:min(len(hits), bill.MostFound)] {
		ids = append(ids, h.bill)
	}
	return s.Bills(ctx, r, ids)
}

// longestOf is the longest word; it has the fewest namesakes.
func longestOf(words []string) (longest string) {
	for _, w := range words {
		if len(w) > len(longest) {
			longest = w
		}
	}
	return longest
}

// Worded returns the bills whose payers have all these words, as far as one that is no number stands among the first of name or address.
func (s Store) Worded(ctx context.Context, r journal.Reader, words []string) ([]bill.Bill, error) {
	anchor := longestOf(slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !bill.IsAnchor(w) }))
	if len([]rune(anchor)) < few {
		return nil, nil
	}
	on, err := s.search(ctx, r)
	if err != nil {
		return nil, err
	}
	var ids []id.ID
	use := func(n bill.InName) bool {
		if n.Has(words) {
			ids = append(ids, n.Bill)
		}
		return len(ids) >= bill.MostFound
	}
	if err := on.allWords(ctx, anchor, words, use); err != nil {
		return nil, err
	}
	for _, kind := range []string{inName, inAddress} {
		if len(ids) >= bill.MostFound {
			break
		}
		if err := on.everywhere(ctx, bill.MostNamesakes, on.beginningIn(kind, anchor), use); err != nil {
			return nil, err
		}
	}
	return s.Bills(ctx, r, ids)
}

// allWords looks through the payers who have every word that can be looked for, as a whole word.
func (s *search) allWords(ctx context.Context, anchor string, words []string, use func(bill.InName) bool) error {
	for _, place := range s.places {
		var others [][2][]byte
		for _, word := range words {
			if word == anchor || !bill.IsAnchor(word) {
				continue
			}
			pair, err := s.pair(place, word)
			if err != nil {
				return err
			}
			others = append(others, pair)
		}
		driven, err := s.pair(place, anchor)
		if err != nil {
			return err
		}
		for _, mark := range driven {
			ids, err := together(ctx, s.r, exactly(place, mark), others, s.left(bill.MostNamesakes))
			if err == nil {
				err = s.look(ctx, ids, use)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// pair are the marks of a word as one of a name and as one of an address.
func (s *search) pair(place, word string) (pair [2][]byte, err error) {
	if pair[0], err = s.word(place, inName, word); err != nil {
		return pair, err
	}
	pair[1], err = s.word(place, inAddress, word)
	return pair, err
}

// Short returns the bills whose payer's name begins with these whole words, after bill.Fold, at any of its words, at most so many.
func (s Store) Short(ctx context.Context, r journal.Reader, words string, most int) ([]bill.InName, error) {
	on, err := s.search(ctx, r)
	if err != nil {
		return nil, err
	}
	var all []bill.InName
	err = on.everywhere(ctx, bill.MostNamesakes, on.wordIn(inName, longestOf(strings.Fields(words))), func(n bill.InName) bool {
		if n.Called(words) {
			all = append(all, n)
		}
		return len(all) >= most
	})
	return all, err
}

// Namesakes returns the bills whose payer has exactly this name, after bill.Fold, the newest first, at most bill.MostNamesakes.
func (s Store) Namesakes(ctx context.Context, r journal.Reader, name string) ([]bill.InName, error) {
	on, err := s.search(ctx, r)
	if err != nil {
		return nil, err
	}
	var all []bill.InName
	err = on.everywhere(ctx, bill.MostNamesakes, on.calledIn(name), func(n bill.InName) bool {
		if bill.Fold(n.Name) == name {
			all = append(all, n)
		}
		return false
	})
	slices.SortFunc(all, func(a, b bill.InName) int { return bytes.Compare(b.Bill[:], a.Bill[:]) })
	return all, err
}
