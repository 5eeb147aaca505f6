// Package journalhttp lets programs outside this process follow the journal over REST.
package journalhttp

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rest"
)

// lineBody is one line of a journal as programs get it. Body stands as it was hashed; see docs/formats/journal.md.
type lineBody struct {
	Desk       string          `json:"desk" example:"CES-1"`
	Number     int64           `json:"number" example:"1204"`
	ID         id.ID           `json:"id" format:"uuid"`
	RecordedAt time.Time       `json:"recorded_at" doc:"UTC, whole microseconds"`
	Actor      string          `json:"actor" doc:"role:who, or role:who>on-behalf-of; pseudonyms" example:"clerk:01a1fc6d-b54d-79eb-bfbe-b8ebd0eb2dc0"`
	Kind       string          `json:"kind" doc:"Kind of line; a kind that the reader does not know is left alone" example:"visit.closed"`
	Version    int             `json:"version"`
	Body       json.RawMessage `json:"body" doc:"As it was hashed" example:"{\"visit\":\"01a1fc6d-b54d-79eb-bfbe-b8ebd0eb2dc0\"}"`
	Prev       string          `json:"prev" doc:"Hash of the line before, hexadecimal" example:"5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456"`
	Hash       string          `json:"hash" doc:"SHA-256 of this line, hexadecimal" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
}

type linesInput struct {
	Desk  string `path:"desk" doc:"Code of the desk" example:"CES-1"`
	After int64  `query:"after" minimum:"0" doc:"Number of the last line that the caller has"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Most lines in the answer"`
}

type linesAnswer struct {
	Body struct {
		Items []lineBody `json:"items"`
		// Next is what to ask for next, while there may be more.
		Next *int64 `json:"next,omitempty" doc:"Value for after, when there are more lines"`
	}
}

// MayRead is what a reader of lines must hold.
const MayRead = "journal.read"

// Permissions are those of the journal, with the roles that have them in a new network.
var Permissions = []scope.Permission{{Name: MayRead, Roles: []string{"auditor", "dpo"}, Systems: true}}

// Operations lets followers outside this process read the lines of a desk, in order and without gaps.
func Operations(api *rest.API, j *journal.Journal) {
	rest.Register(api, rest.Operation{
		Method: http.MethodGet, Path: "/journal/{desk}", ID: "readJournal", Summary: "Lines of a desk behind a number",
		Description: "In order and without gaps. Whoever follows a desk remembers the last number and asks again.",
		Tag:         rest.Tag{Name: "journal", Description: "The numbered and chained lines of each desk, for followers outside this program."},
		Permission:  MayRead, Scope: httpx.ScopePath,
	}, func(ctx context.Context, in *linesInput) (*linesAnswer, error) {
		lines, err := j.Lines(ctx, j.DB(), in.Desk, in.After, in.Limit)
		if err != nil {
			return nil, err
		}
		out := &linesAnswer{}
		out.Body.Items = []lineBody{}
		for i := range lines {
			e := &lines[i]
			out.Body.Items = append(out.Body.Items, lineBody{
				Desk: e.Desk, Number: e.Number, ID: e.ID, RecordedAt: e.RecordedAt, Actor: e.Actor.String(), Kind: e.Kind,
				Version: e.Version, Body: e.Body, Prev: hex.EncodeToString(e.Prev[:]), Hash: hex.EncodeToString(e.Hash[:]),
			})
		}
		if len(lines) == in.Limit {
			out.Body.Next = &lines[len(lines)-1].Number
		}
		return out, nil
	})
}
