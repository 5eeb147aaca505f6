package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"vienkopus/cmd/vienkopus/keys"
	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/delivery"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/resume"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/sqldb"
)

type deskCmd struct {
	Resume  deskResumeCmd  `cmd:"" help:"Let desks go on after lines were lost, behind a visible gap: no number is given twice."`
	Return  deskReturnCmd  `cmd:"" help:"Take in lines that were lost and turned up, from another database or a backup."`
	Strays  deskStraysCmd  `cmd:"" help:"List lines that turned up under numbers that stand for others here."`
	Adopt   deskAdoptCmd   `cmd:"" help:"Take stray lines in: they count from now on."`
	Dismiss deskDismissCmd `cmd:"" help:"Say that stray lines are not taken in, and why."`
}

// answering is the flag that says which person stands behind a command, so that whoever reads the journal later can ask her.
type answering struct {
	By string `help:"Who answers for it: her sign-in name, or her id." placeholder:"PERSON"`
}

// actor is the person in the role of an operator, or an operator whom nobody has named.
func (b answering) actor(ctx context.Context, a *app.App) (actor.Actor, error) {
	if b.By == "" {
		return operator, nil
	}
	who, err := somebody(ctx, a, b.By)
	return actor.Staff(who.String(), operator.Who()), err
}

type deskResumeCmd struct {
	database
	stating
	answering
	Desk       []string `help:"Only these desks; all when none is named." placeholder:"DESK"`
	Seen       []string `help:"The highest number of a line that somebody has seen at a desk." placeholder:"DESK=NUMBER"`
	Checkpoint []string `help:"A list of heads that was handed out, or a directory with such lists." placeholder:"FILE|DIR"`
	Public     string   `help:"Public key by which the lists are checked; that of the node key unless you say." placeholder:"KEY"`
	Why        string   `help:"What happened, for whoever reads the journal later." required:""`
}

// Run lets the desks go on, says where, and sets aside what the node had stated last: the database explains it now.
func (c deskResumeCmd) Run(ctx context.Context) error {
	seen, evidence, err := c.seen()
	if err != nil {
		return err
	}
	return posting(ctx, c.database, func(a *app.App) error {
		by, err := c.actor(ctx, a)
		if err != nil {
			return err
		}
		service := resume.Service{Journal: a.Journal}
		lines, err := service.Resume(ctx, resume.Order{By: by, Seen: seen, Desks: c.Desk, Why: c.Why, Evidence: evidence})
		if err != nil {
			return err
		}
		for _, e := range lines {
			if f, is := e.Fact.(journal.Resumed); is {
				fmt.Println(lang.T(ctx, "cli.desk_resumed", "Desk", e.Desk, "Number", e.Number, "From", f.LostFrom, "To", f.LostTo, "Series", payment.SeriesOf(e.Desk, f.Nth, false)))
			}
		}
		if len(lines) == 0 {
			fmt.Println(lang.T(ctx, "cli.desk_none"))
		}
		return c.explained(ctx, a, seen)
	})
}

// explained sets aside what was stated last when the database holds it or declares it lost.
func (c deskResumeCmd) explained(ctx context.Context, a *app.App, seen []journal.Head) error {
	_, last := c.Files()
	if last == "" {
		return nil
	}
	if err := holdsAll(ctx, a, seen); err != nil {
		return err
	}
	return errors.Join(setAside(ctx, last), setAside(ctx, checkpoint.HeadsOf(last)))
}

// holdsAll returns checkpoint.ErrLower when a head that was seen is neither held nor declared as lost.
func holdsAll(ctx context.Context, a *app.App, seen []journal.Head) error {
	missing, err := resume.Missing(ctx, a.DB, seen)
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("%w: line %d of %s", checkpoint.ErrLower, missing[0].Number, missing[0].Desk)
	}
	return err
}

// seen is what anybody has seen of the desks, and who.
func (c deskResumeCmd) seen() (all []journal.Head, evidence string, err error) {
	var from []string
	for _, text := range c.Seen {
		h, err := resume.ParseSeen(text)
		if err != nil {
			return nil, "", err
		}
		all, from = append(all, h), append(from, text)
	}
	files, err := headFiles(c.Checkpoint)
	if err != nil {
		return nil, "", err
	}
	path, last := c.Files()
	if beside := checkpoint.HeadsOf(last); last != "" && keys.Exists(beside) {
		files = append(files, beside)
	}
	if len(files) == 0 {
		return all, strings.Join(from, ", "), nil
	}
	public := c.Public
	if public == "" {
		key, err := checkpoint.ReadKey(path)
		if err != nil {
			return nil, "", err
		}
		public = key.Public()
	}
	for _, file := range files {
		heads, err := readHeads(file, public)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", file, err)
		}
		all, from = append(all, heads...), append(from, filepath.Base(file))
	}
	return all, strings.Join(from, ", "), nil
}

// headFiles are the lists of heads that are named, or stand in a directory that is.
func headFiles(named []string) ([]string, error) {
	var files []string
	for _, path := range named {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		inside, err := filepath.Glob(filepath.Join(path, "*.heads"))
		if err != nil {
			return nil, err
		}
		files = append(files, inside...)
	}
	return files, nil
}

func readHeads(file, public string) ([]journal.Head, error) {
	signed, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	stated, err := checkpoint.ReadHeads(signed, public)
	var heads []journal.Head
	for _, s := range stated {
		h := journal.Head{Desk: s.Desk, Number: s.Number}
		copy(h.Hash[:], s.Hash)
		heads = append(heads, h)
	}
	return heads, err
}

