package receipt_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/receipt"
)

var noon = time.Date(2026, time.May, 3, 12, 0, 0, 0, time.UTC)

// testKey is a key of the test network, of 2026; the letter makes the seed.
func testKey(t testing.TB, node string, letter byte) *receipt.SigningKey {
	t.Helper()
	return keyFor(t, node, letter, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
}

func keyFor(t testing.TB, node string, letter byte, from, to time.Time) *receipt.SigningKey {
	t.Helper()
	key, err := receipt.NewSigningKey(node, slices.Repeat([]byte{letter}, 32), from, to)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func keysOf(t testing.TB, keys ...receipt.Key) *receipt.Keys {
	t.Helper()
	list, err := receipt.NewKeys(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// plain is an everyday receipt: 42,50 € in cash for one bill.
func plain() *receipt.Receipt {
	r := &receipt.Receipt{
		Kind: receipt.Payment, Node: "LV-CESIS", Series: "CES-1", Number: 12, At: noon, Creditor: "90000028508", Currency: "EUR",
		Total: 4250, Tenders: map[receipt.Tender]money.Amount{receipt.Cash: 4250}, Previous: receipt.Link{1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
	}
	r.AddBill("2026/000417", 4250)
	return r
}

func sign(t testing.TB, r *receipt.Receipt, key *receipt.SigningKey) *receipt.Code {
	t.Helper()
	code, err := receipt.Sign(r, key)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func reasonOf(err error) receipt.Reason {
	var refusal *receipt.Refusal
	switch {
	case err == nil:
		return receipt.ReasonOK
	case errors.As(err, &refusal):
		return refusal.Reason
	}
	return receipt.Reason("fault: " + err.Error())
}

func TestWhatIsSignedIsReadAgain(t *testing.T) {
	t.Parallel()
	key := testKey(t, "LV-CESIS", 'a')
	code := sign(t, plain(), key)
	read, err := receipt.Parse(code.Text())
	if err != nil {
		t.Fatal(err)
	}
	if err := receipt.Verify(read, keysOf(t, key.Public()), noon.Add(time.Hour)); err != nil {
		t.Error(err)
	}
	r := read.Receipt
	if r.Series != "CES-1" || r.Number != 12 || !r.At.Equal(noon) || r.Total != 4250 || r.Tenders[receipt.Cash] != 4250 || r.Copy != 0 {
		t.Errorf("read %+v", r)
	}
	if !r.Pays("2026/000417", 4250) || !r.Pays(" 2026-000417", 4250) {
		t.Error("the bill is not found by its number")
	}
	if r.Pays("2026/000417", 4251) || r.Pays("2026/000418", 4250) || r.Pays("2026/417", 4250) {
		t.Error("pays another amount or bill")
	}
	if again := sign(t, plain(), key); again.Text() != code.Text() {
		t.Error("the same receipt was signed differently")
	}
	t.Logf("%d characters: %s, check code %s", len(code.Text()), code.Text(), code.CheckCode())
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	key := testKey(t, "LV-CESIS", 'a')
	for name, c := range map[string]struct {
		change func(*receipt.Receipt)
		want   receipt.Reason
	}{
		"nothing":             {func(*receipt.Receipt) {}, receipt.ReasonOK},
		"another node":        {func(r *receipt.Receipt) { r.Node = "LV-LIVANI" }, receipt.ReasonUnknownKey},
		"too early":           {func(r *receipt.Receipt) { r.At = noon.AddDate(-1, 0, 0) }, receipt.ReasonKeyDate},
		"too late":            {func(r *receipt.Receipt) { r.At = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC) }, receipt.ReasonKeyDate},
		"a copy too late":     {func(r *receipt.Receipt) { *r = *r.CopyAt(1, noon.AddDate(1, 0, 0)) }, receipt.ReasonKeyDate},
		"a copy before":       {func(r *receipt.Receipt) { *r = *r.CopyAt(1, noon.Add(-time.Second)) }, receipt.ReasonPayload},
		"no kind":             {func(r *receipt.Receipt) { r.Kind = 0 }, receipt.ReasonPayload},
		"number 0":            {func(r *receipt.Receipt) { r.Number = 0 }, receipt.ReasonPayload},
		"a long series":       {func(r *receipt.Receipt) { r.Series = "ABCDEFGH-ABCDEF-1" }, receipt.ReasonPayload},
		"a person":            {func(r *receipt.Receipt) { r.Creditor = "32345678901" }, receipt.ReasonPayload},
		"an old personal no.": {func(r *receipt.Receipt) { r.Creditor = "16117519997" }, receipt.ReasonPayload},
		"another sum":         {func(r *receipt.Receipt) { r.Total++ }, receipt.ReasonSum},
		"nothing paid":        {func(r *receipt.Receipt) { r.Total, r.Tenders = 0, map[receipt.Tender]money.Amount{1: 0} }, receipt.ReasonPayload},
		"minus":               {func(r *receipt.Receipt) { r.Total, r.Tenders = -5, map[receipt.Tender]money.Amount{1: -5} }, receipt.ReasonPayload},
		"a cent too much": {func(r *receipt.Receipt) {
			r.Total, r.Tenders = receipt.MaxNumber+1, map[receipt.Tender]money.Amount{1: receipt.MaxNumber, 2: 1}
		}, receipt.ReasonPayload},
		"seven bills":       {func(r *receipt.Receipt) { r.Bills = make([]receipt.BillHash, 7) }, receipt.ReasonPayload},
		"a refund of none":  {func(r *receipt.Receipt) { r.Kind, r.Bills = receipt.Refund, nil }, receipt.ReasonPayload},
		"a broken chain":    {func(r *receipt.Receipt) { r.Previous = receipt.Link{} }, receipt.ReasonPayload},
		"a first with prev": {func(r *receipt.Receipt) { r.Number = 1 }, receipt.ReasonPayload},
	} {
		r := plain()
		c.change(r)
		if code, err := receipt.Sign(r, key); reasonOf(err) != c.want || (err == nil) != (code != nil) && c.want != receipt.ReasonOK {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestTheChainIsTheSameForEveryCopy(t *testing.T) {
	t.Parallel()
	link := func(r *receipt.Receipt) receipt.Link {
		t.Helper()
		l, err := r.Link()
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	key := testKey(t, "LV-CESIS", 'a')
	original := plain()
	reprint := original.CopyAt(3, noon.AddDate(0, 2, 0))
	if link(original) != link(reprint) {
		t.Error("a copy has another link than its original")
	}
	if sign(t, original, key).Text() == sign(t, reprint, key).Text() {
		t.Error("a copy cannot be told from its original")
	}
	other := plain()
	other.Total, other.Tenders = 4251, map[receipt.Tender]money.Amount{receipt.Cash: 4251}
	if link(original) == link(other) {
		t.Error("another receipt has the same link")
	}
}

func TestCheckTextShowsNothingOfAForgery(t *testing.T) {
	t.Parallel()
	key, stranger := testKey(t, "LV-CESIS", 'a'), testKey(t, "LV-CESIS", 'b')
	keys := keysOf(t, key.Public())
	check := func(text string) receipt.Result {
		t.Helper()
		result, err := receipt.CheckText(text, keys, noon.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	code := sign(t, plain(), key)
	if got := check(receipt.Scanned("\t" + code.Text() + "\r\n")); got.Verdict != receipt.Valid || got.Receipt.Number != 12 || got.CheckCode != code.CheckCode() {
		t.Errorf("a genuine code: %+v", got)
	}
	if got := check(sign(t, plain(), stranger).Text()); got.Verdict != receipt.Uncertain || got.Reason != receipt.ReasonUnknownKey || got.Receipt == nil {
		t.Errorf("a code of a key that is not listed: %+v", got)
	}
	forged := strings.Replace(code.Text(), "VK1:", "vk1:", 1)
	if got := check(forged); got.Verdict != receipt.Invalid || got.Receipt != nil || got.CheckCode != "" {
		t.Errorf("a forged code: %+v", got)
	}
}
