// Command vienkopus runs a network of one-stop public service centres: the server and everything that an operator needs.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"text/tabwriter"
	_ "time/tzdata" // the zones are built in: a bare machine may have none

	"github.com/alecthomas/kong"

	"vienkopus/cmd/vienkopus/keys"
	"vienkopus/cmd/vienkopus/witnesscmd"
	"vienkopus/internal/app"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/lang"
	"vienkopus/web"
)

// version is set by the build.
var version = "development"

// cli is the command line.
type cli struct {
	Lang string `help:"Language of messages: lv, en or lt." default:"lv" enum:"lv,en,lt" env:"VIENKOPUS_LANG"`

	Serve   serveCmd   `cmd:"" help:"Serve people and programs."`
	Demo    demoCmd    `cmd:"" help:"Serve the demonstration network; the first start fills it."`
	Migrate migrateCmd `cmd:"" help:"Bring the tables up to date and end."`
	Verify  verifyCmd  `cmd:"" help:"Check chains, numbers and tables against the lines, independently."`
	Rebuild rebuildCmd `cmd:"" help:"Make every table anew from the lines."`
	Backup  backupCmd  `cmd:"" help:"Write everything into one file, and check what was written."`
	Restore restoreCmd `cmd:"" help:"Fill an empty database from a backup, and check it."`
	Import  importCmd  `cmd:"" help:"Take in what happened before."`
	Receipt receiptCmd `cmd:"" help:"Receipts that prove themselves."`
	Token   tokenCmd   `cmd:"" help:"Bearer tokens for programs."`
	// What bills need: to whom they are paid, and what late payment costs.
	Creditor   creditorCmd   `cmd:"" help:"To whom bills are paid."`
	Payer      payerCmd      `cmd:"" help:"In whose name bills are."`
	LateFee    lateFeeCmd    `cmd:"" help:"What late payment costs."`
	CashLimit  cashLimitCmd  `cmd:"" help:"How much cash one payer may bring."`
	CountRule  countRuleCmd  `cmd:"" help:"Until when drawers are counted."`
	Second     secondCmd     `cmd:"" help:"From which point on a payment needs a second person."`
	BillLimits billLimitsCmd `cmd:"" help:"What of bills is believed."`
	Clock      clockCmd      `cmd:"" help:"The clock of this machine."`
	Looking    lookingCmd    `cmd:"" name:"looking-budget" help:"How often one person may look clients up."`
	Issuer     issuerCmd     `cmd:"" help:"Who gives receipts, and whether they are signed."`

	Jobs     jobsCmd            `cmd:"" help:"What nobody waits for: jobs, queues, and what was given up."`
	Node     nodeCmd            `cmd:"" help:"What this node has stated of its journals, and the key that it states with."`
	Witness  witnesscmd.Command `cmd:"" help:"Keep and cosign what other nodes state."`
	Mail     mailCmd            `cmd:"" help:"The server that sends mail."`
	SignIn   signInCmd          `cmd:"" help:"How people sign in."`
	User     userCmd            `cmd:"" help:"People who work."`
	Licences licencesCmd        `cmd:"" help:"Say on which terms the work of others is part of the program."`
	Version  versionCmd         `cmd:"" help:"Say which version this is."`
	Desk     deskCmd            `cmd:"" help:"Desks after lines were lost: go on, take back what turns up."`
	Keys     keys.Cmd           `cmd:"" help:"The keys of this node: make, copy, prove that a copy opens, put back, rotate."`
}

// database are the flags that every command on a database has.
type database = keys.Database

// What the program ends with when it could not do what it was asked, and when the question could not be understood.
const (
	failed  = 1
	misused = 2
)

// garbage is how much the heap may grow before it is swept, in per cent: what lives is small, so sweeping seldom costs little
// memory and gives the processor back to requests (measured: docs/bench.md). GOGC in the environment overrides it.
const garbage = 300

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("vienkopus"), kong.Description("One-stop public service centres."))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return misused
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "vienkopus: %v\nSee: vienkopus --help\n", err)
		return misused
	}
	ctx = lang.With(ctx, c.Lang)
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run()
	var end *ended
	switch {
	case err == nil:
		return 0
	case errors.As(err, &end):
		if end.cause != nil {
			complain(ctx, parsed, end.cause)
		}
		return end.status
	}
	complain(ctx, parsed, err)
	return failed
}

