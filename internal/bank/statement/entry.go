package statement

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
)

// entry is a line as the bank states it.
type entry struct {
	Line
	// number is its place in the file, from 1.
	number int
	// bankRef is the bank's reference; it may be empty, and a payment and its fee may share it.
	bankRef string
	// kind is the bank's code of what happened.
	kind string
	// reversal marks an entry that takes another one back.
	reversal bool
}

// digestBytes is how much of a digest tells apart lines of the same day and amount to which the bank gave no reference.
const digestBytes = 8

// ref returns what a line is known by: all of it comes from the line itself, whatever else stands in the file, and is as the bank states it.
func (e entry) ref() string {
	amount := e.Cents.String()
	if e.reversal {
		amount += "R"
	}
	if e.bankRef != "" {
		return strings.Join([]string{e.bankRef, e.Booked.String(), amount}, "/")
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{e.kind, e.Reference, string(e.Counterpart), e.Text}, "\n")))
	return strings.Join([]string{"-", e.Booked.String(), amount, hex.EncodeToString(sum[:digestBytes])}, "/")
}

// known holds the lines of a file, so that none counts twice.
type known struct {
	// places are where a line stood first: the entry without what its place gives it is the key.
	places map[accountEntry]place
	// refs count the lines that would have the same Ref.
	refs map[accountRef]int
}

type accountEntry struct {
	account iban.IBAN
	entry   entry
}

type accountRef struct {
	account iban.IBAN
	ref     string
}

type place struct {
	statement *draft
	number    int
}

func newKnown() *known {
	return &known{places: map[accountEntry]place{}, refs: map[accountRef]int{}}
}

// name gives the lines of a statement their Ref. Different lines with the same reference, day and amount are numbered. It returns the first
// line that the statement itself, and the first that an earlier statement of the file has already.
func (k *known) name(d *draft) (here, earlier error) {
	for i := range d.entries {
		e := &d.entries[i]
		content := *e
		content.number = 0
		first, twice := k.places[accountEntry{d.IBAN, content}]
		switch {
		case !twice:
			k.places[accountEntry{d.IBAN, content}] = place{d, e.number}
		case first.statement == d && here == nil:
			here = lineTwice(e.number, first.number)
		case first.statement != d && earlier == nil:
			earlier = lineTwice(e.number, first.number)
		}
		e.Ref = e.ref()
		at := accountRef{d.IBAN, e.Ref}
		if k.refs[at]++; k.refs[at] > 1 {
			e.Ref += "#" + strconv.Itoa(k.refs[at])
		}
	}
	return here, earlier
}

func lineTwice(line, first int) *fault.Fault {
	return invalid("statement.line_twice", "Line", line, "First", first)
}
