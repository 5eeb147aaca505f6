package visithttp

import (
	"context"
	"net/http"
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
	Desk     string        `json:"desk"`
	Centre   string        `json:"centre"`
	Channel  visit.Channel `json:"channel"`
	State    visit.State   `json:"state" enum:"serving,on-hold,closed"`
	OpenedAt time.Time     `json:"opened_at"`
	ClosedAt *time.Time    `json:"closed_at,omitempty"`
	Acts     []actBody     `json:"acts"`
}

// actBody is an act as programs get it.
type actBody struct {
	ID             id.ID             `json:"id" format:"uuid"`
	Visit          id.ID             `json:"visit" format:"uuid"`
	Number         int64             `json:"number" doc:"Number of its line in the desk's journal"`
	RecordedAt     time.Time         `json:"recorded_at"`
	Day            civil.Date        `json:"day" format:"date"`
	Kind           catalogue.ActKind `json:"kind"`
	Service        string            `json:"service,omitempty"`
	ServiceVersion int               `json:"service_version,omitempty"`
	Institution    string            `json:"institution,omitempty"`
	Channel        visit.Channel     `json:"channel"`
	Depth          visit.Depth       `json:"depth,omitempty"`
	Reason         visit.Reason      `json:"reason,omitempty"`
	Identity       visit.Document    `json:"identity,omitempty"`
	State          visit.ActState    `json:"state,omitempty" enum:"undone,corrected" doc:"Absent while the act counts"`
}

// whatBody is what a program says was done.
type whatBody struct {
	Kind     string `json:"kind" doc:"consultation, eservice_help, application, document_received, document_sent, letter, call, payment or unmet"`
	Service  string `json:"service,omitempty" doc:"Code of the service"`
	Channel  string `json:"channel,omitempty" doc:"in-person, telephone, e-mail, e-address, post, video or bus; the visit's when absent"`
	Depth    string `json:"depth,omitempty" doc:"For eservice_help: informed, helped or on-behalf"`
	Reason   string `json:"reason,omitempty" doc:"For unmet: why it could not be done"`
	Identity string `json:"identity,omitempty" doc:"Kind of document seen, where the service demands one: eid, passport or residence-permit"`
}

func (w whatBody) what() visit.What {
	return visit.What{
		Kind: catalogue.ActKind(w.Kind), Service: w.Service, Channel: visit.Channel(w.Channel),
		Depth: visit.Depth(w.Depth), Reason: visit.Reason(w.Reason), Identity: visit.Document(w.Identity),
	}
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
	Key string `header:"Idempotency-Key" doc:"Name of the request: sent again with the same name it has one effect" maxLength:"128"`
}

// OnVisit is the part of an input that is about one visit.
type OnVisit struct {
	KeyHeader
	Visit id.ID `path:"visit" format:"uuid"`
}

// OnAct is the part of an input that is about one act.
type OnAct struct {
	OnVisit
	Act id.ID `path:"act" format:"uuid"`
}

type visitAnswer struct{ Body visitBody }

// Operations adds the counter to the REST interface. A token is bound to a desk, which is where its visits are opened.
func Operations(api *rest.API, d Deps) {
	p := pages{Deps: d}
	at := func(method, path, name, summary string, status int) rest.Operation {
		return rest.Operation{
			Method: method, Path: path, ID: name, Summary: summary, Status: status,
			Permission: serve, Scope: httpx.ScopeDesk,
		}
	}
	rest.Register(api, at(http.MethodPost, "/visits", "openVisit", "Begin a visit at the desk of the token", http.StatusCreated), p.apiOpen)
	rest.Register(api, at(http.MethodGet, "/visits/{visit}", "getVisit", "A visit of the desk with its acts", http.StatusOK), p.apiVisit)
	rest.Register(api, at(http.MethodPost, "/visits/{visit}/acts", "recordAct", "Record an act", http.StatusCreated), p.apiRecord)
	rest.Register(api, at(http.MethodPost, "/visits/{visit}/acts/{act}/undo", "undoAct", "Undo an act of an open visit", http.StatusOK), p.apiUndo)
	rest.Register(api, at(http.MethodPost, "/visits/{visit}/hold", "holdVisit", "Put a visit on hold", http.StatusOK), p.apiHold)
	rest.Register(api, at(http.MethodPost, "/visits/{visit}/resume", "resumeVisit", "Take a visit back", http.StatusOK), p.apiResume)
	rest.Register(api, at(http.MethodPost, "/visits/{visit}/close", "closeVisit", "Close a visit", http.StatusOK), p.apiClose)
	correction := at(http.MethodPost, "/visits/{visit}/acts/{act}/correct", "correctAct", "Correct an act of a closed visit by a new line", http.StatusOK)
	correction.Permission = correct
	rest.Register(api, correction, p.apiCorrect)
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
		Channel string `json:"channel,omitempty" doc:"How the client reached the counter; in-person when absent"`
	}
}

func (p pages) apiOpen(ctx context.Context, in *openInput) (*visitAnswer, error) {
	r, err := p.request(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	channel := visit.Channel(in.Body.Channel)
	if channel == "" {
		channel = visit.InPerson
	}
	v, err := p.Counter.Open(ctx, r, channel)
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
		Why string    `json:"why" doc:"wrong-service, wrong-kind, wrong-channel, recorded-twice or never-happened"`
		Now *whatBody `json:"now,omitempty" doc:"The act as it should have been; absent when there was none"`
	}
}

func (p pages) apiCorrect(ctx context.Context, in *correctInput) (*visitAnswer, error) {
	c := visit.CorrectedAct{Visit: in.Visit, Act: in.Act, Why: visit.Correction(in.Body.Why)}
	if in.Body.Now != nil {
		what := in.Body.Now.what()
		c.Now = &what
	}
	return p.then(ctx, in.OnVisit, func(r journal.Request) error { return p.Counter.Correct(ctx, r, c) })
}
