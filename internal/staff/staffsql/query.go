package staffsql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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

// AllGrants implements staff.Roles.
func (Store) AllGrants(ctx context.Context, r journal.Reader) (map[id.ID]scope.Grants, error) {
	all := map[id.ID]scope.Grants{}
	permitted := map[string][]string{}
	err := sqldb.Each(ctx, r, "SELECT role, permission FROM role_permission ORDER BY role, permission", nil, func(rows *sql.Rows) error {
		var role, permission string
		err := rows.Scan(&role, &permission)
		permitted[role] = append(permitted[role], permission)
		return err //nolint:wrapcheck // wrapped by Each
	})
	if err != nil {
		return nil, err
	}
	err = sqldb.Each(ctx, r, "SELECT staff, role, scope FROM staff_role ORDER BY staff, role, scope", nil, func(rows *sql.Rows) error {
		var who id.ID
		var role, text string
		if err := rows.Scan(&who, &role, &text); err != nil {
			return fmt.Errorf("staffsql: role: %w", err)
		}
		in, err := scope.Parse(text)
		if err != nil {
			return nil //nolint:nilerr // as in grants
		}
		all[who] = append(all[who], scope.Grant{Role: role, Scope: in, Given: in, Permissions: permitted[role]})
		return nil
	})
	return all, err
}

// SignInRules implements staff.Roles.
func (Store) SignInRules(ctx context.Context, r journal.Reader) ([]staff.SignInRule, error) {
	type rules struct{}
	return journal.Refer(r, rules{}, func() ([]staff.SignInRule, error) {
		var all []staff.SignInRule
		const query = "SELECT from_day, second, apart_days, log_days, why, source, who FROM sign_in_rule ORDER BY from_day"
		err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
			var rule staff.SignInRule
			var roles string
			if err := rows.Scan(&rule.From, &roles, &rule.ApartDays, &rule.LogDays, &rule.Why, &rule.Source, &rule.Who); err != nil {
				return fmt.Errorf("staffsql: rule: %w", err)
			}
			rule.Second = strings.Fields(roles)
			all = append(all, rule)
			return nil
		})
		return all, err
	})
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
			list = append(list, scope.Grant{Role: role, Scope: in, Given: in})
		}
		if permission != "" {
			last := &list[len(list)-1]
			last.Permissions = append(last.Permissions, permission)
		}
		return nil
	})
	if err == nil {
		list, err = spread(ctx, r, list)
	}
	slices.SortStableFunc(list, func(a, b scope.Grant) int { return width(a.Scope) - width(b.Scope) })
	return list, err
}

// spread puts the centres of a group in the place of the group.
func spread(ctx context.Context, r journal.Reader, list scope.Grants) (scope.Grants, error) {
	grouped := func(g scope.Grant) bool { return g.Scope.Level == scope.LevelGroup }
	if !slices.ContainsFunc(list, grouped) {
		return list, nil
	}
	var all scope.Grants
	for _, g := range list {
		if !grouped(g) {
			all = append(all, g)
			continue
		}
		group, _, err := Store{}.Group(ctx, r, g.Scope.Code)
		if err != nil {
			return nil, err
		}
		for _, centre := range group.Centres {
			g.Scope = scope.Centre(centre).Of(g.Given.Creditor)
			all = append(all, g)
		}
	}
	return all, nil
}

// Group implements staff.Roles.
func (Store) Group(ctx context.Context, r journal.Reader, name string) (staff.Group, bool, error) {
	g := staff.Group{Name: name}
	err := sqldb.Each(ctx, r, "SELECT centre FROM group_centre WHERE name = $1 ORDER BY centre", []any{name}, func(rows *sql.Rows) error {
		var centre string
		err := rows.Scan(&centre)
		g.Centres = append(g.Centres, centre)
		return err //nolint:wrapcheck // wrapped by Each
	})
	return g, len(g.Centres) > 0, err
}

// AsOf implements staff.Roles.
func (Store) AsOf(ctx context.Context, r journal.Reader, desk string) (as staff.AsOf, err error) {
	var head, seat []byte
	const query = `SELECT h.hash, s.staff FROM desk_head h LEFT JOIN desk_seat s ON s.desk = $2 WHERE h.desk = $1`
	err = r.QueryRow(ctx, query, staff.NetworkDesk, desk).Scan(&head, &seat)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return as, fmt.Errorf("staffsql: as of: %w", err)
	}
	copy(as.Head[:], head)
	copy(as.Seat[:], seat)
	return as, nil
}

