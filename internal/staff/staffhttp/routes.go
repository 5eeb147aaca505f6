// Package staffhttp is the door of the staff feature: it tells every route who asks and whether she may, and it has
// the pages on which people sign in, change places and choose a password.
package staffhttp

import (
	"context"
	"net/http"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/httpx/session"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/staff"
	"vienkopus/internal/staff/denial"
	"vienkopus/internal/staff/proof"
)

// Deps is what the door needs.
type Deps struct {
	Staff  *staff.Service
	Proofs *proof.Service
	// Events reads the security log.
	Events func(ctx context.Context, ask staff.Asked) ([]staff.Event, error)
	// Denials bounds what the security log notes of refusals; nil notes all of them.
	Denials *denial.Bound
	// WaysChanged returns the latest lines about that by which somebody signs in, the latest first; nil knows none.
	WaysChanged func(ctx context.Context, person id.ID) ([]journal.Entry, error)
	// Picture draws a text as a QR code, in SVG.
	Picture  func(text string) (string, error)
	Sessions Sessions
	// PublicURL is the address by which people reach the program, to which passkeys are bound; without one there are passkeys on this machine alone.
	PublicURL string
	// Called returns the name of a municipality or centre for the reader; nil shows the code.
	Called func(ctx context.Context, s scope.Scope) string
	// Landing returns the page that somebody works with most, by what she may do.
	Landing func(who *httpx.Caller) string
	// Left is told that somebody has left the desk or signed out; nil tells nobody. What it does not manage harms nobody.
	Left func(ctx context.Context, who *httpx.Caller) error
}

// Sessions remembers who has signed in, behind a cookie.
type Sessions interface {
	// Get returns what the session of the request remembers under name, or "".
	Get(ctx context.Context, name string) string
	// Begin ends the session of the request and begins one that remembers only values; about stands in the list of sessions.
	Begin(w http.ResponseWriter, r *http.Request, about session.About, values map[string]string) error
	// Set remembers one more value.
	Set(ctx context.Context, name, value string) error
	// End ends the session of the request.
	End(w http.ResponseWriter, r *http.Request) error
	// Lapsed tells that the browser shows a session that is not there any more.
	Lapsed(ctx context.Context) bool
	// Current names the session of the request, and List returns the sessions of somebody.
	Current(ctx context.Context) string
	List(ctx context.Context, owner string) ([]session.Listed, error)
	// EndNamed ends one session of somebody, and returns false when there is none of that name.
	EndNamed(ctx context.Context, owner, name string) (bool, error)
}

// SignInPath is where somebody who is unknown is sent.
const SignInPath = "/sign-in"

// sessionsPath is where somebody sees where she is signed in, and peoplePath where a manager sees her people.
const (
	sessionsPath = "/me/sessions"
	peoplePath   = "/staff"
	// recoverPath is where somebody comes in with a manager's code.
	recoverPath = "/recover"
	// codePath is where somebody types the code that her account needs beside the password, waysPath where she sees by what she signs in, and appPath where she enrols an app.
	codePath = "/sign-in/code"
	waysPath = "/me/ways"
	appPath  = "/me/app"
	// passkeyPath is where somebody adds a passkey, signInPasskeyPath where somebody comes in by one, and optionsPath, behind each path at which a browser is asked for one, what it is told for that.
	passkeyPath       = "/me/passkey"
	signInPasskeyPath = "/sign-in/passkey"
	optionsPath       = "/options"
	signInCardPath    = "/sign-in/card"
	// signInElsewherePath, elsewherePath and confirmElsewherePath send the browser to the provider of accounts elsewhere, and backPath receives it again.
	signInElsewherePath  = "/sign-in/elsewhere"
	elsewherePath        = "/me/elsewhere"
	confirmElsewherePath = "/confirm/elsewhere"
	backPath             = "/sign-in/elsewhere/back"
	// securityPath is the security log.
	securityPath = "/journal/security"
)

// deskPath is where somebody chooses the desk to work at.
const deskPath = "/desk"

