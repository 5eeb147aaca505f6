package bill

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"unicode"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/bill/epc"
	"vienkopus/internal/platform/journal"
)

// remote asks the systems of creditors.
type remote interface {
	// Ask returns what a creditor's system knows of the query. It returns an error, which holds neither the query nor the secret, when the system
	// does not answer in time or answers anything but bills.
	Ask(ctx context.Context, l Link, query string) ([]Said, error)
}

// Answer is what can be known now of the bills that somebody asks for.
type Answer struct {
	Found []Found
	// Silent are the creditors whose systems did not answer, or answered nonsense, by number: they may have more bills than were found.
	Silent []Creditor
	// Asked are all whose systems were asked.
	Asked []regno.Number
}

// OfPayer returns a bill and the open ones of the same payer, over all creditors. It returns the fault "bill.unknown".
func (s *Service) OfPayer(ctx context.Context, b id.ID) ([]Found, error) {
	found, err := s.Owed(ctx, []id.ID{b})
	if err != nil {
		return nil, err
	}
	others, err := s.beside(ctx, s.journal.DB(), found)
	return append(found, others...), err
}

// Connected tells whether any creditor has a system that can be asked.
func (s *Service) Connected(ctx context.Context) (bool, error) {
	links, err := s.store.Links(ctx, s.journal.DB())
	return slices.ContainsFunc(links, func(l Link) bool { return l.Lookup != "" }), err
}

// IsNumber tells whether what was typed or scanned names a bill rather than a person: a payment code, or words of which each has a digit or is a short group of capitals, as in "LV 001/2".
// "Rīgas iela 5" is no number. What is none never stands in an address, and is asked of nobody unless somebody presses for it.
func IsNumber(query string) bool {
	if IsCode(query) {
		return true
	}
	digits := false
	for _, word := range strings.Fields(query) {
		switch {
		case strings.ContainsFunc(word, unicode.IsDigit):
			digits = true
		case len([]rune(word)) > longestGroup || strings.ContainsFunc(word, unicode.IsLower):
			return false
		}
	}
	return digits || !strings.ContainsFunc(query, unicode.IsLetter)
}

// longestGroup is how long a group of capitals within a number may be, in letters.
const longestGroup = 3

// Ask is Find that asks the connected systems of the creditors too, all at once, when the query names a bill (IsNumber): names typed at a counter are told nobody. What they answer is put at the Feed of the creditor in the name of
// the actor, so it stays found when the system does not answer next time. It returns the faults of Find. A system that does not answer, or whose answer
// cannot be taken in as a whole, is no fault: its creditor stands in Silent. A payment code is asked only of the creditor whose account it names, by its reference or text.
func (s *Service) Ask(ctx context.Context, by actor.Actor, query string) (Answer, error) {
	if !IsNumber(query) {
		found, err := s.Find(ctx, query)
		return Answer{Found: found}, err
	}
	return s.ask(ctx, by, query)
}

// AskByName is Ask for whoever has pressed for it: the systems are asked whatever the query is. Asked tells whose.
func (s *Service) AskByName(ctx context.Context, by actor.Actor, query string) (Answer, error) {
	return s.ask(ctx, by, query)
}

func (s *Service) ask(ctx context.Context, by actor.Actor, query string) (Answer, error) {
	found, err := s.Find(ctx, query)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Found: found}
	inquiries, err := s.inquiries(ctx, query)
	if err != nil || len(inquiries) == 0 {
		return a, err
	}
	s.askAll(ctx, inquiries)
	news := false
	for _, q := range inquiries {
		a.Asked = append(a.Asked, q.creditor.Number)
		err := s.takeIn(ctx, by, q)
		if err != nil && fault.First(err) == nil && q.failed == nil {
			return Answer{}, err // ours, not the creditor's
		}
		if err != nil {
			slog.WarnContext(ctx, "a creditor's system gave no answer that can be used", slog.String("creditor", string(q.creditor.Number)), slog.Any("error", err))
			a.Silent = append(a.Silent, q.creditor)
		}
		news = news || len(q.bills) > 0
	}
	if news { // also when somebody else has put them meanwhile
		a.Found, err = s.Find(ctx, query)
	}
	return a, err
}

// inquiry is a question to the system of one creditor, and what came back.
type inquiry struct {
	creditor Creditor
	link     Link
	query    string
	bills    []Said
	failed   error
}

