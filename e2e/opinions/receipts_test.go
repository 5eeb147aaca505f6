package opinions_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/receipt"
)

// opinion is what @auth0/cose says.
type opinion struct {
	// Signed has an answer to each code.
	Signed []bool `json:"signed"`
	// Tried are mutants of one bit, Accepted those that count as signed nevertheless.
	Tried    int `json:"tried"`
	Accepted []struct {
		Bit int `json:"bit"`
	} `json:"accepted"`
}

// unprotected is the byte of the unprotected headers, {}, which no signature covers. That nothing else may stand there is a rule of ours, and
// the vectors hold it; others need not look.
const unprotected = 12

func opinionOf(t *testing.T, keys []json.RawMessage, codes, flipped []string) opinion {
	t.Helper()
	var o opinion
	ask(t, "receipts.mjs", map[string]any{"keys": keys, "codes": codes, "flipped": flipped}, &o)
	if len(o.Signed) != len(codes) {
		t.Fatalf("%d answers to %d codes", len(o.Signed), len(codes))
	}
	return o
}

// signature tells of a reason whether it means that the signature is sound, or that it is not; of the others it says nothing, because a
// stranger's program knows neither our payload nor our strict encoding, nor that a key is bound to a node.
func signature(r receipt.Reason) (sound, known bool) {
	switch r {
	case receipt.ReasonOK, receipt.ReasonCompromised, receipt.ReasonKeyDate, receipt.ReasonFuture:
		return true, true
	case receipt.ReasonSignature, receipt.ReasonPrefix, receipt.ReasonAlphabet:
		return false, true
	case receipt.ReasonNewer, receipt.ReasonTooLong, receipt.ReasonBase45, receipt.ReasonCBOR, receipt.ReasonCanonical, receipt.ReasonDuplicate,
		receipt.ReasonTrailing, receipt.ReasonCOSE, receipt.ReasonCritical, receipt.ReasonAlgorithm, receipt.ReasonHeader, receipt.ReasonVersion,
		receipt.ReasonPayload, receipt.ReasonSum, receipt.ReasonUnknownKey:
		return false, false
	}
	return false, false
}

// The codes of docs/formats/receipt-vectors.json, sound and broken.
func TestTheVectorsAreSignedForOthersToo(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/formats/receipt-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Keys struct {
			Keys []json.RawMessage `json:"keys"`
		} `json:"keys"`
		Vectors []struct {
			Name   string         `json:"name"`
			Code   string         `json:"code"`
			Reason receipt.Reason `json:"reason"`
		} `json:"vectors"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	codes := make([]string, len(file.Vectors))
	for i, v := range file.Vectors {
		codes[i] = v.Code
	}
	o := opinionOf(t, file.Keys.Keys, codes, []string{})
	sound, broken := 0, 0
	for i, v := range file.Vectors {
		want, known := signature(v.Reason)
		switch {
		case !known:
		case o.Signed[i] != want:
			t.Errorf("%s: they say signed %t, we say %s", v.Name, o.Signed[i], v.Reason)
		case want:
			sound++
		default:
			broken++
		}
	}
	t.Logf("%d vectors: %d are signed for both, %d for neither", len(codes), sound, broken)
	if sound < 80 || broken < 55 {
		t.Errorf("only %d sound and %d broken signatures of %d vectors were compared", sound, broken, len(codes))
	}
}

// What is signed today is signed for others too, under its own key only; no signed bit of it can be turned round.
func TestFreshReceiptsAreSignedForOthersToo(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(seed, seed))
	now := time.Now().UTC().Truncate(time.Second)
	keyBytes := make([]byte, 32)
	for i := range keyBytes {
		keyBytes[i] = byte(random.IntN(256))
	}
	key, err := receipt.NewSigningKey("LV-CESIS", keyBytes, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	keyBytes[0]++
	other, err := receipt.NewSigningKey("LV-CESIS", keyBytes, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for n := range 100 {
		codes = append(codes, sign(t, random, key, uint32(n+1), now).Text())
	}
	foreign := sign(t, random, other, 1, now).Text()
	o := opinionOf(t, published(t, key), append(codes, foreign), codes[:3])
	for i, signed := range o.Signed {
		if signed != (i < len(codes)) {
			t.Errorf("code %d: they say signed %t", i, signed)
		}
	}
	for _, mutant := range o.Accepted {
		if mutant.Bit/8 != unprotected {
			t.Errorf("they accept a code with bit %d turned round", mutant.Bit)
		}
	}
	if o.Tried < 3000 {
		t.Errorf("only %d mutants", o.Tried)
	}
	if o := opinionOf(t, published(t, other), codes[:1], []string{}); o.Signed[0] {
		t.Error("a code is signed under another key")
	}
}

func published(t *testing.T, key *receipt.SigningKey) []json.RawMessage {
	t.Helper()
	keys, err := receipt.NewKeys(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(keys)
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	return list.Keys
}

// sign makes a payment of some bills, every second one a copy.
func sign(t *testing.T, random *rand.Rand, key *receipt.SigningKey, number uint32, now time.Time) *receipt.Code {
	t.Helper()
	r := &receipt.Receipt{
		Kind: receipt.Payment, Node: "LV-CESIS", Series: "CES-1", Number: number, At: now.Add(-time.Minute), Creditor: "90000028508",
		Currency: "EUR", Tenders: map[receipt.Tender]money.Amount{},
	}
	for n := range 1 + random.IntN(4) {
		cents := money.Amount(1 + random.IntN(1_000_000))
		r.AddBill(fmt.Sprintf("W-%d-%d", number, n), cents)
		r.Tenders[[]receipt.Tender{receipt.Cash, receipt.Card}[random.IntN(2)]] += cents
		r.Total += cents
	}
	if number > 1 {
		r.Previous = receipt.Link{byte(number), 1}
	}
	if number%2 == 0 {
		r = r.CopyAt(1, now)
	}
	code, err := receipt.Sign(r, key)
	if err != nil {
		t.Fatal(err)
	}
	return code
}
