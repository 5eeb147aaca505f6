package crashtest

import (
	"context"
	"database/sql/driver"
	"fmt"

	"modernc.org/sqlite"
)

// Loose are other settings of SQLite than the program's.
type Loose struct {
	// Sync is what a commit waits for, such as NORMAL; the program's when it is empty.
	Sync string
	// Fold is how many pages the log takes before it is folded into the file; as many as the program says when it is 0. With few it happens often.
	Fold int
}

// Set gives them to every connection that this process opens from now on.
func (l Loose) Set() {
	if l == (Loose{}) {
		return
	}
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, _ string) error {
		pragma := ""
		if l.Sync != "" {
			pragma = "PRAGMA synchronous = " + l.Sync + ";"
		}
		if l.Fold > 0 {
			pragma += fmt.Sprintf("PRAGMA wal_autocheckpoint = %d;", l.Fold)
		}
		_, err := conn.ExecContext(context.Background(), pragma, []driver.NamedValue{}) //nolint:forbidigo // a hook is handed none
		return err
	})
}
