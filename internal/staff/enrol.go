package staff

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
)

// NewPerson is somebody who begins to work.
type NewPerson struct {
	// SignIn is the name to sign in with; case and spaces around it do not matter.
	SignIn string
	Name   string
	// Password may be empty: the person then cannot sign in until one is set.
	Password string
	// Scope is where the person will work: whoever enrols must be allowed to manage staff there.
	Scope scope.Scope
	// Code is the number by which it is known who she is; it may be given later.
	Code NewCode
}

// signInName is what a sign-in name may be, after foldName.
var signInName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,59}$`) }) // takes 11 ms, which most commands need not pay

const longestName = 120 // characters

// hidden tells whether a sign shows nothing, or turns what stands beside it round: a name that holds one is not the name that is read.
func hidden(r rune) bool { return unicode.Is(unicode.Cf, r) || unicode.IsControl(r) }

func (p *NewPerson) check() error {
	p.SignIn, p.Name = foldName(p.SignIn), strings.TrimSpace(p.Name)
	switch {
	case !signInName().MatchString(p.SignIn):
		return fault.NewInvalid("staff.sign_in_malformed").On("sign_in")
	case p.Name == "" || utf8.RuneCountInString(p.Name) > longestName || strings.ContainsFunc(p.Name, hidden):
		return fault.NewInvalid("staff.name_malformed").On("name")
	}
	return nil
}

// Enrol makes an account and returns the id of the person, who has no roles yet. It returns Invalid for a name or
// password that will not do, Conflict for a sign-in name that is taken, Forbidden for an actor who may not manage staff there.
func (s *Service) Enrol(ctx context.Context, by actor.Actor, p NewPerson, key string) (id.ID, error) {
	if err := p.check(); err != nil {
		return id.ID{}, err
	}
	if p.Password != "" {
		if err := s.checkPassword(ctx, p.Password, p.SignIn); err != nil {
			return id.ID{}, err
		}
	}
	account := Account{SignIn: p.SignIn, Name: p.Name}
	var who Identity
	if !p.Code.IsZero() {
		var err error
		if who, err = s.identity(p.Code); err != nil {
			return id.ID{}, err
		}
	}
	if p.Password != "" {
		hash, err := s.hashPassword(ctx, p.Password)
		if err != nil {
			return id.ID{}, err
		}
		account.Password = hash
	}
	// The hash of the input is kept for ever: names and passwords must not be guessed from it, so they are no part of it.
	k, err := journal.NewKey(key, Enrolled{}.Kind())
	if err != nil {
		return id.ID{}, fmt.Errorf("staff: enrol: %w", err)
	}
	posted, err := s.Journal.Post(ctx, by, NetworkDesk, k, func(tx *journal.Tx) error {
		if err := s.authorise(ctx, tx, MayManage, p.Scope); err != nil {
			return err
		}
		account.Staff, account.Changed = tx.NewID(), tx.Now()
		if err := s.Accounts.Add(ctx, tx, account); err != nil {
			return fmt.Errorf("staff: account: %w", err)
		}
		if err := tx.Record(ctx, Enrolled{Staff: account.Staff}); err != nil || who.Code == nil {
			return err
		}
		return s.identify(ctx, tx, account.Staff, who)
	})
	if err != nil {
		return id.ID{}, fmt.Errorf("staff: enrol: %w", err)
	}
	s.Changed(ctx, by, posted)
	if f, ok := posted.Entries[0].Fact.(Enrolled); ok {
		return f.Staff, nil
	}
	return id.ID{}, fault.NewConflict("request.key_reused")
}
