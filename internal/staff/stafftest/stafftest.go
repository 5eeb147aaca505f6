// Package stafftest is a small network with people in it, for tests on both engines.
package stafftest

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
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/egress"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/oidc"
	"vienkopus/internal/platform/oidc/oidctest"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/card"
	"vienkopus/internal/staff/card/cardtest"
	"vienkopus/internal/staff/personcode"
	"vienkopus/internal/staff/proof"
	"vienkopus/internal/staff/staffhttp/elsewhere"
	"vienkopus/internal/staff/staffsql"
	"vienkopus/internal/staff/ticket"
)

// The municipalities, by their ATVK codes.
const (
	Cesis   = "0026000"
	Aluksne = "0021000"
)

// Morning is when the clock stands, in UTC, and Setup is who prepares what a test finds.
var (
	Morning = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	Setup   = actor.System("test")
)

// places is the network of Desks.
type places struct{}

// Desks stand in three centres of two municipalities.
var Desks = []staff.Desk{
	{Code: "ALU-1", Name: "Logs 1", Centre: "aluksne", CentreName: "Alūksne", Municipality: Aluksne},
	{Code: "CES-1", Name: "Logs 1", Centre: "cesis", CentreName: "Cēsis", Municipality: Cesis},
	{Code: "CES-2", Name: "Logs 2", Centre: "cesis", CentreName: "Cēsis", Municipality: Cesis},
	{Code: "TAU-1", Name: "Lasītava", Centre: "taurene", CentreName: "Taurene", Municipality: Cesis},
}

// Names implements staff.Places.
func (places) Names(context.Context, journal.Reader) ([]string, error) {
	return []string{"Cēsu novads", "Alūksnes novads", "Taurenes bibliotēka", "Dzērbene"}, nil
}

// Municipality implements staff.Places.
func (places) Municipality(_ context.Context, _ journal.Reader, code string) error {
	if code != Cesis && code != Aluksne {
		return fault.NewNotFound("territory.municipality_unknown")
	}
	return nil
}

// MunicipalityOf implements staff.Places.
func (places) MunicipalityOf(_ context.Context, _ journal.Reader, centre string) (string, error) {
	for _, d := range Desks {
		if d.Centre == centre {
			return d.Municipality, nil
		}
	}
	return "", fault.NewNotFound("centre.unknown", "Centre", centre)
}

// Zone implements staff.Places.
func (p places) Zone(ctx context.Context, r journal.Reader, centre string) (*time.Location, error) {
	if _, err := p.MunicipalityOf(ctx, r, centre); err != nil {
		return nil, err
	}
	return time.UTC, nil
}

// Desk implements staff.Places.
func (places) Desk(_ context.Context, _ journal.Reader, code string) (staff.Desk, error) {
	for _, d := range Desks {
		if d.Code == code {
			return d, nil
		}
	}
	return staff.Desk{}, fault.NewNotFound("centre.desk_unknown", "Desk", code)
}

// Desks implements staff.Places.
func (places) Desks(_ context.Context, _ journal.Reader, scopes []scope.Scope) ([]staff.Desk, error) {
	var list []staff.Desk
	for _, d := range Desks {
		at := scope.Place{Municipality: d.Municipality, Centre: d.Centre, Desk: d.Code}
		if slices.ContainsFunc(scopes, func(s scope.Scope) bool { return s.Covers(at) }) {
			list = append(list, d)
		}
	}
	return list, nil
}

// Office is a program with its database.
type Office struct {
	*staff.Service
	T     testing.TB
	Clock *clock.Hand
	DB    *sqldb.DB

	provider proof.Provider
	cards    *card.Reader
	n        int
}

// Template is an empty database of the program.
var Template = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		return err
	}
	drafts := sqldb.Migration{Number: 4, Name: "drafts", SQL: "CREATE TABLE draft (n BIGINT PRIMARY KEY);\n"}
	steps := journaltest.Steps(staffsql.AccountMigration, session.Migration, drafts, staffsql.TokenMigration, staffsql.CodeMigration, staffsql.PersonMigration, staffsql.ProofMigration, staffsql.SecurityMigration)
	if err := db.Migrate(ctx, steps); err != nil {
		return err
	}
	j, err := newJournal(db, clock.NewHand(Morning))
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

// Each runs the test on both engines, with the roles clerk, centre-manager, municipal-manager and administrator.
func Each(t *testing.T, test func(t *testing.T, o *Office)) {
	t.Helper()
	t.Parallel()
	Template.Each(t, func(t *testing.T, dsn string) { test(t, Open(t, dsn)) })
}

// Open returns the program on a copy of Template.
func Open(t testing.TB, dsn string) *Office {
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
	o := &Office{T: t, Clock: clock.NewHand(Morning), DB: db}
	o.Service = o.Process()
	for role, permissions := range map[string]string{
		"clerk":             "counter.serve visit.correct visit.read",
		"centre-manager":    "counter.serve visit.read report.read report.lines",
		"municipal-manager": "report.read staff.manage",
		"administrator":     "staff.manage token.create",
	} {
		o.Must(o.DefineRole(t.Context(), Setup, role, strings.Fields(permissions), o.Key()))
	}
	return o
}

// permissions are those that the roles of the tests have.
const permissions = "security.read counter.serve visit.correct visit.read report.read report.lines network.read staff.manage token.create"

// systems are those of the permissions that a token may hold.
const systems = "counter.serve visit.correct visit.read report.read"

