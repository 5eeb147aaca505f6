// Package territoryroom hands the territory in.
package territoryroom

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/territory"
	"vienkopus/internal/territory/territorysql"
)

// Territory is the room, and what later rooms need of it.
type Territory struct {
	room.Room
	Service *territory.Service
	Store   territorysql.Store
	house   room.House
}

// New makes the room.
func New(h room.House) Territory {
	t := Territory{house: h}
	t.Store = territorysql.New()
	t.Service = territory.New(territory.Config{Journal: h.Journal, Store: t.Store})
	t.Room = room.Room{Name: "territory", Facts: territory.Facts(), Projections: []journal.Projection{t.Store}}
	return t
}

// Name returns what a municipality is called today, and its code when nobody knows it.
func (t Territory) Name(ctx context.Context, code string) string {
	m, err := t.Store.Municipality(ctx, t.house.DB, code)
	if err != nil {
		return code
	}
	return m.NameOn(civil.In(t.house.Clock.Now(), time.UTC))
}
