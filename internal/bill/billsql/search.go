package billsql

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
)

// openedAtOnce is how many payers are opened before it is looked whether there are enough.
const openedAtOnce = 400

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

// pairIn is the reach of two words of a name, one behind the other.
func (s *search) pairIn(two [2]string) func(place string) (reach, error) {
	return func(place string) (reach, error) {
		mark, err := s.pair(place, two[0], two[1])
		return exactly(place, mark), err
	}
}

// pairBeginningIn is the reach of a word of a name and of all behind it that begin so, with few letters or more.
func (s *search) pairBeginningIn(first, letters string) func(place string) (reach, error) {
	return func(place string) (reach, error) {
		mark, err := s.pair(place, first, letters)
		if err != nil {
			return reach{}, err
		}
		low, high := slices.Clone(mark), slices.Clone(mark)
		low[2], high[2] = 0, 0xff
		return reach{place: place, low: low, high: high}, nil
	}
}

func (s *search) beginningIn(kind, letters string) func(place string) (reach, error) {
	return func(place string) (reach, error) { return s.beginning(place, kind, letters) }
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
	q := &quest{search: on, enough: bill.MostFound, fits: func(n bill.InName) bool {
		has := n.Has(words)
		if has {
			ids = append(ids, n.Bill)
		}
		return has
	}}
	if err := on.allWords(ctx, anchor, words, q.use); err != nil {
		return nil, err
	}
	for _, kind := range []string{inName, inAddress} {
		if err := q.along(ctx, on.beginningIn(kind, anchor)); err != nil {
			return nil, err
		}
	}
	if q.gaveUp() {
		return nil, errCommon
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
			pair, err := s.eitherMark(place, word)
			if err != nil {
				return err
			}
			others = append(others, pair)
		}
		driven, err := s.eitherMark(place, anchor)
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

// eitherMark are the marks of a word as one of a name and as one of an address.
func (s *search) eitherMark(place, word string) (pair [2][]byte, err error) {
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
	if name == "" {
		return nil, nil
	}
	err = on.everywhere(ctx, bill.MostNamesakes, on.pairIn(wordPairs(name)[0]), func(n bill.InName) bool {
		if bill.Fold(n.Name) == name {
			all = append(all, n)
		}
		return false
	})
	slices.SortFunc(all, func(a, b bill.InName) int { return bytes.Compare(b.Bill[:], a.Bill[:]) })
	return all, err
}
