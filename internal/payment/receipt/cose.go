package receipt

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/veraison/go-cose"
)

const (
	// Prefix begins the text of every receipt code of this version.
	Prefix = "VK1:"
	// MaxText is the length of the longest code in characters: what QR version 10 holds at level M in its alphanumeric mode.
	MaxText = 310

	sign1Tag      = 0xd2 // tag 18, COSE_Sign1. Source: RFC 9052 §4.2
	signatureSize = 64   // Source: RFC 8032 §5.1.6

	labelAlgorithm = 1
	labelCritical  = 2
	labelKeyID     = 4
	// eddsa is -8, as CBOR keeps it: -1 - 7. Source: RFC 9053 §2.2.
	eddsaArg = 7
)

// Code is a receipt code that is well formed. Only Verify says whether it is genuine.
type Code struct {
	// Receipt is what the code says.
	Receipt *Receipt
	// Key is the key that it says it was signed with; the node is in the receipt.
	Key KeyID

	signed []byte
}

// Sign makes the code of a receipt. The same receipt and key always give the same code. It returns a Refusal for a
// receipt that is not in order, is of another node than the key, or is signed outside the time of the key.
func Sign(r *Receipt, key *SigningKey) (*Code, error) {
	switch {
	case r.Node != key.public.Node:
		return nil, refuse(ReasonUnknownKey, "the key belongs to "+key.public.Node)
	case !key.public.covers(r.SignedAt()):
		return nil, refuse(ReasonKeyDate, "the key is valid at another time")
	}
	data, err := r.encode()
	if err != nil {
		return nil, err
	}
	signer, err := cose.NewSigner(cose.AlgorithmEdDSA, key.private)
	if err != nil {
		return nil, fmt.Errorf("sign receipt: %w", err)
	}
	headers := cose.Headers{Protected: cose.ProtectedHeader{
		cose.HeaderLabelAlgorithm: cose.AlgorithmEdDSA,
		cose.HeaderLabelKeyID:     key.public.ID[:],
	}}
	signed, err := cose.Sign1(rand.Reader, signer, headers, data, nil)
	if err != nil {
		return nil, fmt.Errorf("sign receipt: %w", err)
	}
	// What leaves the house is read back first: a bit that flipped in memory must not reach paper, nor give the key away.
	code, err := Parse(Prefix + encode45(signed))
	if err != nil {
		return nil, err
	}
	if err := code.verifySignature(key.public.Public); err != nil {
		return nil, err
	}
	return code, nil
}

// Text returns the code as it stands in the QR code: VK1: and base45, at most MaxText characters.
func (c *Code) Text() string { return Prefix + encode45(c.signed) }

// Parse reads a code and holds it to every rule of the format; it does not look at the signature. It returns a Refusal
// with the first reason from prefix to sum.
func Parse(text string) (*Code, error) {
	body, found := strings.CutPrefix(text, Prefix)
	if !found {
		if isNewer(text) {
			return nil, refuse(ReasonNewer, "")
		}
		return nil, refuse(ReasonPrefix, "")
	}
	if strings.IndexFunc(body, outside45) >= 0 {
		return nil, refuse(ReasonAlphabet, "")
	}
	if len(text) > MaxText {
		return nil, refuse(ReasonTooLong, "")
	}
	signed, err := decode45(body)
	if err != nil {
		return nil, err
	}
	return parseSigned(signed)
}

// isNewer recognises the prefix of a later format: VK2: to VK99:.
func isNewer(text string) bool {
	number, _, found := strings.Cut(strings.TrimPrefix(text, "VK"), ":")
	return found && strings.HasPrefix(text, "VK") && (len(number) == 1 || len(number) == 2) &&
		isAll(number, '0', '9') && number[0] != '0' && number != "1"
}

func outside45(c rune) bool { return !strings.ContainsRune(alphabet45, c) }

