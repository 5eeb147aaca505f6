package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
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
}

// tokenPrefix lets people and scanners of leaked secrets recognise a token.
const tokenPrefix = "vk_"

// CreateToken makes a token and returns its secret, which is shown this once and never again. It returns Invalid for a
// role, desk or scope that is not known, Conflict when the request was answered before, and Forbidden unless the actor
// may make tokens in the whole scope.
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
	return secret, token, nil
}

// tokenFact says what the token may do and where, from the desk that it is for.
func (s *Service) tokenFact(ctx context.Context, tx *journal.Tx, in NewToken) (TokenCreated, error) {
	fact := TokenCreated{Token: tx.NewID(), Role: in.Role, Scope: in.Scope, Desk: in.Desk}
	if _, known, err := s.Roles.Permissions(ctx, tx, in.Role); err != nil {
		return fact, fmt.Errorf("staff: role: %w", err)
	} else if !known {
		return fact, fault.NewInvalid("staff.role_unknown", "Role", in.Role).On("role")
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
	return fact, nil
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
