package cards_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"strings"
	"sync"

	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/terminal"
)

// box is a terminal whose memory is a file: a line for each card that has paid, and for each name that was taken back.
type box struct {
	path string
	// at is told each point that a program passes, before it goes on.
	at func(point string)
	// Odd makes it refuse, lose its answer, or fail to take back, as the name decides.
	odd bool

	mu     sync.Mutex
	failed map[string]bool
}

// The points between the terminal and the journal at which a program may end.
const (
	asked     = "asked"      // the journal knows, the card does not
	charged   = "charged"    // the card has paid, the journal does not know
	done      = "done"       // both know
	givenUp   = "given-up"   // the journal knows that it is to be taken back, the terminal does not
	takenBack = "taken-back" // the terminal has taken it back, the journal does not know
)

// known is what the file says of a name: whether its card has paid, how much, and whether it was taken back.
type known struct {
	paid, back bool
	cents      money.Amount
}

func (b *box) read() (map[string]known, error) {
	text, err := os.ReadFile(b.path)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	all := map[string]known{}
	for line := range strings.Lines(string(text)) {
		var what, name string
		var cents money.Amount
		if _, err := fmt.Sscan(line, &what, &name, (*int64)(&cents)); err != nil {
			return nil, fmt.Errorf("%q: %w", line, err)
		}
		k := all[name]
		if what == "paid" {
			k.paid, k.cents = true, cents
		} else {
			k.back = true
		}
		all[name] = k
	}
	return all, nil
}

// write adds a line in one piece: a kill leaves all of it or nothing.
func (b *box) write(what string, c terminal.Charge) error {
	f, err := os.OpenFile(b.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, what, c.Name, int64(c.Cents))
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// mood is a number below n that follows from a name and a word.
func mood(n uint64, name, word string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(word + name))
	return (h.Sum64() >> 8) % n
}

// Charge implements terminal.Terminal.
func (b *box) Charge(_ context.Context, c terminal.Charge) (string, error) {
	b.at(asked)
	kind := mood(8, c.Name, "charge")
	if b.odd && kind == 0 {
		return "", terminal.ErrRefused
	}
	if b.odd && kind == 1 && b.first(c.Name) { // the line to the terminal broke before the card was asked
		return "", terminal.ErrUnknown
	}
	b.mu.Lock()
	all, err := b.read()
	if err == nil && !all[c.Name].paid && !all[c.Name].back {
		err = b.write("paid", c)
	}
	b.mu.Unlock()
	b.at(charged)
	switch {
	case err != nil:
		return "", err
	case all[c.Name].back:
		return "", terminal.ErrRefused
	case b.odd && kind == 2 && b.first(c.Name): // it broke after the card has paid
		return "", terminal.ErrUnknown
	}
	return "S" + c.Name[len(c.Name)-8:], nil
}

// first tells whether something goes wrong for the first time, in this program.
func (b *box) first(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.failed[name]
	b.failed[name] = true
	return !was
}

// Cancel implements terminal.Terminal.
func (b *box) Cancel(_ context.Context, c terminal.Charge) error {
	b.at(givenUp)
	kind := mood(4, c.Name, "cancel")
	if b.odd && kind == 0 && b.first("back "+c.Name) {
		return terminal.ErrUnknown
	}
	b.mu.Lock()
	err := b.write("back", c)
	b.mu.Unlock()
	b.at(takenBack)
	if err == nil && b.odd && kind == 1 && b.first("back "+c.Name) {
		err = terminal.ErrUnknown
	}
	return err
}

// sum is what cards have paid that was not taken back, in cents.
func (b *box) sum() (sum money.Amount, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all, err := b.read()
	for _, k := range all {
		if k.paid && !k.back {
			sum += k.cents
		}
	}
	return sum, err
}