// ended is an error of a command that ends with a status of its own. Without a cause everything has been said.
type ended struct {
	status int
	cause  error
}

// Error returns the status and the cause.
func (e *ended) Error() string { return fmt.Sprintf("status %d: %v", e.status, e.cause) }

// open opens the database for a command that need not know the node's name. Close it when done.
func open(ctx context.Context, d database) (*app.App, error) {
	return openWith(ctx, d, app.Config{})
}

// openWith opens a database for a command, with the key that codes rows where there is one. Close it when done.
func openWith(ctx context.Context, d database, c app.Config) (*app.App, error) {
	held, err := d.Keys()
	if err != nil {
		return nil, err
	}
	if held != nil {
		c.Codes, c.Checkpoints.Key, c.Persons = held.Codes(), held.Node, held.Persons
	}
	c.DSN, c.Erasures = d.DB, cmp.Or(c.Erasures, d.Erasures())
	c.Clock, c.Version, c.Progress, c.Told = clock.System{}, version, progress("rebuild"), toldPlan(ctx)
	c.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	return app.Open(ctx, c)
}

// with runs one thing on the database, which must be there, and closes it.
func with(ctx context.Context, d database, thing func(*app.App) error) error {
	return withConfig(ctx, d, app.Config{}, thing)
}

func withConfig(ctx context.Context, d database, c app.Config, thing func(*app.App) error) error {
	if err := present(d.DB); err != nil {
		return err
	}
	a, err := openWith(ctx, d, c)
	if err != nil {
		return err
	}
	return errors.Join(thing(a), a.Close())
}

// present returns errNoDatabase for the path of a file that is not there. A server says by itself what it does not have.
func present(dsn string) error {
	if strings.Contains(dsn, "://") {
		return nil
	}
	_, err := os.Stat(strings.TrimPrefix(dsn, "sqlite:"))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", errNoDatabase, err)
	}
	return err
}

// posting is with for a command that writes lines: it holds the lease that keeps a rebuild of another process away.
func posting(ctx context.Context, d database, thing func(*app.App) error) error {
	return postingWith(ctx, d, app.Config{}, thing)
}

// postingWith is posting for a command that must know more of the node: its name to sign, its days to say when a bill is due.
func postingWith(ctx context.Context, d database, c app.Config, thing func(*app.App) error) error {
	return withConfig(ctx, d, c, func(a *app.App) error {
		lease, err := a.DB.Share(ctx)
		if err != nil {
			return err
		}
		return errors.Join(thing(a), lease.Release())
	})
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run() error {
	_, err := fmt.Println("vienkopus", version)
	return err
}

type licencesCmd struct {
	Name string `arg:"" optional:"" help:"Print the whole text of this part; of all with --text."`
	Text bool   `help:"Print the whole text of every part."`
}

var (
	errNotCollected = errors.New("this build has not collected the licences: make build does")
	errNoPart       = errors.New("no part of the program has this name")
)

// Run prints the parts with their licences, or their texts.
func (c licencesCmd) Run() error {
	all := web.Notices()
	if len(all) == 0 {
		return errNotCollected
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	known := false
	for _, n := range all {
		if c.Name != "" && c.Name != n.Name {
			continue
		}
		known = true
		if _, err := fmt.Fprintf(out, "%s\t%s\t%s\n", n.Name, n.Version, n.Licence); err != nil {
			return err
		}
		if c.Text || c.Name != "" {
			if _, err := fmt.Fprintf(out, "\n%s\n", n.Text); err != nil {
				return err
			}
		}
	}
	if !known {
		return fmt.Errorf("%s: %w", c.Name, errNoPart)
	}
	return out.Flush()
}

type migrateCmd struct{ database }

// Run opens the database, which brings its tables up to date.
func (c migrateCmd) Run(ctx context.Context) error {
	if path, _ := c.Files(); path != "" && keys.Exists(path) { // a key file from before gets what it lacks
		if _, err := custody.Open(ctx, c.DB, path, app.DefaultNode); err != nil {
			return err
		}
	}
	a, err := open(ctx, c.database)
	if err != nil {
		return err
	}
	return a.Close()
}
