package staff

import (
	"context"
	"fmt"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

// SetPassword gives a person a new password and ends all sessions of that person. It returns Invalid for a password that
// will not do, NotFound for somebody who does not work here, and Forbidden unless the actor may manage staff wherever the person has a role.
func (s *Service) SetPassword(ctx context.Context, by actor.Actor, staff id.ID, password, key string) error {
	return s.changePassword(ctx, by, staff, password, key, func(tx *journal.Tx) error { return s.authoriseOver(ctx, tx, staff) })
}

// ChangePassword changes one's own password, which the old one must permit, and ends one's other sessions.
// It returns Invalid for a new password that will not do and for a wrong old one, Forbidden during a pause after many wrong ones.
func (s *Service) ChangePassword(ctx context.Context, by actor.Actor, staff id.ID, old, password, key string) error {
	switch err := s.Confirm(ctx, staff, old); {
	case fault.KindOf(err) == fault.Unauthenticated:
		return fault.NewInvalid("staff.password_wrong").On("old")
	case err != nil:
		return err
	}
	return s.changePassword(ctx, by, staff, password, key, func(*journal.Tx) error { return nil })
}

func (s *Service) changePassword(
	ctx context.Context, by actor.Actor, staff id.ID, password, key string, may func(*journal.Tx) error,
) error {
	account, err := s.Accounts.ByID(ctx, s.Journal.DB(), staff)
	if err != nil {
		return fmt.Errorf("staff: set password: %w", err)
	}
	hash, err := s.NewPassword(ctx, account, password)
	if err != nil {
		return err
	}
	in := PasswordChanged{Staff: staff} // not the password: a hash of the input is kept for ever
	return s.post(ctx, by, key, in, func(tx *journal.Tx) error {
		if err := s.present(ctx, tx, staff); err != nil {
			return err
		}
		if err := may(tx); err != nil {
			return err
		}
		return s.PutPassword(ctx, tx, staff, hash)
	})
}

// NewPassword returns the hash of a new password of somebody. It returns Invalid for one that will not do.
func (s *Service) NewPassword(ctx context.Context, account Account, password string) (string, error) {
	if err := s.checkPassword(ctx, password, account.SignIn); err != nil {
		return "", err
	}
	return s.hashPassword(ctx, password)
}

// PutPassword stores the hash of a new password and records that there is one.
func (s *Service) PutPassword(ctx context.Context, tx *journal.Tx, staff id.ID, hash string) error {
	if err := s.Accounts.SetPassword(ctx, tx, staff, hash); err != nil {
		return fmt.Errorf("staff: password: %w", err)
	}
	return tx.Record(ctx, PasswordChanged{Staff: staff})
}
