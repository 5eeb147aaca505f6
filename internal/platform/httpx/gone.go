package httpx

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"vienkopus/internal/platform/sqldb"
)

// received is the body of a request. It notes when the caller breaks off in the middle of it.
type received struct {
	io.ReadCloser
	exchange *exchange
}

// Read reads on.
func (b received) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		b.exchange.cut.Store(true)
	}
	return n, err //nolint:wrapcheck // the connection's own, for whoever knows it
}

// left tells whether err comes of a caller who went away: while sending, while reading, or while he waited. It is not our fault then, and nobody reads
// an answer. A panic is ours whoever has gone.
func (x *exchange) left(w http.ResponseWriter, err error) bool {
	var p *panicked
	switch rec := recorderOf(w); {
	case rec != nil && rec.failed:
		return !errors.As(err, &p)
	case x.came == nil || x.came.Err() == nil || errors.As(err, &p):
		return false
	}
	return errors.Is(err, context.Canceled) || sqldb.Unavailable(err)
}

// leave ends the exchange with a caller who went away. Half an answer must not look like a whole one, whoever may still be reading.
func (s *site) leave(w http.ResponseWriter, r *http.Request, err error) {
	x := exchangeOf(r.Context())
	x.gone = true
	s.Log.LogAttrs(r.Context(), slog.LevelDebug, "the caller went away", slog.String("request_id", x.id), slog.Any("error", err))
	if begun(w) {
		panic(http.ErrAbortHandler)
	}
}
