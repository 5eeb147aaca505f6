// Package proof knows by what else than a password people prove who they are: a one-time code of a manager, codes of an app, printed codes, passkeys, and an account
// elsewhere.
//
// Rules:
//   - What proves somebody stands outside the journal, as a hash or sealed; a line says that it was added or removed, by whom, and never what it is.
//   - A row is never changed. What is used once is removed by a line, in the same transaction as what it was used for.
//   - A manager's code ends after a day or with its first use. It leads to a new password and takes everything else away that opened the account.
//   - Whoever made the code is no second person towards her for a while, nor she towards him (staff.Rights).
package proof

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/card"
	"vienkopus/internal/staff/ticket"
)

// Kind is how somebody proves who she is.
type Kind string

// The kinds, as rows and lines name them.
const (
	Recovery Kind = "recovery"
	App      Kind = "totp"
	Printed  Kind = "printed"
	Passkey  Kind = "passkey"
	Outside  Kind = "oidc"
)

// Proof is one thing that proves who somebody is.
type Proof struct {
	ID    id.ID
	Staff id.ID
	Kind  Kind
	// Lookup is by what it is found: a hash of a code, the id of a passkey, an account elsewhere.
	Lookup []byte
	// Secret is what it is checked with, in clear; empty where the lookup is enough.
	Secret []byte
	// Label is what its owner calls it.
	Label string
	Made  time.Time
	// Ends is when it ends; the zero time for what does not.
	Ends time.Time
}

// String names the proof and shows nothing of it.
func (p Proof) String() string { return string(p.Kind) + " " + p.ID.String() }

// GoString returns what String returns.
func (p Proof) GoString() string { return p.String() }

// Store keeps proofs outside the journal.
type Store interface {
	// Add stores a proof and Remove takes some away, which must be there.
	Add(ctx context.Context, tx *journal.Tx, p Proof) error
	Remove(ctx context.Context, tx *journal.Tx, ids []id.ID) error
	// Of returns what somebody has, the oldest first.
	Of(ctx context.Context, r journal.Reader, person id.ID) ([]Proof, error)
	// Find returns a proof by its lookup, and false when there is none.
	Find(ctx context.Context, r journal.Reader, kind Kind, lookup []byte) (Proof, bool, error)
}

// Service is what can be done with proofs.
type Service struct {
	Staff   *staff.Service
	Journal *journal.Journal
	Store   Store
	Uses    Uses
	// Tickets are what browsers answer to.
	Tickets ticket.Office
	// Provider knows people who have an account elsewhere; nil where there is none.
	Provider Provider
	// Cards reads what eID cards have signed; nil where none are trusted.
	Cards *card.Reader
}

// RecoveryTime is how long a manager's code can be used.
const RecoveryTime = 24 * time.Hour

// drawn is a code to read out and to type: 16 signs without those that look alike, 80 bits.
func drawn() string {
	raw := make([]byte, 10)
	rand.Read(raw)
	text := alphabet.EncodeToString(raw)
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}

var alphabet = base32.NewEncoding("23456789ABCDEFGHJKLMNPQRSTUVWXYZ").WithPadding(base32.NoPadding)

// hashOf is the lookup of a code of somebody. Codes are random, so that no slow hash is needed; hyphens, spaces and case do not matter.
func hashOf(kind Kind, person id.ID, code string) []byte {
	code = strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToUpper(code))
	sum := sha256.Sum256([]byte(string(kind) + "\x00" + person.String() + "\x00" + code))
	return sum[:]
}

// MakeRecovery makes a one-time code for somebody, in place of an earlier one. It returns the code, which is shown this once. It returns Forbidden for one's own
// account and unless the actor may manage staff wherever the person has a role, NotFound for somebody who does not work here, and Conflict when the request was answered before.
func (s *Service) MakeRecovery(ctx context.Context, by actor.Actor, person id.ID, key string) (code string, err error) {
	code = drawn()
	posted, err := s.post(ctx, by, key, []any{"recovery", person}, func(tx *journal.Tx) error {
		if tx.By().Who() == person.String() {
			return fault.NewForbidden("proof.own")
		}
		if err := s.Staff.Over(ctx, tx, person); err != nil {
			return err
		}
		if _, err := s.drop(ctx, tx, person, "replaced", func(p Proof) bool { return p.Kind == Recovery }); err != nil {
			return err
		}
		return s.add(ctx, tx, Proof{Staff: person, Kind: Recovery, Lookup: hashOf(Recovery, person, code), Ends: tx.Now().Add(RecoveryTime)})
	})
	if err == nil && posted.Replayed {
		err = fault.NewConflict("proof.shown")
	}
	return code, err
}

