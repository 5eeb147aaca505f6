package staffhttp

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/gate"
)

const (
	// deviceCookie is by what a browser is known again from which somebody has signed in. It opens nothing; it only keeps strangers from holding her up.
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
func originOf(r *http.Request) origin {
	from := origin{Origin: staff.Origin{Address: httpx.AddressIn(r.Context())}}
	if c, err := r.Cookie(deviceCookie); err == nil && len(c.Value) == base64.RawURLEncoding.EncodedLen(deviceBytes) {
		from.device = c.Value
	} else {
		secret := make([]byte, deviceBytes)
		rand.Read(secret)
		from.device = base64.RawURLEncoding.EncodeToString(secret)
	}
	from.Device = sha256.Sum256([]byte(from.device))
	return from
}

// keep has the browser of somebody who has signed in be known again.
func (o origin) keep(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is set by httpx where people reach us by HTTPS
		Name: deviceCookie, Value: o.device, Path: "/", MaxAge: int(deviceTime / time.Second), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// comeAgain is after how many seconds somebody who was sent away should try again.
const comeAgain = "2"

// refused is again for a form by which somebody signs in: when too many do so at once she is told to come again.
func refused(w http.ResponseWriter, r *http.Request, why error) (html.Refusal, error) {
	if errors.Is(why, gate.ErrBusy) {
		w.Header().Set("Retry-After", comeAgain)
		return html.Refusal{Status: http.StatusServiceUnavailable, Problems: html.Problems(r.Context(), fault.NewConflict("staff.busy"))}, nil
	}
	return again(r.Context(), why)
}
