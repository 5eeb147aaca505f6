package guess

import (
	"regexp"
	"strings"

	"github.com/trustelem/zxcvbn/adjacency"
	"github.com/trustelem/zxcvbn/match"
)

// shifted are the keys of a letter keyboard that are pressed with another one.
const shifted = `~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?`

// beside finds three and more keys that lie side by side.
func beside(password string) (all []*match.Match) {
	for _, keyboard := range []string{"qwerty", "dvorak", "keypad", "mac_keypad"} {
		for i := 0; i < len(password)-1; {
			m := walk(keyboard, password[i:])
			if len(m.Token) > 2 {
				m.I, m.J = i, i+len(m.Token)-1
				all = append(all, m)
			}
			i += len(m.Token)
		}
	}
	return all
}

// walk goes from the first key of a text to the next as long as they lie side by side.
func walk(keyboard, text string) *match.Match {
	m := &match.Match{Pattern: "spatial", Graph: keyboard}
	if keyboard == "qwerty" || keyboard == "dvorak" {
		m.ShiftedCount = strings.Count(shifted, text[:1])
	}
	j, last := 1, -1
	for ; j < len(text); j++ {
		direction, shift := step(adjacency.Graphs[keyboard].Graph[text[j-1:j]], text[j:j+1])
		if direction < 0 {
			break
		}
		m.ShiftedCount += count(shift)
		if direction != last {
			m.Turns++
			last = direction
		}
	}
	m.Token = text[:j]
	return m
}

// step returns in which direction a key lies, and whether it is pressed with shift; -1 for one that does not lie beside.
func step(neighbours []string, key string) (direction int, shift bool) {
	for direction, keys := range neighbours {
		if at := strings.Index(keys, key); at >= 0 {
			return direction, at == 1
		}
	}
	return -1, false
}

var (
	lower  = regexp.MustCompile(`^[a-z]+$`)
	upper  = regexp.MustCompile(`^[A-Z]+$`)
	digits = regexp.MustCompile(`^\d+$`)
)

// sequences finds letters and digits that follow one another in steps of one length, five at the most.
func sequences(password string) (all []*match.Match) {
	const longest = 5
	found := func(i, j, delta int) {
		size := max(delta, -delta)
		if j-i <= 1 && size != 1 || size == 0 || size > longest {
			return
		}
		m := &match.Match{Pattern: "sequence", I: i, J: j, Token: password[i : j+1], SequenceName: "unicode", SequenceSpace: 26, Ascending: delta > 0}
		switch {
		case lower.MatchString(m.Token):
			m.SequenceName = "lower"
		case upper.MatchString(m.Token):
			m.SequenceName = "upper"
		case digits.MatchString(m.Token):
			m.SequenceName, m.SequenceSpace = "digits", 10
		}
		all = append(all, m)
	}
	i, last := 0, 0
	for k := 1; k < len(password); k++ {
		delta := int(password[k]) - int(password[k-1])
		if k > 1 && delta != last {
			found(i, k-1, last)
			i = k - 1
		}
		last = delta
	}
	if len(password) > 1 {
		found(i, len(password)-1, last)
	}
	return all
}
