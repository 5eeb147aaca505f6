package keyring_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/payment/keyring"
	"vienkopus/internal/payment/receipt"
)

const example = "../../../docs/formats/facts/receipt-key.introduced.v1.json"

func introduced(t *testing.T, text string) (keyring.Introduced, error) {
	t.Helper()
	var f keyring.Introduced
	err := json.Unmarshal([]byte(text), &f)
	return f, err
}

func TestALineThatTellsNoKeyMakesNone(t *testing.T) {
	t.Parallel()
	sound, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	f, err := introduced(t, string(sound))
	if err != nil {
		t.Fatal(err)
	}
	key, err := f.ToKey()
	if err != nil || key.ID != f.Kid || key.Node != "LV-CESIS" || key.To.Sub(key.From) != keyring.Life {
		t.Errorf("%+v %v", key, err)
	}
	for what, change := range map[string][2]string{
		"another id":       {"a3c761e5", "a3c761e6"},
		"another key":      {"rwaj4y", "rwaj4Y"},
		"a short key":      {"rwaj4ykX", ""},
		"no node":          {"LV-CESIS", "CESIS"},
		"a time backwards": {"2027", "2025"},
		"a far time":       {"2027", "2107"},
	} {
		f, err := introduced(t, strings.Replace(string(sound), change[0], change[1], 1))
		if err != nil {
			t.Fatal(err)
		}
		if key, err := f.ToKey(); !errors.Is(err, receipt.ErrKey) {
			t.Errorf("%s: %+v %v", what, key, err)
		}
	}
	for what, change := range map[string][2]string{"a sign": {"rwaj", "rwa+"}, "padding": {"B0\"", "B0=\""}, "capitals": {"a3c7", "A3C7"}, "a long id": {"a3c7", "00a3c7"}} {
		if _, err := introduced(t, strings.Replace(string(sound), change[0], change[1], 1)); err == nil {
			t.Errorf("%s is read", what)
		}
	}
}

func TestASeedIsACopyThatNothingPrints(t *testing.T) {
	t.Parallel()
	data := []byte("kanarijputnu")
	seed := keyring.NewSeed(data)
	data[0] = 'x'
	if string(seed()) != "kanarijputnu" {
		t.Errorf("the seed is %q", seed())
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		if text := fmt.Sprintf(verb, seed); strings.Contains(text, "kanarij") || strings.Contains(text, "6b616e") || strings.Contains(text, "107 97") {
			t.Errorf("%s shows %s", verb, text)
		}
	}
	holder := []any{seed}
	if text, err := json.Marshal(holder); err == nil {
		t.Errorf("written as %s", text)
	}
	if text := keyring.Subject("LV-CESIS", receipt.KeyID{0xa3, 0xc7, 0x61, 0xe5}); text != "receipt-key:LV-CESIS/a3c761e5" {
		t.Error(text)
	}
	if keyring.Life <= keyring.Ahead || keyring.Life > keyring.LongestLife || keyring.Ahead < 4*7*24*time.Hour {
		t.Error("a key that is introduced in time must cover the time ahead")
	}
}
