package guess_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/trustelem/zxcvbn"
	"github.com/trustelem/zxcvbn/frequency"

	"vienkopus/internal/staff/guess"
)

// drawn are passwords as people make them, and some that nobody would.
func drawn(dice *rand.Rand) (all []string) {
	pick := func(list string) string { return frequency.FrequencyLists[list][dice.IntN(3000)] }
	signs := strings.NewReplacer("a", "@", "e", "3", "i", "1", "o", "0", "s", "$", "t", "7")
	for range 150 {
		a, b, c := pick("passwords"), pick("english_wikipedia"), pick("surnames")
		all = append(all,
			a, a+b, a+b+c, b+" "+c+" "+a, signs.Replace(b+c), strings.ToUpper(b[:1])+b[1:]+fmt.Sprint(dice.IntN(10_000)), a+a+a, b+b+"!",
			fmt.Sprintf("%s%02d.%02d.%d", c, 1+dice.IntN(31), 1+dice.IntN(12), 1940+dice.IntN(80)), fmt.Sprintf("%02d%02d%02d%s", 1+dice.IntN(31), 1+dice.IntN(12), dice.IntN(100), b),
			"qwertzuiop"[dice.IntN(5):]+b, "1qaz2wsx3edc4rfv"[:4+dice.IntN(12)]+a, "abcdefghijklmnop"[dice.IntN(6):]+c, "97531"+a,
		)
		random := make([]byte, 6+dice.IntN(14))
		for i := range random {
			random[i] = byte(33 + dice.IntN(94))
		}
		all = append(all, string(random))
	}
	return all
}

// What the module finds is found too, so that no password counts as stronger than there; where years of this decade and signs in two ways are left aside, nothing counts as weaker.
func TestNoPasswordIsStrongerThanTheModuleSays(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	same, all := 0, drawn(rand.New(rand.NewPCG(seed, 1)))
	for _, password := range all {
		want, got := zxcvbn.PasswordStrength(password, []string{"anna", "vienkopus"}).Guesses, guess.Guesses(password, []string{"anna", "vienkopus"})
		switch {
		case got > want*1.000001:
			t.Errorf("seed %d: %q takes %g guesses, the module says %g", seed, password, got, want)
		case got > want*0.999999:
			same++
		}
	}
	if same < len(all)*97/100 {
		t.Errorf("seed %d: %d of %d are as the module says", seed, same, len(all))
	}
}

func TestWhatPeopleChooseIsGuessed(t *testing.T) {
	t.Parallel()
	for password, most := range map[string]float64{
		"password": 10, "drowssap": 20, "p@$$w0rd": 100, "annaanna": 100, "vienkopus": 10, "qwertyuiop": 100, "abcdefghijkl": 100, "aaaaaaaaaaaa": 1000,
		"rīgarīgarīga": 1000, "cēsis": 10, "31.12.2026": 40_000, "31122026": 40_000, "2026": 50, "12/31/86": 60_000, "zaq12wsx": 1e5, "šššššššššššš": 1e6,
	} {
		if got := guess.Guesses(password, []string{"anna", "vienkopus", "rīga", "cēsis"}); got > most {
			t.Errorf("%q: %g guesses", password, got)
		}
	}
	for password, least := range map[string]float64{"zilonis ar šalli": 1e9, "xK7#pQ9!vR2m": 1e11, "": 0} {
		if got := guess.Guesses(password, nil); got < least {
			t.Errorf("%q: %g guesses", password, got)
		}
	}
}
