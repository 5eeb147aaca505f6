package seal

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
)

// ErrErased says that a person's key is gone: what was sealed with it cannot be read by anybody any more.
var ErrErased = errors.New("seal: the person was erased")

// personKey is where the key of a person is sealed.
var personKey = Place{Table: "person_key", Column: "sealed"}

// Coder makes the code of a row, such as a journal's transaction or rowcode.Codes do.
type Coder interface {
	Code(t rowcode.Table, cells ...any) ([]byte, error)
}

// Person seals what is immutable and tells of one person, in bodies of lines and in files: erasing her key erases her there, in every copy whose key is gone.
type Person struct {
	who    id.ID
	cipher *subtle.AESGCM
}

// MakePerson draws the key of a person who has none. Where there is no key of the network it is kept in clear, as all is there.
func (s *Sealer) MakePerson(ctx context.Context, tx *sqldb.Tx, codes Coder, who id.ID, now time.Time) (*Person, error) {
	key := make([]byte, rowcode.SecretSize)
	rand.Read(key)
	sealed, err := s.Seal(personKey, who[:], key)
	if err != nil {
		return nil, err
	}
	made := now.UTC().UnixMicro()
	code, err := codes.Code(PersonRows, who, sealed, made)
	if err != nil {
		return nil, err
	}
	err = tx.Run(ctx, "seal: person", `INSERT INTO person_key (person, sealed, made_at, code) VALUES ($1, $2, $3, $4)`, who, sealed, made, code)
	if err != nil {
		return nil, err
	}
	return newPerson(who, key)
}

// Person returns the key of a person. It returns ErrErased where there is none.
func (s *Sealer) Person(ctx context.Context, r sqldb.Reader, who id.ID) (*Person, error) {
	var sealed []byte
	switch err := r.QueryRow(ctx, `SELECT sealed FROM person_key WHERE person = $1`, who).Scan(&sealed); {
	case errors.Is(err, sql.ErrNoRows):
		return nil, ErrErased
	case err != nil:
		return nil, fmt.Errorf("seal: person: %w", err)
	}
	key, err := s.Open(personKey, who[:], sealed)
	if err != nil {
		return nil, err
	}
	return newPerson(who, key)
}

// ErasePerson takes the key of a person away, for good. It is no error when there is none.
func ErasePerson(ctx context.Context, tx *sqldb.Tx, who id.ID) error {
	return tx.Run(ctx, "seal: person", `DELETE FROM person_key WHERE person = $1`, who)
}

func newPerson(who id.ID, key []byte) (*Person, error) {
	cipher, err := subtle.NewAESGCM(key)
	if err != nil {
		return nil, fmt.Errorf("seal: person: %w", err)
	}
	return &Person{who: who, cipher: cipher}, nil
}

// Seal seals a value that tells of the person, bound to its place and to her.
func (p *Person) Seal(at Place, value []byte) ([]byte, error) {
	sealed, err := p.cipher.Encrypt(value, at.data(p.who[:]))
	if err != nil {
		return nil, fmt.Errorf("seal: person: %w", err)
	}
	return sealed, nil
}

// Open returns what was sealed. It returns ErrSealed for what does not open.
func (p *Person) Open(at Place, sealed []byte) ([]byte, error) {
	value, err := p.cipher.Decrypt(sealed, at.data(p.who[:]))
	if err != nil {
		return nil, fmt.Errorf("%w: %s.%s of a person", ErrSealed, at.Table, at.Column)
	}
	return value, nil
}
