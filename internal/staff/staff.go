// Package staff knows the people who work at the counters, what they may do, and where.
//
// Rules:
//   - Names, sign-in names and password hashes stand outside the journal; a journal line carries only the id.
//   - A role is data: a name and a set of permissions. It is granted to a person in a part of the territory, by
//     somebody who may manage staff in the whole of that part. Roles that manage staff or make tokens are granted
//     by somebody who may do so in the whole network.
//   - What a person may do is asked afresh for every request, and again in every transaction; a role that was revoked has no effect from then on.
//   - A role can be bound to the data of one creditor, and to a named group of centres.
//   - One person sits at a desk at a time. Whoever takes a desk takes it over.
//   - A wrong password and an unknown name look alike and take equally long; many wrong ones in a row make a pause.
//   - A token lets another system act in one role, at one desk, until it ends; only its hash is kept. What decides on money, and the till, are never a token's.
//   - A second person is somebody of whom it is known that she is another: accounts carry a code of the personal code. Who has none is no second person.
package staff

import (
	"cmp"
	"context"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff/gate"
	"vienkopus/internal/staff/personcode"
)

// Account is what is known of a person outside the journal.
type Account struct {
	Staff id.ID
	// SignIn is the name to sign in with, as foldName writes it.
	SignIn string
	// Name is the person's own name.
	Name string
	// Password is the hash in PHC form; empty when the person cannot sign in with a password.
	Password string
	// Changed is when the password was set, in UTC; a session from before it has ended.
	Changed time.Time
	// Ended is the number of the line that ended her sessions, 0 for none; a session from before it has ended.
	Ended int64
	// Left tells that the person works here no longer.
	Left bool
}

// Opened is what a session remembers that begins now.
func (a Account) Opened() Opened { return Opened{Staff: a.Staff, Changed: a.Changed, Ended: a.Ended} }

// Person is somebody to choose from a list.
type Person struct {
	Staff id.ID
	Name  string
}

// Seated is who works at a desk, and since when, in UTC.
type Seated struct {
	Person
	Since time.Time
}

// Seat is who sits at a desk, and where it stands.
type Seat struct {
	Staff                id.ID
	Centre, Municipality string
	// Since is when she took it, in UTC.
	Since time.Time
}

// Desk is a place to work at.
type Desk struct {
	Code, Name         string
	Centre, CentreName string
	Municipality       string
}

// Accounts keeps what stands outside the journal about people. Methods that take a Tx write in its transaction.
type Accounts interface {
	// ByName returns the account of a sign-in name, ByID that of a person; NotFound "staff.unknown" when there is none.
	ByName(ctx context.Context, r journal.Reader, signIn string) (Account, error)
	ByID(ctx context.Context, r journal.Reader, staff id.ID) (Account, error)
	// Everybody returns the accounts of all who work here, by name.
	Everybody(ctx context.Context, r journal.Reader) ([]Account, error)
	// Add stores a new account. It returns Conflict "staff.sign_in_taken" when the sign-in name is taken.
	Add(ctx context.Context, tx *journal.Tx, a Account) error
	// SetPassword stores a hash; an empty one ends signing in with a password.
	SetPassword(ctx context.Context, tx *journal.Tx, staff id.ID, hash string) error
}

// Attempts counts failed sign-ins by a hash of the name, so that a password typed in the wrong field is not kept.
type Attempts interface {
	// Begin counts an attempt as failed, unless rule refuses it, and stores what rule returns. The zero Tries means none yet.
	Begin(ctx context.Context, name NameHash, rule func(Tries) (Tries, error)) error
	// Clear forgets the failures of a name.
	Clear(ctx context.Context, name NameHash) error
}

// Roles reads what roles permit and who has them.
type Roles interface {
	// Grants returns the roles of a person with their permissions, the narrowest first; none for somebody who has left. A role in a group of centres is
	// one in each of them.
	Grants(ctx context.Context, r journal.Reader, staff id.ID) (scope.Grants, error)
	// AllGrants returns the roles of everybody, as Grants does of one.
	AllGrants(ctx context.Context, r journal.Reader) (map[id.ID]scope.Grants, error)
	// SignInRules returns how people sign in, by day.
	SignInRules(ctx context.Context, r journal.Reader) ([]SignInRule, error)
	// Group returns the centres of a named group, sorted, and false when it was never defined.
	Group(ctx context.Context, r journal.Reader, name string) (Group, bool, error)
	// AsOf returns as of what roles, tokens and the desk are what they are.
	AsOf(ctx context.Context, r journal.Reader, desk string) (AsOf, error)
	// Permissions returns what a role permits, sorted, and false when the role was never defined.
	Permissions(ctx context.Context, r journal.Reader, role string) ([]string, bool, error)
}

// Seats reads who sits where.
type Seats interface {
	// Seat returns who sits at a desk, and false when nobody does.
	Seat(ctx context.Context, r journal.Reader, desk string) (Seat, bool, error)
	// LastDesk returns the desk that a person took last, or "".
	LastDesk(ctx context.Context, r journal.Reader, staff id.ID) (string, error)
	// Colleagues returns who has worked at a centre and still works here, the latest first.
	Colleagues(ctx context.Context, r journal.Reader, centre string, limit int) ([]Person, error)
}

