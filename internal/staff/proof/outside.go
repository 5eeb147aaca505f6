package proof

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/ticket"
)

// longestSubject is that of OpenID Connect Core, §2, in bytes.
const longestSubject = 255

// HasOutside tells whether somebody has bound an account elsewhere, while there is a provider.
func (s *Service) HasOutside(ctx context.Context, person id.ID) (bool, error) {
	if s.Provider == nil {
		return false, nil
	}
	all, err := s.Store.Of(ctx, s.Journal.DB(), person)
	for _, p := range all {
		if p.Kind == Outside {
			return true, err
		}
	}
	return false, err
}

// nowhere is the fault of a program without a provider.
func nowhere() error { return fault.NewNotFound("proof.outside_nowhere") }

// SendOutside returns the address at the provider to which the browser is sent. It returns NotFound without a provider, and Conflict "proof.outside_away" when it does not answer.
func (s *Service) SendOutside(ctx context.Context, t Trip) (string, error) {
	if s.Provider == nil {
		return "", nowhere()
	}
	given, err := s.Tickets.Give(ctx, t.purpose())
	if err != nil {
		return "", err
	}
	ask, err := s.ask(ctx, t, given)
	if err != nil {
		return "", err
	}
	address, err := s.Provider.Begin(ctx, ask)
	return address, s.elsewhere(ctx, err)
}

// ask is what is asked of the provider on a trip. The nonce and the verifier follow from the ticket and from what only this browser keeps: nothing of it is stored.
func (s *Service) ask(ctx context.Context, t Trip, given []byte) (Ask, error) {
	nonce, err := s.Tickets.Grow(ctx, "nonce", t.Secret, given)
	if err != nil {
		return Ask{}, err
	}
	verifier, err := s.Tickets.Grow(ctx, "verifier", t.Secret, given)
	b64 := base64.RawURLEncoding
	return Ask{State: b64.EncodeToString(given), Nonce: b64.EncodeToString(nonce), Verifier: b64.EncodeToString(verifier), Back: t.Back, Again: t.Errand == ToConfirm}, err
}

// elsewhere is what somebody is told of a provider that refused or did not answer. Why stands in the log of the program.
func (s *Service) elsewhere(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrAway):
		slog.WarnContext(ctx, "the provider of accounts elsewhere does not answer", slog.Any("error", err))
		return fault.NewConflict("proof.outside_away")
	case errors.Is(err, ErrRefused), errors.Is(err, ticket.ErrRefused):
		slog.InfoContext(ctx, "an account elsewhere proved nothing", slog.Any("error", err))
		return fault.NewUnauthenticated("proof.outside_wrong")
	}
	return err
}

// Return returns who came back from a trip. State, and what is in got, are what the browser has brought; a state is used once. It returns Unauthenticated for what proves nothing.
func (s *Service) Return(ctx context.Context, t Trip, state string, got Answer) (Identity, error) {
	if s.Provider == nil {
		return Identity{}, nowhere()
	}
	given, err := base64.RawURLEncoding.DecodeString(state)
	if err != nil || t.Secret == "" {
		return Identity{}, fault.NewUnauthenticated("proof.outside_wrong")
	}
	if err := s.Tickets.Take(ctx, t.purpose(), given); err != nil {
		return Identity{}, s.elsewhere(ctx, err)
	}
	ask, err := s.ask(ctx, t, given)
	if err != nil {
		return Identity{}, err
	}
	if got.Code == "" { // she has refused, or the provider has
		return Identity{}, fault.NewUnauthenticated("proof.outside_refused")
	}
	who, err := s.Provider.Finish(ctx, ask, got)
	return who, s.elsewhere(ctx, err)
}

// outsideLookup is by what an account elsewhere is found: a code with a key outside the database, since some providers call people by their personal codes, which can be guessed.
func (s *Service) outsideLookup(issuer, subject string) ([]byte, error) {
	if s.Staff.PersonKey == nil {
		return nil, fault.NewConflict("staff.code_no_key")
	}
	return s.Staff.PersonKey.Elsewhere(issuer, subject), nil
}

