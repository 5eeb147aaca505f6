// Package room is how a feature stands in the house: a value with everything that the feature brings.
//
// Each feature has <feature>/<feature>room with one constructor. It takes the House and, as typed arguments, what it needs of rooms before it, and
// returns its room beside whatever later rooms may need. Constructors touch no database and start nothing: what must run is in Jobs and Start. The
// application has one ordered list of rooms; a new feature is one directory and one line there.
package room

import (
	"context"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/delivery"
	"vienkopus/internal/platform/egress"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
)

// House is what every room gets. The database is open and may be empty; the journal knows its facts and projections once all rooms are made.
type House struct {
	DB      *sqldb.DB
	Journal *journal.Journal
	Clock   clock.Clock
	// Zone is the network's: where bills fall due and books are closed.
	Zone *time.Location
	// Calendar is the one by which centres are open and bills fall due.
	Calendar *civil.Calendar
	// Codes code the rows that follow from no line.
	Codes *rowcode.Codes
	// Sealer seals and opens what must not stand in clear.
	Sealer *seal.Sealer
	// Erasures is the file of the list of erasures (platform/erased); "" for none.
	Erasures string
	// PublicURL is the address by which people reach the program; it may be empty.
	PublicURL string
	// Outside is where the program may go that was told of in the database.
	Outside egress.Policy
	// Node is who signs receipts, for example LV-CESIS.
	Node string
}

// Room is what one feature brings. Every member may be empty but Name.
type Room struct {
	// Name is the feature's, for example "payment".
	Name string
	// Facts are the kinds of line that the feature writes, and Projections the tables that follow from lines.
	Facts       []journal.Definition
	Projections []journal.Projection
	// Kept are the tables that do not follow from lines.
	Kept []Kept
	// Permissions are what code of the feature asks for.
	Permissions []scope.Permission
	// Routes are its pages, and Operations its part of the REST interface.
	Routes     []httpx.Route
	Operations func(api *rest.API)
	// Doors are its places in the main navigation, and Office its pages in the office of a municipality.
	Doors  []Door
	Office []Tab
	// Fill makes what is found by tables outside the journal fit them where it does not yet, once they are up to date: after an upgrade, or with another key.
	// It may write, and is never called for verify.
	Fill func(ctx context.Context) error
	// Load fills what is kept in memory from the tables, once they are up to date; it writes nothing.
	Load func(ctx context.Context) error
	// Start prepares what serving needs, such as keys, and may write. It is never called for verify.
	Start func(ctx context.Context) error
	// Jobs are what comes round while the program serves, and Queues what is done one by one.
	Jobs   []jobs.Job
	Queues []jobs.Queue
	// Deliveries are what lines of the journal tell the outside.
	Deliveries []delivery.Kind
	// Checks are what verify looks at, and Readings what the monitoring system reads.
	Checks   []audit.Check
	Readings []httpx.Reading
}

// Kept is a step that makes tables which are kept for ever, because they do not follow from lines.
type Kept struct {
	sqldb.Migration
	// Backup names the tables of it that belong into a backup; what is left out may be lost without harm.
	Backup []string
	// Every table is proven or losable: a test holds it. Coded tables have rows that carry codes, Checked ones are looked at by a check of the room or by the
	// audit itself, Losable ones may be lost or changed without harm.
	Coded            []rowcode.Table
	Checked, Losable []string
}

// Door is a place of the main navigation.
type Door struct {
	// Rank orders the doors, the lowest first. Steps of ten leave room between.
	Rank int
	// Permission is what somebody must hold anywhere to see it; empty is for everybody.
	Permission string
	// Label is the key of its words, and Href where it leads.
	Label, Href string
	// Landing is above 0 for a page on which somebody begins; of those that she may see, the lowest is hers.
	Landing int
}

// Tab is a page of the office of a municipality.
type Tab struct {
	// Rank orders the tabs, the lowest first. Steps of ten leave room between.
	Rank int
	// Permission is what somebody must hold in the municipality to see it.
	Permission string
	// Label is the key of its words, and Path what follows /office/{municipality}.
	Label, Path string
}