// Tokens keeps the hashes of tokens outside the journal and reads what they permit.
type Tokens interface {
	// Add stores the hash of a new token and what people call it.
	AddToken(ctx context.Context, tx *journal.Tx, token id.ID, label string, hash TokenHash) error
	// ByHash returns the session of a token that was not revoked; NotFound "staff.token_unknown" when there is none.
	ByHash(ctx context.Context, r journal.Reader, hash TokenHash) (Session, error)
	// TokenGrants returns what the role of a token permits, and when the token ends: never, where that is the zero time. A token that was revoked has nothing.
	TokenGrants(ctx context.Context, r journal.Reader, token id.ID) (scope.Grants, time.Time, error)
	// AllTokens returns the tokens that were not revoked, the newest first.
	AllTokens(ctx context.Context, r journal.Reader) ([]Token, error)
	// HasToken tells whether there is a token of that id that was not revoked.
	HasToken(ctx context.Context, r journal.Reader, token id.ID) (bool, error)
}

// Places tells where desks and centres are.
type Places interface {
	// Names returns how the municipalities, the places in them and the centres are called.
	Names(ctx context.Context, r journal.Reader) ([]string, error)
	// Municipality returns NotFound for a municipality that is not known, by its ATVK code.
	Municipality(ctx context.Context, r journal.Reader, code string) error
	// MunicipalityOf returns the ATVK code of a centre's municipality, and NotFound for a centre that is not known.
	MunicipalityOf(ctx context.Context, r journal.Reader, centre string) (string, error)
	// Zone returns what the clocks at a centre show, and NotFound for a centre that is not known.
	Zone(ctx context.Context, r journal.Reader, centre string) (*time.Location, error)
	// Desk returns a desk, and NotFound for one that is not known.
	Desk(ctx context.Context, r journal.Reader, code string) (Desk, error)
	// Desks returns the desks in the scopes that are open today, by centre and code.
	Desks(ctx context.Context, r journal.Reader, scopes []scope.Scope) ([]Desk, error)
}

// EventKind is what happened, for the security log.
type EventKind string

// The kinds. A change is named by the kind of its line.
const (
	SignedIn   EventKind = "signed-in"
	SignInFail EventKind = "sign-in-failed"
	Denied     EventKind = "denied"
	Exported   EventKind = "exported"
	Changed    EventKind = "changed"
)

// EventKinds are all kinds, in the order of screens.
var EventKinds = []EventKind{SignedIn, SignInFail, Denied, Exported, Changed}

// Event is a line of the security log.
type Event struct {
	At   time.Time
	Kind EventKind
	// Who acted, as lines name actors; empty where nobody knows. What was typed as a name is never kept: it may be a password.
	Who string
	// What it was about: a route, or the kind of a line.
	What string
	// Address is from where, as limits count it; empty on the command line.
	Address string
}

// Asked is what is looked for in the security log; what is empty or zero narrows nothing.
type Asked struct {
	Who  string
	Kind EventKind
	// From and Until are the span, in UTC, Until excluded.
	From, Until time.Time
	// Limit is how many rows, at most, and Skip how many of them were shown before.
	Limit, Skip int
}

// Log keeps what happened around signing in and rights, apart from the log of requests.
type Log interface {
	// Note keeps an event, which gets its time and address here. What cannot be kept is said in the log of the program: nobody is kept from her work by it.
	Note(ctx context.Context, e Event)
}

// note keeps an event where there is a log.
func (s *Service) note(ctx context.Context, e Event) {
	if s.Log != nil {
		s.Log.Note(ctx, e)
	}
}

// Config is what the service is made of.
type Config struct {
	Journal  *journal.Journal
	Accounts Accounts
	Attempts Attempts
	Roles    Roles
	Seats    Seats
	Tokens   Tokens
	Uses     Uses
	Devices  Devices
	Log      Log
	Places   Places
	// Persons keeps who people are, and PersonKey makes a code of it; without a key nobody can be proven to be a second person.
	Persons   Persons
	PersonKey *personcode.Key
	// Known returns a permission, and false for one that no code of the program asks for.
	Known func(permission string) (scope.Permission, bool)
	// Cost is that of hashes of passwords; the usual one where nothing is said.
	Cost Cost
	// Proofs takes away by what somebody proves who she is; nil where there is nothing but passwords.
	Proofs Proofs
}

// Proofs is by what people prove who they are, beside their passwords.
type Proofs interface {
	// DropAll takes away all that somebody has, with a line that says why.
	DropAll(ctx context.Context, tx *journal.Tx, staff id.ID, why string) error
}

// Service is what can be done with staff, roles, desks in use and tokens.
type Service struct {
	Config
	hashes   chan struct{} // as many as may be computed at once
	sessions *cache
	gate     *gate.Gate
	uses     uses
}

// New returns the service.
func New(c Config) *Service {
	c.Cost = cmp.Or(c.Cost, usualCost)
	return &Service{Config: c, hashes: make(chan struct{}, gate.AtOnce+1), sessions: newCache(), gate: gate.New(c.Journal.Now)}
}
