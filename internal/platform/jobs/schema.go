package jobs

import (
	"strings"
	"time"
	"unicode/utf8"

	"vienkopus/internal/platform/sqldb"
)

// Tables are the tables of jobs and queues in the side store. Times are microseconds (UTC), 0 for never.
var Tables = sqldb.SideTables{Owner: "jobs", SQL: Schema}

// Schema is the text of Tables, in the words of sqldb.Migration.
const Schema = `
CREATE TABLE side_job (
	name TEXT NOT NULL PRIMARY KEY,
	since BIGINT NOT NULL,
	due BIGINT NOT NULL,
	token TEXT NOT NULL,
	until BIGINT NOT NULL,
	started BIGINT NOT NULL,
	succeeded BIGINT NOT NULL,
	failures BIGINT NOT NULL,
	error TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE side_job_lane (
	kind TEXT NOT NULL,
	lane TEXT NOT NULL,
	ready BIGINT NOT NULL,
	token TEXT NOT NULL,
	until BIGINT NOT NULL,
	failures BIGINT NOT NULL,
	error TEXT NOT NULL,
	PRIMARY KEY (kind, lane)
) WITHOUT ROWID;
CREATE INDEX side_job_lane_ready ON side_job_lane (kind, ready);
CREATE TABLE side_job_work (
	kind TEXT NOT NULL,
	key TEXT NOT NULL,
	lane TEXT NOT NULL,
	payload BLOB NOT NULL,
	queued BIGINT NOT NULL,
	place BIGINT NOT NULL,
	due BIGINT NOT NULL,
	run_at BIGINT NOT NULL,
	asked BIGINT NOT NULL,
	attempts BIGINT NOT NULL,
	stopped BIGINT NOT NULL,
	error TEXT NOT NULL,
	PRIMARY KEY (kind, key)
);
CREATE INDEX side_job_work_lane ON side_job_work (kind, lane, stopped, run_at, place);
`

// micros is t as it is stored.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the time that was stored.
func moment(stored int64) time.Time {
	if stored == 0 {
		return time.Time{}
	}
	return time.UnixMicro(stored).UTC()
}

const (
	longestName  = 200 // bytes
	longestError = 500 // bytes
)

// badName tells whether a name, kind, lane or key cannot be stored.
func badName(s string) bool {
	return s == "" || len(s) > longestName || !utf8.ValidString(s) || strings.ContainsRune(s, 0)
}

// words are the first words of an error as both engines can store them: PostgreSQL takes no zero byte and nothing that is no UTF-8.
func words(err error) string {
	if err == nil {
		return ""
	}
	text := err.Error()
	text = text[:min(len(text), longestError)]
	return strings.ReplaceAll(strings.ToValidUTF8(text, "?"), "\x00", "?")
}
