package proof

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
)

// Uses keeps when proofs were used, and which codes of apps, so that none is used twice. What is lost of it lets a code be used again while it lasts, a minute and a half, and a copy of a passkey go
// unseen until its next use.
type Uses interface {
	// Use notes that a step of a proof was used, and returns false when it or a later one was used before.
	Use(ctx context.Context, proof id.ID, step int64, at time.Time) (bool, error)
	// Advance notes that a passkey was used which says how often that was, and returns false when it had said as much before; 0 is said by those that do not count.
	Advance(ctx context.Context, proof id.ID, count uint32, at time.Time) (bool, error)
	// LastUsed returns when proofs were used last, in UTC; one that was not is not there.
	LastUsed(ctx context.Context, proofs []id.ID) (map[id.ID]time.Time, error)
}

const (
	// stepTime is how long a code of an app is shown, and skew how many steps its clock may go wrong (RFC 6238 §5.2 and §6).
	stepTime = 30
	skew     = 1
	// secretSize is in bytes (RFC 4226 §4, R6).
	secretSize = 20
	// printedCodes is how many codes a sheet has.
	printedCodes = 10
)

var options = totp.ValidateOpts{Period: stepTime, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// NewSecret draws the secret of an app, as people would type it.
func NewSecret() string {
	raw := make([]byte, secretSize)
	rand.Read(raw)
	return base32.StdEncoding.EncodeToString(raw)
}

// URI is what the app reads from its picture.
func URI(secret, signIn string) string {
	q := url.Values{"secret": {secret}, "issuer": {"Vienkopus"}}
	return "otpauth://totp/" + url.PathEscape("Vienkopus:"+signIn) + "?" + q.Encode()
}

// steps are those whose code was typed, if any.
func steps(secret, code string, now time.Time) (int64, bool, error) {
	code = strings.Join(strings.Fields(code), "")
	at := now.Unix() / stepTime
	for step := at - skew; step <= at+skew; step++ {
		right, err := totp.GenerateCodeCustom(secret, time.Unix(step*stepTime, 0), options)
		if err != nil {
			return 0, false, fmt.Errorf("proof: code of an app: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(right), []byte(code)) == 1 {
			return step, true, nil
		}
	}
	return 0, false, nil
}

// EnrolApp lets somebody prove by the codes of an app who she is, in place of an earlier app, and returns ten codes to print, which are shown this once and each
// of which works once. It returns Invalid when the code is not that of the secret, which shows that the app has read it.
func (s *Service) EnrolApp(ctx context.Context, by actor.Actor, person id.ID, secret, code, key string) (printed []string, err error) {
	raw, err := base32.StdEncoding.DecodeString(secret)
	if err != nil || len(raw) != secretSize {
		return nil, fault.NewInvalid("proof.secret").On("code")
	}
	_, right, err := steps(secret, code, s.Journal.Now())
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, fault.NewInvalid("proof.app_wrong").On("code")
	}
	var sheet []Proof
	for range printedCodes {
		text := drawn()
		printed = append(printed, text)
		sheet = append(sheet, Proof{Staff: person, Kind: Printed, Lookup: hashOf(Printed, person, text)})
	}
	posted, err := s.post(ctx, by, key, []any{"app", person}, func(tx *journal.Tx) error {
		tx.Own()
		if _, err := s.drop(ctx, tx, person, "replaced", func(p Proof) bool { return p.Kind == App || p.Kind == Printed }); err != nil {
			return err
		}
		// The lookup is of no use here and must be unlike every other.
		app := Proof{Staff: person, Kind: App, Lookup: hashOf(App, person, NewSecret()), Secret: []byte(secret)}
		if err := s.add(ctx, tx, app); err != nil {
			return err
		}
		return s.add(ctx, tx, sheet...)
	})
	if err == nil && posted.Replayed {
		err = fault.NewConflict("proof.shown")
	}
	return printed, err
}

// ByCode looks whether a code is of somebody's app, and was not used before, or one of her printed ones, which is used up by it.
func (s *Service) ByCode(person id.ID, code, key string) staff.Check {
	return func(ctx context.Context) (string, error) {
		return staff.Unless("proof.code_wrong")(s.codeOf(ctx, person, code, key))
	}
}

func (s *Service) codeOf(ctx context.Context, person id.ID, code, key string) (bool, error) {
	all, err := s.Store.Of(ctx, s.Journal.DB(), person)
	if err != nil {
		return false, err
	}
	for _, p := range all {
		if p.Kind != App {
			continue
		}
		step, right, err := steps(string(p.Secret), code, s.Journal.Now())
		if err != nil || right {
			if err == nil {
				right, err = s.Uses.Use(ctx, p.ID, step, s.Journal.Now())
			}
			return right, err
		}
	}
	hash := hashOf(Printed, person, code)
	return s.usePrinted(ctx, person, key, func(p Proof) bool { return p.Kind == Printed && slices.Equal(p.Lookup, hash) }, all)
}

// usePrinted takes away the printed code that was typed; of two at once only one finds it.
func (s *Service) usePrinted(ctx context.Context, person id.ID, key string, which func(Proof) bool, all []Proof) (used bool, err error) {
	if !slices.ContainsFunc(all, which) {
		return false, nil
	}
	_, err = s.post(ctx, actor.Staff(person.String(), string(Printed)), key, []any{"printed", person}, func(tx *journal.Tx) error {
		tx.Own()
		n, err := s.drop(ctx, tx, person, "used", which)
		used = n > 0
		return err
	})
	return used, err
}

// Need is what somebody needs beside her password.
type Need int

// The needs.
const (
	// Nothing more is needed.
	Nothing Need = iota
	// Code of an app, or a printed one.
	Code
	// Enrolment: her roles need a second proof, and she has none.
	Enrolment
	// Stronger: her roles need a second proof, and what she has of that kind stands in for the password.
	Stronger
)

// Beside returns what somebody needs beside her password.
func (s *Service) Beside(ctx context.Context, person id.ID) (Need, error) {
	db := s.Journal.DB()
	all, err := s.Store.Of(ctx, db, person)
	if err != nil {
		return Nothing, err
	}
	if slices.ContainsFunc(all, func(p Proof) bool { return p.Kind == App }) {
		return Code, nil
	}
	rule, err := s.Staff.RuleAt(ctx, db, s.Journal.Now())
	if err != nil {
		return Nothing, err
	}
	grants, err := s.Staff.Roles.Grants(ctx, db, person)
	if err != nil {
		return Nothing, fmt.Errorf("proof: roles: %w", err)
	}
	switch {
	case !rule.Demands(grants):
		return Nothing, nil
	case slices.ContainsFunc(all, s.isStrong):
		return Stronger, nil // or whoever has learned the password would enrol an app of his own
	}
	return Enrolment, nil
}

// Remove takes one of her own proofs away; with an app go its printed codes. It returns NotFound for what is not hers.
func (s *Service) Remove(ctx context.Context, by actor.Actor, person, which id.ID, key string) error {
	_, err := s.post(ctx, by, key, []any{"remove", person, which}, func(tx *journal.Tx) error {
		tx.Own()
		all, err := s.Store.Of(ctx, tx, person)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(p Proof) bool { return p.ID == which && p.Kind != Recovery })
		if at < 0 {
			return fault.NewNotFound("proof.unknown")
		}
		_, err = s.drop(ctx, tx, person, "removed", func(p Proof) bool { return p.ID == which || all[at].Kind == App && p.Kind == Printed })
		return err
	})
	return err
}

// isStrong tells whether a proof stands for two.
func (s *Service) isStrong(p Proof) bool {
	return p.Kind == Passkey || p.Kind == Outside && s.Provider != nil && s.Provider.Known().Strong
}
