package witness_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"vienkopus/internal/platform/checkpoint/witness"
	"vienkopus/internal/platform/clock"
)

// A note that transparency-dev/formats v0.1.1 has cosigned, with the key of 32 bytes that count from 0.
const (
	theirPrivate = "PRIVATE+KEY+VARAM+95b1059c+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
	theirPublic  = "VARAM+95b1059c+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
	theirNote    = "vienkopus/LV-CESIS\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n" +
		"— VARAM lbEFnAAAAABrDS3xeh/IuW6WfDrmxOmzzFvIL02LxdcO7WHqLCMIZ8ebDDEnVV3kz5D+x7i5XPkC8+o6qCat351McX/CaBJ7b873Dg==\n"
)

func TestCosignaturesAreThoseOfOthers(t *testing.T) {
	t.Parallel()
	v, err := witness.NewVerifier(theirPublic)
	must(t, err)
	n, err := note.Open([]byte(theirNote), note.VerifierList(v))
	must(t, err)
	at, err := witness.When(n.Sigs[0])
	must(t, err)
	s, err := witness.NewSigner(theirPrivate, clock.NewHand(at))
	must(t, err)
	if s.Public() != theirPublic {
		t.Errorf("the public key is %s", s.Public())
	}
	ours, err := note.Sign(&note.Note{Text: n.Text}, s)
	must(t, err)
	if string(ours) != theirNote {
		t.Errorf("we sign %q", ours)
	}
	if at.Before(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("signed at %s", at)
	}
	later, err := witness.NewSigner(theirPrivate, clock.NewHand(at.Add(time.Second)))
	must(t, err)
	signed, err := note.Sign(&note.Note{Text: n.Text}, later)
	must(t, err)
	if string(signed) == theirNote {
		t.Error("the time is not signed")
	}
}

func TestWhatIsNoKeyOfAWitnessIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "VARAM", theirPublic[1:], theirPublic + "x", strings.Replace(theirPublic, "95b1", "95b2", 1), strings.Replace(theirPublic, "+BA", "+AA", 1)} {
		if _, err := witness.NewVerifier(text); err == nil {
			t.Errorf("%q is taken for a public key", text)
		}
	}
	for _, text := range []string{"", theirPublic, theirPrivate[3:], theirPrivate + "A", strings.Replace(theirPrivate, "VARAM", "VARAN", 1)} {
		if _, err := witness.NewSigner(text, clock.System{}); err == nil || strings.Contains(err.Error(), "AAEC") {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, name := range []string{"", "a+b", "a b", "a/b"} {
		if _, err := witness.Generate(name); err == nil {
			t.Errorf("a witness may be called %q", name)
		}
	}
}
