package resume

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"vienkopus/internal/platform/sqldb"
)

// ClockJump is a run of lines of a desk that a clock dated later than the line behind them, or than now: it stood ahead, and was set back.
type ClockJump struct {
	Desk        string
	First, Last int64 // numbers of lines
	// From and To are the earliest and the latest time in the run, and Then is that of the line behind it; now where there is none (UTC).
	From, To, Then time.Time
}

// clockSlack is how far a clock may go back without being called wrong: computers set theirs a little back.
const clockSlack = 2 * time.Minute

// ClockJumps returns the runs of lines that a clock ahead has dated, in the order of desks and numbers. It reads every line.
func ClockJumps(ctx context.Context, r sqldb.Reader, now time.Time) ([]ClockJump, error) {
	const query = `SELECT desk, number, behind FROM (
SELECT desk, number, recorded_at, COALESCE(LEAD(recorded_at) OVER (PARTITION BY desk ORDER BY number), $1) AS behind FROM entry) l
WHERE recorded_at > behind + $2 ORDER BY desk, number`
	var all []ClockJump
	err := sqldb.Each(ctx, r, query, []any{now.UnixMicro(), clockSlack.Microseconds()}, func(rows *sql.Rows) error {
		var j ClockJump
		var then int64
		if err := rows.Scan(&j.Desk, &j.Last, &then); err != nil {
			return fmt.Errorf("resume: clock: %w", err)
		}
		j.Then = time.UnixMicro(then).UTC()
		all = append(all, j)
		return nil
	})
	for i := range all {
		if err == nil {
			err = all[i].begin(ctx, r)
		}
	}
	return all, err
}

// begin finds the first line of the run, and what the clock showed in it.
func (j *ClockJump) begin(ctx context.Context, r sqldb.Reader) error {
	const query = `SELECT MIN(number), MIN(recorded_at), MAX(recorded_at) FROM entry WHERE desk = $1 AND number <= $2
AND number > (SELECT COALESCE(MAX(e.number), 0) FROM entry e WHERE e.desk = $1 AND e.number < $2 AND e.recorded_at <= $3)`
	var from, to int64
	if err := r.QueryRow(ctx, query, j.Desk, j.Last, j.Then.Add(clockSlack).UnixMicro()).Scan(&j.First, &from, &to); err != nil {
		return fmt.Errorf("resume: clock at %s: %w", j.Desk, err)
	}
	j.From, j.To = time.UnixMicro(from).UTC(), time.UnixMicro(to).UTC()
	return nil
}
