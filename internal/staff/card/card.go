// Package card reads what an eID card has signed in a browser: the authentication token of Web eID, version 1.0. It knows no accounts: what comes out is the personal code in the certificate.
//
// The card signs the address of our page and a nonce of ours, after its owner has typed her PIN; so it is two proofs at once, and of no use at another address. Whether a certificate was revoked is not asked: no responder
// is configured. A lost card is blocked by its PIN, and an account by its manager.
package card

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes of the algorithms
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
)

var (
	// ErrRefused says that a token does not prove what it should.
	ErrRefused = errors.New("card: refused")
	// ErrIssuers says that the file of issuers holds no certificate.
	ErrIssuers = errors.New("card: these are no certificates of issuers")
)

// LongestToken bounds a token, in bytes.
const LongestToken = 12 << 10

// Reader trusts the cards of some issuers.
type Reader struct{ roots, between *x509.CertPool }

// NewReader trusts the issuers in a PEM file: those who sign themselves as roots, the others as what stands between. It returns ErrIssuers for a file without a root.
func NewReader(file []byte) (*Reader, error) {
	r, trusted := &Reader{x509.NewCertPool(), x509.NewCertPool()}, 0
	for {
		var block *pem.Block
		if block, file = pem.Decode(file); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrIssuers, err)
		}
		if !c.IsCA {
			return nil, fmt.Errorf("%w: %s is none", ErrIssuers, c.Subject)
		}
		if c.CheckSignatureFrom(c) == nil {
			r.roots.AddCert(c)
			trusted++
		} else {
			r.between.AddCert(c)
		}
	}
	if trusted == 0 {
		return nil, ErrIssuers
	}
	return r, nil
}

// token is the authentication token as browsers send it.
type token struct {
	Certificate string `json:"unverifiedCertificate"`
	Algorithm   string `json:"algorithm"`
	Signature   string `json:"signature"`
	Format      string `json:"format"`
}

// Holder is whose card it is.
type Holder struct {
	// Country has two letters (ISO 3166-1), and Code is the personal code there.
	Country, Code string
}

// Read returns whose card has signed the nonce at the origin. It returns ErrRefused for a token that does not prove it.
func (r *Reader) Read(text []byte, origin, nonce string, now time.Time) (Holder, error) {
	var t token
	if err := json.Unmarshal(text, &t); err != nil || !strings.HasPrefix(t.Format, "web-eid:1") {
		return Holder{}, fmt.Errorf("%w: it is no token", ErrRefused)
	}
	der, err := base64.StdEncoding.DecodeString(t.Certificate)
	if err != nil {
		return Holder{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return Holder{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if _, err := c.Verify(x509.VerifyOptions{Roots: r.roots, Intermediates: r.between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		return Holder{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	signature, err := base64.StdEncoding.DecodeString(t.Signature)
	if err != nil {
		return Holder{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if !signs(c.PublicKey, t.Algorithm, origin, nonce, signature) {
		return Holder{}, fmt.Errorf("%w: the signature is of something else", ErrRefused)
	}
	return holder(c.Subject.SerialNumber)
}

// holder reads the number of a natural person (ETSI EN 319 412-1 §5.1.3): PNO, the country, a hyphen and the code.
func holder(number string) (Holder, error) {
	rest, is := strings.CutPrefix(number, "PNO")
	country, code, cut := strings.Cut(rest, "-")
	if !is || !cut || len(country) != 2 || code == "" {
		return Holder{}, fmt.Errorf("%w: the certificate names no person", ErrRefused)
	}
	return Holder{Country: country, Code: code}, nil
}

// hashes are those of the algorithms that cards have (RFC 7518 §3.1).
var hashes = map[string]crypto.Hash{
	"ES256": crypto.SHA256, "ES384": crypto.SHA384, "ES512": crypto.SHA512, "RS256": crypto.SHA256, "RS384": crypto.SHA384, "RS512": crypto.SHA512, "PS256": crypto.SHA256, "PS384": crypto.SHA384, "PS512": crypto.SHA512,
}

func sum(h crypto.Hash, parts ...string) []byte {
	to := h.New()
	for _, part := range parts {
		to.Write([]byte(part))
	}
	return to.Sum(nil)
}

// signs tells whether a signature is that of a key over the hashes of the origin and the nonce, one behind the other.
func signs(key any, algorithm, origin, nonce string, signature []byte) bool {
	h, known := hashes[algorithm]
	if !known {
		return false
	}
	digest := sum(h, string(sum(h, origin)), string(sum(h, nonce)))
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		size := (key.Curve.Params().BitSize + 7) / 8
		if algorithm[0] != 'E' || len(signature) != 2*size { // r and s, one behind the other (RFC 7518 §3.4)
			return false
		}
		return ecdsa.Verify(key, digest, new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:]))
	case *rsa.PublicKey:
		if algorithm[0] == 'P' {
			return rsa.VerifyPSS(key, h, digest, signature, nil) == nil
		}
		return algorithm[0] == 'R' && rsa.VerifyPKCS1v15(key, h, digest, signature) == nil
	}
	return false
}
