package proof

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/passkey"
	"vienkopus/internal/staff/ticket"
)

const (
	// mostPasskeys is how many somebody may have.
	mostPasskeys = 20
	// longestLabel is that of a name that somebody gives to a passkey, in characters.
	longestLabel = 60
)

// What tickets of passkeys are for.
const (
	forEnrolment = "passkey.add"
	forSignIn    = "passkey.sign-in"
	forConfirm   = "passkey.confirm"
)

// passkeyLookup is by what a passkey is found: the SHA-256 of its id, which the device has drawn.
func passkeyLookup(credential []byte) []byte {
	sum := sha256.Sum256(append([]byte("passkey\x00"), credential...))
	return sum[:]
}

func (s *Service) owner(ctx context.Context, person id.ID) (passkey.Owner, error) {
	account, err := s.Staff.Accounts.ByID(ctx, s.Journal.DB(), person)
	if err != nil {
		return passkey.Owner{}, fmt.Errorf("proof: account: %w", err)
	}
	return passkey.Owner{ID: person, SignIn: account.SignIn, Name: account.Name}, nil
}

// passkeys returns those of somebody.
func (s *Service) passkeys(ctx context.Context, r journal.Reader, person id.ID) ([]passkey.Key, error) {
	all, err := s.Store.Of(ctx, r, person)
	if err != nil {
		return nil, err
	}
	var keys []passkey.Key
	for _, p := range all {
		if p.Kind != Passkey {
			continue
		}
		key, err := passkey.ReadKey(p.Secret)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// HasPasskey tells whether somebody has a passkey.
func (s *Service) HasPasskey(ctx context.Context, person id.ID) (bool, error) {
	keys, err := s.passkeys(ctx, s.Journal.DB(), person)
	return len(keys) > 0, err
}

// Called returns what the owner of a proof calls it, or "".
func (p Proof) Called() string {
	if p.Kind != Passkey {
		return p.Label
	}
	key, err := passkey.ReadKey(p.Secret)
	if err != nil {
		return ""
	}
	return key.Name
}

// OfferPasskey returns what a browser needs to make a passkey of somebody, as JSON.
func (s *Service) OfferPasskey(ctx context.Context, at *passkey.Site, person id.ID) ([]byte, error) {
	owner, err := s.owner(ctx, person)
	if err != nil {
		return nil, err
	}
	has, err := s.passkeys(ctx, s.Journal.DB(), person)
	if err != nil {
		return nil, err
	}
	challenge, err := s.Tickets.Give(ctx, ticket.Purpose{For: forEnrolment, Holder: person.String()})
	if err != nil {
		return nil, err
	}
	return at.Offer(owner, has, challenge)
}

// EnrolPasskey adds the passkey that a browser has made, under the name that its owner gives it. It returns Invalid for an answer that is not one to OfferPasskey of the last minutes, for one whose owner was
// not verified, and for a name that is none, and Conflict for a passkey that is known and for too many.
func (s *Service) EnrolPasskey(ctx context.Context, by actor.Actor, at *passkey.Site, person id.ID, name string, answer []byte, key string) error {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > longestLabel || strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Cf, r) || unicode.IsControl(r) }) {
		return fault.NewInvalid("proof.passkey_name").On("name")
	}
	owner, err := s.owner(ctx, person)
	if err != nil {
		return err
	}
	made, err := at.Accept(owner, answer, s.taking(ctx, forEnrolment, person.String()))
	if err != nil {
		return unproven(err)
	}
	made.Name = name
	text, err := made.Text()
	if err != nil {
		return err
	}
	lookup := passkeyLookup(made.Credential.ID)
	_, err = s.post(ctx, by, key, []any{"passkey", person, hex.EncodeToString(lookup)}, func(tx *journal.Tx) error {
		tx.Own()
		if err := s.room(ctx, tx, person); err != nil {
			return err
		}
		switch _, known, err := s.Store.Find(ctx, tx, Passkey, lookup); {
		case err != nil:
			return err
		case known:
			return fault.NewConflict("proof.passkey_known")
		}
		return s.add(ctx, tx, Proof{Staff: person, Kind: Passkey, Lookup: lookup, Secret: text})
	})
	return err
}

// room returns a fault unless somebody works here and may have one more passkey.
func (s *Service) room(ctx context.Context, tx *journal.Tx, person id.ID) error {
	if err := s.Staff.Over(ctx, tx, person); err != nil {
		return err
	}
	all, err := s.Store.Of(ctx, tx, person)
	if err != nil {
		return err
	}
	if n := len(slices.DeleteFunc(all, func(p Proof) bool { return p.Kind != Passkey })); n >= mostPasskeys {
		return fault.NewConflict("proof.passkey_many", "Count", mostPasskeys)
	}
	return nil
}

// unproven is what somebody is told whose browser did not prove what it should. Why stands in the log of the program: the library's words are for us.
func unproven(err error) error {
	switch {
	case errors.Is(err, passkey.ErrUnverified):
		return fault.NewInvalid("proof.passkey_unverified")
	case errors.Is(err, ticket.ErrRefused):
		return fault.NewInvalid("proof.passkey_late")
	case errors.Is(err, passkey.ErrRefused):
		return fault.NewInvalid("proof.passkey_wrong")
	}
	return err
}

func (s *Service) taking(ctx context.Context, what, holder string) func([]byte) error {
	return func(challenge []byte) error {
		return s.Tickets.Take(ctx, ticket.Purpose{For: what, Holder: holder}, challenge)
	}
}

