// Package cardtest makes eID cards and their issuers, for tests.
package cardtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"testing"
	"time"
)

// Issuer makes cards.
type Issuer struct {
	tb   testing.TB
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	// PEM is its certificate, as operators keep it.
	PEM []byte
	now time.Time
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// NewIssuer returns an issuer whose certificate holds for ten years around a moment.
func NewIssuer(tb testing.TB, now time.Time) *Issuer {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	must(tb, err)
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test eID CA"}, NotBefore: now.AddDate(-5, 0, 0), NotAfter: now.AddDate(5, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	must(tb, err)
	cert, err := x509.ParseCertificate(der)
	must(tb, err)
	return &Issuer{tb: tb, key: key, cert: cert, now: now, PEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

// Card is one of somebody.
type Card struct {
	tb        testing.TB
	algorithm string
	key       crypto.Signer
	der       []byte
}

// Make makes a card that signs by an algorithm: ES256, ES384, RS256 or PS256. Change may spoil what its certificate says; it may be nil.
func (i *Issuer) Make(algorithm, number string, change func(*x509.Certificate)) Card {
	i.tb.Helper()
	var key crypto.Signer
	var err error
	switch algorithm {
	case "ES256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ES384":
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	default:
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	must(i.tb, err)
	form := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "BĒRZIŅA,ANNA", SerialNumber: number}, NotBefore: i.now.AddDate(-1, 0, 0), NotAfter: i.now.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if change != nil {
		change(form)
	}
	der, err := x509.CreateCertificate(rand.Reader, form, i.cert, key.Public(), i.key)
	must(i.tb, err)
	return Card{i.tb, algorithm, key, der}
}

var hashes = map[string]crypto.Hash{"ES256": crypto.SHA256, "ES384": crypto.SHA384, "RS256": crypto.SHA256, "PS256": crypto.SHA256}

func hash(h crypto.Hash, data []byte) []byte {
	to := h.New()
	to.Write(data)
	return to.Sum(nil)
}

// Sign returns the token that a browser sends after the owner has typed her PIN.
func (c Card) Sign(origin, nonce string) string {
	c.tb.Helper()
	h := hashes[c.algorithm]
	digest := hash(h, append(hash(h, []byte(origin)), hash(h, []byte(nonce))...))
	var signature []byte
	switch key := c.key.(type) {
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, key, digest)
		must(c.tb, err)
		size := (key.Curve.Params().BitSize + 7) / 8
		signature = make([]byte, 2*size)
		r.FillBytes(signature[:size])
		s.FillBytes(signature[size:])
	case *rsa.PrivateKey:
		var options crypto.SignerOpts = h
		if c.algorithm == "PS256" {
			options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: h}
		}
		var err error
		signature, err = key.Sign(rand.Reader, digest, options)
		must(c.tb, err)
	}
	text, err := json.Marshal(map[string]string{
		"unverifiedCertificate": base64.StdEncoding.EncodeToString(c.der), "algorithm": c.algorithm, "signature": base64.StdEncoding.EncodeToString(signature), "format": "web-eid:1.0", "appVersion": "test",
	})
	must(c.tb, err)
	return string(text)
}
