package staffsql

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/staff"
)

// SecurityMigration makes the table of the security log.
var SecurityMigration = sqldb.Migration{Number: 25, Name: "security log", SQL: `
CREATE TABLE security_event (
  id      BLOB   NOT NULL PRIMARY KEY,
  at      BIGINT NOT NULL,
  kind    TEXT   NOT NULL,
  who     TEXT   NOT NULL,
  what    TEXT   NOT NULL,
  address TEXT   NOT NULL,
  code    BLOB
) WITHOUT ROWID;
CREATE INDEX security_event_at ON security_event (at, id);
CREATE INDEX security_event_kind ON security_event (kind, at);
`}

// SecurityRows says what the codes of the rows cover.
var SecurityRows = rowcode.Table{Name: "security_event", Columns: []string{"id", "at", "kind", "who", "what", "address"}, Key: 1}

// mostRefused bounds the rows of failed sign-ins, and those of refusals of nobody who has signed in, which strangers can cause; of more the oldest are forgotten. To find the oldest all are counted, so one refusal
// in a hundredth part of the bound, by chance, looks; until then there may be that many more, or a few times that.
const (
	mostRefused = 20_000
	partRefused = 100
	// mostDenied is the bound of each account that was refused, so that nobody pushes out what was noted of another.
	mostDenied = 2_000
)

// Security keeps the security log, and implements staff.Log.
type Security struct {
	DB    *sqldb.DB
	Codes *rowcode.Codes
	Clock clock.Clock
	// From returns from where the request of a context came.
	From func(ctx context.Context) string
	// Most bounds the rows that strangers can cause; 0 stands for mostRefused.
	Most int
}

// Note implements staff.Log.
func (s Security) Note(ctx context.Context, e staff.Event) {
	if err := s.keep(context.WithoutCancel(ctx), e); err != nil {
		slog.WarnContext(ctx, "the security log could not be written", slog.String("kind", string(e.Kind)), slog.Any("error", err))
	}
}

func (s Security) keep(ctx context.Context, e staff.Event) error {
	now := s.Clock.Now()
	cells := []any{id.New(now), now.UnixMicro(), string(e.Kind), e.Who, e.What, s.From(ctx)}
	code, err := s.Codes.Code(SecurityRows, cells...)
	if err != nil {
		return fmt.Errorf("staffsql: security: %w", err)
	}
	return s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Run(ctx, "staffsql: security", "INSERT INTO security_event (id, at, kind, who, what, address, code) VALUES ($1, $2, $3, $4, $5, $6, $7)", append(cells, code)...); err != nil {
			return err
		}
		if e.Kind != staff.SignInFail && e.Kind != staff.Denied {
			return nil
		}
		most := mostRefused
		if e.Kind == staff.Denied && e.Who != "" {
			most = mostDenied
		}
		most = cmp.Or(s.Most, most)
		if rand.IntN(max(1, most/partRefused)) > 0 { //nolint:gosec // not a secret: when to tidy
			return nil
		}
		_, err := tx.Exec(ctx, `DELETE FROM security_event WHERE kind = $1 AND ($1 <> 'denied' OR who = $3) AND at <=
(SELECT at FROM security_event WHERE kind = $1 AND ($1 <> 'denied' OR who = $3) ORDER BY at DESC LIMIT 1 OFFSET $2)`, string(e.Kind), most, e.Who)
		return err
	})
}

// Sweep forgets what is older than the rule keeps.
func (s Security) Sweep(ctx context.Context, before time.Time) error {
	return s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM security_event WHERE at < $1", before.UnixMicro())
		return err
	})
}

// Events returns lines of the security log, the latest first.
func (Security) Events(ctx context.Context, r journal.Reader, a staff.Asked) ([]staff.Event, error) {
	var all []staff.Event
	const query = `SELECT at, kind, who, what, address FROM security_event
WHERE at >= $1 AND at < $2 AND ($3 = '' OR who = $3) AND ($4 = '' OR kind = $4) ORDER BY at DESC, id DESC LIMIT $5 OFFSET $6`
	err := sqldb.Each(ctx, r, query, []any{a.From.UnixMicro(), a.Until.UnixMicro(), a.Who, string(a.Kind), a.Limit, a.Skip}, func(rows *sql.Rows) error {
		var e staff.Event
		var at int64
		if err := rows.Scan(&at, &e.Kind, &e.Who, &e.What, &e.Address); err != nil {
			return fmt.Errorf("staffsql: security: %w", err)
		}
		e.At = time.UnixMicro(at).UTC()
		all = append(all, e)
		return nil
	})
	return all, err
}