// AskPasskey returns what a browser needs to prove by a passkey who is there, as JSON. Holder is what the browser is known by.
func (s *Service) AskPasskey(ctx context.Context, at *passkey.Site, holder string) ([]byte, error) {
	challenge, err := s.Tickets.Give(ctx, ticket.Purpose{For: forSignIn, Holder: holder})
	if err != nil {
		return nil, err
	}
	return at.Ask(nil, challenge)
}

// AskPasskeyOf is AskPasskey of somebody who has signed in. It returns NotFound for somebody who has no passkey.
func (s *Service) AskPasskeyOf(ctx context.Context, at *passkey.Site, person id.ID) ([]byte, error) {
	has, err := s.passkeys(ctx, s.Journal.DB(), person)
	if err != nil {
		return nil, err
	}
	if len(has) == 0 {
		return nil, fault.NewNotFound("proof.unknown")
	}
	challenge, err := s.Tickets.Give(ctx, ticket.Purpose{For: forConfirm, Holder: person.String()})
	if err != nil {
		return nil, err
	}
	return at.Ask(has, challenge)
}

// ByPasskey returns the account of whoever has answered AskPasskey. It returns Unauthenticated for an answer that proves nothing or that nobody knows, Forbidden during a pause after many wrong ones, and
// what staff.SignIn returns else.
func (s *Service) ByPasskey(ctx context.Context, from staff.Origin, at *passkey.Site, holder string, answer []byte) (staff.Account, error) {
	wrong := fault.NewUnauthenticated("proof.passkey_wrong")
	said, err := passkey.Read(answer)
	if err != nil {
		return staff.Account{}, wrong
	}
	door, err := s.Staff.Door(ctx, from)
	if err != nil {
		return staff.Account{}, err
	}
	defer door.Leave()
	lookup := passkeyLookup(said.ID)
	p, known, err := s.Store.Find(ctx, s.Journal.DB(), Passkey, lookup)
	if err != nil {
		return staff.Account{}, err
	}
	whose := said.Owner // what a passkey says that is not here any more: the security log names her, and nothing else follows from it
	if known {
		whose = p.Staff
	}
	account, err := s.Staff.Accounts.ByID(ctx, s.Journal.DB(), whose)
	if err != nil && (known || fault.KindOf(err) != fault.NotFound) {
		return account, fmt.Errorf("proof: account: %w", err)
	}
	check := func(ctx context.Context) (string, error) {
		switch {
		case !known:
			return "proof.passkey_unknown", nil
		case account.Left:
			return staff.HasLeft, nil
		}
		return staff.Unless("proof.passkey_wrong")(s.holds(ctx, at, p, said, s.taking(ctx, forSignIn, holder)))
	}
	// Failures count for the passkey, whose id strangers do not know: wrong passwords under her name hold up nobody with a passkey.
	if err := door.Verify(ctx, "passkey\x00"+hex.EncodeToString(lookup), account, check); err != nil {
		if fault.KindOf(err) == fault.Unauthenticated {
			err = wrong
		}
		return account, err
	}
	return account, nil
}

// ConfirmPasskey returns nil when the answer to AskPasskeyOf proves that somebody who has signed in is there. It returns what staff.Confirm returns.
func (s *Service) ConfirmPasskey(ctx context.Context, at *passkey.Site, person id.ID, answer []byte) error {
	const wrong = "proof.passkey_wrong"
	err := s.Staff.VerifyInside(ctx, person, func(ctx context.Context) (string, error) {
		said, err := passkey.Read(answer)
		if err != nil {
			return wrong, nil //nolint:nilerr // what cannot be read proves nothing
		}
		p, known, err := s.Store.Find(ctx, s.Journal.DB(), Passkey, passkeyLookup(said.ID))
		if err != nil || !known || p.Staff != person {
			return wrong, err
		}
		return staff.Unless(wrong)(s.holds(ctx, at, p, said, s.taking(ctx, forConfirm, person.String())))
	})
	if fault.KindOf(err) == fault.Unauthenticated {
		err = fault.NewUnauthenticated(wrong)
	}
	return err
}

// holds tells whether an answer proves that the owner of a passkey is there, and that nobody has a copy of it.
func (s *Service) holds(ctx context.Context, at *passkey.Site, p Proof, said passkey.Answer, take func([]byte) error) (bool, error) {
	key, err := passkey.ReadKey(p.Secret)
	if err != nil {
		return false, err
	}
	count, err := at.Prove(said, passkey.Owner{ID: p.Staff}, key, take)
	if errors.Is(err, passkey.ErrRefused) || errors.Is(err, passkey.ErrUnverified) || errors.Is(err, ticket.ErrRefused) {
		slog.InfoContext(ctx, "a passkey proved nothing", slog.String("proof", p.ID.String()), slog.Any("error", err))
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if floor := key.Credential.Authenticator.SignCount; count > floor || floor == 0 && count == 0 {
		if fresh, err := s.Uses.Advance(ctx, p.ID, count, s.Journal.Now()); err != nil || fresh {
			return fresh, err
		}
	}
	slog.WarnContext(ctx, "a passkey counts back: somebody may have a copy of it", slog.String("proof", p.ID.String()), slog.Any("count", count))
	if s.Staff.Log != nil {
		s.Staff.Log.Note(ctx, staff.Event{Kind: staff.Denied, Who: p.Staff.String(), What: "proof.passkey_copied"})
	}
	return false, nil
}
