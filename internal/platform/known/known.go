// Package known keeps in memory what is read often and changes seldom, such as the directory of centres.
//
// What is kept has a version, a number in a table that every change of the tables behind it moves. It is asked in the same view of the database as the rest of an answer, so
// nothing old is answered, whichever program on the database has changed it. A transaction that may write sees its own changes, which nobody else may, and keeps nothing.
package known

import (
	"context"
	"fmt"
	"sync"

	"vienkopus/internal/platform/sqldb"
)

// Values keeps values by key, all of one version. A nil Values keeps nothing. What it returns is shared: nobody may change it.
type Values[V any] struct {
	mu      sync.Mutex
	version int64
	of      map[any]V
}

// most is how many values are kept of a version: those of some days or places.
const most = 64

// Source says where a value comes from.
type Source[V any] struct {
	// Version is the question for the version: one whole number.
	Version string
	// Key tells the values of one version apart; it is comparable.
	Key any
	// Load reads the value. It reads nothing but tables whose changes move the version.
	Load func(ctx context.Context, r sqldb.Reader) (V, error)
}

// Get returns the value as r sees it, from memory or by loading it.
func (k *Values[V]) Get(ctx context.Context, r sqldb.Reader, s Source[V]) (V, error) {
	if _, writes := r.(interface {
		Defer(key any, change sqldb.Pending)
	}); writes || k == nil {
		return s.Load(ctx, r)
	}
	version, err := s.version(ctx, r)
	if err != nil {
		var none V
		return none, err
	}
	if v, ok := k.recall(version, s.Key); ok {
		return v, nil
	}
	db, pool := r.(*sqldb.DB)
	if !pool {
		return k.load(ctx, r, version, s)
	}
	var v V
	err = db.Snapshot(ctx, func(r sqldb.Reader) (err error) {
		if version, err = s.version(ctx, r); err == nil {
			v, err = k.load(ctx, r, version, s)
		}
		return err
	})
	return v, err
}

func (s Source[V]) version(ctx context.Context, r sqldb.Reader) (version int64, err error) {
	if err := r.QueryRow(ctx, s.Version).Scan(&version); err != nil {
		return 0, fmt.Errorf("known: version: %w", err)
	}
	return version, nil
}

func (k *Values[V]) load(ctx context.Context, r sqldb.Reader, version int64, s Source[V]) (V, error) {
	v, err := s.Load(ctx, r)
	if err == nil {
		k.keep(version, s.Key, v)
	}
	return v, err
}

func (k *Values[V]) recall(version int64, key any) (V, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := k.of[key]
	if k.version != version {
		ok = false
	}
	return v, ok
}

// keep keeps the value unless a newer version is kept: a long snapshot must not throw out what everybody else reads.
func (k *Values[V]) keep(version int64, key any, v V) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.of != nil && version < k.version:
		return
	case version != k.version || len(k.of) >= most || k.of == nil:
		k.version, k.of = version, map[any]V{}
	}
	k.of[key] = v
}
