package proof

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/card"
	"vienkopus/internal/staff/personcode"
	"vienkopus/internal/staff/ticket"
)

// forCard is what tickets of cards are for.
const forCard = "card.sign-in"

// AskCard returns the nonce that an eID card signs. Holder is what the browser is known by. It returns NotFound where no issuers are trusted.
func (s *Service) AskCard(ctx context.Context, holder string) (string, error) {
	if s.Cards == nil {
		return "", fault.NewNotFound("proof.card_nowhere")
	}
	given, err := s.Tickets.Give(ctx, ticket.Purpose{For: forCard, Holder: holder})
	return base64.StdEncoding.EncodeToString(given), err
}

// Signed is what a browser brings back from a card.
type Signed struct {
	// Origin is the address of our page, Nonce what AskCard gave, and Token what the card signed.
	Origin, Nonce string
	Token         []byte
	// SignIn chooses among several accounts of one person; it may be empty.
	SignIn string
}

// ByCard returns the account of whoever has signed with her card: that of the person with her personal code, as it was given when she was identified; of several the one that she names. It returns Unauthenticated
// for a card that proves nothing or is of nobody who works here, and what staff.SignIn returns else.
func (s *Service) ByCard(ctx context.Context, from staff.Origin, holder string, got Signed) (staff.Account, error) {
	wrong := fault.NewUnauthenticated("proof.card_wrong")
	if s.Cards == nil {
		return staff.Account{}, fault.NewNotFound("proof.card_nowhere")
	}
	given, err := base64.StdEncoding.DecodeString(got.Nonce)
	if err != nil {
		return staff.Account{}, wrong
	}
	err = s.Tickets.Take(ctx, ticket.Purpose{For: forCard, Holder: holder}, given)
	var whose card.Holder
	if err == nil {
		whose, err = s.Cards.Read(got.Token, got.Origin, got.Nonce, s.Journal.Now())
	}
	if errors.Is(err, ticket.ErrRefused) || errors.Is(err, card.ErrRefused) {
		slog.InfoContext(ctx, "a card proved nothing", slog.Any("error", err))
		return staff.Account{}, wrong
	}
	if err != nil {
		return staff.Account{}, err
	}
	door, err := s.Staff.Door(ctx, from)
	if err != nil {
		return staff.Account{}, err
	}
	defer door.Leave()
	account, code, err := s.ofPerson(ctx, whose, got.SignIn)
	if err != nil {
		return account, err
	}
	check := func(context.Context) (string, error) {
		return staff.Unless("proof.card_unknown")(!account.Staff.IsZero(), nil)
	}
	if err := door.Verify(ctx, "card\x00"+hex.EncodeToString(code), account, check); err != nil {
		if fault.KindOf(err) == fault.Unauthenticated {
			err = fault.NewUnauthenticated("proof.card_unknown")
		}
		return account, err
	}
	return account, nil
}

// ofPerson returns the account of the person with a personal code, of several the one of that sign-in name, and the zero value when there is none; and the code by which she is known.
func (s *Service) ofPerson(ctx context.Context, whose card.Holder, signIn string) (account staff.Account, code []byte, err error) {
	if s.Staff.PersonKey == nil {
		return account, nil, fault.NewConflict("staff.code_no_key")
	}
	kind := personcode.Latvian
	if whose.Country != "LV" {
		kind = whose.Country + "-code"
	}
	code, err = s.Staff.PersonKey.Code(kind, whose.Code)
	if err != nil {
		return account, nil, fault.NewUnauthenticated("proof.card_unknown")
	}
	db := s.Journal.DB()
	all, err := s.Staff.Persons.WithCode(ctx, db, staff.Identity{Kind: kind, Code: code, Key: s.Staff.PersonKey.Fingerprint()})
	if err != nil {
		return account, nil, fmt.Errorf("proof: person: %w", err)
	}
	named, err := s.Staff.Named(ctx, signIn)
	if err != nil {
		return account, nil, err
	}
	found := 0
	for _, one := range all {
		is, err := s.Staff.Accounts.ByID(ctx, db, one)
		if err != nil {
			return account, nil, fmt.Errorf("proof: account: %w", err)
		}
		if is.Left {
			continue
		}
		if found++; one == named.Staff {
			return is, code, nil
		}
		account = is
	}
	if found > 1 {
		return staff.Account{}, nil, fault.NewInvalid("proof.card_which").On("account")
	}
	return account, code, nil
}
