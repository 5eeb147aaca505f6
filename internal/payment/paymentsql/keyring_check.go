package paymentsql

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
)

// CheckKeyring compares the lines about keys with the tables, and sees whether each seed that is here makes the public key that its line tells. Lines in
// quarantine were never applied and are left out.
func CheckKeyring(sealer *seal.Sealer) audit.Check {
	return audit.Check{Name: "receipt key", Follow: func(context.Context, sqldb.Reader) (audit.Follower, error) {
		return &keyChecker{sealer: sealer, keys: map[string]string{}, publics: map[string]string{}, compromised: map[string]string{}}, nil
	}}
}

// Line notes what a line tells of a key.
func (c *keyChecker) Line(l audit.Raw) error {
	ours := l.Kind == "receipt-key.introduced" || l.Kind == "receipt-key.compromised"
	if !ours && !l.Adopted || !l.Applied("keyring") {
		return nil
	}
	return c.line(l)
}

// End compares what the lines tell with the tables.
func (c *keyChecker) End(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) (audit.Follower, error) {
	if err := c.compare(ctx, r, "receipt_key", `SELECT node, kid, public, from_at, to_at FROM receipt_key`, c.keys); err != nil {
		return nil, err
	}
	if err := c.compare(ctx, r, "receipt_key_compromised", `SELECT node, kid, '', since, 0 FROM receipt_key_compromised`, c.compromised); err != nil {
		return nil, err
	}
	err := c.seeds(ctx, r)
	for _, what := range c.found {
		report(audit.Problem{What: what})
	}
	return nil, err
}

// keyChecker reads bodies by itself: it shares no type with the feature that it checks.
type keyChecker struct {
	// keys and compromised are what the rows must say, publics the public keys in hexadecimal, each by node and id.
	keys, publics, compromised map[string]string
	found                      []string
	sealer                     *seal.Sealer
}

// rawKey is what both kinds of line can hold, as docs/formats/facts.md describes it.
type rawKey struct {
	Node   string    `json:"node"`
	Kid    string    `json:"kid"`
	Public string    `json:"public"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Since  time.Time `json:"since"`
}

func (c *keyChecker) line(l audit.Raw) error {
	var k rawKey
	if err := l.Into(&k); err != nil {
		return fmt.Errorf("paymentsql: body: %w", err)
	}
	name := k.Node + " " + k.Kid
	if l.Kind == "receipt-key.compromised" {
		since := max(k.Since.UnixMicro(), 1_000_000)
		if said, again := c.compromised[name]; !again || rowOf("", since, 0) < said {
			c.compromised[name] = rowOf("", since, 0)
		}
		return nil
	}
	public, err := base64.RawURLEncoding.DecodeString(k.Public)
	sum := sha256.Sum256(public)
	if _, again := c.keys[name]; again || err != nil || len(public) != ed25519.PublicKeySize || hex.EncodeToString(sum[:4]) != k.Kid ||
		!receipt.IsNode(k.Node) || k.From.Unix() < 1 || k.To.Unix() > receipt.MaxNumber || k.From.Unix() >= k.To.Unix() {
		return nil //nolint:nilerr // a line that tells no key, or one with the id of an earlier one, makes no row
	}
	c.publics[name] = hex.EncodeToString(public)
	c.keys[name] = rowOf(c.publics[name], k.From.Unix()*1_000_000, k.To.Unix()*1_000_000)
	return nil
}

// rowOf writes what a row says so that it can be compared, moments also by their size.
func rowOf(public string, from, to int64) string {
	return fmt.Sprintf("%s %020d %020d", public, from, to)
}

// compare holds the rows of a table to what the lines make.
func (c *keyChecker) compare(ctx context.Context, r journal.Reader, table, query string, want map[string]string) error {
	left := maps.Clone(want)
	err := sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var node, kid string
		var public []byte
		var from, to int64
		if err := rows.Scan(&node, &kid, &public, &from, &to); err != nil {
			return fmt.Errorf("paymentsql: %s: %w", table, err)
		}
		name := node + " " + kid
		if is := rowOf(hex.EncodeToString(public), from, to); is != want[name] {
			c.found = append(c.found, fmt.Sprintf("%s: key %s says %q; the lines make %q", table, name, is, want[name]))
		}
		delete(left, name)
		return nil
	})
	for _, name := range slices.Sorted(maps.Keys(left)) {
		c.found = append(c.found, fmt.Sprintf("%s: there is no key %s; the lines make %q", table, name, left[name]))
	}
	return err
}

// seeds complains about seeds that do not belong to their key. It never says what they are.
func (c *keyChecker) seeds(ctx context.Context, r journal.Reader) error {
	const query = `SELECT node, kid, seed FROM receipt_secret ORDER BY node, kid`
	return sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var node, kid string
		var seed []byte
		if err := rows.Scan(&node, &kid, &seed); err != nil {
			return fmt.Errorf("paymentsql: seed: %w", err)
		}
		at, err := seal.Key(node, kid)
		if err != nil {
			return err
		}
		seed, err = c.sealer.Open(seedPlace, at, seed)
		if errors.Is(err, seal.ErrNoKey) || errors.Is(err, seal.ErrLost) { // without the key file nobody can look; verify says so, and a line that it was lost
			return nil
		}
		if err != nil {
			c.found = append(c.found, fmt.Sprintf("receipt_secret: the seed of key %s %s does not open: it was changed or put there from elsewhere", node, kid))
			return nil //nolint:nilerr // it is a finding
		}
		made := ""
		if len(seed) == ed25519.SeedSize {
			made = hex.EncodeToString(ed25519.NewKeyFromSeed(seed)[ed25519.SeedSize:])
		}
		if told := c.publics[node+" "+kid]; made == "" || made != told {
			c.found = append(c.found, fmt.Sprintf("receipt_secret: the seed of key %s %s does not make the public key that its line tells", node, kid))
		}
		return nil
	})
}
