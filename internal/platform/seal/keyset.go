package seal

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"

	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
)

// Migration makes the table of the keysets and that of the keys of persons.
var Migration = sqldb.Migration{Number: 21, Name: "seals", SQL: `
CREATE TABLE seal_keyset (
  name    TEXT   NOT NULL PRIMARY KEY,
  wrapped BLOB   NOT NULL,
  made_at BIGINT NOT NULL,
  code    BLOB
);
CREATE TABLE person_key (
  person  BLOB   NOT NULL PRIMARY KEY,
  sealed  BLOB   NOT NULL,
  made_at BIGINT NOT NULL,
  code    BLOB
);
`}

// Rows say what the codes of rows cover.
var (
	Rows       = rowcode.Table{Name: "seal_keyset", Columns: []string{"name", "wrapped", "made_at"}, Key: 1}
	PersonRows = rowcode.Table{Name: "person_key", Columns: []string{"person", "sealed", "made_at"}, Key: 1}
)

// growth is what the key that wraps keysets grows out of the row key for.
const growth = "vienkopus-seal-1"

// The names of the keysets.
const (
	values = "values"
	marks  = "marks"
)

// Master is the key that wraps keysets: it grows out of the row key, so that whatever keeps the one safe keeps both.
type Master struct {
	rows *rowcode.Key
	aead *subtle.AESGCM
}

// MasterOf returns the master key that grows out of a row key.
func MasterOf(rows *rowcode.Key) (Master, error) {
	cipher, err := subtle.NewAESGCM(rows.Grow(growth))
	if err != nil {
		return Master{}, fmt.Errorf("seal: master key: %w", err)
	}
	return Master{rows: rows, aead: cipher}, nil
}

// Needs say how the keysets of a database are opened.
type Needs struct {
	// Rows is the row key, nil where none is at hand.
	Rows *rowcode.Key
	// Anew says that it takes the place of one that is lost: what was sealed is lost with it, and keysets are made anew.
	Anew bool
}

// Unlock opens the keysets of a database whose steps are all taken, and makes those that are missing. It returns rowcode.ErrOtherKey for keysets of another
// row key. Without a key nothing is made; where there are keysets, nothing can be sealed or opened then.
func (s *Sealer) Unlock(ctx context.Context, db *sqldb.DB, n Needs, now time.Time) error {
	if n.Rows == nil {
		found, err := wrappedIn(ctx, db)
		s.locked.Store(len(found) > 0)
		return err
	}
	m, err := MasterOf(n.Rows)
	if err != nil {
		return err
	}
	// Which keysets are there is read first: a start must not wait for others that write.
	found, err := wrappedIn(ctx, db)
	if err == nil && len(found) < 2 || n.Anew {
		err = db.Write(sqldb.Patient(ctx), func(tx *sqldb.Tx) error { return m.make(ctx, tx, n.Anew, now) })
		if err == nil {
			found, err = wrappedIn(ctx, db)
		}
	}
	if err != nil {
		return err
	}
	return s.take(ctx, db, m, found)
}

// Look opens the keysets that are there and makes none, for a database that is only looked at. With another key than theirs nothing opens; that the rows carry
// codes of another one is a finding of whoever looks.
func (s *Sealer) Look(ctx context.Context, r sqldb.Reader, rows *rowcode.Key) error {
	found, err := wrappedIn(ctx, r)
	if err != nil || len(found) < 2 {
		return err
	}
	if rows == nil {
		s.locked.Store(true)
		return nil
	}
	m, err := MasterOf(rows)
	if err == nil {
		err = s.take(ctx, r, m, found)
	}
	if errors.Is(err, rowcode.ErrOtherKey) {
		s.locked.Store(true)
		return nil
	}
	return err
}

// take unwraps the keysets and works with them from now on.
func (s *Sealer) take(ctx context.Context, r sqldb.Reader, m Master, found map[string][]byte) error {
	sealing, err := m.unwrap(values, found[values])
	if err != nil {
		return err
	}
	marking, err := m.unwrap(marks, found[marks])
	if err != nil {
		return err
	}
	lost, err := lostIn(ctx, r)
	if err != nil {
		return err
	}
	k := &keys{lost: lost, primary: sealing.KeysetInfo().GetPrimaryKeyId()}
	if k.aead, err = aead.New(sealing); err != nil {
		return fmt.Errorf("seal: %s: %w", values, err)
	}
	set, err := prf.NewPRFSet(marking)
	if err != nil {
		return fmt.Errorf("seal: %s: %w", marks, err)
	}
	k.mark = set.ComputePrimaryPRF
	s.keys.Store(k)
	return nil
}

// Aside returns what seals in the side store, where everything may be lost: the sealer itself, or where it has no key one whose keys are in the memory of this
// process alone. What that one has sealed is lost with the process, and nobody else ever opens it.
func (s *Sealer) Aside() (*Sealer, error) {
	if s.Seals() {
		return s, nil
	}
	return own()
}

var own = sync.OnceValues(brief)

func brief() (*Sealer, error) {
	sealing, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	k := &keys{primary: sealing.KeysetInfo().GetPrimaryKeyId(), mark: unkeyed}
	if k.aead, err = aead.New(sealing); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	s := &Sealer{}
	s.keys.Store(k)
	return s, nil
}