// Recover opens an account by a manager's code and gives it a new password; everything else that opened it is gone. It returns Unauthenticated
// for a name or a code that is wrong or has ended, without saying which, Invalid for a password that will not do, and what staff.SignIn returns else.
func (s *Service) Recover(ctx context.Context, from staff.Origin, signIn, code, password, key string) (staff.Account, error) {
	account, found, err := s.byRecovery(ctx, from, signIn, code)
	if err != nil {
		return account, err
	}
	hash, err := s.Staff.NewPassword(ctx, account, password)
	if err != nil {
		return account, err
	}
	// The line is hers: she is who has the code.
	_, err = s.post(ctx, actor.Staff(account.Staff.String(), string(Recovery)), key, []any{"recovered", found.ID}, func(tx *journal.Tx) error {
		tx.Own()
		now, there, err := s.Store.Find(ctx, tx, Recovery, found.Lookup)
		if err != nil {
			return err
		}
		if !there || now.ID != found.ID { // somebody was quicker
			return fault.NewUnauthenticated("proof.recovery_wrong").On("code")
		}
		if _, err := s.drop(ctx, tx, account.Staff, "used", func(p Proof) bool { return p.ID == found.ID }); err != nil {
			return err
		}
		if _, err := s.drop(ctx, tx, account.Staff, "recovered", func(Proof) bool { return true }); err != nil {
			return err
		}
		return s.Staff.PutPassword(ctx, tx, account.Staff, hash)
	})
	if err != nil {
		return account, err
	}
	return s.Staff.Named(ctx, signIn)
}

// byRecovery returns the account that a manager's code opens, and the code.
func (s *Service) byRecovery(ctx context.Context, from staff.Origin, signIn, code string) (account staff.Account, found Proof, err error) {
	door, err := s.Staff.Door(ctx, from)
	if err != nil {
		return account, found, err
	}
	defer door.Leave()
	if account, err = s.Staff.Named(ctx, signIn); err != nil {
		return account, found, err
	}
	err = door.Verify(ctx, signIn, account, func(ctx context.Context) (string, error) {
		var there bool
		found, there, err = s.Store.Find(ctx, s.Journal.DB(), Recovery, hashOf(Recovery, account.Staff, code))
		return staff.Unless("proof.recovery_wrong")(there && !account.Left && found.Staff == account.Staff && s.Journal.Now().Before(found.Ends), err)
	})
	if fault.KindOf(err) == fault.Unauthenticated {
		err = fault.NewUnauthenticated("proof.recovery_wrong").On("code")
	}
	return account, found, err
}

// post writes at the network's desk.
func (s *Service) post(ctx context.Context, by actor.Actor, key string, input any, rule func(*journal.Tx) error) (journal.Posted, error) {
	k, err := journal.NewKey(key, input)
	if err != nil {
		return journal.Posted{}, fmt.Errorf("proof: %w", err)
	}
	posted, err := s.Journal.Post(ctx, by, staff.NetworkDesk, k, rule)
	if err != nil {
		return posted, fmt.Errorf("proof: %w", err)
	}
	s.Staff.Changed(ctx, by, posted)
	return posted, nil
}

// add stores proofs of one kind of one person, which get their ids here, and records them in one line.
func (s *Service) add(ctx context.Context, tx *journal.Tx, all ...Proof) error {
	fact := staff.ProofAdded{Staff: all[0].Staff, Proof: string(all[0].Kind), Ends: all[0].Ends}
	for _, p := range all {
		p.ID, p.Made = tx.NewID(), tx.Now()
		if err := s.Store.Add(ctx, tx, p); err != nil {
			return err
		}
		fact.IDs = append(fact.IDs, p.ID)
	}
	return tx.Record(ctx, fact)
}

// DropAll implements staff.Proofs.
func (s *Service) DropAll(ctx context.Context, tx *journal.Tx, person id.ID, why string) error {
	_, err := s.drop(ctx, tx, person, why, func(Proof) bool { return true })
	return err
}

// drop takes away what somebody has of which the rule says so, with a line for each kind, and returns how many.
func (s *Service) drop(ctx context.Context, tx *journal.Tx, person id.ID, why string, which func(Proof) bool) (int, error) {
	all, err := s.Store.Of(ctx, tx, person)
	if err != nil {
		return 0, err
	}
	dropped := 0
	for _, kind := range []Kind{Recovery, App, Printed, Passkey, Outside} {
		fact := staff.ProofRemoved{Staff: person, Proof: string(kind), Why: why}
		for _, p := range all {
			if p.Kind == kind && which(p) {
				fact.IDs = append(fact.IDs, p.ID)
			}
		}
		if len(fact.IDs) == 0 {
			continue
		}
		dropped += len(fact.IDs)
		if err := s.Store.Remove(ctx, tx, fact.IDs); err != nil {
			return dropped, err
		}
		if err := tx.Record(ctx, fact); err != nil {
			return dropped, err
		}
	}
	return dropped, nil
}
