package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/checkpoint/checkpointroom"
	"vienkopus/internal/platform/checkpoint/witness"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/lang"
)

// stating are the flags that say where the node key lies.
type stating struct {
	NodeKey     string   `help:"File with the key that states what the journals were; made at the first start. Beside an SQLite database unless you say; none for PostgreSQL." env:"VIENKOPUS_NODE_KEY" placeholder:"FILE"`
	Checkpoints string   `help:"Directory into which every checkpoint is written, to be carried away." env:"VIENKOPUS_CHECKPOINTS" type:"existingdir" placeholder:"DIR"`
	Witness     []string `help:"Who keeps and cosigns every checkpoint: the public key of a witness, @, and its address. May be given more than once." env:"VIENKOPUS_WITNESS" sep:" " placeholder:"KEY@ADDRESS"`
}

// credential is what the key is called where systemd hands it over.
const credential = "vienkopus-node-key"

// files returns where the key lies, and where the last checkpoint beside it; "" for a server's database for which no key is named.
func (s stating) files(dsn string) (key, last string) {
	switch at := strings.TrimPrefix(dsn, "sqlite:"); {
	case s.NodeKey != "":
		key, last = s.NodeKey, strings.TrimSuffix(s.NodeKey, ".key")+".stated"
	case !strings.Contains(dsn, "://"):
		key, last = at+".key", at+".stated"
	}
	if dir := os.Getenv("CREDENTIALS_DIRECTORY"); dir != "" {
		if path := filepath.Join(dir, credential); exists(path) {
			key = path
		}
	}
	return key, last
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// needs returns what stating needs; the key is made when the node starts for the first time.
func (s stating) needs(ctx context.Context, dsn, node string) (checkpointroom.Needs, error) {
	path, last := s.files(dsn)
	if path == "" {
		fmt.Fprintln(os.Stderr, "vienkopus:", lang.T(ctx, "cli.unstated"))
		return checkpointroom.Needs{}, nil
	}
	if node == "" {
		node = app.DefaultNode
	}
	key, err := checkpoint.KeyFor(ctx, dsn, path, node)
	if err != nil {
		return checkpointroom.Needs{}, err
	}
	needs := checkpointroom.Needs{Key: key, Last: last, Hand: s.Checkpoints}
	for _, text := range s.Witness {
		client, err := witness.NewClient(text)
		if err != nil {
			return checkpointroom.Needs{}, fmt.Errorf("--witness: %w", err)
		}
		needs.Witnesses = append(needs.Witnesses, client)
	}
	return needs, nil
}

type nodeCmd struct {
	Key    nodeKeyCmd    `cmd:"" help:"Print the public key by which anybody checks the checkpoints of this node."`
	NewKey nodeNewKeyCmd `cmd:"" help:"Make a new key in the place of one that is lost."`
	State  nodeStateCmd  `cmd:"" help:"State the heads of all desks now, and print the checkpoint."`
	Accept nodeAcceptCmd `cmd:"" help:"Serve a database whose log of statements is another one, when it holds or explains every line that was stated."`
}

type nodeKeyCmd struct {
	database
	stating
}

// Run prints the public key.
func (c nodeKeyCmd) Run() error {
	path, _ := c.files(c.DB)
	key, err := checkpoint.ReadKey(path)
	if err != nil {
		return err
	}
	_, err = fmt.Println(key.Public())
	return err
}

type nodeNewKeyCmd struct {
	database
	stating
	nodeName
}

// Run makes a key. What the lost one has signed stays, and counts no more than what the database says.
func (c nodeNewKeyCmd) Run(ctx context.Context) error {
	path, last := c.files(c.DB)
	stated, _, err := checkpoint.Stated(ctx, c.DB)
	if err != nil {
		return err
	}
	name := c.Node
	if name == "" {
		name = app.DefaultNode
	}
	key, err := checkpoint.MakeKey(path, name, stated.Size)
	if err != nil {
		return err
	}
	fmt.Println(key.Public())
	return setAside(ctx, last)
}

type nodeStateCmd struct {
	database
	stating
	nodeName
}

// Run states the heads.
func (c nodeStateCmd) Run(ctx context.Context) error {
	needs, err := c.needs(ctx, c.DB, c.Node)
	if err != nil {
		return err
	}
	if needs.Key == nil {
		return checkpoint.ErrNoKey
	}
	return posting(ctx, c.DB, func(a *app.App) error {
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
	stating
}

// Run sets aside what was stated last, when every line of it is there or declared as lost. Otherwise desks must go on behind a gap first.
func (c nodeAcceptCmd) Run(ctx context.Context) error {
	path, last := c.files(c.DB)
	if !exists(last) {
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
	return with(ctx, c.DB, func(a *app.App) error {
		if err := holdsAll(ctx, a, seen); err != nil {
			return err
		}
		return errors.Join(setAside(ctx, last), setAside(ctx, checkpoint.HeadsOf(last)))
	})
}

// setAside renames the last checkpoint, when there is one: it is evidence, and never deleted.
func setAside(ctx context.Context, last string) error {
	if !exists(last) {
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
