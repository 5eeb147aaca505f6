// Package staffsql keeps the tables of the staff feature: those that follow from the journal (Store), and those that
// stand outside it because they are secret or must be erasable (Accounts).
package staffsql

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/staff"
)

//go:embed schema.sql
var schema string

// Store is the projection of the feature's facts and answers queries about roles, seats and tokens.
type Store struct {
	// Sealer opens the names of people; without one they stand in clear.
	Sealer *seal.Sealer
}

// Name implements journal.Projection.
func (Store) Name() string { return "staff" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[staff.Enrolled](), journal.Of[staff.Left](), journal.Of[staff.RoleGranted](), journal.Of[staff.RoleRevoked](),
		journal.Of[staff.RoleDefined](), journal.Of[staff.DeskTaken](), journal.Of[staff.DeskReleased](), journal.Of[staff.TokenCreated](),
		journal.Of[staff.TokenRevoked](), journal.Of[staff.GroupDefined](), journal.Of[staff.SessionsEnded](),
		journal.Of[staff.PasswordChanged](), journal.Of[staff.ProofAdded](), journal.Of[staff.SignInRuled](),
	}
}

// Apply implements journal.Projection. Lines about people and roles come from one desk and lines about a seat from its
// own, so that the order between desks does not matter.
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	at := e.RecordedAt.UnixMicro()
	var err error
	switch f := e.Fact.(type) {
	case staff.Enrolled:
		err = run(ctx, tx, statement{`INSERT INTO staff_member (staff, enrolled_at, ended_by) VALUES ($1, $2, 0)
ON CONFLICT (staff) DO NOTHING`, args(f.Staff, at)})
		if err == nil {
			err = helped(ctx, tx, e, f.Staff) // with a password that the other one knows
		}
	case staff.PasswordChanged:
		err = helped(ctx, tx, e, f.Staff)
	case staff.ProofAdded:
		err = helped(ctx, tx, e, f.Staff)
	case staff.SignInRuled:
		err = run(ctx, tx, statement{`INSERT INTO sign_in_rule (from_day, second, apart_days, log_days, why, source, who) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (from_day) DO UPDATE SET second = excluded.second, apart_days = excluded.apart_days, log_days = excluded.log_days, why = excluded.why,
source = excluded.source, who = excluded.who`, args(f.From, strings.Join(f.Second, " "), f.ApartDays, f.LogDays, f.Why, f.Source, e.Actor.Who())})
	case staff.Left:
		err = tx.Change(ctx, "staffsql: left", "UPDATE staff_member SET left_at = $1 WHERE staff = $2", at, f.Staff)
		if err == nil {
			err = tx.ChangeIfAny(ctx, "staffsql: left", "DELETE FROM staff_role WHERE staff = $1", f.Staff)
		}
	case staff.RoleGranted:
		err = run(ctx, tx, statement{`INSERT INTO staff_role (staff, role, scope) VALUES ($1, $2, $3)
ON CONFLICT (staff, role, scope) DO NOTHING`, args(f.Staff, f.Role, f.Scope.String())})
	case staff.RoleRevoked:
		err = revokeRole(ctx, tx, f, e.Number)
	case staff.SessionsEnded:
		err = tx.Change(ctx, "staffsql: sessions ended", endSessions, e.Number, f.Staff)
	case staff.RoleDefined:
		err = defineRole(ctx, tx, f, at)
	case staff.DeskTaken:
		err = takeDesk(ctx, tx, f, at)
	case staff.DeskReleased:
		err = tx.Change(ctx, "staffsql: desk released", "DELETE FROM desk_seat WHERE desk = $1 AND staff = $2", f.Desk, f.Staff)
	case staff.TokenCreated:
		err = run(ctx, tx, statement{`INSERT INTO token_grant (token, role, scope, desk, centre, municipality, made_at, ends_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (token) DO NOTHING`, args(f.Token, f.Role, f.Scope.String(), f.Desk, f.Centre, f.Municipality, at, micros(f.Expires))})
	case staff.GroupDefined:
		err = defineGroup(ctx, tx, f)
	case staff.TokenRevoked:
		err = tx.Change(ctx, "staffsql: token revoked", "DELETE FROM token_grant WHERE token = $1", f.Token)
	}
	if err != nil {
		return fmt.Errorf("staffsql: %s: %w", e.Kind, err)
	}
	return nil
}

