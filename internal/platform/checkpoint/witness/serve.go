package witness

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"vienkopus/internal/platform/checkpoint"
)

const (
	// most bounds what a witness reads: a checkpoint of a few lines and at most 63 hashes (C2SP tlog-witness).
	most      = 64 << 10
	mostProof = 63
)

// Handler answers nodes: POST /add-checkpoint as C2SP tlog-witness says, and GET /checkpoint/NAME with the last one that was cosigned.
func (w *Witness) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", w.add)
	mux.HandleFunc("GET /checkpoint/{name}", w.show)
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	return mux
}

// add answers 200 with the cosignature, 409 with the size from which the proof must begin, 404 for a node that nobody told of, 403 for a foreign
// signature, 422 for a checkpoint that does not go on from the last one, and 400 for what cannot be read.
func (w *Witness) add(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(out, r.Body, most))
	if err != nil {
		http.Error(out, "too long, or cut off", http.StatusBadRequest)
		return
	}
	old, hashes, signed, err := readRequest(body)
	if err != nil {
		http.Error(out, err.Error(), http.StatusBadRequest)
		return
	}
	line, err := w.Add(old, hashes, signed)
	var conflict Conflict
	switch {
	case err == nil:
		out.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, err = io.WriteString(out, line)
	case errors.As(err, &conflict):
		out.Header().Set("Content-Type", "text/x.tlog.size")
		out.WriteHeader(http.StatusConflict)
		_, err = fmt.Fprintf(out, "%d\n", conflict.Size)
	case errors.Is(err, ErrFork):
		slog.ErrorContext(r.Context(), "a node states another history than it did", slog.String("error", err.Error()))
		http.Error(out, ErrFork.Error(), http.StatusUnprocessableEntity)
		return
	case errors.Is(err, ErrUnknown):
		http.Error(out, ErrUnknown.Error(), http.StatusNotFound)
		return
	case errors.Is(err, checkpoint.ErrForeign):
		http.Error(out, checkpoint.ErrForeign.Error(), http.StatusForbidden)
		return
	case errors.Is(err, checkpoint.ErrNote), errors.Is(err, ErrOrder):
		http.Error(out, "no checkpoint of that size", http.StatusBadRequest)
		return
	default:
		slog.ErrorContext(r.Context(), "the witness could not keep a checkpoint", slog.String("error", err.Error()))
		http.Error(out, "not kept", http.StatusInternalServerError)
		return
	}
	if err != nil {
		slog.DebugContext(r.Context(), "a node went away", slog.String("error", err.Error()))
	}
}

// errRequest says what a request to a witness looks like.
var errRequest = errors.New("a request is \"old SIZE\", a hash of the proof per line, an empty line, and the checkpoint")

// readRequest reads the body of a request.
func readRequest(body []byte) (old int64, hashes [][]byte, signed []byte, err error) {
	head, signed, ok := bytes.Cut(body, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	size, isOld := strings.CutPrefix(lines[0], "old ")
	if !ok || !isOld || len(lines)-1 > mostProof {
		return 0, nil, nil, errRequest
	}
	if old, err = strconv.ParseInt(size, 10, 64); err != nil || old < 0 || strconv.FormatInt(old, 10) != size {
		return 0, nil, nil, errRequest
	}
	for _, line := range lines[1:] {
		hash, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(hash) != 32 {
			return 0, nil, nil, errRequest
		}
		hashes = append(hashes, hash)
	}
	return old, hashes, signed, nil
}

// writeRequest writes what readRequest reads.
func writeRequest(old int64, hashes [][]byte, signed string) []byte {
	b := fmt.Appendf(nil, "old %d\n", old)
	for _, h := range hashes {
		b = append(base64.StdEncoding.AppendEncode(b, h), '\n')
	}
	return append(append(b, '\n'), signed...)
}

func (w *Witness) show(out http.ResponseWriter, r *http.Request) {
	signed, found, err := w.Last(r.PathValue("name"))
	switch {
	case errors.Is(err, ErrUnknown), err == nil && !found:
		http.NotFound(out, r)
	case err != nil:
		slog.ErrorContext(r.Context(), "the witness cannot read what it keeps", slog.String("error", err.Error()))
		http.Error(out, "not readable", http.StatusInternalServerError)
	default:
		out.Header().Set("Content-Type", "text/plain; charset=utf-8")
		out.Header().Set("Cache-Control", "no-store")
		if _, err := out.Write(signed); err != nil { //nolint:gosec // plain text, which this witness has signed
			slog.DebugContext(r.Context(), "a reader went away", slog.String("error", err.Error()))
		}
	}
}
