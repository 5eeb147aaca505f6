package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
)

// Request is who asks for something, at which desk, and under which name, so that it has one effect however often it arrives.
type Request struct {
	By   actor.Actor
	Desk string
	Key  string
}

// Do posts the rule under the name of the request. Input is what the request says: the same name with another input is a conflict.
// It returns the faults of NewKey and whatever Post returns.
func (j *Journal) Do(ctx context.Context, r Request, input any, rule func(*Tx) error) (Posted, error) {
	key, err := NewKey(r.Key, input)
	if err != nil {
		return Posted{}, err
	}
	return j.Post(ctx, r.By, r.Desk, key, rule)
}

// Record is Do for a rule that answers one fact. It returns the fact as it was stored, now or the first time, with its line.
func Record[F Fact](ctx context.Context, j *Journal, r Request, input any, rule func(*Tx) (F, error)) (F, Entry, error) {
	posted, err := j.Do(ctx, r, input, func(tx *Tx) error {
		f, err := rule(tx)
		if err != nil {
			return err
		}
		return tx.Record(ctx, f)
	})
	if err != nil {
		var none F
		return none, Entry{}, err
	}
	return Answer[F](posted)
}

// RecordAll is Do for a rule that answers any number of facts of one kind. It returns them as they were stored, now or the first time, with the first
// line; none when the rule answered none.
func RecordAll[F Fact](ctx context.Context, j *Journal, r Request, input any, rule func(*Tx) ([]F, error)) ([]F, Entry, error) {
	posted, err := j.Do(ctx, r, input, func(tx *Tx) error {
		facts, err := rule(tx)
		if err != nil {
			return err
		}
		for _, f := range facts {
			if err := tx.Record(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(posted.Entries) == 0 {
		return nil, Entry{}, err
	}
	facts := make([]F, len(posted.Entries))
	for i, e := range posted.Entries {
		f, ok := e.Fact.(F)
		if !ok {
			return nil, e, fmt.Errorf("journal: the answer to a request at %s holds %s", r.Desk, e.Kind)
		}
		facts[i] = f
	}
	return facts, posted.Entries[0], nil
}

// Rights tells who may do what as of a transaction.
type Rights interface {
	// Grants returns what a person or a token may do: nothing for somebody who works here no longer, and for a token that has ended.
	Grants(ctx context.Context, tx *Tx, who id.ID, token bool) (scope.Grants, error)
	// Second returns Forbidden unless whoever acts is proven to be another person than each of the others, who are named as actor.Actor.Who names them.
	Second(ctx context.Context, tx *Tx, others []string) error
}

// Heed makes every Post of a request ask again by what right it acts (scope.Warrant). It is called before the first Post; nil asks nobody, and tells persons apart by their
// accounts alone.
func (j *Journal) Heed(r Rights) { j.rights = r }

// right is by what right a transaction acts.
type right struct {
	scope.Warrant
	grants scope.Grants
	// asked tells that a warrant must be held; placed that the rule has said where it acts, and seconded that it has asked for the second person.
	asked, placed, seconded bool
}

var (
	errNowhere  = errors.New("journal: the rule of a request that names no place must say where it acts (Tx.Permit)")
	errNoSecond = errors.New("journal: what a second person decides must ask who she is (Tx.Second)")
)

// admit returns Forbidden unless whoever makes the request still has the right by which it was let in. Programs of our own, and those who only sign in, need none.
func (tx *Tx) admit(ctx context.Context) error {
	w, carried := scope.WarrantOf(ctx)
	if !carried || w.Permission == "" || tx.journal.rights == nil {
		return nil
	}
	grants, err := tx.journal.rights.Grants(ctx, tx, w.Who, w.Token)
	if err != nil {
		return fmt.Errorf("journal: rights: %w", err)
	}
	tx.right = right{Warrant: w, grants: grants, asked: true}
	may := grants.HoldsFor(w.Permission)
	for _, at := range w.At {
		may = may && grants.May(w.Permission, at)
	}
	if !may {
		return fault.NewForbidden("staff.forbidden")
	}
	return nil
}

// Permit returns Forbidden unless whoever asks may do at the place what the route line asks for. The rule of a request whose address names no place says by it
// where it acts, and whose data it is about. A program of our own may.
func (tx *Tx) Permit(at scope.Place) error {
	tx.right.placed = true
	if tx.right.asked && !tx.right.grants.May(tx.right.Permission, at) {
		return fault.NewForbidden("staff.forbidden")
	}
	return nil
}

// Own says that what is recorded is about whoever asks and nobody else, such as leaving her own desk: no right is needed for it.
func (tx *Tx) Own() { tx.right.placed = true }

// Second returns Forbidden unless whoever acts is another person than each of the others, whom lines name by actor.Actor.Who: not the same account, not
// another account of the same person, and not somebody of whom nobody knows who she is.
func (tx *Tx) Second(ctx context.Context, others ...string) error {
	tx.right.seconded = true
	if slices.Contains(others, tx.by.Who()) {
		return fault.NewForbidden("staff.second_same")
	}
	if tx.journal.rights == nil {
		return nil
	}
	return tx.journal.rights.Second(ctx, tx, others)
}

// proven returns an error when a rule has recorded something and has not asked what its right demands.
func (r right) proven() error {
	switch {
	case !r.asked:
		return nil
	case len(r.At) == 0 && !r.placed:
		return fmt.Errorf("%w: %s", errNowhere, r.Permission)
	case r.FourEyes && !r.seconded:
		return fmt.Errorf("%w: %s", errNoSecond, r.Permission)
	}
	return nil
}
