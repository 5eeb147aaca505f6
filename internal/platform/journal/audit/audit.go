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
	"runtime"

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
	// Run looks at tables and reports what it finds; an error means that it could not look, which is a finding too.
	Run func(ctx context.Context, r sqldb.Reader, report func(Problem)) error
	// Follow begins a check of what lines say, and is there instead of Run.
	Follow func(ctx context.Context, r sqldb.Reader) (Follower, error)
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

const (
	// kept is how many problems a report spells out.
	kept = 1000
	// mostReaders is how many connections an audit takes at most; the program that serves wants some too.
	mostReaders = 8
)

// Run audits the database as it is at this moment, while others may go on writing. An error means that it could not look.
//
// Every line is read and taken apart once, on all cores, and handed to every check in the order of desks and numbers; what is reported, and in which order, does
// not depend on how many cores there are. Lines are not kept, however many there are.
func Run(ctx context.Context, c Config) (report Report, err error) {
	ctx = sqldb.Patient(ctx)
	err = c.DB.Snapshots(ctx, min(runtime.GOMAXPROCS(0), mostReaders), func(readers []sqldb.Reader) error {
		report, err = Look(ctx, readers, c)
		return err
	})
	return report, err
}

// Look is Run by readers that are there: they see one and the same state of a database, and each is used by one goroutine at a time.
func Look(ctx context.Context, readers []sqldb.Reader, c Config) (Report, error) {
	a := newAuditor(readers, c)
	err := a.run(ctx)
	return a.report, err
}

func newAuditor(readers []sqldb.Reader, c Config) *auditor {
	a := &auditor{config: c, readers: make(chan sqldb.Reader, len(readers))}
	for _, r := range readers {
		a.readers <- r
	}
	a.trail = NewTrail(a.add)
	a.trail.bound = newBindings()
	return a
}

// auditor is one audit under way.
type auditor struct {
	config  Config
	readers chan sqldb.Reader
	report  Report
	trail   *Trail
	total   int64 // lines that the heads promise
	findings
	decoded int64 // lines of which the body was taken apart
}

// findings are problems in order, the first thousand of them spelled out.
type findings struct {
	n    int64
	list []Problem
}

func (f *findings) add(p Problem) {
	f.n++
	if len(f.list) < kept {
		f.list = append(f.list, p)
	}
}

// then puts those of another behind.
func (f *findings) then(other *findings) {
	f.n += other.n
	f.list = append(f.list, other.list[:min(len(other.list), kept-len(f.list))]...)
}

// run looks at the lines, and then, at once, at everything that stands beside them.
func (a *auditor) run(ctx context.Context) error {
	if err := a.with(a.heads)(ctx); err != nil {
		return err
	}
	checks, err := a.lines(ctx)
	if err != nil {
		return err
	}
	beside := []*task{
		{look: a.requests}, {look: a.subjects}, {look: a.rest},
	}
	all := append(beside, checks...)
	if err := a.at(ctx, all); err != nil {
		return err
	}
	if err := a.again(ctx, checks); err != nil {
		return err
	}
	for _, t := range all {
		a.then(&t.findings)
	}
	a.report.Found, a.report.Problems = a.n, a.list
	return nil
}
