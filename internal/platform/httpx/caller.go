package httpx

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
)

// Caller is who makes a request, and where: a person who has signed in, or a token of another system. Whoever guards the routes puts it into the
// request, so that the pages of every feature know it without knowing who keeps the people.
type Caller struct {
	// Person is the id of the person, or of the token.
	Person id.ID
	// Name is what the screen shows; it never goes into the journal or a log.
	Name string
	// Token tells that a program calls with a bearer token, not a person.
	Token bool
	// By is who acts, for journal lines.
	By actor.Actor
	// Grants are what the caller may do, and where.
	scope.Grants
	// Desk is the desk in use, and Centre and Municipality are where it stands; all are empty until a desk is taken.
	Desk, Centre, Municipality string
	// Zone is what the clocks at the desk in use show; nil until a desk is taken.
	Zone *time.Location
}

// Place returns where the desk in use stands.
func (c *Caller) Place() scope.Place {
	return scope.Place{Municipality: c.Municipality, Centre: c.Centre, Desk: c.Desk}
}

type callerKey struct{}

// WithCaller returns a context that carries the caller.
func WithCaller(ctx context.Context, c *Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf returns who makes the request, and false when nobody is signed in.
func CallerOf(ctx context.Context) (*Caller, bool) {
	c, ok := ctx.Value(callerKey{}).(*Caller)
	return c, ok && c != nil
}

// Signed returns who makes the request, or the fault "staff.sign_in_first" when nobody is signed in.
func Signed(ctx context.Context) (*Caller, error) {
	if c, ok := CallerOf(ctx); ok {
		return c, nil
	}
	return nil, fault.NewUnauthenticated("staff.sign_in_first")
}

// MarkField is the name of the hidden field that says who saw a form, and at which desk. html.Render puts it into every form of every page.
const MarkField = "as"

// Mark says who sees a page, and at which desk: a part for the person and one for both. It is no secret and proves nothing: it keeps apart two people in two tabs of one browser.
// It is "" for nobody and for a program.
func Mark(c *Caller) string {
	if c == nil || c.Token {
		return ""
	}
	return markPart(c.Person.String()) + markPart(c.Person.String()+" "+c.Desk)
}

// partOfMark is how many characters a part of a mark has.
const partOfMark = 12

func markPart(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:partOfMark*3/4])
}

// The faults of a form that somebody else saw, or the same person at another desk.
const (
	OtherPerson = "request.other_person"
	OtherDesk   = "request.other_desk"
)

// checkMark refuses a form that somebody else saw, or the same person at another desk: what is posted would stand in the journal under the wrong name.
// A browser says whence a request comes, and none of its forms lacks the field; what no browser sends may lack it.
func checkMark(r *http.Request, route Route) error {
	who, ok := CallerOf(r.Context())
	if !ok || who.Token || isRead(r.Method) || isAPI(r) {
		return nil
	}
	seen, is := r.PostForm.Get(MarkField), Mark(who)
	switch {
	case seen == is:
		return nil
	case seen == "" && (route.Public || r.Header.Get("Sec-Fetch-Site") == ""):
		return nil
	case len(seen) == len(is) && seen[:partOfMark] == is[:partOfMark]:
		return fault.NewConflict(OtherDesk)
	}
	return fault.NewConflict(OtherPerson)
}

// another returns the fault of a form that somebody else saw, before anybody is told what she may not or lacks: what stands in an old tab is not for whoever has signed in since. Else it returns why.
func another(r *http.Request, route Route, why error) error {
	if refusalOf(why) == nil || route.Stream || isRead(r.Method) || isAPI(r) {
		return why
	}
	if who, ok := CallerOf(r.Context()); !ok || who.Token || readInput(r, route) != nil {
		return why
	}
	if f := fault.First(checkMark(r, route)); f != nil && f.Key == OtherPerson && r.PostForm.Get(MarkField) != "" {
		return f
	}
	return why
}
