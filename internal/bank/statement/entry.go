package statement

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
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
	// unstated, undirected: the bank left out whether it is booked, and whether money came in or went out.
	unstated, undirected bool
}

// digestBytes is how much of a digest tells apart lines of the same day and amount to which the bank gave no reference.
const digestBytes = 8

// ref returns what a line is known by: all of it comes from the line itself, whatever else stands in the file, and is as the bank states it.
func (e entry) ref() string {
	amount := e.Cents.String()
	if e.Reversal {
		amount += "R"
	}
	if e.bankRef != "" {
		return strings.Join([]string{e.bankRef, e.Booked.String(), amount}, "/")
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{e.kind, e.Reference, string(e.Counterpart), e.Text}, "\n")))
	return strings.Join([]string{"-", e.Booked.String(), amount, hex.EncodeToString(sum[:digestBytes])}, "/")
}

// name gives the lines their Ref. Lines with the same reference, day and amount are numbered. It returns the first that stands twice in everything.
func (d *draft) name() (twice error) {
	first, refs := map[entry]int{}, map[string]int{}
	for i := range d.entries {
		e := &d.entries[i]
		content := *e
		content.number = 0
		if before, again := first[content]; !again {
			first[content] = e.number
		} else if twice == nil {
			twice = invalid("statement.line_twice", "Line", e.number, "First", before)
		}
		e.Ref = e.ref()
		if refs[e.Ref]++; refs[e.Ref] > 1 {
			e.Ref += "#" + strconv.Itoa(refs[e.Ref])
		}
	}
	return twice
}
