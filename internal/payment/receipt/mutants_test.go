package receipt_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/payment/receipt"
)

// mutants are so many. To check a signature takes twenty times as long as all the rest, so in the daily test every tenth is one of those that may
// get that far, and in make soak all are.
const mutants, finest = 1_000_000, 10

// TestSoakMutants changes genuine codes in every way a forger or a bad print would, and none is accepted. That the
// changes are not all trivial shows in the same run: many are well formed, and only the signature stops them.
func TestSoakMutants(t *testing.T) {
	t.Parallel()
	count, fine := mutants, finest
	if os.Getenv("VIENKOPUS_SOAK") != "" {
		fine = 1
	}
	m := newMaker(t)
	texts := genuine(m)
	var accepted, wellFormed atomic.Int64
	var group sync.WaitGroup
	for worker := range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			random := rand.New(rand.NewPCG(20260503, uint64(worker)))
			for i := range count/runtime.GOMAXPROCS(0) + 1 {
				change := spoil
				if i%fine == 0 {
					change = mutate
				}
				mutant := change(random, texts)
				result, err := receipt.CheckText(mutant, m.keys, noon.Add(24*time.Hour))
				if err != nil || result.Verdict == receipt.Valid {
					accepted.Add(1)
					t.Errorf("%q: %+v, %v", mutant, result, err)
				}
				if result.Reason == receipt.ReasonSignature {
					wellFormed.Add(1)
				}
			}
		})
	}
	group.Wait()
	if n := wellFormed.Load(); n < int64(count)/20 {
		t.Errorf("only %d of %d mutants reached the signature: the test proves too little", n, count)
	}
	t.Logf("%d mutants, %d accepted; %d were well formed, and only their signature was wrong", count, accepted.Load(), wellFormed.Load())
}

// genuine are the codes that the forger begins with.
func genuine(m *maker) []string {
	var texts []string
	for _, v := range validVectors(m) {
		if result, err := receipt.CheckText(v.Code, m.keys, noon.Add(24*time.Hour)); err == nil && result.Verdict == receipt.Valid {
			texts = append(texts, v.Code)
		}
	}
	return texts
}

// mutate returns a text that no node has signed.
func mutate(random *rand.Rand, texts []string) string {
	genuine := texts[random.IntN(len(texts))]
	for {
		var mutant string
		switch random.IntN(6) {
		case 0:
			mutant = mutateText(random, genuine)
		case 1, 2:
			mutant = receipt.Prefix + receipt.Encode45(mutateBytes(random, bytesOf(genuine)))
		case 3, 4:
			mutant = receipt.Prefix + receipt.Encode45(mutateDigit(random, bytesOf(genuine)))
		default:
			mutant = splice(bytesOf(genuine), bytesOf(texts[random.IntN(len(texts))]))
		}
		if !slices.Contains(texts, mutant) {
			return mutant
		}
	}
}

// spoil returns a text that nobody would take for a code: torn, doubled, shifted or misread, in a few ways that show before the signature is looked at.
func spoil(random *rand.Rand, texts []string) string {
	genuine := texts[random.IntN(len(texts))]
	i, j := random.IntN(len(genuine)), random.IntN(len(genuine))
	c := string(printable[random.IntN(len(printable))])
	for {
		var mutant string
		switch random.IntN(7) {
		case 0:
			mutant = genuine[:i]
		case 1:
			mutant = genuine[i:]
		case 2:
			mutant = genuine[:i] + c + genuine[i:]
		case 3:
			mutant = genuine[:i] + genuine[min(i+1+random.IntN(3), len(genuine)):]
		case 4:
			mutant = genuine[:max(i, j)] + genuine[min(i, j):]
		case 5:
			mutant = genuine[:i] + strings.ToLower(genuine[i:])
		default: // another byte at the head, where the form is fixed
			data := bytesOf(genuine)
			data[i%min(len(data), 15)] += 1 + byte(random.IntN(255))
			mutant = receipt.Prefix + receipt.Encode45(data)
		}
		if !slices.Contains(texts, mutant) {
			return mutant
		}
		i, j = random.IntN(len(genuine)), random.IntN(len(genuine))
	}
}

func bytesOf(code string) []byte {
	data, err := receipt.Decode45(strings.TrimPrefix(code, receipt.Prefix))
	if err != nil {
		panic(err) // a genuine code
	}
	return data
}

const printable = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:abcxyz,;=\n"

// mutateText replaces, inserts, removes, exchanges or doubles a character.
func mutateText(random *rand.Rand, code string) string {
	text := []byte(code)
	i, j := random.IntN(len(text)), random.IntN(len(text))
	c := printable[random.IntN(len(printable))]
	switch random.IntN(6) {
	case 0:
		text[i] = c
	case 1:
		text = slices.Insert(text, i, c)
	case 2:
		text = slices.Delete(text, i, i+1)
	case 3:
		text[i], text[j] = text[j], text[i]
	case 4:
		text = text[:i]
	default:
		return code + string(c)
	}
	return string(text)
}

// mutateBytes flips a bit, sets a byte, or inserts or removes one.
func mutateBytes(random *rand.Rand, data []byte) []byte {
	i := random.IntN(len(data))
	switch random.IntN(5) {
	case 0:
		data = slices.Insert(data, i, byte(random.Uint32()))
	case 1:
		data = slices.Delete(data, i, i+1)
	case 2:
		data[i] = byte(random.Uint32())
	default:
		data[i] ^= 1 << random.IntN(8)
	}
	return data
}

// mutateDigit changes only letters, digits, hashes and the signature, so that the result often stays well formed.
func mutateDigit(random *rand.Rand, data []byte) []byte {
	if random.IntN(2) == 0 {
		i := len(data) - 1 - random.IntN(64)
		data[i] ^= 1 << random.IntN(8)
		return data
	}
	for {
		i := 15 + random.IntN(len(data)-15-66)
		if data[i] >= 'A' && data[i] <= 'Z' {
			data[i] = 'A' + byte(random.IntN(26))
			return data
		}
		if data[i] >= '0' && data[i] <= '9' || data[i] > 0x7f {
			data[i] ^= 1
			return data
		}
	}
}

// splice puts the signature of one code under the payload of another.
func splice(data, other []byte) string {
	return receipt.Prefix + receipt.Encode45(slices.Concat(data[:len(data)-64], other[len(other)-64:]))
}

// TestTheMutantsWouldBeSeen plants the fault: a verifier that does not look at the signature accepts mutants, and one that
// does not insist on one form of a code accepts more.
func TestTheMutantsWouldBeSeen(t *testing.T) {
	t.Parallel()
	texts := genuine(newMaker(t))
	random := rand.New(rand.NewPCG(1, 2))
	taken := 0
	for range 2000 {
		if _, err := receipt.Parse(mutate(random, texts)); err == nil {
			taken++
		}
	}
	if taken < 100 {
		t.Errorf("without the signature only %d of 2000 mutants pass: the mutants are too plain", taken)
	}
	// The unprotected headers are not signed: a lax reader would accept anything there, from anybody.
	added := envelope{unprotected: dict(number(99), number(1))}.bytes()
	if !bytes.Contains(added, plain().Payload()) {
		t.Fatal("the envelope has another payload")
	}
	if _, err := receipt.Parse(receipt.Prefix + receipt.Encode45(added)); reasonOf(err) != receipt.ReasonHeader {
		t.Errorf("a header that nobody signed: %v", err)
	}
}
