package tally

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/centre"
)

// known is what a run has looked up already; its size follows from the network and the catalogue, not from the file.
type known struct {
	desks        map[deskDay]centre.DeskPlace
	services     map[string]string // service → institution
	institutions map[string]bool
}

// deskDay is a desk on the last day of a period, when its centre is asked for.
type deskDay struct {
	desk string
	day  civil.Date
}

// mostDesks bounds the places that are remembered; a file of single days over years names many.
const mostDesks = 20_000

func newKnown() known {
	return known{desks: map[deskDay]centre.DeskPlace{}, services: map[string]string{}, institutions: map[string]bool{}}
}

func (r *Row) deskDay() deskDay { return deskDay{desk: r.Desk, day: r.Period.To} }

// resolve looks up what the row names and adds a fault for each thing that is unknown.
func (in *importing) resolve(ctx context.Context, row *Row) error {
	if len(row.Faults) > 0 {
		return nil
	}
	if !row.Period.To.Before(in.today) {
		row.Faults = append(row.Faults, fault.NewInvalid("tally.period_not_over").On(ColumnPeriod))
		return nil
	}
	if err := in.resolveDesk(ctx, row); err != nil {
		return err
	}
	if row.Service != "" {
		return in.resolveService(ctx, row)
	}
	return in.resolveInstitution(ctx, row)
}

func (in *importing) resolveDesk(ctx context.Context, row *Row) error {
	if slices.Contains(in.service.feeds, row.Desk) {
		row.place = centre.DeskPlace{Desk: row.Desk}
		return nil
	}
	key := row.deskDay()
	if place, ok := in.known.desks[key]; ok {
		row.place = place
		return nil
	}
	place, err := in.service.places.Desk(ctx, in.service.journal.DB(), row.Desk, row.Period.To)
	switch f := fault.First(err); {
	case f != nil && f.Kind == fault.NotFound:
		row.fail(ColumnDesk, "tally.desk_unknown")
		return nil
	case f != nil:
		row.Faults = append(row.Faults, f.On(ColumnDesk))
		return nil
	case err != nil:
		return fmt.Errorf("tally: desk: %w", err)
	}
	if len(in.known.desks) >= mostDesks {
		clear(in.known.desks)
	}
	in.known.desks[key], row.place = place, place
	return nil
}

// resolveService fills the institution of the service in and refuses another one.
func (in *importing) resolveService(ctx context.Context, row *Row) error {
	institution, ok := in.known.services[row.Service]
	if !ok {
		service, err := in.service.catalogue.Service(ctx, in.service.journal.DB(), row.Service)
		if err != nil && fault.First(err) == nil {
			return fmt.Errorf("tally: service: %w", err)
		}
		institution = service.Institution
		if err == nil { // a file full of wrong words must not fill the memory
			in.known.services[row.Service] = institution
		}
	}
	switch {
	case institution == "":
		row.fail(ColumnService, "tally.service_unknown")
	case row.Institution != "" && row.Institution != institution:
		row.fail(ColumnInstitution, "tally.institution_other")
	}
	row.Institution = institution
	return nil
}

func (in *importing) resolveInstitution(ctx context.Context, row *Row) error {
	if row.Institution == "" || in.known.institutions[row.Institution] {
		return nil
	}
	_, err := in.service.catalogue.Institution(ctx, in.service.journal.DB(), row.Institution)
	switch {
	case fault.First(err) != nil:
		row.fail(ColumnInstitution, "tally.institution_unknown")
	case err != nil:
		return fmt.Errorf("tally: institution: %w", err)
	default:
		in.known.institutions[row.Institution] = true
	}
	return nil
}

// fingerprint stands for an identity: of each row only this and its sighting stay in memory, 16 and 24 bytes.
type fingerprint [16]byte

// sighting is where an identity stood first in the file and what the row said.
type sighting struct {
	row  int
	says said
}

// said is what two rows with the same identity must agree on.
type said struct {
	count int64
	about [8]byte // of what else the row says, which a ref alone does not tell
}

func saying(row Row) said {
	sum := sha256.Sum256([]byte(RowIdentity(withoutRef(row))))
	return said{count: row.Count, about: [8]byte(sum[:8])}
}

func withoutRef(row Row) Row {
	row.Ref = ""
	return row
}

// column names what differs between the first row and this one.
func (s sighting) column(row Row) string {
	if s.says.about != saying(row).about {
		return ColumnRef
	}
	return ColumnCount
}

// sight tells whether the identity was seen earlier in the file, and where.
func (in *importing) sight(identity string, row Row) (sighting, bool) {
	sum := sha256.Sum256([]byte(identity))
	print := fingerprint(sum[:16])
	if first, twice := in.seen[print]; twice {
		return first, true
	}
	in.seen[print] = sighting{row: row.Number, says: saying(row)}
	return sighting{}, false
}
