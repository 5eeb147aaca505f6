package staffsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/staff"
)

// Grants implements staff.Roles.
func (Store) Grants(ctx context.Context, r journal.Reader, person id.ID) (scope.Grants, error) {
	const query = `SELECT r.role, r.scope, COALESCE(p.permission, '') FROM staff_role r
LEFT JOIN role_permission p ON p.role = r.role
WHERE r.staff = $1 ORDER BY r.role, r.scope, p.permission`
	return grants(ctx, r, query, person)
}

// grants collects rows of role, scope and permission, sorted by role and scope.
func grants(ctx context.Context, r journal.Reader, query string, arg any) (scope.Grants, error) {
	var list scope.Grants
	err := sqldb.Each(ctx, r, query, []any{arg}, func(rows *sql.Rows) error {
		var role, text, permission string
		if err := rows.Scan(&role, &text, &permission); err != nil {
			return fmt.Errorf("staffsql: role: %w", err)
		}
		in, err := scope.Parse(text)
		if err != nil {
			return nil //nolint:nilerr // a newer program's kind of scope: it covers nothing that we know of
		}
		if n := len(list); n == 0 || list[n-1].Role != role || list[n-1].Scope != in {
			list = append(list, scope.Grant{Role: role, Scope: in})
		}
		if permission != "" {
			last := &list[len(list)-1]
			last.Permissions = append(last.Permissions, permission)
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b scope.Grant) int { return width(a.Scope) - width(b.Scope) })
	return list, err
}

// width orders scopes, the narrowest first.
func width(s scope.Scope) int {
	return slices.Index([]scope.Level{scope.LevelCentre, scope.LevelMunicipality, scope.LevelNetwork}, s.Level)
}

// Permissions implements staff.Roles.
func (Store) Permissions(ctx context.Context, r journal.Reader, role string) (permissions []string, known bool, err error) {
	const query = `SELECT COALESCE(p.permission, '') FROM role r LEFT JOIN role_permission p ON p.role = r.role
WHERE r.role = $1 ORDER BY p.permission`
	err = sqldb.Each(ctx, r, query, []any{role}, func(rows *sql.Rows) error {
		var permission string
		if err := rows.Scan(&permission); err != nil {
			return fmt.Errorf("staffsql: permission: %w", err)
		}
		known = true
		if permission != "" {
			permissions = append(permissions, permission)
		}
		return nil
	})
	return permissions, known, err
}

// Seat implements staff.Seats.
func (Store) Seat(ctx context.Context, r journal.Reader, desk string) (seat staff.Seat, taken bool, err error) {
	row := r.QueryRow(ctx, "SELECT staff, centre, municipality FROM desk_seat WHERE desk = $1", desk)
	switch err := row.Scan(&seat.Staff, &seat.Centre, &seat.Municipality); {
	case errors.Is(err, sql.ErrNoRows):
		return staff.Seat{}, false, nil
	case err != nil:
		return staff.Seat{}, false, fmt.Errorf("staffsql: seat: %w", err)
	}
	return seat, true, nil
}

// Colleagues implements staff.Seats.
func (Store) Colleagues(ctx context.Context, r journal.Reader, centre string, limit int) ([]staff.Person, error) {
	const query = `SELECT a.staff, a.name FROM staff_desk d JOIN staff_account a ON a.staff = d.staff
JOIN staff_member m ON m.staff = d.staff
WHERE d.centre = $1 AND m.left_at IS NULL AND EXISTS (SELECT 1 FROM staff_role r WHERE r.staff = d.staff)
GROUP BY a.staff, a.name ORDER BY MAX(d.last_at) DESC, a.name LIMIT $2`
	var people []staff.Person
	err := sqldb.Each(ctx, r, query, []any{centre, limit}, func(rows *sql.Rows) error {
		var p staff.Person
		if err := rows.Scan(&p.Staff, &p.Name); err != nil {
			return fmt.Errorf("staffsql: colleague: %w", err)
		}
		people = append(people, p)
		return nil
	})
	return people, err
}

// LastDesk implements staff.Seats.
func (Store) LastDesk(ctx context.Context, r journal.Reader, person id.ID) (string, error) {
	var desk string
	row := r.QueryRow(ctx, "SELECT desk FROM staff_desk WHERE staff = $1 ORDER BY last_at DESC, desk LIMIT 1", person)
	if err := row.Scan(&desk); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("staffsql: last desk: %w", err)
	}
	return desk, nil
}

// AddToken implements staff.Tokens.
func (Store) AddToken(ctx context.Context, tx *journal.Tx, token id.ID, label string, hash staff.TokenHash) error {
	code, err := tx.Code(TokenRows, hash[:], token, label)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO token (hash, token, label, code) VALUES ($1, $2, $3, $4)", hash[:], token, label, code)
	return err //nolint:wrapcheck // wrapped by the caller
}

// ByHash implements staff.Tokens.
func (Store) ByHash(ctx context.Context, r journal.Reader, hash staff.TokenHash) (staff.Session, error) {
	const query = `SELECT t.token, t.label, g.desk, g.centre, g.municipality FROM token t
JOIN token_grant g ON g.token = t.token WHERE t.hash = $1`
	s := staff.Session{Token: true}
	err := r.QueryRow(ctx, query, hash[:]).Scan(&s.Staff, &s.Name, &s.Desk, &s.Centre, &s.Municipality)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return staff.Session{}, fault.NewNotFound("staff.token_unknown")
	case err != nil:
		return staff.Session{}, fmt.Errorf("staffsql: token: %w", err)
	}
	const role = `SELECT g.role, g.scope, COALESCE(p.permission, '') FROM token_grant g
LEFT JOIN role_permission p ON p.role = g.role WHERE g.token = $1 ORDER BY g.role, g.scope, p.permission`
	s.Grants, err = grants(ctx, r, role, s.Staff)
	return s, err
}

// HasToken implements staff.Tokens.
func (Store) HasToken(ctx context.Context, r journal.Reader, token id.ID) (bool, error) {
	var n int
	if err := r.QueryRow(ctx, "SELECT COUNT(*) FROM token_grant WHERE token = $1", token).Scan(&n); err != nil {
		return false, fmt.Errorf("staffsql: token: %w", err)
	}
	return n > 0, nil
}
