package staff

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/staff/gate"
)

// NameHash is the SHA-256 of a sign-in name as foldName writes it, and of the device from which it was tried, where the person has signed in from there before:
// what strangers guess holds up nobody at her own desk.
type NameHash [sha256.Size]byte

// DeviceHash is the SHA-256 of what a browser keeps to be known again; zero for a browser that keeps nothing.
type DeviceHash [sha256.Size]byte

// Origin is from where somebody tries to sign in.
type Origin struct {
	// Address is the network address, as limits count it.
	Address string
	Device  DeviceHash
	// Seen tells that the browser has shown a mark of ours: somebody has signed in there before.
	Seen bool
}

// Devices keeps from which devices people have signed in. What is lost of it harms nobody.
type Devices interface {
	// Knows tells whether somebody has signed in from there before.
	Knows(ctx context.Context, device DeviceHash, staff id.ID) (bool, error)
	// Remember notes that somebody has.
	Remember(ctx context.Context, device DeviceHash, staff id.ID, at time.Time) error
}

// Tries are the failed sign-ins of one name.
type Tries struct {
	Failures int
	// Last is when the last one was, in UTC.
	Last time.Time
}

const (
	// freeTries may fail one after the other; the next ones wait.
	freeTries = 5
	// triesWindow is how long a failure counts.
	triesWindow = 15 * time.Minute
	// firstPause is the pause after the freeTries; each further failure doubles it, up to longestPause.
	firstPause   = 30 * time.Second
	longestPause = 15 * time.Minute
)

// next counts one more failure, or returns Forbidden while a pause lasts. The moment of the last failure is not moved by a refused attempt.
func (t Tries) next(now time.Time) (Tries, error) {
	if now.Sub(t.Last) >= triesWindow {
		t = Tries{}
	}
	if wait := t.Last.Add(t.pause()).Sub(now); wait > 0 {
		minutes := int((wait + time.Minute - 1) / time.Minute)
		return t, fault.NewForbidden("staff.paused", "Minutes", minutes)
	}
	return Tries{Failures: t.Failures + 1, Last: now}, nil
}

// pause is how long to wait after the last failure.
func (t Tries) pause() time.Duration {
	if t.Failures < freeTries {
		return 0
	}
	pause := firstPause
	for range t.Failures - freeTries {
		if pause *= 2; pause >= longestPause {
			return longestPause
		}
	}
	return pause
}

// SignIn returns the account that a sign-in name and a password open. It returns Unauthenticated for a name or a
// password that is wrong, without saying which, Forbidden during a pause after many wrong ones, and gate.ErrBusy when too many sign in at once.
func (s *Service) SignIn(ctx context.Context, from Origin, signIn, password string) (Account, error) {
	door, err := s.Door(ctx, from)
	if err != nil {
		return Account{}, err
	}
	defer door.Leave()
	account, err := s.Named(ctx, signIn)
	if err != nil {
		return account, err
	}
	return account, door.Verify(ctx, signIn, account, s.byPassword(account, password))
}

// Named returns the account of a sign-in name, and the zero value for a name that is nobody's: who is outside must not be told.
func (s *Service) Named(ctx context.Context, signIn string) (Account, error) {
	account, err := s.Accounts.ByName(ctx, s.Journal.DB(), foldName(signIn))
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Account{}, fmt.Errorf("staff: sign in: %w", err)
	}
	return account, nil
}

// byPassword looks whether a password is that of an account. Of no account, and of somebody who has left, it takes as long.
func (s *Service) byPassword(account Account, password string) Check {
	return func(ctx context.Context) (string, error) {
		hash, wrong := account.Password, wrongPassword
		if account.Left {
			hash, wrong = "", HasLeft
		}
		return Unless(wrong)(s.matches(ctx, password, hash))
	}
}

// SignInAs is SignIn for a person who was chosen from a list.
func (s *Service) SignInAs(ctx context.Context, from Origin, staff id.ID, password string) (Account, error) {
	door, err := s.Door(ctx, from)
	if err != nil {
		return Account{}, err
	}
	defer door.Leave()
	account, err := s.Accounts.ByID(ctx, s.Journal.DB(), staff)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Account{}, fmt.Errorf("staff: sign in: %w", err)
	}
	return account, door.Verify(ctx, account.SignIn, account, s.byPassword(account, password))
}

// Confirm returns nil when the password is that of somebody who has signed in: she proves again who she is. It returns what SignIn returns.
func (s *Service) Confirm(ctx context.Context, staff id.ID, password string) error {
	account, err := s.Accounts.ByID(ctx, s.Journal.DB(), staff)
	if err != nil {
		return fmt.Errorf("staff: confirm: %w", err)
	}
	return s.verifyInside(ctx, account, s.byPassword(account, password))
}

// Check looks whether what somebody has typed or shown is right: it returns "" then, and else the key of what was wrong, for the security log. Whoever is outside is not told.
type Check func(ctx context.Context) (wrong string, err error)