// Bind binds an account elsewhere to that of somebody, who signs in by it from then on. An account is bound to one person alone, by issuer and subject; never by an e-mail address. Whoever binds for another must be allowed to manage staff
// wherever she has a role, and is no second person towards her for a while. It returns Invalid for an account that is none and Conflict for one that is bound already.
func (s *Service) Bind(ctx context.Context, by actor.Actor, person id.ID, who Identity, key string) error {
	if who.Issuer == "" || who.Subject == "" || len(who.Subject) > longestSubject {
		return fault.NewInvalid("proof.outside_subject").On("subject")
	}
	lookup, err := s.outsideLookup(who.Issuer, who.Subject)
	if err != nil {
		return err
	}
	label := who.Issuer
	if s.Provider != nil && s.Provider.Known().Issuer == who.Issuer {
		label = s.Provider.Known().Name
	}
	_, err = s.post(ctx, by, key, []any{"outside", person, hex.EncodeToString(lookup)}, func(tx *journal.Tx) error {
		if err := s.Staff.Over(ctx, tx, person); err != nil {
			return err
		}
		switch _, known, err := s.Store.Find(ctx, tx, Outside, lookup); {
		case err != nil:
			return err
		case known:
			return fault.NewConflict("proof.outside_known")
		}
		return s.add(ctx, tx, Proof{Staff: person, Kind: Outside, Lookup: lookup, Label: label})
	})
	return err
}

// ByOutside returns the account to which an account elsewhere is bound. It returns Unauthenticated "proof.outside_unknown" when it is bound to none, and what staff.SignIn returns else. It makes no account.
func (s *Service) ByOutside(ctx context.Context, from staff.Origin, who Identity) (staff.Account, error) {
	door, err := s.Staff.Door(ctx, from)
	if err != nil {
		return staff.Account{}, err
	}
	defer door.Leave()
	p, account, err := s.bound(ctx, who)
	if err != nil {
		return account, err
	}
	check := func(ctx context.Context) (string, error) {
		switch {
		case p.ID.IsZero():
			return "proof.outside_unknown", nil
		case account.Left:
			return staff.HasLeft, nil
		}
		_, err := s.Uses.Advance(ctx, p.ID, 0, s.Journal.Now())
		return "", err
	}
	if err := door.Verify(ctx, "outside\x00"+hex.EncodeToString(p.Lookup), account, check); err != nil {
		if fault.KindOf(err) == fault.Unauthenticated {
			err = fault.NewUnauthenticated("proof.outside_unknown")
		}
		return account, err
	}
	return account, nil
}

// proofAge is how long ago somebody may have proven elsewhere who she is when she is asked to do so again.
const proofAge = 5 * time.Minute

// ConfirmOutside returns nil when who has come back is somebody who has signed in, and has proven it a moment ago. It returns Unauthenticated otherwise.
func (s *Service) ConfirmOutside(ctx context.Context, person id.ID, who Identity) error {
	p, _, err := s.bound(ctx, who)
	if err != nil {
		return err
	}
	if p.Staff != person || s.Journal.Now().Sub(who.Proven) > proofAge {
		return fault.NewUnauthenticated("proof.outside_other")
	}
	return nil
}

func (s *Service) bound(ctx context.Context, who Identity) (Proof, staff.Account, error) {
	lookup, err := s.outsideLookup(who.Issuer, who.Subject)
	if err != nil {
		return Proof{}, staff.Account{}, err
	}
	p, known, err := s.Store.Find(ctx, s.Journal.DB(), Outside, lookup)
	if err != nil || !known {
		return Proof{Lookup: lookup}, staff.Account{}, err
	}
	account, err := s.Staff.Accounts.ByID(ctx, s.Journal.DB(), p.Staff)
	if err != nil {
		return p, account, fmt.Errorf("proof: account: %w", err)
	}
	return p, account, nil
}
