package visithttp

import (
	"cmp"
	"context"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/visit"
)

// liveSearch shows the hits while somebody types.
var liveSearch = templ.Attributes{
	"hx-get": "/counter/search", "hx-trigger": "input changed delay:150ms", "hx-target": "#hits", "hx-swap": "innerHTML",
}

// key is the hidden field with the request key of one form: each form of the page has its own, so that two forms never look like one request.
func (c counterPage) key(form string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `<input type="hidden" name="key" value="`+templ.EscapeString(c.Key.String()+"-"+form)+`">`)
		return err
	})
}

// searchHint says how to search, until a service is open and room is dear.
func (c counterPage) searchHint(ctx context.Context) string {
	if c.Service != nil {
		return ""
	}
	return lang.T(ctx, "counter.search")
}

// draft keeps the form on the server while a visit is served.
func (c counterPage) draft() templ.Attributes {
	if c.Visit == nil {
		return nil
	}
	return templ.Attributes{"data-draft-url": "/visits/" + c.Visit.ID + "/draft"}
}

// buttons are the acts of the open service, or those without one. What could not be done has a place of its own, because it needs a reason.
func (c counterPage) buttons() []actButton {
	all := c.Quick
	if c.Service != nil {
		all = c.Service.Buttons
	}
	var list []actButton
	for _, b := range all {
		if b.Kind != string(catalogue.Unmet) {
			list = append(list, b)
		}
	}
	return list
}

func (b actButton) button() html.Button {
	if b.Kind == string(catalogue.Payment) { // counted by itself when the money is taken
		return html.Button{Label: b.Label, Href: "/pay", Key: b.Key, Variant: html.Secondary}
	}
	h := html.Button{Label: b.Label, Name: "kind", Value: b.Kind, Key: b.Key, Variant: html.Secondary}
	if b.Primary {
		h.Variant = html.Primary
		h.Attrs = templ.Attributes{"autofocus": true}
	}
	return h
}

// closing makes closing the thing to do when no service is open.
func (c counterPage) closing() html.Variant {
	if c.Service == nil && len(c.Visit.Acts) > 0 {
		return html.Primary
	}
	return html.Secondary
}

// reasonOpen shows the reasons at once where the main thing cannot be done here: saying so is what is left to do.
func (c counterPage) reasonOpen() bool {
	if c.Service != nil && c.Service.NoApplication {
		return true
	}
	return c.Form.Reason != "" || html.ErrorSummary(c.Faults).On("reason") != ""
}

// href opens the service and keeps what was searched for.
func (h hitLine) href(query string) templ.SafeURL {
	return templ.SafeURL("/counter?" + url.Values{"q": {query}, "service": {h.Code}}.Encode())
}

func (h hitLine) attributes() templ.Attributes {
	if h.Current {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

// blockedTone is a warning when the application itself cannot be taken here, and a remark otherwise.
func (s serviceCard) blockedTone() html.Tone {
	if s.NoApplication {
		return html.Warning
	}
	return html.Info
}

func (s serviceCard) details(ctx context.Context) []html.Detail {
	return []html.Detail{
		{Term: lang.T(ctx, "counter.fee"), Text: s.Fee},
		{Term: lang.T(ctx, "counter.time"), Text: s.Time},
		{Term: lang.T(ctx, "counter.tell"), Text: s.Tell},
	}
}

func list(all []string) string { return strings.Join(all, ", ") }

func channels(ctx context.Context, chosen string) []html.Choice {
	return html.Choices(visit.Channels, visit.Channel(chosen), func(c visit.Channel) string { return lang.T(ctx, "visit.channel."+string(c)) })
}

func documents(ctx context.Context, chosen string) []html.Choice {
	return html.Choices(visit.Documents, visit.Document(chosen), func(d visit.Document) string { return lang.T(ctx, "visit.identity."+string(d)) })
}

func depths(ctx context.Context, chosen string) []html.Choice {
	return html.Choices(visit.Depths, visit.Depth(chosen), func(d visit.Depth) string { return lang.T(ctx, "visit.depth."+string(d)) })
}

func reasons(ctx context.Context, chosen string) []html.Choice {
	return html.Choices(visit.Reasons, visit.Reason(chosen), func(r visit.Reason) string { return lang.T(ctx, "visit.reason."+string(r)) })
}

func kinds(ctx context.Context, chosen string) []html.Choice {
	return html.Choices(visit.Kinds, catalogue.ActKind(chosen), func(k catalogue.ActKind) string { return lang.T(ctx, "visit.kind."+string(k)) })
}

func whys(ctx context.Context, chosen string) []html.Choice {
	return html.Choices(visit.Corrections, visit.Correction(chosen), func(c visit.Correction) string { return lang.T(ctx, "visit.why."+string(c)) })
}

// depths begin with help, which is what is done most.
func (c counterPage) depths(ctx context.Context) []html.Choice {
	return depths(ctx, cmp.Or(c.Form.Depth, string(visit.Helped)))
}

// reasons begin with the tier where the tier is the reason.
func (c counterPage) reasons(ctx context.Context) []html.Choice {
	if c.Form.Reason == "" && c.Service != nil && c.Service.NoApplication {
		return reasons(ctx, string(visit.NotAtThisTier))
	}
	return reasons(ctx, c.Form.Reason)
}

func actColumns(ctx context.Context) []html.Column {
	return []html.Column{
		html.Numbers(lang.T(ctx, "counter.number")),
		html.Words(lang.T(ctx, "counter.at")),
		html.Words(lang.T(ctx, "counter.act")),
		html.Words(lang.T(ctx, "counter.service")),
		html.Words(""),
	}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// resumeKey takes the client back who has waited longest; the others are reached with Tab.
func resumeKey(i int) string {
	if i == 0 {
		return "F7"
	}
	return ""
}

// unmetKey presses the button while its reasons are in sight.
func (c counterPage) unmetKey() string {
	if c.reasonOpen() {
		return kindKeys[catalogue.Unmet]
	}
	return ""
}

// summaryKey opens the reasons while they are not in sight.
func (c counterPage) summaryKey() templ.Attributes {
	if c.reasonOpen() {
		return nil
	}
	return templ.Attributes{"data-key": kindKeys[catalogue.Unmet]}
}
