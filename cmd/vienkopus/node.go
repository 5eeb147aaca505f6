package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"

	"vienkopus/cmd/vienkopus/keys"
	"vienkopus/internal/app"
	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/checkpoint/checkpointroom"
	"vienkopus/internal/platform/checkpoint/witness"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/custody"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
)

// stating is the flag that says where checkpoints are handed out.
type stating struct {
	Checkpoints string   `help:"Directory into which every checkpoint is written, to be carried away." env:"VIENKOPUS_CHECKPOINTS" type:"existingdir" placeholder:"DIR"`
	Witness     []string `help:"Who keeps and cosigns every checkpoint: the public key of a witness, @, and its address. May be given more than once." env:"VIENKOPUS_WITNESS" sep:" " placeholder:"KEY@ADDRESS"`
}

// config is what a node needs of its keys, which are made when it starts for the first time.
func (s stating) config(ctx context.Context, d database, node string) (app.Config, error) {
	c := app.Config{DSN: d.DB, Node: node, Erasures: d.Erasures()}
	path, last := d.Files()
	if path == "" {
		fmt.Fprintln(os.Stderr, "vienkopus:", lang.T(ctx, "cli.unstated"))
		return c, nil
	}
	held, err := custody.Open(ctx, d.DB, path, cmp.Or(node, app.DefaultNode))
	if err != nil {
		return c, err
	}
	c.Persons = held.Persons
	c.Codes, c.Checkpoints = held.Codes(), checkpointroom.Needs{Key: held.Node, Last: last, Hand: s.Checkpoints}
	for _, text := range s.Witness {
		client, err := witness.NewClient(text)
		if err != nil {
			return c, fmt.Errorf("--witness: %w", err)
		}
		c.Checkpoints.Witnesses = append(c.Checkpoints.Witnesses, client)
	}
	return c, nil
}

type nodeCmd struct {
	Key    nodeKeyCmd    `cmd:"" help:"Print the public key by which anybody checks the checkpoints of this node."`
	NewKey nodeNewKeyCmd `cmd:"" help:"Make a new key in the place of one that is lost."`
	State  nodeStateCmd  `cmd:"" help:"State the heads of all desks now, and print the checkpoint."`
	Accept nodeAcceptCmd `cmd:"" help:"Serve a database whose log of statements is another one, when it holds or explains every line that was stated."`
}

type nodeKeyCmd struct {
	database
}

// Run prints the public key.
func (c nodeKeyCmd) Run() error {
	path, _ := c.Files()
	key, err := checkpoint.ReadKey(path)
	if err != nil {
		return err
	}
	_, err = fmt.Println(key.Public())
	return err
}

type nodeNewKeyCmd struct {
	database
	nodeName
	why
}

// why is what whoever changes what may be served says about it, for whoever reads the journal later.
type why struct {
	Why string `help:"What happened, for whoever reads the journal later." required:""`
}

// record writes what was done to the node into the network's own journal.
func record(ctx context.Context, d database, fact journal.Fact) error {
	return posting(ctx, d, func(a *app.App) error {
		key, err := journal.NewKey(id.New(time.Now()).String(), fact)
		if err != nil {
			return err
		}
		_, err = a.Journal.Post(ctx, operator, journal.ReferenceDesk, key, func(tx *journal.Tx) error { return tx.Record(ctx, fact) })
		return err
	})
}

// Run makes a key. What the lost one has signed stays, and counts no more than what the database says.
func (c nodeNewKeyCmd) Run(ctx context.Context) error {
	path, last := c.Files()
	stated, _, err := checkpoint.Stated(ctx, c.DB)
	if err != nil {
		return err
	}
	made, err := custody.Lost(path, cmp.Or(c.Node, app.DefaultNode), stated.Size)
	if err != nil {
		return err
	}
	fmt.Println(made.Node.Public())
	if err := setAside(ctx, last); err != nil {
		return err
	}
	node := cmp.Or(c.Node, app.DefaultNode)
	return record(ctx, c.database, checkpoint.KeyReplaced{Node: node, Public: made.Node.Public(), Stated: stated.Size, Why: c.Why})
}

type nodeStateCmd struct {
	database
	stating
	nodeName
}

// Run states the heads.
func (c nodeStateCmd) Run(ctx context.Context) error {
	config, err := c.config(ctx, c.database, c.Node)
	if err != nil {
		return err
	}
	needs := config.Checkpoints
	if needs.Key == nil {
		return checkpoint.ErrNoKey
	}
	return posting(ctx, c.database, func(a *app.App) error {
		node := checkpoint.Node{DB: a.DB, Clock: clock.System{}, Key: needs.Key, Last: needs.Last, Hand: needs.Hand}
		if err := node.Ready(ctx); err != nil {
			return err
		}
		if err := node.State(ctx); err != nil {
			return err
		}
		for _, w := range needs.Witnessed(&node) {
			if err := w.Tell(ctx); err != nil {
				return err
			}
		}
		stated, _, err := checkpoint.Latest(ctx, a.DB)
		if err == nil {
			fmt.Printf("%s\n%s\n", stated.Note, stated.Code())
		}
		return err
	})
}

type nodeAcceptCmd struct {
	database
	why
}

// Run sets aside what was stated last, when every line of it is there or declared as lost. Otherwise desks must go on behind a gap first.
func (c nodeAcceptCmd) Run(ctx context.Context) error {
	path, last := c.Files()
	if !keys.Exists(last) {
		return fmt.Errorf("%w: %s", fs.ErrNotExist, last)
	}
	key, err := checkpoint.ReadKey(path)
	if err != nil {
		return err
	}
	seen, err := readHeads(checkpoint.HeadsOf(last), key.Public())
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: nobody knows which lines were stated", checkpoint.ErrLower)
	}
	if err != nil {
		return err
	}
	err = with(ctx, c.database, func(a *app.App) error { return holdsAll(ctx, a, seen) })
	if err != nil {
		return err
	}
	if err := record(ctx, c.database, checkpoint.SetAside{Node: key.Name(), Heads: int64(len(seen)), Why: c.Why}); err != nil {
		return err
	}
	return errors.Join(setAside(ctx, last), setAside(ctx, checkpoint.HeadsOf(last)))
}

// setAside renames the last checkpoint, when there is one: it is evidence, and never deleted.
func setAside(ctx context.Context, last string) error {
	if !keys.Exists(last) {
		return nil
	}
	kept := last + "." + time.Now().UTC().Format("20060102T150405Z")
	if err := os.Rename(last, kept); err != nil {
		return err
	}
	fmt.Println(lang.T(ctx, "cli.set_aside", "File", kept))
	return nil
}

// mostNote bounds a checkpoint that is read, in bytes.
const mostNote = 64 << 10

// readNote reads a checkpoint from a file or from an address.
func readNote(ctx context.Context, at string) (_ []byte, err error) {
	if !strings.HasPrefix(at, "http://") && !strings.HasPrefix(at, "https://") {
		return os.ReadFile(at)
	}
	ctx, end := context.WithTimeout(ctx, 10*time.Second)
	defer end()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", at, res.Status)
	}
	return io.ReadAll(io.LimitReader(res.Body, mostNote))
}
