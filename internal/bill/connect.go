package bill

import (
	"context"
	"net/netip"
	"net/url"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/platform/journal"
)

// Link says how the systems of a creditor are reached. It stands outside the journal, because it holds a secret.
type Link struct {
	Creditor regno.Number
	// Lookup is asked for bills while a client waits; Notify is told of payments. Either is an address, or "" when there is no such system.
	Lookup, Notify string
	// Secret proves to both that it is we who ask and tell.
	Secret Secret
}

// Secret is a secret shared with a creditor's system. It shows itself neither in a log nor in JSON; only a conversion to string does.
type Secret string

// hidden is what is shown in its place.
const hidden = "(secret)"

// String returns a word in place of the secret.
func (Secret) String() string { return hidden }

// GoString returns what String returns.
func (Secret) GoString() string { return hidden }

// MarshalText returns what String returns; the error is always nil.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

const (
	shortestSecret = 16
	longestSecret  = 200
	longestURL     = 500
)

// Connection is what somebody says of how the systems of a creditor are reached.
type Connection struct {
	Creditor regno.Number
	// Lookup and Notify are as in Link; what is nil stays as it is.
	Lookup, Notify *string
	Secret         Secret
}

// Connect notes how the systems of a creditor are reached from now on; without an address it is disconnected and its secret forgotten. What is not said stays as the transaction finds
// it. It returns faults for an unknown creditor, for an address that is not https (http is accepted on this machine only), and for a secret that is too short or
// too long, or not plain visible ASCII.
func (s *Service) Connect(ctx context.Context, r journal.Request, c Connection) error {
	for field, address := range map[string]*string{"lookup": c.Lookup, "notify": c.Notify} {
		if address != nil && *address != "" && !isAddress(*address) {
			return fault.NewInvalid("bill.address").On(field)
		}
	}
	// The secret is no part of what the key stands for, because that is kept for ever.
	return s.record(ctx, r, []any{"connect", c.Creditor, c.Lookup, c.Notify}, func(tx *journal.Tx) (journal.Fact, error) {
		if err := tx.Lock(ctx, "creditor:"+string(c.Creditor)); err != nil {
			return nil, err
		}
		if _, err := s.store.Creditor(ctx, tx, c.Creditor); err != nil {
			return nil, err
		}
		l, err := s.linkOf(ctx, tx, c)
		if err != nil {
			return nil, err
		}
		return CreditorConnected{Number: l.Creditor, Lookup: l.Lookup != "", Notify: l.Notify != ""}, s.store.SaveLink(ctx, tx, l)
	})
}

// linkOf puts what is said in the place of what is known.
func (s *Service) linkOf(ctx context.Context, tx *journal.Tx, c Connection) (Link, error) {
	links, err := s.store.Links(ctx, tx)
	if err != nil {
		return Link{}, err
	}
	l := Link{Creditor: c.Creditor}
	for _, known := range links {
		if known.Creditor == c.Creditor {
			l = known
		}
	}
	if c.Lookup != nil {
		l.Lookup = *c.Lookup
	}
	if c.Notify != nil {
		l.Notify = *c.Notify
	}
	switch l.Secret = c.Secret; {
	case l.Lookup == "" && l.Notify == "":
		l.Secret = ""
	case !isSecret(string(c.Secret)):
		return l, fault.NewInvalid("bill.secret", "Min", shortestSecret, "Max", longestSecret).On("secret")
	}
	return l, nil
}

// isAddress tells whether names of payers and a secret may be sent there: only where nobody listens on the way.
func isAddress(address string) bool {
	u, err := url.Parse(address)
	if err != nil || len(address) > longestURL || u.Host == "" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isHere(u.Hostname())
}

// isHere tells whether a name is that of this machine itself.
func isHere(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func isSecret(text string) bool {
	visible := func(r rune) bool { return r > ' ' && r <= '~' }
	return len(text) >= shortestSecret && len(text) <= longestSecret && strings.IndexFunc(text, func(r rune) bool { return !visible(r) }) < 0
}
