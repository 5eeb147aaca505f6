// Package witnesscmd is the command "vienkopus witness": who keeps and cosigns the checkpoints of other nodes, meant for the ministry.
package witnesscmd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"text/tabwriter"
	"time"

	"vienkopus/internal/platform/checkpoint/witness"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/lang"
)

// Command has the parts of "vienkopus witness".
type Command struct {
	Make    makeCmd    `cmd:"" help:"Make a witness in an empty directory, and print its public key."`
	Know    knowCmd    `cmd:"" help:"Tell the witness of a node by its public key (vienkopus node key)."`
	Serve   serveCmd   `cmd:"" help:"Cosign what nodes state."`
	List    listCmd    `cmd:"" help:"Say what is known of every node. Ends with 1 when one is silent or has stated another history."`
	Restart restartCmd `cmd:"" help:"Let the statements of a node begin anew, as after a restore that somebody answers for."`
}

// place is the directory of a witness.
type place struct {
	Dir string `help:"Directory of the witness." default:"witness" env:"VIENKOPUS_WITNESS_DIR" placeholder:"DIR"`
}

// with opens the witness for one thing.
func (p place) with(thing func(*witness.Witness) error) error {
	w, err := witness.Open(p.Dir, clock.System{})
	if err != nil {
		return err
	}
	return errors.Join(thing(w), w.Close())
}

type makeCmd struct {
	place
	Name string `arg:"" help:"What the witness is called, for example VARAM."`
}

// Run makes the witness.
func (c makeCmd) Run() error {
	public, err := witness.Make(c.Dir, c.Name)
	if err != nil {
		return err
	}
	_, err = fmt.Println(public)
	return err
}

type knowCmd struct {
	place
	Key string `arg:"" help:"Public key of the node."`
}

// Run tells of the node.
func (c knowCmd) Run() error {
	return c.with(func(w *witness.Witness) error { return w.Know(c.Key) })
}

type serveCmd struct {
	place
	Listen string `help:"Address for nodes." default:"localhost:8090" env:"VIENKOPUS_WITNESS_LISTEN"`
}

// How long one request may take, and how long those under way may take when the witness ends.
const (
	readWithin = 10 * time.Second
	endWithin  = 5 * time.Second
)

// Run serves until it is told to stop.
func (c serveCmd) Run(ctx context.Context) error {
	return c.with(func(w *witness.Witness) error {
		var l net.ListenConfig
		at, err := l.Listen(ctx, "tcp", c.Listen)
		if err != nil {
			return fmt.Errorf("witness: %w", err)
		}
		server := &http.Server{Handler: w.Handler(), ReadTimeout: readWithin, WriteTimeout: readWithin}
		failed := make(chan error, 1)
		go func() { failed <- server.Serve(at) }()
		fmt.Fprintf(os.Stderr, "vienkopus witness: http://%s\n%s\n", at.Addr(), w.Public())
		select {
		case err := <-failed:
			return fmt.Errorf("witness: %w", err)
		case <-ctx.Done():
		}
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
		defer cancel()
		if err := server.Shutdown(end); err != nil {
			return fmt.Errorf("witness: %w", err)
		}
		return nil
	})
}

// ErrAlarm says that a node is silent or has stated another history; what it is stands in the list.
var ErrAlarm = errors.New("witness: a node is silent, or has stated another history")

type listCmd struct {
	place
	Silent time.Duration `help:"For how long a node may state nothing." default:"26h"`
}

// Run prints the list.
func (c listCmd) Run(ctx context.Context) error {
	return c.with(func(w *witness.Witness) error {
		nodes, err := w.Nodes()
		if err != nil {
			return err
		}
		out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		wrong, now := false, clock.System{}.Now()
		for _, n := range nodes {
			state := ""
			if now.Sub(n.At) > c.Silent {
				state = lang.T(ctx, "cli.witness_silent")
			}
			if n.Forks > 0 {
				state = lang.T(ctx, "cli.witness_fork", "N", n.Forks)
			}
			wrong = wrong || state != ""
			at := "–"
			if n.Size > 0 {
				at = n.At.Format(time.RFC3339)
			}
			if _, err := fmt.Fprintf(out, "%s\t%d\t%s\t%s\n", n.Name, n.Size, at, state); err != nil {
				return fmt.Errorf("witness: %w", err)
			}
		}
		if err := out.Flush(); err != nil {
			return fmt.Errorf("witness: %w", err)
		}
		if wrong {
			return ErrAlarm
		}
		return nil
	})
}

type restartCmd struct {
	place
	Name string `arg:"" help:"Name of the node, for example LV-CESIS."`
	Why  string `help:"Who answers for it, and why." required:""`
}

// Run sets aside what was cosigned, with the reason.
func (c restartCmd) Run() error {
	return c.with(func(w *witness.Witness) error { return w.Restart(c.Name, c.Why) })
}