// inquiries are the questions that a query asks.
func (s *Service) inquiries(ctx context.Context, query string) ([]*inquiry, error) {
	r := s.journal.DB()
	links, err := s.store.Links(ctx, r)
	if err != nil {
		return nil, err
	}
	code, none := epc.Parse(strings.TrimSpace(query))
	text := strings.TrimSpace(query)
	if none == nil {
		if text = string(code.Reference); text == "" {
			text = code.Text
		}
	}
	var all []*inquiry
	for _, l := range links {
		if l.Lookup == "" || Key(text) == "" {
			continue
		}
		c, err := s.store.Creditor(ctx, r, l.Creditor)
		if err != nil {
			return nil, err
		}
		if none != nil || c.IBAN == code.IBAN {
			all = append(all, &inquiry{creditor: c, link: l, query: text})
		}
	}
	return all, nil
}

// errNoRemote says that the program was put together without a way to ask.
var errNoRemote = errors.New("bill: there is no way to ask a creditor")

// askAll asks all creditors at once and waits for the last; how long that may take is up to remote.
func (s *Service) askAll(ctx context.Context, inquiries []*inquiry) {
	var asking sync.WaitGroup
	for _, q := range inquiries {
		if q.failed = errNoRemote; s.remote == nil {
			continue
		}
		asking.Go(func() { q.bills, q.failed = s.remote.Ask(ctx, q.link, q.query) })
	}
	asking.Wait()
}

var (
	errForeign = errors.New("bill: the answer holds a bill of another creditor")
	errMany    = errors.New("bill: the answer holds too many bills")
)

// takeIn puts the bills of an answer, all of them or none. What says nothing new leaves no trace. A bill that was cancelled here is left alone.
func (s *Service) takeIn(ctx context.Context, by actor.Actor, q *inquiry) error {
	for _, said := range q.bills {
		if said.Creditor != q.creditor.Number && q.failed == nil {
			q.failed = errForeign
		}
	}
	if len(q.bills) > MostFound && q.failed == nil {
		q.failed = errMany
	}
	if q.failed != nil || len(q.bills) == 0 {
		return q.failed
	}
	b := Batch{By: by, Bills: q.bills}
	if err := b.check(); err != nil {
		return err
	}
	var err error
	if b.Bills, b.Key, err = s.news(ctx, q.bills); err != nil || len(b.Bills) == 0 {
		return err
	}
	_, err = s.PutAll(ctx, b)
	return err
}

// saysNothing tells whether what is said beside the content of a bill is known: its payer, what was paid elsewhere, and, as far as it matters, as of when.
func (s *Service) saysNothing(ctx context.Context, r journal.Reader, old Bill, said Said) (bool, error) {
	limits, err := s.store.Limits(ctx, r)
	if err != nil || old.stale(limits, s.asOf(said)) {
		return false, err
	}
	for _, p := range said.Settled {
		if news, err := s.judgeOutside(ctx, r, old.ID, p); err != nil || news {
			return false, err
		}
	}
	return s.samePayer(ctx, r, old, said.Payer)
}

// news keeps the bills that say something else than is known, and returns a key for them. The key follows from what they say and from the
// lines that they replace: the same answer that arrives twice at once is written once, and a bill may come back to what it said before.
func (s *Service) news(ctx context.Context, bills []Said) ([]Said, string, error) {
	var kept []Said
	var saying []any
	r := s.journal.DB()
	for _, said := range bills {
		old, like, err := s.store.Numbered(ctx, r, said.Creditor, said.Number)
		if err != nil {
			return nil, "", err
		}
		known := like != Unlike && old.Cancelled
		if like != Unlike && !known && same(old.Content, s.settle(said.Content)) {
			if known, err = s.saysNothing(ctx, r, old, said); err != nil {
				return nil, "", err
			}
		}
		if !known {
			kept, saying = append(kept, said), append(saying, said.Content, old.Line, said.Settled, old.AsOf, s.asOf(said))
		}
	}
	text, err := json.Marshal(saying)
	if err != nil {
		return nil, "", fmt.Errorf("bill: key of an answer: %w", err)
	}
	sum := sha256.Sum256(text)
	return kept, "lookup:" + hex.EncodeToString(sum[:]), nil
}
