package visithttp

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rest"
	"vienkopus/internal/visit"
)

// visitBody is a visit as programs get it.
type visitBody struct {
	ID       id.ID         `json:"id" format:"uuid"`
	Desk     string        `json:"desk" example:"CES-1"`
	Centre   string        `json:"centre" example:"cesis"`
	Channel  visit.Channel `json:"channel"`
	State    visit.State   `json:"state"`
	OpenedAt time.Time     `json:"opened_at"`
	ClosedAt *time.Time    `json:"closed_at,omitempty"`
	Acts     []actBody     `json:"acts"`
}

// actBody is an act as programs get it.
type actBody struct {
	ID             id.ID             `json:"id" format:"uuid"`
	Visit          id.ID             `json:"visit" format:"uuid"`
	Number         int64             `json:"number" doc:"Number of its line in the desk's journal" example:"1204"`
	RecordedAt     time.Time         `json:"recorded_at"`
	Day            civil.Date        `json:"day" format:"date"`
	Kind           catalogue.ActKind `json:"kind"`
	Service        string            `json:"service,omitempty" example:"municipality-firewood-benefit"`
	ServiceVersion int               `json:"service_version,omitempty" example:"1"`
	Institution    string            `json:"institution,omitempty" example:"MUNICIPALITY"`
	Channel        visit.Channel     `json:"channel"`
	Depth          visit.Depth       `json:"depth,omitempty"`
	Reason         visit.Reason      `json:"reason,omitempty"`
	Identity       visit.Document    `json:"identity,omitempty"`
	State          visit.ActState    `json:"state,omitempty" doc:"Absent while the act counts"`
}

// whatBody is what a program says was done.
type whatBody struct {
	Kind     catalogue.ActKind `json:"kind"`
	Service  string            `json:"service,omitempty" doc:"Code of the service; most kinds need one" example:"municipality-firewood-benefit"`
	Channel  visit.Channel     `json:"channel,omitempty" doc:"The visit's when absent"`
	Depth    visit.Depth       `json:"depth,omitempty" doc:"For eservice_help alone, which needs it"`
	Reason   visit.Reason      `json:"reason,omitempty" doc:"For unmet alone, which needs it: why it could not be done"`
	Identity visit.Document    `json:"identity,omitempty" doc:"Kind of document seen, where the service demands one"`
}

func (w whatBody) what() visit.What {
	return visit.What{Kind: w.Kind, Service: w.Service, Channel: w.Channel, Depth: w.Depth, Reason: w.Reason, Identity: w.Identity}
}

func newActBody(a visit.Act) actBody {
	return actBody{
		ID: a.ID, Visit: a.Visit, Number: a.Number, RecordedAt: a.RecordedAt, Day: a.Day, Kind: a.Kind,
		Service: a.Service, ServiceVersion: a.ServiceVersion, Institution: a.Institution, Channel: a.Channel,
		Depth: a.Depth, Reason: a.Reason, Identity: a.Identity, State: a.State,
	}
}

func newVisitBody(v visit.Visit, acts []visit.Act) visitBody {
	body := visitBody{
		ID: v.ID, Desk: v.Desk, Centre: v.Centre, Channel: v.Channel, State: v.State, OpenedAt: v.OpenedAt, Acts: []actBody{},
	}
	if !v.ClosedAt.IsZero() {
		body.ClosedAt = &v.ClosedAt
	}
	for i := range acts {
		body.Acts = append(body.Acts, newActBody(acts[i]))
	}
	return body
}

// KeyHeader names the request; huma reads it as a part of each input. Without it every request is a new one.
type KeyHeader struct {
	Key string `header:"Idempotency-Key" doc:"Name of the request: sent again with the same name it has one effect" maxLength:"128" example:"visit-2026-03-02-0007"`
}

// OnVisit is the part of an input that is about one visit.
type OnVisit struct {
	KeyHeader
	Visit id.ID `path:"visit" format:"uuid" doc:"Id of the visit"`
}

