package staffhttp

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/gate"
)

const (
	// deviceCookie is by what a browser is known again from which somebody has signed in. It opens nothing; it only keeps strangers from holding her up.
	// It is what the browser keeps, and a mark behind it by which we know it again before we ask the database: strangers cannot make one up.
	deviceCookie = "vienkopus-device"
	deviceTime   = 180 * 24 * time.Hour
	deviceBytes  = 32
)

// origin is from where somebody tries to sign in, and what her browser is known by.
type origin struct {
	staff.Origin
	device string
}

// originOf returns from where a request comes. A browser that is not known gets by keep what it will be known by.
func (p pages) originOf(r *http.Request) origin {
	from := origin{Origin: staff.Origin{Address: httpx.AddressIn(r.Context())}}
	if c, err := r.Cookie(deviceCookie); err == nil {
		device, mark, _ := strings.Cut(c.Value, ".")
		if len(device) == base64.RawURLEncoding.EncodedLen(deviceBytes) {
			from.device = device
			from.Seen = mark != "" && subtle.ConstantTimeCompare([]byte(mark), []byte(p.mark(r.Context(), device))) == 1
		}
	}
	if from.device == "" {
		secret := make([]byte, deviceBytes)
		rand.Read(secret)
		from.device = base64.RawURLEncoding.EncodeToString(secret)
	}
	from.Device = sha256.Sum256([]byte(from.device))
	return from
}

// mark is what stands behind what a browser is known by. Where there can be none, it is one that nobody knows: everybody is a stranger then.
func (p pages) mark(ctx context.Context, device string) string {
	mark, err := p.Proofs.Tickets.Mark(ctx, "device", device)
	if err != nil {
		slog.WarnContext(ctx, "nobody knows from which devices people sign in", slog.Any("error", err))
		mark = []byte(rand.Text())
	}
	return base64.RawURLEncoding.EncodeToString(mark)
}

// keep has the browser of somebody who has signed in be known again.
func (p pages) keep(w http.ResponseWriter, r *http.Request, from origin) {
	setDevice(w, from.device+"."+p.mark(r.Context(), from.device))
}

// ask has a browser be told from others until it answers what it was asked. Anybody may be asked, so there is no mark: it comes with a sign-in alone.
func (o origin) ask(w http.ResponseWriter) {
	if !o.Seen {
		setDevice(w, o.device)
	}
}

func setDevice(w http.ResponseWriter, value string) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is set by httpx where people reach us by HTTPS
		Name: deviceCookie, Value: value, Path: "/", MaxAge: int(deviceTime / time.Second), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// comeAgain is after how many seconds somebody who was sent away should try again.
const comeAgain = "1"

// refused is again for a form by which somebody signs in: when too many do so at once she is told to come again.
func refused(w http.ResponseWriter, r *http.Request, why error) (html.Refusal, error) {
	if errors.Is(why, gate.ErrBusy) {
		w.Header().Set("Retry-After", comeAgain)
		return html.Refusal{Status: http.StatusServiceUnavailable, Problems: html.Problems(r.Context(), fault.NewConflict("staff.busy"))}, nil
	}
	return again(r.Context(), why)
}
