package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
)

// TokenHash is the SHA-256 of a token's secret. The secret is 256 random bits, so that no salt and no slow hash is needed.
type TokenHash [sha256.Size]byte

// NewToken is what a token is made for.
type NewToken struct {
	// Label is what people call it, for example "Cēsu bibliotēkas kiosks"; it stands outside the journal.
	Label string
	Role  string
	// Desk is where its lines are written; empty for a token that only reads.
	Desk string
	// Scope is where the role holds; the zero value stands for the centre of the desk.
	Scope scope.Scope
	// Until is when it ends, in UTC; the zero time stands for UsualTokenLife from now on.
	Until time.Time
}

// UsualTokenLife is how long a token lives of which nothing else is said, and LongestTokenLife how long one may.
const (
	UsualTokenLife   = 365 * 24 * time.Hour
	LongestTokenLife = 2 * UsualTokenLife
)

// Token is a token in a list.
type Token struct {
	ID    id.ID
	Label string
	Role  string
	Scope scope.Scope
	Desk  string
	// Ends is when it ends; the zero time for one from before tokens ended.
	Ends time.Time
	// Used is when it was used last, give or take some minutes; the zero time for never.
	Used time.Time
}

// Uses keeps when tokens were used. What is lost of it harms nobody.
type Uses interface {
	// Touch notes that a token was used.
	Touch(ctx context.Context, token id.ID, at time.Time) error
	// Used returns when each token was used last.
	Used(ctx context.Context) (map[id.ID]time.Time, error)
}

// touchEvery is how late the use of a token may be noted.
const touchEvery = 5 * time.Minute

// uses are when the uses of tokens were noted last.
type uses struct {
	mu    sync.Mutex
	noted map[id.ID]time.Time
}

// due tells whether the use of a token is to be noted, which then counts as done.
func (u *uses) due(token id.ID, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if last, known := u.noted[token]; known && now.Sub(last) < touchEvery && !now.Before(last) {
		return false
	}
	if u.noted == nil || len(u.noted) >= cacheSize {
		u.noted = map[id.ID]time.Time{}
	}
	u.noted[token] = now
	return true
}

// touch notes that a token is used. When it cannot, the caller is served nevertheless.
func (s *Service) touch(ctx context.Context, token id.ID) {
	if now := s.Journal.Now(); s.uses.due(token, now) {
		if err := s.Uses.Touch(ctx, token, now); err != nil {
			slog.WarnContext(ctx, "the use of a token could not be noted", slog.Any("error", err))
		}
	}
}

// ListTokens returns the tokens that were not revoked, the newest first, with the time of their last use.
func (s *Service) ListTokens(ctx context.Context) ([]Token, error) {
	all, err := s.Tokens.AllTokens(ctx, s.Journal.DB())
	if err != nil {
		return nil, fmt.Errorf("staff: tokens: %w", err)
	}
	used, err := s.Uses.Used(ctx)
	if err != nil {
		return nil, fmt.Errorf("staff: tokens: %w", err)
	}
	for i := range all {
		all[i].Used = used[all[i].ID]
	}
	return all, nil
}

// tokenPrefix lets people and scanners of leaked secrets recognise a token.
const tokenPrefix = "vk_"

// CreateToken makes a token and returns its secret, which is shown this once and never again. It returns Invalid for a
// role, desk or scope that is not known, Conflict when the request was answered before, and Forbidden unless the actor
// may make tokens in the whole scope. A role that is about the data of creditors needs a scope for one of them ("staff.token_creditor"), and a role of which a
// token may hold nothing is refused ("staff.token_nothing").
func (s *Service) CreateToken(ctx context.Context, by actor.Actor, in NewToken, key string) (secret string, token id.ID, err error) {
	in.Label = strings.TrimSpace(in.Label)
	if in.Label == "" || utf8.RuneCountInString(in.Label) > longestName {
		return "", token, fault.NewInvalid("staff.label_malformed").On("label")
	}
	raw := make([]byte, sha256.Size)
	if _, err := rand.Read(raw); err != nil {
		return "", token, fmt.Errorf("staff: secret: %w", err)
	}
	secret = tokenPrefix + base64.RawURLEncoding.EncodeToString(raw)
	k, err := journal.NewKey(key, in)
	if err != nil {
		return "", token, fmt.Errorf("staff: token: %w", err)
	}
	posted, err := s.Journal.Post(ctx, by, NetworkDesk, k, func(tx *journal.Tx) error {
		fact, err := s.tokenFact(ctx, tx, in)
		if err != nil {
			return err
		}
		if err := s.authorise(ctx, tx, MayMakeTokens, fact.Scope); err != nil {
			return err
		}
		token = fact.Token
		if err := s.Tokens.AddToken(ctx, tx, token, in.Label, hashToken(secret)); err != nil {
			return fmt.Errorf("staff: token: %w", err)
		}
		return tx.Record(ctx, fact)
	})
	switch {
	case err != nil:
		return "", id.ID{}, fmt.Errorf("staff: token: %w", err)
	case posted.Replayed:
		return "", id.ID{}, fault.NewConflict("staff.token_shown")
	}
	s.Changed(ctx, by, posted)
	return secret, token, nil
}