func known(name string) (scope.Permission, bool) {
	held := func(list string) bool { return slices.Contains(strings.Fields(list), name) }
	// Corrections stand for what is about the data of creditors, which this feature knows nothing of.
	return scope.Permission{Name: name, Systems: held(systems), Creditors: name == "visit.correct"}, held(permissions)
}

var personKey = func() *personcode.Key {
	k, err := personcode.NewKey(make([]byte, personcode.SecretSize))
	if err != nil {
		panic(err)
	}
	return k
}()

// Security is the security log.
func (o *Office) Security() staffsql.Security {
	return staffsql.Security{DB: o.DB, Codes: rowcode.New(rowcode.Needs{}), Clock: o.Clock, From: httpx.AddressIn}
}

// Proofs are what people prove by who they are.
func (o *Office) Proofs() *proof.Service {
	uses := staffsql.ProofUses{DB: o.DB.Side(staffsql.ProofTables)}
	made := &proof.Service{
		Staff: o.Service, Journal: o.Journal, Store: staffsql.Proofs{Sealer: &seal.Sealer{}}, Uses: uses, Tickets: ticket.Office{Store: uses, Now: o.Journal.Now},
	}
	made.Provider, made.Cards, o.Service.Proofs = o.provider, o.cards, made
	return made
}

// Elsewhere lets people have accounts at a provider, which is called Valsts, from the next use of Proofs on.
func (o *Office) Elsewhere(second ...string) *oidctest.Provider {
	there := oidctest.New(o.T, o.Clock)
	settings := oidc.Settings{Name: "Valsts", Issuer: there.URL, Client: oidctest.Client, Secret: oidctest.Secret, Second: second}
	var err error
	o.provider, err = elsewhere.New(oidc.Config{Settings: settings, Outside: egress.Policy{Inside: []string{"127.0.0.1"}}, Clock: o.Clock})
	o.Must(err)
	return there
}

// Cards trusts an issuer of eID cards, from the next use of Proofs on.
func (o *Office) Cards() *cardtest.Issuer {
	issuer := cardtest.NewIssuer(o.T, o.Clock.Now())
	var err error
	o.cards, err = card.NewReader(issuer.PEM)
	o.Must(err)
	return issuer
}

// As is somebody who acts in a role.
func As(who id.ID, role string) actor.Actor { return actor.Staff(who.String(), role) }

// Process is another program on the same database.
func (o *Office) Process() (made *staff.Service) {
	o.T.Helper()
	j, err := newJournal(o.DB, o.Clock)
	o.Must(err)
	defer func() { j.Heed(staff.Rights{Service: made}) }()
	attempts := staffsql.Attempts{DB: o.DB.Side(staffsql.AttemptTables)}
	return staff.New(staff.Config{
		Log: o.Security(), Journal: j, Accounts: staffsql.Accounts{}, Attempts: attempts, Roles: staffsql.Store{}, Seats: staffsql.Store{}, Tokens: staffsql.Store{},
		Places: places{}, Known: known,
		Uses: staffsql.Uses{DB: o.DB.Side(staffsql.UseTables)}, Devices: staffsql.Devices{DB: attempts.DB}, Persons: staffsql.Persons{}, PersonKey: personKey,
	})
}

// Must ends the test on an error.
func (o *Office) Must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

// Fails checks the key of the fault, which is what users read.
func (o *Office) Fails(err error, key string) {
	o.T.Helper()
	if f := fault.First(err); f == nil || f.Key != key {
		o.T.Errorf("expected %s, got %v", key, err)
	}
}

// Key names a request that was not made before.
func (o *Office) Key() string {
	o.n++
	return fmt.Sprintf("k%d", o.n)
}

// Password is that of everybody.
const Password = "zilonis ar šalli" //nolint:gosec // of nobody real

// Hire enrols somebody with roles, each given as "role scope".
func (o *Office) Hire(signIn string, roles ...string) id.ID {
	o.T.Helper()
	person, err := o.Enrol(o.T.Context(), Setup, staff.NewPerson{SignIn: signIn, Name: "Vārds " + signIn, Password: Password, Scope: scope.Network}, o.Key())
	o.Must(err)
	for _, r := range roles {
		role, in, _ := strings.Cut(r, " ")
		s, err := scope.Parse(in)
		o.Must(err)
		o.Must(o.Grant(o.T.Context(), Setup, staff.RoleGranted{Staff: person, Role: role, Scope: s}, o.Key()))
	}
	return person
}

// Enter signs somebody in and returns what the session remembers.
func (o *Office) Enter(signIn string) staff.Opened {
	o.T.Helper()
	a, err := o.SignIn(o.T.Context(), staff.Origin{}, signIn, Password)
	o.Must(err)
	return a.Opened()
}

// See returns the session as a program sees it.
func (o *Office) See(s *staff.Service, opened staff.Opened) staff.Session {
	o.T.Helper()
	found, err := s.Session(o.T.Context(), opened)
	o.Must(err)
	return *found
}

// History returns the kinds of the lines of a desk.
func (o *Office) History(desk string) string {
	o.T.Helper()
	lines, err := o.Journal.Lines(o.T.Context(), o.DB, desk, 0, 1000)
	o.Must(err)
	kinds := make([]string, len(lines))
	for i := range lines {
		kinds[i] = lines[i].Kind
	}
	return strings.Join(kinds, " ")
}

// ClerkAt is a person acting as a clerk.
func ClerkAt(person id.ID) actor.Actor { return actor.Staff(person.String(), "clerk") }
