// Gallery shows every component of the pages from sample data:
//
//	go run ./cmd/gallery -listen localhost:8099
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"time"

	"vienkopus/internal/platform/html/gallery"
	"vienkopus/web"
)

func main() {
	listen := flag.String("listen", "localhost:8099", "address to serve at")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := serve(ctx, *listen); err != nil {
		slog.Error("gallery", slog.Any("error", err))
		os.Exit(1)
	}
}

func serve(ctx context.Context, address string) error {
	if !web.Built() {
		slog.WarnContext(ctx, "the pages come without style: run npm ci --prefix web and go run ./web/build")
	}
	server := &http.Server{Addr: address, Handler: gallery.Handler(), ReadHeaderTimeout: 5 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	slog.InfoContext(ctx, "gallery", slog.String("address", "http://"+address))
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
