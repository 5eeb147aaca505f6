// Package checkpointroom hands the checkpoints in: the log, the job that states, the address where anybody reads the last one.
package checkpointroom

import (
	"net/http"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/room"
)

// Needs say where the key lies and what is handed out.
type Needs struct {
	// Key is nil where nothing is stated: commands, and tests.
	Key *checkpoint.Key
	// Last and Hand are those of checkpoint.Node.
	Last, Hand string
}

// every is how often the heads are stated.
const every = 15 * time.Minute

// New makes the room.
func New(h room.House, n Needs) room.Room {
	r := room.Room{
		Name: "checkpoint", Kept: []room.Kept{{Migration: checkpoint.Migration, Backup: checkpoint.Kept, Checked: checkpoint.Kept}},
		Routes: []httpx.Route{{Method: http.MethodGet, Path: "/.well-known/vienkopus/checkpoint", Public: true, Handle: show(h)}},
		Checks: []audit.Check{audit.Found("checkpoint", checkpoint.Check(n.Key))},
	}
	if n.Key != nil {
		node := &checkpoint.Node{DB: h.DB, Clock: h.Clock, Key: n.Key, Last: n.Last, Hand: n.Hand}
		r.Start = node.Ready
		r.Jobs = []jobs.Job{{Name: "checkpoint.state", Every: every, Within: time.Minute, Run: node.State}}
	}
	return r
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