// tokenFact says what the token may do and where, from the desk that it is for.
func (s *Service) tokenFact(ctx context.Context, tx *journal.Tx, in NewToken) (TokenCreated, error) {
	fact := TokenCreated{Token: tx.NewID(), Role: in.Role, Scope: in.Scope, Desk: in.Desk, Expires: in.Until.UTC().Truncate(time.Second)}
	permissions, known, err := s.Roles.Permissions(ctx, tx, in.Role)
	switch {
	case err != nil:
		return fact, fmt.Errorf("staff: role: %w", err)
	case !known:
		return fact, fault.NewInvalid("staff.role_unknown", "Role", in.Role).On("role")
	}
	switch now := tx.Now(); {
	case in.Until.IsZero():
		fact.Expires = now.Add(UsualTokenLife).Truncate(time.Second)
	case !in.Until.After(now) || in.Until.After(now.Add(LongestTokenLife)):
		return fact, fault.NewInvalid("staff.token_life", "Days", int(LongestTokenLife/(24*time.Hour))).On("until")
	}
	if in.Desk != "" {
		desk, err := s.Places.Desk(ctx, tx, in.Desk)
		if fault.KindOf(err) == fault.NotFound {
			return fact, fault.NewInvalid("staff.desk_unknown", "Desk", in.Desk).On("desk")
		} else if err != nil {
			return fact, fmt.Errorf("staff: desk: %w", err)
		}
		fact.Centre, fact.Municipality = desk.Centre, desk.Municipality
	}
	if fact.Scope == (scope.Scope{}) {
		fact.Scope = scope.Centre(fact.Centre)
	}
	if _, err := scope.Parse(fact.Scope.String()); err != nil {
		return fact, fault.NewInvalid("staff.scope_unknown").On("scope")
	}
	return fact, s.fitForToken(in.Role, permissions, fact.Scope)
}

// fitForToken returns a fault for a role of which a token could use nothing.
func (s *Service) fitForToken(role string, permissions []string, in scope.Scope) error {
	if kept := s.forTokens(scope.Grants{{Scope: in, Permissions: permissions}}); len(kept[0].Permissions) > 0 {
		return nil
	}
	for _, name := range permissions {
		if p, known := s.Known(name); known && p.Systems && p.Creditors {
			return fault.NewInvalid("staff.token_creditor").On("scope")
		}
	}
	return fault.NewInvalid("staff.token_nothing", "Role", role).On("role")
}

// RevokeToken ends a token, from the next request on. It returns Forbidden unless the actor may make tokens in the whole network, and
// NotFound for a token that is not there: whoever mistypes an id must not believe that a secret is harmless now.
func (s *Service) RevokeToken(ctx context.Context, by actor.Actor, token id.ID, key string) error {
	in := TokenRevoked{Token: token}
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		if err := s.authorise(ctx, tx, MayMakeTokens, scope.Network); err != nil {
			return err
		}
		known, err := s.Tokens.HasToken(ctx, tx, token)
		if err != nil {
			return fmt.Errorf("staff: token: %w", err)
		}
		if !known {
			return fault.NewNotFound("staff.token_unknown")
		}
		return tx.Record(ctx, in)
	})
}

func hashToken(secret string) TokenHash { return sha256.Sum256([]byte(secret)) }
