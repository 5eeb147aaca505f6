package rowcode_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/rowcode"
)

var payer = rowcode.Table{Name: "payer", Columns: []string{"bill", "name", "address", "changed_at"}, Key: 1}

func key(t testing.TB, secret []byte) *rowcode.Key {
	t.Helper()
	k, err := rowcode.NewKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// The example of docs/formats/row-code.md, computed there by hand with another program.
func TestTheExampleOfThePage(t *testing.T) {
	t.Parallel()
	k := key(t, bytes.Repeat([]byte{7}, rowcode.SecretSize))
	bill, err := id.Parse("01a1fc60-15b1-764d-b489-3e7121ebdd8c")
	if err != nil {
		t.Fatal(err)
	}
	for _, first := range []any{bill, bill[:]} { // as it is written, and as it is read
		code, err := k.Code(payer, first, "Jānis Liepa", "", int64(1763629200000000))
		if got := hex.EncodeToString(code); err != nil || got != "4614342b9adc1718032081ea2539b26d" {
			t.Errorf("%s %v", got, err)
		}
	}
	if k.Fingerprint() != "2fff9d469dcce12f" {
		t.Error(k.Fingerprint())
	}
}

// No two rows have one encoding, wherever one cell ends and the next begins, and whatever type it has.
func TestTwoRowsNeverHaveOneCode(t *testing.T) {
	t.Parallel()
	k := key(t, rowcode.NewSecret())
	cell := rapid.OneOf(
		rapid.Map(rapid.StringMatching(`[ab]{0,3}`), func(s string) any { return s }),
		rapid.Map(rapid.StringMatching(`[ab]{0,3}`), func(s string) any { return []byte(s) }),
		rapid.Map(rapid.Int64Range(0, 3), func(n int64) any { return n }),
		rapid.Just[any](nil), rapid.Just[any](true), rapid.Just[any](false), rapid.Just[any](1.0), rapid.Just[any](0.0),
	)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOfN(cell, 4, 4).Draw(t, "a"), rapid.SliceOfN(cell, 4, 4).Draw(t, "b")
		first, err := k.Code(payer, a...)
		if err != nil {
			t.Fatal(err)
		}
		second, err := k.Code(payer, b...)
		if err != nil {
			t.Fatal(err)
		}
		if same := fmt.Sprintf("%#v", a) == fmt.Sprintf("%#v", b); same != bytes.Equal(first, second) {
			t.Fatalf("%#v %x, %#v %x", a, first, b, second)
		}
		elsewhere := payer
		elsewhere.Name = "payers"
		if other, err := k.Code(elsewhere, a...); err != nil || bytes.Equal(first, other) {
			t.Fatalf("the same in two tables: %x %v", other, err)
		}
	})
}

func TestAKeyDoesNotShowItself(t *testing.T) {
	t.Parallel()
	secret := rowcode.NewSecret()
	k := key(t, secret)
	for _, said := range []string{fmt.Sprint(k), fmt.Sprintf("%v", k)} {
		if strings.Contains(said, hex.EncodeToString(secret)) || !strings.Contains(said, k.Fingerprint()) {
			t.Errorf("it says %s", said)
		}
	}
	if _, err := rowcode.NewKey(secret[1:]); !errors.Is(err, rowcode.ErrSecret) {
		t.Errorf("half a key: %v", err)
	}
	if _, err := k.Code(payer, "too", "few"); err == nil {
		t.Error("a row without all its cells has a code")
	}
	if _, err := k.Code(payer, struct{}{}, "", "", int64(0)); err == nil {
		t.Error("a cell that no database has gets a code")
	}
	if code, err := (*rowcode.Codes)(nil).Code(payer, "", "", "", int64(0)); code != nil || err != nil {
		t.Errorf("without a key: %x %v", code, err)
	}
}