// OnAct is the part of an input that is about one act.
type OnAct struct {
	OnVisit
	Act id.ID `path:"act" format:"uuid" doc:"Id of the act"`
}

type visitAnswer struct{ Body visitBody }

// Operations adds the counter to the REST interface. A token is bound to a desk, which is where its visits are opened.
func Operations(api *rest.API, d Deps) {
	p := pages{Deps: d}
	lists(api)
	rest.Register(api, made(line("POST /visits", "openVisit", "Begin a visit at the desk of the token",
		"Whoever is being served at the desk waits.")), p.apiOpen)
	rest.Register(api, line("GET /visits/{visit}", "getVisit", "A visit of the desk with its acts",
		"Acts that were undone or corrected are there too, and say so."), p.apiVisit)
	rest.Register(api, made(line("POST /visits/{visit}/acts", "recordAct", "Record an act",
		"A visit on hold is taken back first. What the tier of the centre may not do is refused.")), p.apiRecord)
	rest.Register(api, line("POST /visits/{visit}/acts/{act}/undo", "undoAct", "Undo an act of an open visit",
		"The line stays; the act does not count any more."), p.apiUndo)
	correction := line("POST /visits/{visit}/acts/{act}/correct", "correctAct", "Correct an act of a closed visit by a new line",
		"What was wrong does not count any more; what it should have been counts on the day of the visit.")
	correction.Permission = correct
	rest.Register(api, correction, p.apiCorrect)
	rest.Register(api, line("POST /visits/{visit}/hold", "holdVisit", "Put a visit on hold",
		"The client waits; the desk is free for another one."), p.apiHold)
	rest.Register(api, line("POST /visits/{visit}/resume", "resumeVisit", "Take a visit back",
		"Whoever is being served at the desk waits."), p.apiResume)
	rest.Register(api, line("POST /visits/{visit}/close", "closeVisit", "Close a visit",
		"Nothing is added afterwards; what was wrong is corrected."), p.apiClose)
}

// line is what all operations of the counter share.
func line(pattern, name, summary, description string) rest.Operation {
	method, path, _ := strings.Cut(pattern, " ")
	return rest.Operation{
		Method: method, Path: path, ID: name, Summary: summary, Description: description, Status: http.StatusOK,
		Permission: serve, Scope: httpx.ScopeDesk,
		Tag: rest.Tag{Name: "counter", Description: "Visits and what is done in them, at the desk of the token. Another desk's visit is refused."},
	}
}

// made is for an operation that answers with what it has made.
func made(o rest.Operation) rest.Operation {
	o.Status = http.StatusCreated
	return o
}

// lists tells the description what the members can be.
func lists(api *rest.API) {
	rest.Values[catalogue.ActKind](api, "visit.kind_unknown", visit.Kinds)
	rest.Values[visit.Channel](api, "visit.channel_unknown", visit.Channels)
	rest.Values[visit.Depth](api, "visit.depth", visit.Depths)
	rest.Values[visit.Reason](api, "visit.reason", visit.Reasons)
	rest.Values[visit.Document](api, "visit.identity_unknown", visit.Documents)
	rest.Values[visit.Correction](api, "visit.correction_reason", visit.Corrections)
	rest.Values[visit.State](api, "", visit.States)
	rest.Values[visit.ActState](api, "", visit.Gone)
}

// request says who asks, at the desk of the session or token.
func (p pages) request(ctx context.Context, key string) (journal.Request, error) {
	s, err := httpx.Signed(ctx)
	if err != nil {
		return journal.Request{}, err
	}
	if key == "" {
		key = id.New(p.Journal.Now()).String()
	}
	return journal.Request{By: s.By, Desk: s.Desk, Key: key}, nil
}

type openInput struct {
	KeyHeader
	Body struct {
		Channel visit.Channel `json:"channel,omitempty" doc:"How the client reached the counter; in-person when absent" example:"in-person"`
	}
}

