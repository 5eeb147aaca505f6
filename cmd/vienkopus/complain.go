package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/schollz/progressbar/v3"

	"vienkopus/cmd/vienkopus/witnesscmd"
	"vienkopus/internal/app"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/backup"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/checkpoint/witness"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/erased"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/mirror"
	"vienkopus/internal/platform/journal/resume"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/mail"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
)

// errNoDatabase says that the database of a command is not there: a mistyped path must not become a new and empty one.
var errNoDatabase = errors.New("no database")

// troubles are what can befall an operator, and what to tell. The first that fits is told.
var troubles = []struct {
	is  error
	key string
}{
	{errNoDatabase, "cli.no_database"},
	{errUnsound, "cli.unsound"},
	{sqldb.ErrInUse, "cli.in_use"},
	{sqldb.ErrNewer, "cli.newer"},
	{backup.ErrUntrusted, "cli.untrusted"},
	{backup.ErrNewer, "cli.backup_newer"},
	{backup.ErrDamaged, "cli.damaged"},
	{backup.ErrNotEmpty, "cli.not_empty"},
	{app.ErrErasures, "cli.no_erasures"},
	{erased.ErrDamaged, "cli.bad_erasures"},
	{checkpoint.ErrNoKey, "cli.no_node_key"},
	{checkpoint.ErrBadKey, "cli.node_key"},
	{checkpoint.ErrLower, "cli.lower"},
	{checkpoint.ErrForeign, "cli.foreign"},
	{checkpoint.ErrNote, "cli.no_checkpoint"},
	{checkpoint.ErrCode, "cli.code"},
	{witness.ErrLies, "cli.witness_lies"},
	{witness.ErrBadKey, "cli.witness_key"},
	{witness.ErrUnknown, "cli.witness_unknown"},
	{witness.ErrTaken, "cli.witness_taken"},
	{witnesscmd.ErrAlarm, "cli.witness_alarm"},
	{resume.ErrMuch, "cli.desk_much"},
	{resume.ErrSeen, "cli.desk_unknown"},
	{resume.ErrUnsound, "cli.desk_unsound"},
	{resume.ErrAdopt, "cli.desk_adopt"},
	{rowcode.ErrNoKey, "cli.rows_no_key"},
	{rowcode.ErrOtherKey, "cli.rows_other_key"},
	{custody.ErrFixed, "cli.keys_fixed"},
	{custody.ErrRecipient, "cli.recipient"},
	{custody.ErrFew, "cli.few"},
	{custody.ErrIdentity, "cli.identity"},
	{custody.ErrSealed, "cli.sealed_for_others"},
	{custody.ErrPaper, "cli.paper_bad"},
	{custody.ErrCopy, "cli.copy_bad"},
	{mirror.ErrNoRoom, "cli.no_scratch"},
	{sqldb.ErrFull, "cli.full"},
	{syscall.ENOSPC, "cli.full"},
	{syscall.EFBIG, "cli.full"},
	{mail.ErrTemporary, "cli.mail_later"},
	{mail.ErrPermanent, "cli.mail_never"},
	{mail.ErrUnknown, "cli.mail_perhaps"},
	{syscall.EADDRINUSE, "cli.address"},
	{scope.ErrScope, "staff.scope_unknown"},
	{id.ErrMalformed, "cli.id"},
	{receipt.ErrKeys, "cli.keys"},
	{receipt.ErrText, "cli.kid"},
	{fs.ErrExist, "cli.exists"},
	{fs.ErrNotExist, "cli.missing"},
	{fs.ErrPermission, "cli.denied"},
	{syscall.EROFS, "cli.denied"},
	{syscall.ENOTDIR, "cli.missing"},
}

// fieldTag is the tag of an argument that stands for a field of the rules which is called otherwise.
const fieldTag = "field"

// called is what the operator calls a field of the rules: the argument or the option of her command, as she types it. A field that she did not type is named only where its name is a word:
// "per_million" says nothing to anybody.
func called(command *kong.Context, field string) string {
	plain := func(name string) string { return strings.ReplaceAll(strings.ToLower(name), "_", "-") }
	if field != "" && command.Selected() != nil {
		values := slices.Clone(command.Selected().Positional)
		for _, f := range command.Flags() {
			values = append(values, f.Value)
		}
		for _, v := range values {
			if v.Tag != nil && v.Tag.Get(fieldTag) == field {
				return v.Name
			}
			if plain(v.Name) == plain(field) && strings.Contains(field, "_") {
				return v.Name
			}
		}
	}
	if strings.ContainsAny(field, "_.[") {
		return ""
	}
	return field
}

// complain says what went wrong with a command, in the operator's language where it is known what to do about it. Details stand behind it.
func complain(ctx context.Context, command *kong.Context, err error) {
	faults := fault.All(err)
	for _, f := range faults {
		text := lang.Fault(ctx, f)
		if name := called(command, f.Field); name != "" {
			text = name + ": " + text
		}
		fmt.Fprintln(os.Stderr, "vienkopus:", text)
	}
	if len(faults) > 0 {
		return
	}
	for _, t := range troubles {
		if errors.Is(err, t.is) {
			fmt.Fprintf(os.Stderr, "vienkopus: %s\n(%v)\n", lang.T(ctx, t.key, "What", subject(err)), err)
			return
		}
	}
	if sqldb.Unavailable(err) {
		fmt.Fprintf(os.Stderr, "vienkopus: %s\n(%v)\n", lang.T(ctx, "cli.unavailable"), err)
		return
	}
	fmt.Fprintln(os.Stderr, "vienkopus:", err)
}

// subject is the file or the address that an error of the system is about, or "".
func subject(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	var listen *net.OpError
	switch {
	case errors.As(err, &path):
		return path.Path
	case errors.As(err, &link):
		return link.New
	case errors.As(err, &listen) && listen.Addr != nil:
		return listen.Addr.String()
	}
	return ""
}

// progress shows how far a long command has come. It says nothing during the first second: most are over by then.
func progress(what string) journal.Progress {
	var mu sync.Mutex
	var bar *progressbar.ProgressBar
	begun := time.Now()
	info, err := os.Stderr.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(int64, int64) {} // a file keeps what was found, and no bar
	}
	return func(done, total int64) {
		mu.Lock()
		defer mu.Unlock()
		if bar == nil {
			if time.Since(begun) < time.Second {
				return
			}
			bar = progressbar.NewOptions64(total,
				progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(os.Stderr),
				progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionClearOnFinish(),
				progressbar.OptionThrottle(200*time.Millisecond))
		}
		if err := bar.Set64(done); err != nil {
			return // a terminal that cannot draw is no reason to stop
		}
	}
}

// longRebuild is from how many lines on it is said what is made anew.
const longRebuild = 20_000

// toldPlan says on the standard error what is made anew, and, once that is known, how long it takes.
func toldPlan(ctx context.Context) func(journal.Plan) {
	return func(p journal.Plan) {
		switch {
		case p.Takes > 0:
			fmt.Fprintln(os.Stderr, lang.T(ctx, "cli.rebuild_takes", "Lines", p.Lines, "Time", p.Takes.Round(time.Second).String()))
		case p.Lines >= longRebuild:
			fmt.Fprintln(os.Stderr, lang.T(ctx, "cli.rebuild_plan", "Names", strings.Join(p.Projections, ", "), "Lines", p.Lines))
		}
	}
}
