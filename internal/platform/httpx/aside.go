package httpx

import (
	"context"
	"log/slog"
	"time"
)

// asideTime is how long tidying up may keep an answer back.
const asideTime = time.Second

// Aside runs what tidies up after something was recorded: empties a basket, forgets a draft. It may take a second, also when the caller has gone. Its
// failure is logged and changes nothing of the answer: what was asked for has happened.
func Aside(ctx context.Context, what string, thing func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), asideTime)
	defer cancel()
	if err := thing(ctx); err != nil {
		slog.WarnContext(ctx, "what was recorded could not be tidied up after", slog.String("what", what), slog.Any("error", err))
	}
}
