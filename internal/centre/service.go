package centre

import (
	"context"
	"regexp"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/territory"
)

// Store is what the rules read of centres, inside their transaction.
type Store interface {
	// Centre returns the centre of the code, or the fault NotFound centre.unknown.
	Centre(ctx context.Context, r journal.Reader, code string) (Centre, error)
	// DeskByCode returns the desk, also a closed one, or the fault NotFound centre.desk_unknown.
	DeskByCode(ctx context.Context, r journal.Reader, code string) (Desk, error)
	// DesksOf returns the desks of a centre, also closed ones.
	DesksOf(ctx context.Context, r journal.Reader, code string) ([]Desk, error)
}

// Config is what the service is made of.
type Config struct {
	Journal   *journal.Journal
	Store     Store
	Territory territory.Store
}

// Service keeps the centres.
type Service struct {
	journal   *journal.Journal
	store     Store
	territory territory.Store
}

// New returns the service.
func New(c Config) *Service {
	return &Service{journal: c.Journal, store: c.Store, territory: c.Territory}
}

// post makes the key of the request and writes at the desk of the network.
func (s *Service) post(ctx context.Context, by actor.Actor, key string, input any, rule func(*journal.Tx) error) error {
	k, err := journal.NewKey(key, input)
	if err != nil {
		return err
	}
	_, err = s.journal.Post(ctx, by, territory.Network, k, rule)
	return err
}

// serving returns a centre that has not closed, or the faults NotFound centre.unknown and Conflict centre.closed.
func (s *Service) serving(ctx context.Context, tx *journal.Tx, code string) (Centre, error) {
	c, err := s.store.Centre(ctx, tx, code)
	if err == nil && !c.Closed.IsZero() {
		err = fault.NewConflict("centre.closed", "Day", c.Closed.Display())
	}
	return c, err
}

// MaxDesk is how long the code of a desk may be: the names of its series, DESK/2R, stand in the codes of receipts.
const MaxDesk = 12

// deskCode is letters first and a number last, such as CES-1 or LIV-BUS-1.
var deskCode = regexp.MustCompile(`^[A-Z]{2,8}(-[A-Z0-9]{1,8}){0,2}-[0-9]{1,3}$`)

// longestName is how many bytes the name of a centre or of a desk may have.
const longestName = 120

func isName(name string) bool { return name != "" && len(name) <= longestName }