// wrongPassword is of a password that is not that of the name, and HasLeft of somebody who works here no longer.
const (
	wrongPassword = "staff.sign_in_wrong" //nolint:gosec // the key of a message
	HasLeft       = "staff.sign_in_left"
)

// Unless returns what a check returns that knows one thing that can be wrong.
func Unless(wrong string) func(ok bool, err error) (string, error) {
	return func(ok bool, err error) (string, error) {
		if ok {
			wrong = ""
		}
		return wrong, err
	}
}

// VerifyInside returns nil when the check says that it is somebody who has signed in. It returns what Confirm returns.
func (s *Service) VerifyInside(ctx context.Context, staff id.ID, check Check) error {
	account, err := s.Accounts.ByID(ctx, s.Journal.DB(), staff)
	if err != nil {
		return fmt.Errorf("staff: confirm: %w", err)
	}
	return s.verifyInside(ctx, account, check)
}

func (s *Service) verifyInside(ctx context.Context, account Account, check Check) error {
	leave, err := s.gate.Enter(ctx, gate.Caller{Known: true})
	if err != nil {
		return fmt.Errorf("staff: sign in: %w", err)
	}
	defer leave()
	_, err = s.verify(ctx, attempt{Caller: gate.Caller{Known: true}, name: insideName(account.SignIn)}, check)
	return err
}

// Door is where somebody stands who was outside and is through the gate. Whoever has one leaves when done.
type Door struct {
	s    *Service
	from Origin
	// Leave lets the next one in.
	Leave func()
}

// Door lets somebody in by the gate, before anything is looked up for her: a flood costs no question to the database, and whoever waits holds nothing.
// It returns gate.ErrBusy when she is sent away, and the error of ctx.
func (s *Service) Door(ctx context.Context, from Origin) (Door, error) {
	leave, err := s.gate.Enter(ctx, gate.Caller{Address: from.Address, Known: from.Seen})
	if err != nil {
		return Door{}, fmt.Errorf("staff: sign in: %w", err)
	}
	return Door{s, from, leave}, nil
}

// Verify tries the check, and counts it by her name. The account is the zero value for a name that is nobody's. It returns what SignIn returns.
func (d Door) Verify(ctx context.Context, signIn string, account Account, check Check) error {
	s, from := d.s, d.from
	signIn = foldName(signIn)
	try := attempt{Caller: gate.Caller{Address: from.Address}, name: sha256.Sum256([]byte(signIn))}
	if from.Seen && !account.Staff.IsZero() {
		known, err := s.Devices.Knows(ctx, from.Device, account.Staff)
		if err != nil {
			slog.WarnContext(ctx, "nobody knows from which devices people sign in", slog.Any("error", err)) // she is a stranger then
		}
		if try.Known = known; known {
			try.name = sha256.Sum256(append(from.Device[:], signIn...))
		}
	}
	if from.Seen && !try.Known && s.gate.Spent(from.Address) { // a device of somebody else passes the gate, and opens no second budget
		return fmt.Errorf("staff: sign in: %w", gate.ErrBusy)
	}
	who := ""
	if !account.Staff.IsZero() {
		who = account.Staff.String()
	}
	wrong, err := s.verify(ctx, try, check)
	if err != nil {
		if f := fault.First(err); f != nil { // whoever was sent away at the gate tried nothing
			s.note(ctx, Event{Kind: SignInFail, Who: who, What: cmp.Or(wrong, f.Key)})
		}
		return err
	}
	s.note(ctx, Event{Kind: SignedIn, Who: who})
	if from.Device == (DeviceHash{}) {
		return nil
	}
	if err := s.Devices.Remember(ctx, from.Device, account.Staff, s.Journal.Now()); err != nil {
		slog.WarnContext(ctx, "a device could not be remembered", slog.Any("error", err))
	}
	return nil
}

// insideName counts apart what is tried in a session.
func insideName(signIn string) NameHash { return sha256.Sum256([]byte("inside\x00" + signIn)) }

// attempt is one try of a password: under which name its failure counts, and for which address.
type attempt struct {
	gate.Caller
	name NameHash
}

// verify does the same work for everybody: an unknown name, somebody who has left and a wrong password look alike.
// An attempt counts as failed before it is tried, so that many at once get no more tries than one after the other.
func (s *Service) verify(ctx context.Context, try attempt, check Check) (wrong string, err error) {
	now := s.Journal.Now()
	if err := s.Attempts.Begin(ctx, try.name, func(t Tries) (Tries, error) { return t.next(now) }); err != nil {
		return "", fmt.Errorf("staff: sign in: %w", err)
	}
	if wrong, err = check(ctx); err != nil {
		return "", err
	}
	if wrong != "" {
		s.gate.Wrong(try.Caller)
		return wrong, fault.NewUnauthenticated("staff.sign_in_wrong").On("password")
	}
	if err := s.Attempts.Clear(ctx, try.name); err != nil {
		return "", fmt.Errorf("staff: sign in: %w", err)
	}
	return "", nil
}