type deskReturnCmd struct {
	database
	answering
	From string `arg:"" name:"from" help:"What turned up: an SQLite file, postgres://…, or a backup."`
	Why  string `help:"Where it turned up, for whoever reads the journal later." required:""`
}

// Run takes the lines in and makes the tables anew. Nobody may serve from the database meanwhile.
func (c deskReturnCmd) Run(ctx context.Context) error {
	return with(ctx, c.database, func(a *app.App) (err error) {
		by, err := c.actor(ctx, a)
		if err != nil {
			return err
		}
		from, closing, err := turnedUp(ctx, c.From)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, closing()) }()
		if err := delivery.Forget(ctx, a.DB); err != nil { // before, because nobody would come back to it behind
			return err
		}
		service := resume.Service{Journal: a.Journal}
		all, err := service.Return(ctx, by, from, c.Why)
		if err != nil {
			return err
		}
		for _, r := range all {
			fmt.Println(lang.T(ctx, "cli.desk_returned", "Desk", r.Desk, "Placed", r.Placed, "Stray", r.Stray))
			if r.Resumed > 0 {
				fmt.Println(lang.T(ctx, "cli.desk_forked", "Desk", r.Desk, "Number", r.Resumed))
			}
		}
		if len(all) == 0 {
			fmt.Println(lang.T(ctx, "cli.desk_nothing"))
		}
		_, err = a.Journal.Prepare(ctx, progress("rebuild"))
		return err
	})
}

// turnedUp opens a database, or what a backup holds.
func turnedUp(ctx context.Context, from string) (db *sqldb.DB, closing func() error, err error) {
	if f, err := os.Open(from); err == nil {
		first := make([]byte, 2)
		_, err := io.ReadFull(f, first)
		if err == nil && bytes.Equal(first, []byte{0x1f, 0x8b}) {
			_, err = f.Seek(0, io.SeekStart)
			if err == nil {
				db, closing, err = app.OpenBackup(ctx, f)
			}
			return db, closing, errors.Join(err, f.Close())
		}
		if err := f.Close(); err != nil {
			return nil, nil, err
		}
	}
	db, err = sqldb.Look(ctx, from)
	if err != nil {
		return nil, nil, err
	}
	return db, db.Close, nil
}

type deskStraysCmd struct {
	database
	Desk string `help:"Only those of this desk." placeholder:"DESK"`
	All  bool   `help:"Also those about which somebody has decided."`
}

// Run prints a line each.
func (c deskStraysCmd) Run(ctx context.Context) error {
	return with(ctx, c.database, func(a *app.App) error {
		all, err := resume.Strays(ctx, a.DB, c.Desk)
		if err != nil {
			return err
		}
		out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		for _, l := range all {
			if l.State != resume.Open && !c.All {
				continue
			}
			at := lang.DateTime(ctx, time.UnixMicro(l.RecordedAt))
			if _, err := fmt.Fprintf(out, "%s\t%s\t%d\t%s\t%s\t%s\n", l.Hash, l.Desk, l.Number, at, l.LineKind, l.State); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}

// chosen are the flags of a decision.
type chosen struct {
	answering
	Lines []string `arg:"" optional:"" help:"Hashes of stray lines, as they are listed; the other lines of their requests go with them."`
	Desk  string   `help:"All open lines of this desk, in their order." placeholder:"DESK"`
}

// each decides about the lines that are chosen. It returns the errors of decide, joined: one that cannot be decided about does not stop the others.
func (c chosen) each(ctx context.Context, a *app.App, decide func(by actor.Actor, hash string) ([]journal.Entry, error)) error {
	by, err := c.actor(ctx, a)
	if err != nil {
		return err
	}
	hashes := c.Lines
	if c.Desk != "" {
		all, err := resume.Strays(ctx, a.DB, c.Desk)
		if err != nil {
			return err
		}
		request := ""
		for _, l := range all {
			if name := fmt.Sprint(l.First, " ", l.Request); l.State == resume.Open && name != request {
				hashes, request = append(hashes, l.Hash), name
			}
		}
	}
	var wrong []error
	for _, hash := range hashes {
		lines, err := decide(by, hash)
		wrong = append(wrong, err)
		if err == nil && len(lines) > 0 {
			fmt.Println(lang.T(ctx, "cli.desk_decided", "Line", hash, "Desk", lines[0].Desk, "Number", lines[0].Number))
		}
	}
	return errors.Join(wrong...)
}

type deskAdoptCmd struct {
	database
	chosen
}

// Run takes the lines in.
func (c deskAdoptCmd) Run(ctx context.Context) error {
	return posting(ctx, c.database, func(a *app.App) error {
		service := resume.Service{Journal: a.Journal}
		return c.each(ctx, a, func(by actor.Actor, hash string) ([]journal.Entry, error) { return service.Adopt(ctx, by, hash) })
	})
}

type deskDismissCmd struct {
	database
	chosen
	Why string `help:"Why they are not taken in." required:""`
}

// Run says that the lines are not taken in.
func (c deskDismissCmd) Run(ctx context.Context) error {
	return posting(ctx, c.database, func(a *app.App) error {
		service := resume.Service{Journal: a.Journal}
		return c.each(ctx, a, func(by actor.Actor, hash string) ([]journal.Entry, error) {
			return service.Dismiss(ctx, by, hash, c.Why)
		})
	})
}
