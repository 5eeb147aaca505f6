// Package delivery tells the outside what lines of the journal say: notices to billing systems, mail, messages to institutions.
//
// One follower per kind reads every line once, for all receivers, and turns it into messages. A message is a work of a queue (package jobs) in the lane
// of its receiver, in the order of its lines, so that a slow receiver holds up nobody else, and what is told follows from what is recorded and from nothing else.
//
// The queue and the follower's cursor lie beside each other in the side store, which may be lost with the power or thrown away. In the database itself
// stands one mark per desk: of every line up to it all messages are confirmed. It is moved every minute, in one commit for all desks. So a lost
// side store costs the receivers what they have heard since the mark once more, and nothing is ever left out. The same holds for a database that was
// put back to an earlier day: a cursor knows the hash of its line, and counts only in the journal that has this line.
package delivery

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// Message is what one line tells one receiver.
type Message struct {
	// ID is the same however often the message is told, and unique among the messages of a line; it has no spaces.
	ID string
	// To is the receiver, for example the number of a creditor. It is seen in logs.
	To string
	// Body is stored as it is until it is confirmed, at most 16 KiB: no names of people, but ids.
	Body []byte
}

// Kind is one kind of message.
type Kind struct {
	// Name is unique and stays the same between releases, for example "notice".
	Name string
	// Kinds are the kinds of line that may tell something. Others wake nobody: they are passed over when the follower comes round.
	Kinds []string
	// Messages returns what a line tells. It is asked at least once for every line, and says the same each time but for who wants to be told.
	Messages func(ctx context.Context, e journal.Entry) ([]Message, error)
	// Deliver tells a message, and returns nil when the receiver has confirmed it. It is told again after any error, and perhaps after none.
	Deliver func(ctx context.Context, m Message) error
	// Workers bounds how many receivers are spoken to at once, Within how long one may take.
	Workers int
	Within  time.Duration
	Retry   jobs.Retry
}

// Tables are the cursors of the followers, in the side store beside the queue.
var Tables = sqldb.SideTables{Owner: "delivery", SQL: `
CREATE TABLE side_delivery_cursor (
	kind TEXT NOT NULL,
	desk TEXT NOT NULL,
	number BIGINT NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY (kind, desk)
) WITHOUT ROWID;
`}

const (
	// followEvery is how often the follower looks by itself, for lines that another program wrote.
	followEvery = 15 * time.Second
	// markEvery is how often the mark is moved: what is told again at most when the side store is lost.
	markEvery = time.Minute
	// patience is how long one run of either may take.
	patience = 10 * time.Minute
)

// Courier delivers the messages of one kind.
type Courier struct {
	kind    Kind
	journal *journal.Journal
	side    *sqldb.DB
	enqueue func(ctx context.Context, works ...jobs.Work) error
}

// New returns a courier and touches no database. Its messages wait in the side store of the journal's database.
func New(j *journal.Journal, k Kind) *Courier {
	return &Courier{kind: k, journal: j, side: Store(j.DB())}
}

// Store is where queues and cursors of deliveries lie.
func Store(db *sqldb.DB) *sqldb.DB { return db.Side(jobs.Tables, Tables) }

// Forget lets every follower begin at its mark: for lines that are about to be placed in front of those that were read. Receivers hear once more what they heard
// since.
func Forget(ctx context.Context, db *sqldb.DB) error {
	return Store(db).Write(ctx, func(tx *sqldb.Tx) error {
		return tx.Run(ctx, "delivery: cursors", `DELETE FROM side_delivery_cursor`)
	})
}

// Queue is where the messages wait.
func (c *Courier) Queue() jobs.Queue {
	return jobs.Queue{
		Kind: c.kind.Name, Ordered: true, Workers: c.kind.Workers, Within: c.kind.Within, Retry: c.kind.Retry,
		Do: func(ctx context.Context, w jobs.Work) error {
			m, _, _, err := messageOf(w)
			if err != nil {
				return jobs.Stop(err)
			}
			return c.kind.Deliver(ctx, m)
		},
	}
}

// Jobs are the follower and the mark.
func (c *Courier) Jobs() []jobs.Job {
	return []jobs.Job{
		{Name: c.kind.Name + ".follow", Every: followEvery, Within: patience, Overdue: patience, Wake: c.journal.ChangedBy(c.kind.Kinds...), Run: c.follow},
		{Name: c.kind.Name + ".mark", Every: markEvery, Within: patience, Run: c.mark},
	}
}

// Through has the messages wait in the queue of that Runner, which must have Queue. It must be called before the jobs run.
func (c *Courier) Through(r *jobs.Runner) { c.enqueue = r.Enqueue }

// workOf is the message as a work. Its key says from which line it comes.
func (c *Courier) workOf(e *journal.Entry, m Message) jobs.Work {
	return jobs.Work{Kind: c.kind.Name, Key: fmt.Sprintf("%s %d %s", e.Desk, e.Number, m.ID), Lane: m.To, Payload: m.Body}
}

// messageOf returns the message that a work holds, and the line from which it comes.
func messageOf(w jobs.Work) (m Message, desk string, number int64, err error) {
	parts := strings.Split(w.Key, " ")
	if len(parts) != 3 {
		return m, "", 0, fmt.Errorf("delivery: the key %q names no line", w.Key)
	}
	if number, err = strconv.ParseInt(parts[1], 10, 64); err != nil {
		return m, "", 0, fmt.Errorf("delivery: the key %q names no line: %w", w.Key, err)
	}
	return Message{ID: parts[2], To: w.Lane, Body: w.Payload}, parts[0], number, nil
}

// Waiting hands over every message of a kind that is not confirmed yet, also those that were given up. It knows nothing of lines that the follower has
// not read yet.
func Waiting(ctx context.Context, db *sqldb.DB, kind string, fn func(m Message) error) error {
	return jobs.Waiting(ctx, Store(db), kind, func(w jobs.Work) error {
		m, _, _, err := messageOf(w)
		if err != nil {
			return err
		}
		return fn(m)
	})
}
