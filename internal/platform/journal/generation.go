package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/sqldb"
)

// ErrOutdated says that another program has begun to make tables anew, or has made them otherwise than this one knows them. Nothing is stored. When the
// tables are again those of this program it goes on by itself; else it must be started anew.
var ErrOutdated = errors.New("journal: another program is making the tables anew")

// A generation is a number in the database that grows whenever tables are made anew. A program remembers the one that it found sound at its start, and every
// Post asks for it with the head of the desk, which costs no way of its own. Whoever makes tables anew moves it first, and waits for the transactions
// under way: a Post that saw the old number has ended, and one that begins sees the new one.

// generationKey is under which a transaction on SQLite finds the number that an earlier one read; it is forgotten when another process writes.
type generationKey struct{}

const readGeneration = "SELECT number FROM generation"

// askGeneration returns where the number will stand, and the question for it unless it is known already.
func (j *Journal) askGeneration(tx *sqldb.Tx) (*int64, *sqldb.Question) {
	number := new(int64)
	if j.generation.Load() == 0 {
		return number, nil
	}
	if kept, known := tx.Kept(generationKey{}); known {
		if n, ok := kept.(int64); ok {
			return &n, nil
		}
	}
	return number, &sqldb.Question{Query: readGeneration, Scan: func(scan func(dest ...any) error) error { return scan(number) }}
}

// checkGeneration returns ErrOutdated unless the number is that of the tables which this program knows.
func (j *Journal) checkGeneration(tx *sqldb.Tx, number int64) error {
	switch mine := j.generation.Load(); {
	case mine == 0: // not prepared: the tables are somebody else's business
		return nil
	case mine != number:
		j.outdated.Store(true)
		return ErrOutdated
	}
	tx.Keep(generationKey{}, number)
	return nil
}

// fence moves the generation: no other program posts from here on, and what was under way is over.
func (j *Journal) fence(ctx context.Context) error {
	return j.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Alone(ctx, "generation"); err != nil {
			return err
		}
		tx.Keep(generationKey{}, nil)
		return tx.Run(ctx, "journal: generation", "UPDATE generation SET number = number + 1")
	})
}

// Outdated tells whether another program has made tables anew since this one was prepared, by what the last Post or Look has seen.
func (j *Journal) Outdated() bool { return j.outdated.Load() }

// lookEvery is how often LookAround asks.
const lookEvery = time.Second

// LookAround looks once a second, until ctx ends, whether another program makes tables anew, and whether they are again those of this program.
func (j *Journal) LookAround(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := j.Look(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "whether the tables are those of this program cannot be told now", slog.Any("error", err))
		}
	}
}

// Look asks for the generation. When it has moved and the tables are complete and those of this program, they are taken as they are; else the journal
// is outdated.
func (j *Journal) Look(ctx context.Context) error {
	var number int64
	if err := j.db.QueryRow(ctx, readGeneration).Scan(&number); err != nil {
		return fmt.Errorf("journal: generation: %w", err)
	}
	if number == j.generation.Load() {
		j.outdated.Store(false)
		return nil
	}
	j.outdated.Store(true)
	at, err := j.state(ctx)
	if err != nil || at.todo() {
		return err
	}
	j.settled(at)
	return nil
}

// settled notes that the tables were seen complete.
func (j *Journal) settled(at state) {
	j.generation.Store(at.generation)
	j.outdated.Store(false)
}

// Bound refuses lines of a clock that is further ahead of the newest line of all desks than that: it was set wrong, and what it dates stands for years. It is called before anything is posted.
func (j *Journal) Bound(ahead time.Duration) { j.ahead = ahead }

// inTime returns the fault "request.clock_ahead" for a transaction of a clock that is too far ahead. The newest line that we know of answers nearly always; only a clock that is ahead of it asks
// the database, in which others may have written.
func (j *Journal) inTime(ctx context.Context, tx *Tx) error {
	if j.ahead == 0 || isConfirmed(ctx) {
		return nil
	}
	if tx.now.Sub(time.UnixMicro(j.newest.Load())) > j.ahead {
		return j.checkClock(ctx, tx, tx.now)
	}
	return nil
}

// CheckClock returns the fault "request.clock_ahead" when the clock is further ahead of the newest line than Bound allows.
func (j *Journal) CheckClock(ctx context.Context) error {
	if j.ahead == 0 {
		return nil
	}
	return j.checkClock(ctx, j.db, j.now())
}

func (j *Journal) checkClock(ctx context.Context, r Reader, now time.Time) error {
	newest, there, err := Newest(ctx, r)
	if err != nil || !there {
		return err
	}
	j.newest.Store(newest.UnixMicro())
	if now.Sub(newest) <= j.ahead {
		return nil
	}
	return fault.NewConflict("request.clock_ahead", "Now", now.Format(time.DateTime), "Last", newest.Format(time.DateTime))
}

// Newest returns when the newest of the last lines of all desks was recorded (UTC), and whether there is a line.
func Newest(ctx context.Context, r Reader) (at time.Time, there bool, err error) {
	var micros sql.NullInt64
	const query = `SELECT MAX(e.recorded_at) FROM desk_head h JOIN entry e ON e.desk = h.desk AND e.number = h.number`
	if err := r.QueryRow(ctx, query).Scan(&micros); err != nil {
		return time.Time{}, false, fmt.Errorf("journal: the newest line: %w", err)
	}
	return time.UnixMicro(micros.Int64).UTC(), micros.Valid, nil
}

// ClockConfirmed says that a person has looked at the clock of a node that is far ahead of the newest line, and that it is right: nobody has worked for long.
type ClockConfirmed struct {
	// Newest is when the newest line before was recorded.
	Newest time.Time `json:"newest"`
	Why    string    `json:"why"`
}

// Kind is "clock.confirmed".
func (ClockConfirmed) Kind() string { return "clock.confirmed" }

// Version is 1.
func (ClockConfirmed) Version() int { return 1 }

// Subjects is the clock.
func (ClockConfirmed) Subjects() []string { return []string{"clock"} }

type confirmedKey struct{}

func isConfirmed(ctx context.Context) bool { return ctx.Value(confirmedKey{}) != nil }

// ConfirmClock notes at the ReferenceDesk that the clock is right. Its line is the newest then, so that everybody goes on. It returns a fault without a reason.
func (j *Journal) ConfirmClock(ctx context.Context, r Request, why string) error {
	if strings.TrimSpace(why) == "" {
		return fault.NewInvalid("dated.why", "Max", longestKey).On("why")
	}
	r.Desk = ReferenceDesk
	_, err := j.Do(context.WithValue(ctx, confirmedKey{}, true), r, []any{"clock", why}, func(tx *Tx) error {
		newest, _, err := Newest(ctx, tx)
		if err != nil {
			return err
		}
		return tx.Record(ctx, ClockConfirmed{Newest: newest, Why: why})
	})
	return err
}
