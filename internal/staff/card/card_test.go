package card_test

import (
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/staff/card"
	"vienkopus/internal/staff/card/cardtest"
)

var now = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)

const (
	origin = "https://vienkopus.example"
	nonce  = "bm9uY2U"
	anna   = "PNOLV-010190-11118"
)

func TestACardSaysWhoseItIs(t *testing.T) {
	t.Parallel()
	issuer := cardtest.NewIssuer(t, now)
	r, err := card.NewReader(issuer.PEM)
	if err != nil {
		t.Fatal(err)
	}
	for _, algorithm := range []string{"ES256", "ES384", "RS256", "PS256"} {
		who, err := r.Read([]byte(issuer.Make(algorithm, anna, nil).Sign(origin, nonce)), origin, nonce, now)
		if want := (card.Holder{Country: "LV", Code: "010190-11118"}); err != nil || who != want {
			t.Errorf("%s: %+v, %v", algorithm, who, err)
		}
	}
}

func TestACardThatProvesNothingIsRefused(t *testing.T) {
	t.Parallel()
	issuer := cardtest.NewIssuer(t, now)
	r, err := card.NewReader(issuer.PEM)
	if err != nil {
		t.Fatal(err)
	}
	right := issuer.Make("ES384", anna, nil)
	made := func(change func(*x509.Certificate)) string {
		return issuer.Make("ES384", anna, change).Sign(origin, nonce)
	}
	for what, token := range map[string]string{
		"another origin":               right.Sign("https://evil.example", nonce),
		"another nonce":                right.Sign(origin, "other"),
		"a card of another issuer":     cardtest.NewIssuer(t, now).Make("ES384", anna, nil).Sign(origin, nonce),
		"a card that has ended":        made(func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }),
		"a card of tomorrow":           made(func(c *x509.Certificate) { c.NotBefore = now.Add(time.Hour) }),
		"a certificate for signatures": made(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection} }),
		"a number that is no person's": issuer.Make("ES384", "NTRLV-40003000000", nil).Sign(origin, nonce),
		"no number":                    issuer.Make("ES384", "", nil).Sign(origin, nonce),
		"another algorithm":            strings.Replace(right.Sign(origin, nonce), "ES384", "RS384", 1),
		"an algorithm that is none":    strings.Replace(right.Sign(origin, nonce), "ES384", "none", 1),
		"another format":               strings.Replace(right.Sign(origin, nonce), "web-eid:1.0", "web-eid:9", 1),
		"a signature of nothing":       strings.Replace(right.Sign(origin, nonce), `"signature":"`, `"signature":"AAAA`, 1),
		"the certificate of another":   swap(right.Sign(origin, nonce), issuer.Make("ES384", "PNOLV-020290-22227", nil).Sign(origin, nonce)),
		"nothing":                      "",
		"a list":                       "[]",
	} {
		if who, err := r.Read([]byte(token), origin, nonce, now); !errors.Is(err, card.ErrRefused) {
			t.Errorf("%s: %+v, %v", what, who, err)
		}
	}
}

// swap puts the certificate of one token into another.
func swap(token, other string) string {
	certificate := func(text string) string {
		_, rest, _ := strings.Cut(text, `"unverifiedCertificate":"`)
		value, _, _ := strings.Cut(rest, `"`)
		return value
	}
	return strings.Replace(token, certificate(token), certificate(other), 1)
}

func TestAFileOfIssuersHoldsARoot(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"} {
		if _, err := card.NewReader([]byte(file)); !errors.Is(err, card.ErrIssuers) {
			t.Errorf("%q: %v", file, err)
		}
	}
}
