package staff

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
)

// NameHash is the SHA-256 of a sign-in name as foldName writes it.
type NameHash [sha256.Size]byte

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
// password that is wrong, without saying which, and Forbidden during a pause after many wrong ones.
func (s *Service) SignIn(ctx context.Context, signIn, password string) (Account, error) {
	signIn = foldName(signIn)
	account, err := s.Accounts.ByName(ctx, s.Journal.DB(), signIn)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Account{}, fmt.Errorf("staff: sign in: %w", err)
	}
	if err := s.verify(ctx, signIn, account, password); err != nil {
		return Account{}, err
	}
	return account, nil
}

// SignInAs is SignIn for a person who was chosen from a list.
func (s *Service) SignInAs(ctx context.Context, staff id.ID, password string) (Account, error) {
	account, err := s.Accounts.ByID(ctx, s.Journal.DB(), staff)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Account{}, fmt.Errorf("staff: sign in: %w", err)
	}
	if err := s.verify(ctx, account.SignIn, account, password); err != nil {
		return Account{}, err
	}
	return account, nil
}

// verify does the same work for everybody: an unknown name, somebody who has left and a wrong password look alike.
// An attempt counts as failed before it is tried, so that many at once get no more tries than one after the other.
func (s *Service) verify(ctx context.Context, signIn string, account Account, password string) error {
	name := NameHash(sha256.Sum256([]byte(signIn)))
	now := s.Journal.Now()
	if err := s.Attempts.Begin(ctx, name, func(t Tries) (Tries, error) { return t.next(now) }); err != nil {
		return fmt.Errorf("staff: sign in: %w", err)
	}
	hash := account.Password
	if account.Left {
		hash = ""
	}
	ok, err := s.matches(ctx, password, hash)
	if err != nil {
		return err
	}
	if !ok {
		return fault.NewUnauthenticated("staff.sign_in_wrong").On("password")
	}
	if err := s.Attempts.Clear(ctx, name); err != nil {
		return fmt.Errorf("staff: sign in: %w", err)
	}
	return nil
}