// width orders scopes, the narrowest first.
func width(s scope.Scope) int {
	return slices.Index([]scope.Level{scope.LevelCentre, scope.LevelGroup, scope.LevelMunicipality, scope.LevelNetwork}, s.Level)
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
	row := r.QueryRow(ctx, `SELECT s.staff, s.centre, s.municipality, COALESCE(d.last_at, 0) FROM desk_seat s
LEFT JOIN staff_desk d ON d.staff = s.staff AND d.desk = s.desk WHERE s.desk = $1`, desk)
	var since int64
	switch err := row.Scan(&seat.Staff, &seat.Centre, &seat.Municipality, &since); {
	case errors.Is(err, sql.ErrNoRows):
		return staff.Seat{}, false, nil
	case err != nil:
		return staff.Seat{}, false, fmt.Errorf("staffsql: seat: %w", err)
	}
	seat.Since = time.UnixMicro(since).UTC()
	return seat, true, nil
}

// Colleagues implements staff.Seats.
func (s Store) Colleagues(ctx context.Context, r journal.Reader, centre string, limit int) ([]staff.Person, error) {
	const query = `SELECT a.staff, a.name, a.sign_in, MAX(d.last_at) FROM staff_desk d JOIN staff_account a ON a.staff = d.staff
JOIN staff_member m ON m.staff = d.staff
WHERE d.centre = $1 AND m.left_at IS NULL AND EXISTS (SELECT 1 FROM staff_role r WHERE r.staff = d.staff)
GROUP BY a.staff, a.name, a.sign_in`
	type seen struct {
		staff.Person
		at int64
	}
	var people []seen
	err := sqldb.Each(ctx, r, query, []any{centre}, func(rows *sql.Rows) error {
		var p seen
		var signIn string
		if err := rows.Scan(&p.Staff, &p.Name, &signIn, &p.at); err != nil {
			return fmt.Errorf("staffsql: colleague: %w", err)
		}
		var err error
		p.Name, err = called(s.Sealer, p.Staff, p.Name, signIn)
		people = append(people, p)
		return err
	})
	slices.SortFunc(people, func(a, b seen) int { return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(a.Name, b.Name)) })
	var first []staff.Person
	for _, p := range people[:min(len(people), limit)] {
		first = append(first, p.Person)
	}
	return first, err
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
	const query = `SELECT t.token, t.label, g.desk, g.centre, g.municipality, g.ends_at FROM token t
JOIN token_grant g ON g.token = t.token WHERE t.hash = $1`
	s := staff.Session{Token: true}
	var ends int64
	err := r.QueryRow(ctx, query, hash[:]).Scan(&s.Staff, &s.Name, &s.Desk, &s.Centre, &s.Municipality, &ends)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return staff.Session{}, fault.NewNotFound("staff.token_unknown")
	case err != nil:
		return staff.Session{}, fmt.Errorf("staffsql: token: %w", err)
	}
	s.Ends = moment(ends)
	s.Grants, err = grants(ctx, r, programRole, s.Staff)
	return s, err
}

const programRole = `SELECT g.role, g.scope, COALESCE(p.permission, '') FROM token_grant g
LEFT JOIN role_permission p ON p.role = g.role WHERE g.token = $1 ORDER BY g.role, g.scope, p.permission`

// moment is a time as tables hold it; 0 is none.
func moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// TokenGrants implements staff.Tokens.
func (Store) TokenGrants(ctx context.Context, r journal.Reader, token id.ID) (scope.Grants, time.Time, error) {
	var ends int64
	err := r.QueryRow(ctx, "SELECT ends_at FROM token_grant WHERE token = $1", token).Scan(&ends)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, time.Time{}, nil
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("staffsql: token: %w", err)
	}
	list, err := grants(ctx, r, programRole, token)
	return list, moment(ends), err
}

// AllTokens implements staff.Tokens.
func (Store) AllTokens(ctx context.Context, r journal.Reader) ([]staff.Token, error) {
	const query = `SELECT g.token, COALESCE(t.label, ''), g.role, g.scope, g.desk, g.ends_at FROM token_grant g LEFT JOIN token t ON t.token = g.token
ORDER BY g.made_at DESC, g.token`
	var all []staff.Token
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var t staff.Token
		var text string
		var ends int64
		if err := rows.Scan(&t.ID, &t.Label, &t.Role, &text, &t.Desk, &ends); err != nil {
			return fmt.Errorf("staffsql: token: %w", err)
		}
		t.Ends = moment(ends)
		in, err := scope.Parse(text)
		if err != nil {
			return fmt.Errorf("staffsql: token: %w", err)
		}
		t.Scope = in
		all = append(all, t)
		return nil
	})
	return all, err
}

// HasToken implements staff.Tokens.
func (Store) HasToken(ctx context.Context, r journal.Reader, token id.ID) (bool, error) {
	var n int
	if err := r.QueryRow(ctx, "SELECT COUNT(*) FROM token_grant WHERE token = $1", token).Scan(&n); err != nil {
		return false, fmt.Errorf("staffsql: token: %w", err)
	}
	return n > 0, nil
}