func (p pages) apiOpen(ctx context.Context, in *openInput) (*visitAnswer, error) {
	r, err := p.request(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	v, err := p.Counter.Open(ctx, r, cmp.Or(in.Body.Channel, visit.InPerson))
	if err != nil {
		return nil, err
	}
	// From the lines of the request, so that one that is sent again gets the same answer whatever has happened since.
	return &visitAnswer{Body: newVisitBody(v, nil)}, nil
}

func (p pages) apiVisit(ctx context.Context, in *OnVisit) (*visitAnswer, error) {
	r, err := p.request(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	return p.answer(ctx, r, in.Visit)
}

// answer returns the visit as it stands after the request. A visit of another desk is not shown.
func (p pages) answer(ctx context.Context, r journal.Request, v id.ID) (*visitAnswer, error) {
	db := p.Journal.DB()
	found, err := p.Store.Visit(ctx, db, v)
	if err != nil {
		return nil, err
	}
	if found.Desk != r.Desk {
		return nil, fault.NewForbidden("visit.foreign_desk", "Desk", found.Desk)
	}
	acts, err := p.Store.Acts(ctx, db, v)
	if err != nil {
		return nil, err
	}
	return &visitAnswer{Body: newVisitBody(found, acts)}, nil
}

type recordInput struct {
	OnVisit
	Body whatBody
}

type actAnswer struct{ Body actBody }

func (p pages) apiRecord(ctx context.Context, in *recordInput) (*actAnswer, error) {
	r, err := p.request(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	if in.Visit.IsZero() { // which would begin a visit
		return nil, fault.NewNotFound("visit.unknown")
	}
	act, err := p.Counter.Record(ctx, r, in.Visit, in.Body.what())
	if err != nil {
		return nil, err
	}
	return &actAnswer{Body: newActBody(act)}, nil
}

// then runs one thing that a desk does with a visit and answers with the visit.
func (p pages) then(ctx context.Context, in OnVisit, do func(journal.Request) error) (*visitAnswer, error) {
	r, err := p.request(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	if err := do(r); err != nil {
		return nil, err
	}
	return p.answer(ctx, r, in.Visit)
}

func (p pages) apiUndo(ctx context.Context, in *OnAct) (*visitAnswer, error) {
	return p.then(ctx, in.OnVisit, func(r journal.Request) error { return p.Counter.Undo(ctx, r, in.Visit, in.Act) })
}

func (p pages) apiHold(ctx context.Context, in *OnVisit) (*visitAnswer, error) {
	return p.then(ctx, *in, func(r journal.Request) error { return p.Counter.Hold(ctx, r, in.Visit) })
}

func (p pages) apiResume(ctx context.Context, in *OnVisit) (*visitAnswer, error) {
	return p.then(ctx, *in, func(r journal.Request) error { return p.Counter.Resume(ctx, r, in.Visit) })
}

func (p pages) apiClose(ctx context.Context, in *OnVisit) (*visitAnswer, error) {
	return p.then(ctx, *in, func(r journal.Request) error {
		if err := p.Counter.Close(ctx, r, in.Visit); err != nil {
			return err
		}
		p.forget(ctx, in.Visit) // what somebody typed for it on the screen
		return nil
	})
}

type correctInput struct {
	OnAct
	Body struct {
		Why visit.Correction `json:"why"`
		Now *whatBody        `json:"now,omitempty" doc:"The act as it should have been; absent when there was none"`
	}
}

func (p pages) apiCorrect(ctx context.Context, in *correctInput) (*visitAnswer, error) {
	c := visit.CorrectedAct{Visit: in.Visit, Act: in.Act, Why: in.Body.Why}
	if in.Body.Now != nil {
		what := in.Body.Now.what()
		c.Now = &what
	}
	return p.then(ctx, in.OnVisit, func(r journal.Request) error { return p.Counter.Correct(ctx, r, c) })
}