// Routes returns the lines of the feature. Signing in and out is for everybody.
func Routes(d Deps) []httpx.Route {
	p := pages{d}
	return []httpx.Route{
		{Method: http.MethodGet, Path: SignInPath, Public: true, Handle: p.signIn},
		{Method: http.MethodPost, Path: SignInPath, Public: true, Handle: p.signedIn},
		{Method: http.MethodPost, Path: "/sign-out", Public: true, Handle: p.signOut},
		{Method: http.MethodGet, Path: ConfirmPath, SignedIn: true, Handle: p.confirm},
		{Method: http.MethodPost, Path: ConfirmPath, SignedIn: true, Handle: p.confirmed},
		{Method: http.MethodGet, Path: "/switch", SignedIn: true, Handle: p.change},
		{Method: http.MethodPost, Path: "/switch", SignedIn: true, Handle: p.changed},
		{Method: http.MethodGet, Path: deskPath, Permission: staff.MayServe, Handle: p.desk},
		{Method: http.MethodPost, Path: deskPath, Permission: staff.MayServe, Handle: p.seated},
		{Method: http.MethodGet, Path: "/me", SignedIn: true, Handle: p.me},
		{Method: http.MethodPost, Path: "/me", SignedIn: true, Handle: p.newPassword},
		{Method: http.MethodGet, Path: sessionsPath, SignedIn: true, Handle: p.ownSessions},
		{Method: http.MethodPost, Path: sessionsPath, SignedIn: true, Handle: p.endOwn},
		{Method: http.MethodGet, Path: peoplePath, Permission: staff.MayManage, Handle: p.people},
		{Method: http.MethodGet, Path: peoplePath + "/{person}", Permission: staff.MayManage, Handle: p.person},
		{Method: http.MethodGet, Path: codePath, Public: true, Handle: p.code},
		{Method: http.MethodPost, Path: codePath, Public: true, Handle: p.coded},
		{Method: http.MethodGet, Path: waysPath, SignedIn: true, Handle: p.ways},
		{Method: http.MethodPost, Path: waysPath, SignedIn: true, Fresh: true, Newly: true, Handle: p.dropWay},
		{Method: http.MethodGet, Path: appPath, SignedIn: true, Fresh: true, Newly: true, Handle: p.app},
		{Method: http.MethodPost, Path: appPath, SignedIn: true, Fresh: true, Newly: true, Handle: p.enrolApp},
		{Method: http.MethodGet, Path: signInPasskeyPath + optionsPath, Public: true, Handle: p.askAnybody},
		{Method: http.MethodPost, Path: signInPasskeyPath, Public: true, Handle: p.signedInByPasskey},
		{Method: http.MethodGet, Path: ConfirmPath + optionsPath, SignedIn: true, Handle: p.askOwn},
		{Method: http.MethodGet, Path: passkeyPath, SignedIn: true, Fresh: true, Newly: true, Handle: p.passkey},
		{Method: http.MethodGet, Path: passkeyPath + optionsPath, SignedIn: true, Handle: p.offer},
		{Method: http.MethodPost, Path: passkeyPath, SignedIn: true, Fresh: true, Newly: true, Handle: p.enrolPasskey},
		{Method: http.MethodGet, Path: signInCardPath + optionsPath, Public: true, Handle: p.askCard},
		{Method: http.MethodPost, Path: signInCardPath, Public: true, Handle: p.signedInByCard},
		{Method: http.MethodPost, Path: signInElsewherePath, Public: true, Time: httpx.TimeReport, Handle: p.sendToSignIn},
		{Method: http.MethodPost, Path: elsewherePath, SignedIn: true, Fresh: true, Newly: true, Time: httpx.TimeReport, Handle: p.sendToBind},
		{Method: http.MethodPost, Path: confirmElsewherePath, SignedIn: true, Time: httpx.TimeReport, Handle: p.sendToConfirm},
		{Method: http.MethodGet, Path: backPath, Public: true, Time: httpx.TimeReport, Handle: p.back},
		{Method: http.MethodGet, Path: securityPath, Permission: staff.MayReadLog, Handle: p.security},
		{Method: http.MethodGet, Path: securityPath + ".csv", Permission: staff.MayReadLog, Handle: p.securityFile},
		{Method: http.MethodGet, Path: securityPath + ".xlsx", Permission: staff.MayReadLog, Handle: p.securityFile},
		{Method: http.MethodGet, Path: recoverPath, Public: true, Handle: p.recover},
		{Method: http.MethodPost, Path: recoverPath, Public: true, Handle: p.recovered},
		{Method: http.MethodPost, Path: peoplePath + "/{person}/code", Permission: staff.MayManage, Fresh: true, Newly: true, Handle: p.makeCode},
		{Method: http.MethodPost, Path: peoplePath + "/{person}/sessions", Permission: staff.MayManage, Fresh: true, Handle: p.endOthers},
	}
}

// pages are the handlers of the feature.
type pages struct{ Deps }

// key names a request that has its effect only once by itself: taking a desk that one has, leaving one that one has not.
func (p pages) key() string { return "staff:" + id.New(p.Staff.Journal.Now()).String() }
