package keys

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"

	"vienkopus/internal/app"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/safefile"
)

// Cmd are the commands about keys.
type Cmd struct {
	Make     makeCmd     `cmd:"" help:"Make the key file of a node, or give it what it lacks."`
	Show     showCmd     `cmd:"" help:"Say which keys there are, by their fingerprints, and which copies were opened."`
	Rotate   rotateCmd   `cmd:"" help:"Put new keys in the place of the old ones, which sign them."`
	Escrow   escrowCmd   `cmd:"" help:"Write a copy of the key file, sealed for two recipients or more."`
	Paper    paperCmd    `cmd:"" help:"Print the key file so that it can be typed in again."`
	Identity identityCmd `cmd:"" help:"Make somebody who can open sealed copies and backups: print the secret on paper, and hand out the recipient."`
	Confirm  confirmCmd  `cmd:"" help:"Open a copy, to prove that it can be opened and holds these keys."`
	Open     openCmd     `cmd:"" help:"Put a key file in its place, from a sealed copy or from paper."`
}

type makeCmd struct {
	Database
	Node string `help:"Name of the node, such as LV-CESIS." env:"VIENKOPUS_NODE"`
}

// Run makes or completes the file.
func (c makeCmd) Run(ctx context.Context) error {
	path, _ := c.Files()
	if path == "" {
		return checkpoint.ErrNoKey
	}
	keys, err := custody.Open(ctx, c.DB, path, cmp.Or(c.Node, app.DefaultNode))
	if err != nil {
		return err
	}
	return show(ctx, c.Database, keys)
}

type showCmd struct{ Database }

// Run prints what may be shown.
func (c showCmd) Run(ctx context.Context) error {
	keys, err := c.present()
	if err != nil {
		return err
	}
	return show(ctx, c.Database, keys)
}

func show(ctx context.Context, d Database, keys *custody.Keys) error {
	rows := "–"
	if keys.Rows != nil {
		rows = keys.Rows.Fingerprint()
	}
	path, _ := d.Files()
	fmt.Printf("%s\nkeys %s\nnode %s\nrows %s\n", path, keys.Fingerprint(), keys.Node.Public(), rows)
	handed, err := keys.Handed()
	if err != nil {
		return err
	}
	if handed != "" {
		fmt.Printf("\n%s\n", handed)
	}
	opened, err := keys.Confirmed(d.Confirmations())
	if err != nil {
		return err
	}
	for _, how := range opened {
		fmt.Println(lang.T(ctx, "cli.copy_opened", "How", how))
	}
	if len(opened) == 0 {
		fmt.Println(lang.T(ctx, "cli.no_copy"))
	}
	return nil
}

type escrowCmd struct {
	Database
	File      string   `arg:"" help:"File to write; it must not be there yet."`
	Recipient []string `help:"Who may open it (age1…), or a file with one a line; two at least." required:"" placeholder:"RECIPIENT"`
}

// Run writes the sealed copy.
func (c escrowCmd) Run(ctx context.Context) error {
	keys, err := c.present()
	if err != nil {
		return err
	}
	to, err := custody.Recipients(c.Recipient)
	if err != nil {
		return err
	}
	sealed, err := keys.Seal(to)
	if err != nil {
		return err
	}
	if err := safefile.Create(c.File, sealed); err != nil {
		return err
	}
	fmt.Println(lang.T(ctx, "cli.sealed", "File", c.File, "Recipients", len(to)))
	return nil
}

type paperCmd struct{ Database }

// Run prints the paper.
func (c paperCmd) Run(ctx context.Context) error {
	keys, err := c.present()
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%s\n# %s\n# keys %s\n", keys.Paper(), lang.T(ctx, "cli.paper"), keys.Fingerprint())
	return err
}

type identityCmd struct{}

// Run prints a new identity for paper, and its recipient on the standard error as well, so that it stands beside when the paper goes to a printer.
func (identityCmd) Run(ctx context.Context) error {
	secret, recipient, err := custody.NewIdentity()
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, recipient)
	_, err = fmt.Printf("%s\n# %s\n# %s\n", custody.ToPaper(secret+"\n"), lang.T(ctx, "cli.paper"), recipient)
	return err
}

