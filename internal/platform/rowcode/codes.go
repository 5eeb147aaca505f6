package rowcode

import (
	"context"
	"fmt"
	"time"

	"vienkopus/internal/platform/sqldb"
)

// Needs say with which key the rows of a database are coded.
type Needs struct {
	// Key is nil where none is at hand: rows get no code then, or are not written when others have one.
	Key *Key
	// Fresh says that no row was coded with the key yet. All are, as they stand, when the database is opened for the first time with it.
	Fresh bool
	// Anew says that a fresh key takes the place of one that is lost, whose codes nobody can check any more.
	Anew bool
	// Sealed is called when that is done. It notes outside the database that it is never done again.
	Sealed func() error
}

// Codes codes the rows of one database.
type Codes struct {
	needs  Needs
	locked bool // rows have codes, and we cannot make any
}

// New returns the codes that the needs ask for.
func New(n Needs) *Codes { return &Codes{needs: n} }

// Key returns the key, nil where there is none.
func (c *Codes) Key() *Key { return c.needs.Key }

// Provable tells whether rows can be checked: the key is here, and they carry its codes.
func (c *Codes) Provable() bool { return c.needs.Key != nil && !c.needs.Fresh }

// Code returns the code of a row, nil where rows carry none. It returns ErrNoKey where they do and the key is missing.
func (c *Codes) Code(t Table, cells ...any) ([]byte, error) {
	switch {
	case c == nil:
		return nil, nil
	case c.locked:
		return nil, ErrNoKey
	case c.needs.Key == nil:
		return nil, nil
	}
	return c.needs.Key.Code(t, cells...)
}

// Recode is Code for a row of which something stays as it was. Where the old code does not hold it is returned again.
func (c *Codes) Recode(t Table, old Row, cells ...any) ([]byte, error) {
	code, err := c.Code(t, cells...)
	if err == nil && code != nil && !c.needs.Key.holds(t, old) {
		return old.Code, nil
	}
	return code, err
}

// Locked returns ErrNoKey when rows carry codes and the key is missing.
func (c *Codes) Locked() error {
	if c.locked {
		return ErrNoKey
	}
	return nil
}

// Open looks at the database, whose steps are all taken, and codes its rows when the key is fresh. It returns ErrOtherKey when they carry codes of another.
// A database that says nothing of a key, and whose rows may have lost their codes with it, gets its mark again and nothing else: they stay findings.
func (c *Codes) Open(ctx context.Context, db *sqldb.DB, tables []Table, now time.Time) error {
	named, _, err := Marked(ctx, db)
	if err != nil {
		return err
	}
	k := c.needs.Key
	switch {
	case k == nil:
		c.locked = named != ""
		return nil
	case named != "" && named != k.Fingerprint() && !c.needs.Anew:
		return fmt.Errorf("%w: %s, and this is %s", ErrOtherKey, named, k.Fingerprint())
	case named == k.Fingerprint() && !c.needs.Fresh:
		return nil
	}
	err = db.Write(sqldb.Patient(ctx), func(tx *sqldb.Tx) error {
		if err := tx.Lock(ctx, "rowcode"); err != nil {
			return err
		}
		if !c.needs.Fresh {
			return mark(ctx, tx, k, now)
		}
		_, err := Seal(ctx, tx, tables, k, now)
		return err
	})
	if err != nil || !c.needs.Fresh || c.needs.Sealed == nil {
		return err
	}
	c.needs.Fresh = false
	return c.needs.Sealed()
}
