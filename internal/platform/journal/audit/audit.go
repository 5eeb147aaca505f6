// Package audit checks a journal without trusting the code that wrote it.
//
// It has its own decoder and its own hash, written after docs/formats/journal.md and not after the package journal. It
// streams every line of every desk once, from one snapshot, and recomputes numbers and chains; then it looks at what
// stands beside the lines. Features add checks of their own tables.
//
// What it cannot see: a journal whose lines, heads and requests were all rewritten together. Against that help
// the heads that somebody else has noted.
package audit

import (
	"context"
	"fmt"

	"vienkopus/internal/platform/sqldb"
)

// Problem is something that is not as it must be.
type Problem struct {
	// Check is the name of the check that found it: "line", "head", "request", "subject", "quarantine", "rebuild", "follower", or a feature's.
	Check string
	// Desk and Number name the line, where it is about one.
	Desk   string
	Number int64
	// What says in a sentence what is wrong, for the operator.
	What string
}

// String returns the problem in one line.
func (p Problem) String() string {
	switch {
	case p.Desk == "":
		return fmt.Sprintf("%s: %s", p.Check, p.What)
	case p.Number == 0:
		return fmt.Sprintf("%s: %s: %s", p.Check, p.Desk, p.What)
	}
	return fmt.Sprintf("%s: line %d of %s: %s", p.Check, p.Number, p.Desk, p.What)
}

// Check is a feature's own check of its tables.
type Check struct {
	Name string
	// Run reports what it finds; an error means that it could not look, which is a finding too.
	Run func(ctx context.Context, r sqldb.Reader, report func(Problem)) error
}

// Config is what an audit is made of.
type Config struct {
	DB     *sqldb.DB
	Checks []Check
	// Tell is told how many lines of how many are done; it may be nil.
	Tell func(done, total int64)
}

// Report is what an audit has seen.
type Report struct {
	Desks, Lines, Requests, Subjects int64
	// Found is the number of problems; Problems holds the first thousand of them.
	Found    int64
	Problems []Problem
}

// Clean tells whether nothing was found.
func (r Report) Clean() bool { return r.Found == 0 }

// kept is how many problems a report spells out.
const kept = 1000

// Run audits the database as it is at this moment, while others may go on writing. An error means that it could not look.
func Run(ctx context.Context, c Config) (Report, error) {
	ctx = sqldb.Patient(ctx)
	a := &auditor{config: c}
	a.trail = NewTrail(a.found)
	a.trail.bound = newBindings()
	err := c.DB.Snapshot(ctx, func(r sqldb.Reader) error {
		a.r = r
		for _, part := range []func(context.Context) error{a.heads, a.lines, a.requests, a.subjects, a.rest} {
			if err := part(ctx); err != nil {
				return err
			}
		}
		for _, check := range c.Checks {
			err := check.Run(ctx, r, func(p Problem) {
				p.Check = check.Name
				a.found(p)
			})
			if err != nil && ctx.Err() != nil {
				return fmt.Errorf("audit: %s: %w", check.Name, err)
			}
			if err != nil { // a damaged cell, or tables of another version of the program
				a.found(Problem{Check: check.Name, What: "it could not look: " + err.Error()})
			}
		}
		return nil
	})
	return a.report, err
}

// auditor is one audit under way.
type auditor struct {
	config Config
	r      sqldb.Reader
	report Report
	trail  *Trail
	total  int64 // lines that the heads promise
}

func (a *auditor) found(p Problem) {
	a.report.Found++
	if len(a.report.Problems) < kept {
		a.report.Problems = append(a.report.Problems, p)
	}
}