// copied are the flags of what reads a copy.
type copied struct {
	File     string   `arg:"" help:"Sealed copy, or a file with what was typed from paper; - is the standard input."`
	Identity []string `help:"File with the identity that opens a sealed copy, of age or typed from paper." type:"existingfile" placeholder:"FILE"`
}

func (c copied) read() (keys *custody.Keys, how string, err error) {
	by, err := Identities(c.Identity)
	if err != nil {
		return nil, "", err
	}
	var text []byte
	if c.File == "-" {
		text, err = io.ReadAll(os.Stdin)
	} else {
		text, err = os.ReadFile(c.File)
	}
	if err != nil {
		return nil, "", err
	}
	keys, err = custody.FromCopy(string(text), by)
	how = "sealed"
	if custody.IsPaper(string(text)) {
		how = "paper"
	}
	return keys, how, err
}

// Identities reads the files of those who open what is sealed.
func Identities(files []string) ([]age.Identity, error) {
	var all []age.Identity
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		some, err := custody.Identities(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, some...)
	}
	return all, nil
}

type confirmCmd struct {
	Database
	copied
}

// errOther says that a copy holds other keys than those in use.
var errOther = fmt.Errorf("%w: it holds other keys than those in use", custody.ErrCopy)

// Run opens the copy and notes it.
func (c confirmCmd) Run(ctx context.Context) error {
	keys, err := c.present()
	if err != nil {
		return err
	}
	other, how, err := c.read()
	if err != nil {
		return err
	}
	if other.Fingerprint() != keys.Fingerprint() {
		return errOther
	}
	if err := keys.Confirm(c.Confirmations(), how, clock.System{}.Now()); err != nil {
		return err
	}
	fmt.Println(lang.T(ctx, "cli.copy_opened", "How", how))
	return nil
}

type openCmd struct {
	Database
	copied
}

// Run writes the key file.
func (c openCmd) Run(ctx context.Context) error {
	path, _ := c.Files()
	if path == "" {
		return checkpoint.ErrNoKey
	}
	keys, _, err := c.read()
	if err != nil {
		return err
	}
	if err := keys.Put(path); err != nil {
		return err
	}
	return show(ctx, c.Database, keys)
}

type rotateCmd struct{ Database }

// Run makes new keys. Nobody may use the database meanwhile.
func (c rotateCmd) Run(ctx context.Context) (err error) {
	path, _ := c.Files()
	if path == "" {
		return checkpoint.ErrNoKey
	}
	if _, err := c.present(); err != nil {
		return err
	}
	keys, err := custody.Open(ctx, c.DB, path, "")
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Config{DSN: c.DB, Clock: clock.System{}, Codes: keys.Codes()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	lease, err := a.DB.Exclude(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lease.Release()) }()
	stated, _, err := checkpoint.Latest(ctx, a.DB)
	if err != nil {
		return err
	}
	next, err := keys.Next(stated.Size)
	if err != nil {
		return err
	}
	left, err := a.Rekey(ctx, next.Rows)
	if err != nil {
		return err
	}
	if err := keys.Take(); err != nil {
		return err
	}
	if left > 0 {
		fmt.Fprintln(os.Stderr, "vienkopus:", lang.T(ctx, "cli.restored_wrong", "Rows", left))
	}
	return show(ctx, c.Database, next)
}

// Warning is what the program says at every start while nobody has opened a copy of its keys; "" when somebody has.
func (d Database) Warning(ctx context.Context) (string, error) {
	keys, err := d.Keys()
	if err != nil || keys == nil {
		return "", err
	}
	opened, err := keys.Confirmed(d.Confirmations())
	if err != nil || len(opened) > 0 {
		return "", err
	}
	return strings.TrimSpace(lang.T(ctx, "cli.no_copy")), nil
}