// wrappedIn returns the keysets of a database as they are stored, by name.
func wrappedIn(ctx context.Context, r sqldb.Reader) (map[string][]byte, error) {
	found := map[string][]byte{}
	err := sqldb.Each(ctx, r, `SELECT name, wrapped FROM seal_keyset WHERE name IN ('values', 'marks')`, nil, func(rows *sql.Rows) error {
		var name string
		var wrapped []byte
		if err := rows.Scan(&name, &wrapped); err != nil {
			return fmt.Errorf("seal: keysets: %w", err)
		}
		found[name] = wrapped
		return nil
	})
	return found, err
}

// lostIn tells whether keysets were lost: they are kept under another name.
func lostIn(ctx context.Context, r sqldb.Reader) (bool, error) {
	var lost bool
	if err := r.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM seal_keyset WHERE name LIKE 'values lost %')`).Scan(&lost); err != nil {
		return false, fmt.Errorf("seal: lost keysets: %w", err)
	}
	return lost, nil
}

// make draws the keysets that are missing. With anew those that do not open are kept under another name, as evidence of what cannot be read any more.
func (m Master) make(ctx context.Context, tx *sqldb.Tx, anew bool, now time.Time) error {
	if err := tx.Lock(ctx, "seal_keyset"); err != nil {
		return err
	}
	found, err := wrappedIn(ctx, tx)
	if err != nil {
		return err
	}
	for name, template := range map[string]*tinkpb.KeyTemplate{values: aead.AES256GCMKeyTemplate(), marks: prf.HMACSHA256PRFKeyTemplate()} {
		if wrapped, is := found[name]; is {
			_, err := m.unwrap(name, wrapped)
			if err == nil || !anew {
				continue
			}
			lost := fmt.Sprintf("%s lost %s", name, now.UTC().Format(time.RFC3339))
			if err := tx.Change(ctx, "seal: keyset", `UPDATE seal_keyset SET name = $1, code = NULL WHERE name = $2`, lost, name); err != nil {
				return err
			}
		}
		handle, err := keyset.NewHandle(template)
		if err != nil {
			return fmt.Errorf("seal: %s: %w", name, err)
		}
		if err := m.keep(ctx, tx, name, handle, now.UTC().UnixMicro()); err != nil {
			return err
		}
	}
	return nil
}

// keep stores a keyset, wrapped.
func (m Master) keep(ctx context.Context, tx *sqldb.Tx, name string, handle *keyset.Handle, made int64) error {
	var wrapped bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&wrapped), m.aead, []byte(name)); err != nil {
		return fmt.Errorf("seal: %s: %w", name, err)
	}
	code, err := m.rows.Code(Rows, name, wrapped.Bytes(), made)
	if err != nil {
		return err
	}
	const query = `INSERT INTO seal_keyset (name, wrapped, made_at, code) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET wrapped = excluded.wrapped, code = excluded.code`
	return tx.Run(ctx, "seal: keyset", query, name, wrapped.Bytes(), made, code)
}

// unwrap returns a keyset. It returns rowcode.ErrOtherKey for one that another key has wrapped.
func (m Master) unwrap(name string, wrapped []byte) (*keyset.Handle, error) {
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(wrapped)), m.aead, []byte(name))
	if err != nil {
		return nil, fmt.Errorf("%w: seal: %s: %w", rowcode.ErrOtherKey, name, err)
	}
	return handle, nil
}

// Rewrap wraps the keysets of a database with the key that takes over, and gives their rows its codes. What is sealed stays as it is.
func Rewrap(ctx context.Context, tx *sqldb.Tx, old, next *rowcode.Key) error {
	from, err := MasterOf(old)
	if err != nil {
		return err
	}
	to, err := MasterOf(next)
	if err != nil {
		return err
	}
	found, err := wrappedIn(ctx, tx)
	if err != nil {
		return err
	}
	for name, wrapped := range found {
		handle, err := from.unwrap(name, wrapped)
		if err != nil {
			return err
		}
		var made int64
		if err := tx.QueryRow(ctx, `SELECT made_at FROM seal_keyset WHERE name = $1`, name).Scan(&made); err != nil {
			return fmt.Errorf("seal: %s: %w", name, err)
		}
		if err := to.keep(ctx, tx, name, handle, made); err != nil {
			return err
		}
	}
	return nil
}

// Check is what verify asks where the key is at hand: that both keysets are there and open. It reports what is not so.
func Check(ctx context.Context, r sqldb.Reader, rows *rowcode.Key, report func(what string)) error {
	named, _, err := rowcode.Marked(ctx, r)
	if err != nil || named != rows.Fingerprint() { // the check of the codes says so
		return err
	}
	m, err := MasterOf(rows)
	if err != nil {
		return err
	}
	found, err := wrappedIn(ctx, r)
	if err != nil {
		return err
	}
	for _, name := range []string{values, marks} {
		wrapped, is := found[name]
		if !is {
			report(fmt.Sprintf("seal_keyset: there is no keyset %q: what was sealed with it opens no more", name))
		} else if _, err := m.unwrap(name, wrapped); err != nil {
			report(fmt.Sprintf("seal_keyset: the keyset %q does not open with this key", name))
		}
	}
	return nil
}
