// Package backup writes what cannot be made anew into one file, and reads it back into an empty database of either engine.
//
// A backup holds the lines of the journal and what belongs to them, and the tables outside the journal that the caller names.
// Projections are not in it: they follow from the lines. The format is in docs/formats/backup.md: compressed lines of JSON,
// with counts and a sum at the end, so that a file that was cut or changed is refused.
package backup

import (
	"errors"
	"time"
)

// Version is the highest version of the format that this program writes, that of a signed file. It reads this one and every older one.
const Version = signedVersion

// formatName stands in the first line of every backup.
const formatName = "vienkopus-backup"

var (
	// ErrDamaged says that the file is not whole: cut, changed, or never a backup.
	ErrDamaged = errors.New("backup: the file is damaged or incomplete")
	// ErrNewer says that a newer program wrote the file.
	ErrNewer = errors.New("backup: the file was written by a newer version of the program")
	// ErrNotEmpty says that there is something in the database already.
	ErrNotEmpty = errors.New("backup: the database is not empty")
)

// Plan tells what goes into a backup.
type Plan struct {
	// Tables are those outside the journal that are kept, for example "staff_account".
	Tables []string
	// At is when the backup is made.
	At time.Time
	// Sign signs a text in the name of the node; nil writes a file without a signature.
	Sign func(text string) (Signature, error)
	// Tell is told how many rows are written so far; it may be nil.
	Tell func(rows int64)
}

// Summary is what a backup holds.
type Summary struct {
	Version int
	At      time.Time // UTC, whole seconds
	// Step is the number of the last migration of the database that it was taken from.
	Step int
	// Rows are the numbers of rows by table.
	Rows map[string]int64
	// By is who signed it; nobody in a file without a signature.
	By Signature
	// Sum is the SHA-256 of the contents, in hexadecimal.
	Sum string
	// Lines and Desks count the lines of the journal.
	Lines, Desks int64
}

// header is the first line.
type header struct {
	Format  string  `json:"format"`
	Version int     `json:"version"`
	At      string  `json:"at"`
	Step    int     `json:"step"`
	Tables  []table `json:"tables"`
}

// table is a table as the header describes it.
type table struct {
	Name    string   `json:"name"`
	Columns []column `json:"columns"`
}

type column struct {
	Name string `json:"name"`
	Type kind   `json:"type"`
}

// begin stands in front of the rows of a table.
type begin struct {
	Table string `json:"table"`
}

// trailer is the last line.
type trailer struct {
	Rows map[string]int64 `json:"rows"`
	Sum  string           `json:"sha256"`
}
