package staff

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/staff/guess"
)

// Cost is what a hash of a password costs, on purpose: argon2id with that much memory, in KiB, gone through so often.
type Cost struct{ Memory, Passes uint32 }

// usualCost is that of every program (OWASP Password Storage Cheat Sheet). Tests of other things than passwords take a lower one.
var usualCost = Cost{Memory: 19 << 10, Passes: 2}

const (
	argonLanes = 1
	argonSalt  = 16 // bytes
	argonKey   = 32 // bytes
)

const (
	// shortestPassword is in characters. Length is what counts, not kinds of characters (NIST SP 800-63B §3.1.1.2).
	shortestPassword = 12
	// longestPassword is in bytes; more would only be work for us.
	longestPassword = 256
)

// errHash says that a stored hash is not of the form that hashPassword writes.
var errHash = errors.New("staff: a stored password hash cannot be read")

// checkPassword returns a fault when a new password is too short, too long, the sign-in name, or one of those that strangers try first.
func (s *Service) checkPassword(ctx context.Context, password, signIn string) error {
	theirs, err := s.words(ctx, signIn)
	switch {
	case err != nil:
		return err
	case utf8.RuneCountInString(password) < shortestPassword:
		return fault.NewInvalid("staff.password_short", "Characters", shortestPassword).On("password")
	case len(password) > longestPassword:
		return fault.NewInvalid("staff.password_long", "Characters", longestPassword).On("password")
	case foldName(password) == signIn:
		return fault.NewInvalid("staff.password_is_name").On("password")
	case guessed(password, theirs):
		return fault.NewInvalid("staff.password_common").On("password")
	}
	return nil
}

// guessable is up to which estimate a password is too weak: 10^8 guesses, which strangers do not get at the gate in a human life.
const guessable = 1e8 + 5

const (
	// shortestWord is in bytes; shorter words stand in every other one.
	shortestWord = 4
	// ownLetters are how many a password needs beside words that strangers try first.
	ownLetters = 6
)

// ours are words of this country and this work that the lists of the world do not have.
var ours = strings.Fields(`vienkopus vienkopa vpvkac klientucentrs kac parole paroles slepeni slepena latvija lietuva riga rīga cesis cēsis novads pagasts pasvaldiba pašvaldība biblioteka bibliotēka kase
klients pavasaris vasara rudens ziema janvaris februaris marts aprilis maijs junijs julijs augusts septembris oktobris novembris decembris pirmdiena piektdiena
slaptazodis slaptažodis vilnius qwertz`)

// guessed tells whether a password is one of those that are guessed first: from lists of common passwords, words and names, keys that lie side by side, dates,
// repetitions, and words of theirs with little around them (Wheeler, zxcvbn, USENIX Security 2016).
func guessed(password string, theirs []string) bool {
	const enough = 64 // characters: more are not needed to be strong, and the estimate takes long
	if letters := []rune(password); len(letters) > enough {
		password = string(letters[:enough])
	}
	text := strings.ToLower(norm.NFC.String(password))
	return !utf8.ValidString(text) || guess.Guesses(text, theirs) < guessable || isOfWords(text, theirs)
}

// isOfWords tells whether little is left of a password without the words that strangers try first here: two names of places with a year behind them are a long password and no good one.
func isOfWords(password string, theirs []string) bool {
	rest := password
	for _, word := range slices.SortedFunc(slices.Values(theirs), func(a, b string) int { return len(b) - len(a) }) { // the longer ones hold shorter ones
		if len(word) >= shortestWord {
			rest = strings.ReplaceAll(rest, word, " ")
		}
	}
	own := strings.Count(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return 'x'
		}
		return ' ' // figures and signs are what people hang on
	}, rest), "x")
	return rest != password && own < ownLetters
}

// words are those that a stranger would try first here: the person's own sign-in name, and how the municipalities, places and centres of the network are called, with and without their marks.
func (s *Service) words(ctx context.Context, signIn string) ([]string, error) {
	all := append([]string{signIn}, ours...)
	names, err := s.Places.Names(ctx, s.Journal.DB())
	if err != nil {
		return nil, fmt.Errorf("staff: names of places: %w", err)
	}
	for _, name := range names {
		for _, word := range strings.FieldsFunc(strings.ToLower(norm.NFC.String(name)), func(r rune) bool { return !unicode.IsLetter(r) }) {
			if len(word) < shortestWord {
				continue
			}
			all = append(all, word)
			if plain := unmarked(word); plain != word {
				all = append(all, plain)
			}
		}
	}
	return all, nil
}

// unmarked is a word as people type it who have no Latvian keyboard.
func unmarked(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(word))
}

// hashPassword returns the hash of a password in PHC form, with a fresh salt.
func (s *Service) hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("staff: salt: %w", err)
	}
	key, err := s.argon(ctx, password, salt)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return s.Cost.prefix() + b64.EncodeToString(salt) + "$" + b64.EncodeToString(key), nil
}

// argon computes the hash when one of the places is free: those of the gate, and one more for new passwords.
func (s *Service) argon(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case s.hashes <- struct{}{}:
		defer func() { <-s.hashes }()
	case <-ctx.Done():
		return nil, fmt.Errorf("staff: password hash: %w", ctx.Err())
	}
	// The same letters may be typed as one character or as two: the keyboard must not decide who gets in.
	text := norm.NFC.String(password)
	return argon2.IDKey([]byte(text), salt, s.Cost.Passes, s.Cost.Memory, argonLanes, argonKey), nil
}

// prefix is how hashes of that cost begin, in PHC form.
func (c Cost) prefix() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, c.Memory, c.Passes, argonLanes)
}

// noHash stands in for the hash of somebody who has none, so that the same work is done. No password has it:
// it holds zeros where a key would be.
func (c Cost) noHash() string {
	b64 := base64.RawStdEncoding
	return c.prefix() + b64.EncodeToString(make([]byte, argonSalt)) + "$" + b64.EncodeToString(make([]byte, argonKey))
}

// matches tells whether the password has the hash. An empty hash matches nothing and takes as long.
func (s *Service) matches(ctx context.Context, password, hash string) (bool, error) {
	if hash == "" {
		hash = s.Cost.noHash()
	}
	salt, want, err := s.Cost.readHash(hash)
	if err != nil {
		return false, err
	}
	if len(password) > longestPassword {
		password = password[:longestPassword] + "…" // longer than any that was accepted
	}
	got, err := s.argon(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// readHash reads what hashPassword wrote; a hash of another cost is an error, because none was ever written.
func (c Cost) readHash(hash string) (salt, key []byte, err error) {
	rest, ok := strings.CutPrefix(hash, c.prefix())
	saltText, keyText, cut := strings.Cut(rest, "$")
	if !ok || !cut {
		return nil, nil, errHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(saltText); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errHash, err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(keyText); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errHash, err)
	}
	return salt, key, nil
}

// foldName returns a sign-in name as it is compared: without spaces around it, in lower case, composed.
func foldName(name string) string { return strings.ToLower(norm.NFC.String(strings.TrimSpace(name))) }