func parseSigned(signed []byte) (*Code, error) {
	if len(signed) == 0 || signed[0] != sign1Tag {
		return nil, refuse(ReasonCOSE, "not tagged as COSE_Sign1")
	}
	it, err := readStrict(signed[1:])
	if err != nil {
		return nil, err
	}
	if !isSign1(it) {
		return nil, refuse(ReasonCOSE, "not protected, unprotected, payload and 64 bytes of signature")
	}
	id, err := readHeaders(it.items[0].bytes, it.items[1].items)
	if err != nil {
		return nil, err
	}
	r, err := decodePayload(it.items[2].bytes)
	if err != nil {
		return nil, err
	}
	return &Code{Receipt: r, Key: id, signed: slices.Clone(signed)}, nil
}

func isSign1(it item) bool {
	majors := []byte{majorBytes, majorMap, majorBytes, majorBytes}
	sameMajor := func(part item, major byte) bool { return part.major == major }
	return it.major == majorArray && slices.EqualFunc(it.items, majors, sameMajor) && len(it.items[3].bytes) == signatureSize
}

// readHeaders returns the key id. The protected headers are exactly the algorithm and the key id, the unprotected none.
func readHeaders(protected []byte, unprotected []item) (KeyID, error) {
	it, err := readStrict(protected)
	if err != nil {
		return KeyID{}, err
	}
	if it.major != majorMap {
		return KeyID{}, refuse(ReasonCOSE, "protected headers are not a map")
	}
	algorithm, known := header(it.items, labelAlgorithm)
	id, named := header(it.items, labelKeyID)
	switch {
	case has(it.items, labelCritical), has(unprotected, labelCritical):
		return KeyID{}, refuse(ReasonCritical, "")
	case !known, algorithm.major != majorNegative, algorithm.arg != eddsaArg:
		return KeyID{}, refuse(ReasonAlgorithm, "")
	case !named, id.major != majorBytes, len(id.bytes) != len(KeyID{}):
		return KeyID{}, refuse(ReasonHeader, "no key id of four bytes")
	case len(it.items) != 4, len(unprotected) > 0:
		return KeyID{}, refuse(ReasonHeader, "a header that has no place here")
	}
	return KeyID(id.bytes), nil
}

// header finds the value of a numbered header among keys and values in turn.
func header(pairs []item, label uint64) (item, bool) {
	for ; len(pairs) >= 2; pairs = pairs[2:] {
		if pairs[0].major == majorUnsigned && pairs[0].arg == label {
			return pairs[1], true
		}
	}
	return item{}, false
}

func has(pairs []item, label uint64) bool {
	_, found := header(pairs, label)
	return found
}

// Verify says whether a code is genuine, as far as a list of keys goes, for somebody who asks at a moment (UTC). It
// returns nil, or a Refusal with the first reason from unknown_key to future.
func Verify(code *Code, keys *Keys, at time.Time) error {
	key, found := keys.Find(code.Receipt.Node, code.Key)
	if !found {
		return refuse(ReasonUnknownKey, code.Receipt.Node+" "+code.Key.String())
	}
	if err := code.verifySignature(key.Public); err != nil {
		return err
	}
	signed := code.Receipt.SignedAt()
	switch {
	case !key.Compromised.IsZero():
		return refuse(ReasonCompromised, key.ID.String())
	case !key.covers(signed):
		return refuse(ReasonKeyDate, key.ID.String())
	case signed.After(at.Add(Allowance)):
		return refuse(ReasonFuture, "")
	}
	return nil
}

// Allowance is how far two clocks may be apart before a receipt counts as one of the future: ten minutes.
const Allowance = 10 * time.Minute

func (c *Code) verifySignature(public []byte) error {
	verifier, err := cose.NewVerifier(cose.AlgorithmEdDSA, edPublic(public))
	if err != nil {
		return fmt.Errorf("verify receipt: %w", err)
	}
	var message cose.Sign1Message
	if err := message.UnmarshalCBOR(c.signed); err != nil {
		return refuse(ReasonCOSE, err.Error())
	}
	if err := message.Verify(nil, verifier); errors.Is(err, cose.ErrVerification) {
		return refuse(ReasonSignature, "")
	} else if err != nil {
		return fmt.Errorf("verify receipt: %w", err)
	}
	return nil
}
