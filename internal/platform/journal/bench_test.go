package journal_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// done is a fact of the size of an act at the counter.
type done struct {
	Act     id.ID  `json:"act"`
	Visit   id.ID  `json:"visit"`
	Day     string `json:"day"`
	Place   string `json:"municipality"`
	Centre  string `json:"centre"`
	What    string `json:"kind"`
	Channel string `json:"channel"`
	Service string `json:"service"`
}

func (done) Kind() string         { return "bench.done" }
func (done) Version() int         { return 1 }
func (d done) Subjects() []string { return []string{"visit:" + d.Visit.String()} }

// acts is a projection of the size of the counter's: a table, an index and a count.
type acts struct{}

func (acts) Name() string { return "acts" }
func (acts) Schema() string {
	return `
CREATE TABLE bench_act (visit BLOB NOT NULL, id BLOB NOT NULL, desk TEXT NOT NULL, number BIGINT NOT NULL, day TEXT NOT NULL,
  municipality TEXT NOT NULL, centre TEXT NOT NULL, kind TEXT NOT NULL, channel TEXT NOT NULL, service TEXT NOT NULL,
  PRIMARY KEY (visit, id)) WITHOUT ROWID;
CREATE INDEX bench_act_day ON bench_act (desk, day, number);
CREATE TABLE bench_tally (day TEXT NOT NULL, centre TEXT NOT NULL, kind TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (day, centre, kind));
`
}

func (acts) Reads() []journal.Type { return []journal.Type{journal.Of[done]()} }

func (acts) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	d, ok := e.Fact.(done)
	if !ok {
		return nil
	}
	const insert = `INSERT INTO bench_act (visit, id, desk, number, day, municipality, centre, kind, channel, service)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	if _, err := tx.Exec(ctx, insert, d.Visit, d.Act, e.Desk, e.Number, d.Day, d.Place, d.Centre, d.What, d.Channel, d.Service); err != nil {
		return err
	}
	const add = `INSERT INTO bench_tally (day, centre, kind, n) VALUES ($1, $2, $3, $4)
ON CONFLICT (day, centre, kind) DO UPDATE SET n = bench_tally.n + excluded.n`
	tx.Defer([3]string{d.Day, d.Centre, d.What}, sqldb.Count{Upsert: add, Key: []any{d.Day, d.Centre, d.What}, N: 1})
	return nil
}

func benchJournal(b *testing.B, dsn string) *journal.Journal {
	b.Helper()
	db, err := sqldb.Open(b.Context(), dsn)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(b.Context(), journaltest.Steps()); err != nil {
		b.Fatal(err)
	}
	j, err := journal.New(journal.Config{
		DB: db, Clock: clock.System{}, Facts: []journal.Definition{journal.Define[done]()}, Projections: []journal.Projection{acts{}},
	})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := j.Prepare(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	return j
}

func postDone(b *testing.B, j *journal.Journal, desk, name string, visit id.ID) {
	ctx := b.Context()
	key, err := journal.NewKey(name, visit)
	if err != nil {
		b.Error(err)
		return
	}
	_, err = j.Post(ctx, clerk, desk, key, func(tx *journal.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM bench_act WHERE visit = $1", visit).Scan(&n); err != nil {
			return err
		}
		return tx.Record(ctx, done{
			Act: tx.NewID(), Visit: visit, Day: "2026-11-21", Place: "0026000", Centre: "cesis", What: "consultation", Channel: "in-person", Service: "vsaa-maternity-benefit",
		})
	})
	if err != nil {
		b.Error(err)
	}
}

// BenchmarkPost measures durable acts per second, by how many clerks press at once.
func BenchmarkPost(b *testing.B) {
	for engine, open := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		for _, clerks := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/clerks=%d", engine, clerks), func(b *testing.B) {
				j := benchJournal(b, open(b))
				var desks, keys atomic.Int64
				b.SetParallelism((clerks + 1) / 2)
				b.ReportAllocs()
				b.ResetTimer()
				start, used := time.Now(), cpu()
				b.RunParallel(func(pb *testing.PB) {
					desk := "B-" + strconv.FormatInt(desks.Add(1), 10)
					visit := id.New(time.Now())
					for n := 0; pb.Next(); n++ {
						if n%5 == 0 {
							visit = id.New(time.Now())
						}
						postDone(b, j, desk, "0198f3a2-7a32-7000-8000-"+strconv.FormatInt(keys.Add(1)+100000000000, 10), visit)
					}
				})
				b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "acts/s")
				b.ReportMetric(float64((cpu()-used).Microseconds())/float64(b.N), "cpu-µs/act")
			})
		}
	}
}

// cpu is the time that this process has computed; other than the clock's it hardly depends on what else the machine does.
func cpu() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkRebuild measures how many lines per second are replayed into the tables.
func BenchmarkRebuild(b *testing.B) {
	const desks, each = 20, 2500
	for engine, open := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			j := benchJournal(b, open(b))
			for d := range desks {
				fillDesk(b, j, fmt.Sprintf("B-%d", d), each)
			}
			b.ResetTimer()
			start := time.Now()
			for range b.N {
				if err := j.Rebuild(b.Context(), nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*desks*each)/time.Since(start).Seconds(), "lines/s")
		})
	}
}

// fillDesk posts n lines in one transaction.
func fillDesk(b *testing.B, j *journal.Journal, desk string, n int) {
	b.Helper()
	key, err := journal.NewKey("fill", n)
	if err != nil {
		b.Fatal(err)
	}
	visit := id.New(time.Now())
	_, err = j.Post(b.Context(), clerk, desk, key, func(tx *journal.Tx) error {
		for i := range n {
			if i%5 == 0 {
				visit = tx.NewID()
			}
			if err := tx.Record(b.Context(), done{
				Act: tx.NewID(), Visit: visit, Day: "2026-11-21", Place: "0026000", Centre: "cesis", What: "consultation", Channel: "in-person", Service: "vsaa-maternity-benefit",
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkBare is what BenchmarkPost is measured against: one grouped insert of the same body and nothing else.
func BenchmarkBare(b *testing.B) {
	for engine, open := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		for _, clerks := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/clerks=%d", engine, clerks), func(b *testing.B) {
				j := benchJournal(b, open(b))
				ctx := b.Context()
				body, err := json.Marshal(done{Day: "2026-11-21", Place: "0026000", Centre: "cesis", What: "consultation", Channel: "in-person", Service: "vsaa-maternity-benefit"})
				if err != nil {
					b.Fatal(err)
				}
				err = j.DB().Write(ctx, func(tx *sqldb.Tx) error {
					return tx.Define(ctx, "CREATE TABLE bare (id BIGINT PRIMARY KEY, body BLOB NOT NULL);\n")
				})
				if err != nil {
					b.Fatal(err)
				}
				var ids atomic.Int64
				b.SetParallelism((clerks + 1) / 2)
				b.ResetTimer()
				start, used := time.Now(), cpu()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						err := j.DB().Write(ctx, func(tx *sqldb.Tx) error {
							_, err := tx.Exec(ctx, "INSERT INTO bare (id, body) VALUES ($1, $2)", ids.Add(1), body)
							return err
						})
						if err != nil {
							b.Error(err)
						}
					}
				})
				b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "rows/s")
				b.ReportMetric(float64((cpu()-used).Microseconds())/float64(b.N), "cpu-µs/row")
			})
		}
	}
}