// revokeRole takes the role away, and ends the sessions that began with it.
func revokeRole(ctx context.Context, tx *journal.Tx, f staff.RoleRevoked, line int64) error {
	const query = "DELETE FROM staff_role WHERE staff = $1 AND role = $2 AND scope = $3"
	if err := tx.Change(ctx, "staffsql: role revoked", query, f.Staff, f.Role, f.Scope.String()); err != nil {
		return err
	}
	return tx.Change(ctx, "staffsql: role revoked", endSessions, line, f.Staff)
}

// helped notes who gave somebody what opens her account, when it was another person.
func helped(ctx context.Context, tx *journal.Tx, e journal.Entry, person id.ID) error {
	helper, err := id.Parse(e.Actor.Who())
	if err != nil || helper == person {
		return nil //nolint:nilerr // a program of our own is no person
	}
	return run(ctx, tx, statement{`INSERT INTO staff_helped (staff, helper, at) VALUES ($1, $2, $3)
ON CONFLICT (staff, helper) DO UPDATE SET at = excluded.at`, args(person, helper, e.RecordedAt.UnixMicro())})
}

// endSessions notes the line by which the sessions of somebody ended; those that began behind it go on.
const endSessions = "UPDATE staff_member SET ended_by = $1 WHERE staff = $2"

func defineRole(ctx context.Context, tx *journal.Tx, f staff.RoleDefined, at int64) error {
	const define = `INSERT INTO role (role, defined_at) VALUES ($1, $2) ON CONFLICT (role) DO UPDATE SET defined_at = excluded.defined_at`
	if err := tx.Run(ctx, "staffsql: role", define, f.Role, at); err != nil {
		return err
	}
	if err := tx.ChangeIfAny(ctx, "staffsql: role", "DELETE FROM role_permission WHERE role = $1", f.Role); err != nil {
		return err
	}
	var list []statement
	for _, p := range f.Permissions {
		list = append(list, statement{`INSERT INTO role_permission (role, permission) VALUES ($1, $2)
ON CONFLICT (role, permission) DO NOTHING`, args(f.Role, p)})
	}
	return run(ctx, tx, list...)
}

// micros is a moment as tables hold it, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func defineGroup(ctx context.Context, tx *journal.Tx, f staff.GroupDefined) error {
	if err := tx.ChangeIfAny(ctx, "staffsql: group", "DELETE FROM group_centre WHERE name = $1", f.Group); err != nil {
		return err
	}
	var list []statement
	for _, centre := range f.Centres {
		list = append(list, statement{`INSERT INTO group_centre (name, centre) VALUES ($1, $2) ON CONFLICT (name, centre) DO NOTHING`, args(f.Group, centre)})
	}
	return run(ctx, tx, list...)
}

const (
	takeSeat = `INSERT INTO desk_seat (desk, staff, centre, municipality, since) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (desk) DO UPDATE SET staff = excluded.staff, centre = excluded.centre, municipality = excluded.municipality, since = excluded.since`
	rememberDesk = `INSERT INTO staff_desk (staff, desk, centre, last_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (staff, desk) DO UPDATE SET centre = excluded.centre, last_at = excluded.last_at`
)

func takeDesk(ctx context.Context, tx *journal.Tx, f staff.DeskTaken, at int64) error {
	return run(ctx, tx,
		statement{takeSeat, args(f.Desk, f.Staff, f.Centre, f.Municipality, at)},
		statement{rememberDesk, args(f.Staff, f.Desk, f.Centre, at)})
}

// statement is one change of a table.
type statement struct {
	text string
	args []any
}

func args(list ...any) []any { return list }

func run(ctx context.Context, tx *journal.Tx, list ...statement) error {
	for _, s := range list {
		if err := tx.Run(ctx, "staffsql", s.text, s.args...); err != nil {
			return err
		}
	}
	return nil
}
