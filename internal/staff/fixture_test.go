package staff_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/staffsql"
)

const (
	cesis   = "0026000"
	aluksne = "0021000"
)

var (
	morning = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	setup   = actor.System("test")
)

// places is a network of two municipalities.
type places struct{}

var desks = []staff.Desk{
	{Code: "ALU-1", Name: "Logs 1", Centre: "aluksne", CentreName: "Alūksne", Municipality: aluksne},
	{Code: "CES-1", Name: "Logs 1", Centre: "cesis", CentreName: "Cēsis", Municipality: cesis},
	{Code: "CES-2", Name: "Logs 2", Centre: "cesis", CentreName: "Cēsis", Municipality: cesis},
	{Code: "TAU-1", Name: "Lasītava", Centre: "taurene", CentreName: "Taurene", Municipality: cesis},
}

func (places) MunicipalityOf(_ context.Context, _ journal.Reader, centre string) (string, error) {
	for _, d := range desks {
		if d.Centre == centre {
			return d.Municipality, nil
		}
	}
	return "", fault.NewNotFound("centre.unknown")
}

func (places) Desk(_ context.Context, _ journal.Reader, code string) (staff.Desk, error) {
	for _, d := range desks {
		if d.Code == code {
			return d, nil
		}
	}
	return staff.Desk{}, fault.NewNotFound("centre.desk_unknown")
}

func (places) Desks(_ context.Context, _ journal.Reader, scopes []staff.Scope) ([]staff.Desk, error) {
	var list []staff.Desk
	for _, d := range desks {
		at := staff.Place{Municipality: d.Municipality, Centre: d.Centre, Desk: d.Code}
		if slices.ContainsFunc(scopes, func(s staff.Scope) bool { return s.Covers(at) }) {
			list = append(list, d)
		}
	}
	return list, nil
}

// office is a program with its database.
type office struct {
	*staff.Service
	t     *testing.T
	clock *clock.Hand
	db    *sqldb.DB
	n     int
}

var template = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		return err
	}
	drafts := sqldb.Migration{Number: 4, Name: "drafts", SQL: "CREATE TABLE draft (n BIGINT PRIMARY KEY);\n"}
	steps := []sqldb.Migration{journal.Migration, staffsql.AccountMigration, session.Migration, drafts, staffsql.TokenMigration}
	if err := db.Migrate(ctx, steps); err != nil {
		return err
	}
	j, err := newJournal(db, clock.NewHand(morning))
	if err != nil {
		return err
	}
	if _, err := j.Prepare(ctx, nil); err != nil {
		return err
	}
	return db.Close()
})

func newJournal(db *sqldb.DB, c clock.Clock) (*journal.Journal, error) {
	return journal.New(journal.Config{DB: db, Clock: c, Facts: staff.Facts(), Projections: []journal.Projection{staffsql.Store{}}})
}

func each(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	t.Parallel()
	template.Each(t, func(t *testing.T, dsn string) { test(t, open(t, dsn)) })
}

func open(t *testing.T, dsn string) *office {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{t: t, clock: clock.NewHand(morning), db: db}
	o.Service = o.process()
	for role, permissions := range map[string]string{
		"clerk":             "counter.serve visit.correct visit.read",
		"centre-manager":    "counter.serve visit.read report.read report.lines",
		"municipal-manager": "report.read staff.manage",
		"administrator":     "staff.manage token.create",
	} {
		o.must(o.DefineRole(t.Context(), setup, role, strings.Fields(permissions), o.key()))
	}
	return o
}

// process is another program on the same database.
func (o *office) process() *staff.Service {
	o.t.Helper()
	j, err := newJournal(o.db, o.clock)
	o.must(err)
	accounts := staffsql.Accounts{DB: o.db}
	return staff.New(staff.Config{
		Journal: j, Accounts: accounts, Attempts: accounts, Roles: staffsql.Store{}, Seats: staffsql.Store{}, Tokens: staffsql.Store{},
		Places: places{},
	})
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// fails checks the key of the fault, which is what users read.
func (o *office) fails(err error, key string) {
	o.t.Helper()
	if f := fault.First(err); f == nil || f.Key != key {
		o.t.Errorf("expected %s, got %v", key, err)
	}
}

func (o *office) key() string {
	o.n++
	return fmt.Sprintf("k%d", o.n)
}

const password = "zilonis ar šalli"

// hire enrols somebody with a role, given as "role scope".
func (o *office) hire(signIn string, roles ...string) id.ID {
	o.t.Helper()
	person, err := o.Enrol(o.t.Context(), setup, staff.NewPerson{SignIn: signIn, Name: "Vārds " + signIn, Password: password, Scope: staff.Network}, o.key())
	o.must(err)
	for _, r := range roles {
		role, scope, _ := strings.Cut(r, " ")
		s, err := staff.ParseScope(scope)
		o.must(err)
		o.must(o.Grant(o.t.Context(), setup, staff.RoleGranted{Staff: person, Role: role, Scope: s}, o.key()))
	}
	return person
}

// enter signs somebody in and returns what the session remembers.
func (o *office) enter(signIn string) staff.Opened {
	o.t.Helper()
	a, err := o.SignIn(o.t.Context(), signIn, password)
	o.must(err)
	return staff.Opened{Staff: a.Staff, Changed: a.Changed}
}

func (o *office) see(s *staff.Service, opened staff.Opened) staff.Session {
	o.t.Helper()
	found, err := s.Session(o.t.Context(), opened)
	o.must(err)
	return *found
}

// history returns the kinds of the lines of a desk.
func (o *office) history(desk string) string {
	o.t.Helper()
	lines, err := o.Journal.Lines(o.t.Context(), o.db, desk, 0, 1000)
	o.must(err)
	kinds := make([]string, len(lines))
	for i := range lines {
		kinds[i] = lines[i].Kind
	}
	return strings.Join(kinds, " ")
}

func clerkAt(person id.ID) actor.Actor { return actor.Staff(person.String(), "clerk") }
