// Package checkpointroom hands the checkpoints in: the log, the job that states, the address where anybody reads the last one.
package checkpointroom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/checkpoint/witness"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/mail"
	"vienkopus/internal/platform/room"
)

// Needs say where the key lies and what is handed out.
type Needs struct {
	// Key is nil where nothing is stated: commands, and tests.
	Key *checkpoint.Key
	// Last and Hand are those of checkpoint.Node.
	Last, Hand string
	// Closing are the kinds of line behind which the heads are stated soon.
	Closing []string
	// Post sends the last checkpoint every day to the address To; nil for nobody.
	Post mail.Sender
	To   string
	// Witnesses keep and cosign what is stated.
	Witnesses []*witness.Client
}

// Witnessed returns the node with each of its witnesses. What a witness has cosigned lies beside the last checkpoint.
func (n Needs) Witnessed(node *checkpoint.Node) []*witness.Witnessed {
	var all []*witness.Witnessed
	for _, client := range n.Witnesses {
		kept := strings.TrimSuffix(n.Last, ".stated") + ".cosigned." + client.Verifier.Name()
		all = append(all, &witness.Witnessed{Client: client, Node: node, Kept: kept})
	}
	return all
}

// lookEvery is how often it is looked whether the heads are to be stated.
const lookEvery = time.Minute

// day is how often the last checkpoint is sent by mail.
const day = 24 * time.Hour

// toldEvery is how often it is looked whether a witness has cosigned the last checkpoint.
const toldEvery = 5 * time.Minute

// New makes the room.
func New(h room.House, n Needs) room.Room {
	r := room.Room{
		Name: "checkpoint", Kept: []room.Kept{{Migration: checkpoint.Migration, Backup: checkpoint.Kept, Checked: checkpoint.Kept}},
		Routes: []httpx.Route{{Method: http.MethodGet, Path: "/.well-known/vienkopus/checkpoint", Public: true, Handle: show(h)}},
		Checks: []audit.Check{audit.Found("checkpoint", checkpoint.Check(n.Key))},
	}
	if n.Key != nil {
		node := &checkpoint.Node{DB: h.DB, Clock: h.Clock, Key: n.Key, Last: n.Last, Hand: n.Hand, Closing: n.Closing}
		r.Jobs = []jobs.Job{{Name: "checkpoint.state", Every: lookEvery, Within: time.Minute, Overdue: checkpoint.Every, Run: node.Keep}}
		if n.Post != nil {
			r.Jobs = append(r.Jobs, jobs.Job{Name: "checkpoint.mail", Every: day, Within: time.Minute, Run: n.send(h)})
		}
		asked := []func(context.Context) error{node.Ready}
		for _, w := range n.Witnessed(node) {
			asked = append(asked, w.Ready)
			r.Jobs = append(r.Jobs, jobs.Job{Name: "checkpoint.witness." + w.Verifier.Name(), Every: toldEvery, Within: time.Minute, Run: w.Tell})
		}
		r.Start = func(ctx context.Context) error {
			for _, ready := range asked {
				if err := ready(ctx); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return r
}

// errNothing has the mail tried again soon: a node that has just begun has stated nothing yet.
var errNothing = errors.New("checkpoint: nothing is stated yet")

// send sends the last checkpoint by mail. The same one has the same name, however often it is sent.
func (n Needs) send(h room.House) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		c, found, err := checkpoint.Latest(ctx, h.DB)
		switch {
		case err != nil:
			return err
		case !found:
			return errNothing
		}
		name := fmt.Sprintf("%s-%012d", n.Key.Name(), c.Size)
		return n.Post.Send(ctx, mail.Message{
			ID: "checkpoint." + name, To: n.To, Date: c.At, Subject: fmt.Sprintf("Vienkopus %s: %s", n.Key.Name(), c.Code()),
			Text:       fmt.Sprintf("%s\n%s\n\n%s\n%s\n", c.Code(), c.At.Format(time.RFC3339), n.Key.Public(), c.Note),
			Attachment: &mail.Attachment{Name: name + ".checkpoint", Type: "text/plain", Data: []byte(c.Note)},
		})
	}
}

// Code returns who knows the code of the last checkpoint and when it was stated, "" for none.
func Code(h room.House) func(ctx context.Context) (string, time.Time, error) {
	return func(ctx context.Context) (string, time.Time, error) {
		c, found, err := checkpoint.Latest(ctx, h.DB)
		if err != nil || !found {
			return "", time.Time{}, err
		}
		return c.Code(), c.At, nil
	}
}

// show answers with the last checkpoint, as it was signed.
func show(h room.House) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		c, found, err := checkpoint.Latest(r.Context(), h.DB)
		if err != nil {
			return err
		}
		if !found {
			return fault.NewNotFound("request.not_found")
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, err = w.Write([]byte(c.Note))
		return err
	}
}
