package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/clock"
)

// bare is the yardstick: a handler that reads the same request and does one insert, committed together with those that
// wait, on the same driver with the same settings, and nothing else. It asks nobody's permission, checks nothing, counts nothing.
type bare struct {
	queue  chan *bareInsert
	insert *sql.Stmt
	conn   *sql.Conn
	pool   *sql.DB
}

type bareInsert struct {
	id    id.ID
	visit string
	key   string
	at    int64 // microseconds, UTC
	act   bareAct
	done  chan error
}

// bareAct is what a request brings.
type bareAct struct {
	Kind    string `json:"kind"`
	Service string `json:"service"`
	Channel string `json:"channel"`
}

// bareGroup is as large as a group of the journal's writer.
const bareGroup = 256

const (
	bareSettings = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(8000)" +
		"&_pragma=journal_size_limit(67108864)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)"
	bareTable = `CREATE TABLE bare (id BLOB NOT NULL PRIMARY KEY, visit TEXT NOT NULL, key TEXT NOT NULL, at BIGINT NOT NULL,
kind TEXT NOT NULL, service TEXT NOT NULL, channel TEXT NOT NULL) WITHOUT ROWID`
	bareStatement = `INSERT INTO bare (id, visit, key, at, kind, service, channel) VALUES ($1, $2, $3, $4, $5, $6, $7)`
)

func openBare(ctx context.Context, dir string) (*bare, error) {
	pool, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "bare.db")+bareSettings)
	if err != nil {
		return nil, fmt.Errorf("bare: %w", err)
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bare: %w", err), pool.Close())
	}
	b := &bare{queue: make(chan *bareInsert, bareGroup), conn: conn, pool: pool}
	if _, err = conn.ExecContext(ctx, bareTable); err == nil {
		b.insert, err = conn.PrepareContext(ctx, bareStatement)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bare: %w", err), b.close())
	}
	go b.write(context.WithoutCancel(ctx))
	return b, nil
}

func (b *bare) close() error { return errors.Join(b.conn.Close(), b.pool.Close()) }

// write commits what waits, together.
func (b *bare) write(ctx context.Context) {
	for first := range b.queue {
		group := []*bareInsert{first}
		err := b.exec(ctx, "BEGIN IMMEDIATE")
		for next := first; next != nil && err == nil; next = b.next(&group) {
			_, err = b.insert.ExecContext(ctx, next.id[:], next.visit, next.key, next.at, next.act.Kind, next.act.Service, next.act.Channel)
		}
		if err == nil {
			err = b.exec(ctx, "COMMIT")
		} else {
			err = errors.Join(err, b.exec(ctx, "ROLLBACK"))
		}
		for _, in := range group {
			in.done <- err
		}
	}
}

func (b *bare) next(group *[]*bareInsert) *bareInsert {
	if len(*group) >= bareGroup {
		return nil
	}
	select {
	case in := <-b.queue:
		*group = append(*group, in)
		return in
	default:
		return nil
	}
}

func (b *bare) exec(ctx context.Context, text string) error {
	if _, err := b.conn.ExecContext(ctx, text); err != nil {
		return fmt.Errorf("bare: %s: %w", text, err)
	}
	return nil
}

// ServeHTTP stores the request and answers with its id.
func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := clock.System{}.Now()
	in := &bareInsert{id: id.New(now), visit: r.PathValue("visit"), key: r.Header.Get("Idempotency-Key"), at: now.UnixMicro(), done: make(chan error, 1)}
	if err := json.NewDecoder(r.Body).Decode(&in.act); err != nil && !errors.Is(err, io.EOF) { // closing has no body
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.queue <- in
	if err := <-in.done; err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	if err := json.NewEncoder(w).Encode(map[string]id.ID{"id": in.id}); err != nil {
		return // the caller has gone
	}
}
