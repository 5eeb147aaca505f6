package html

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// A component is a value with fields, written @html.Button{Label: …} in a templ file; each draws itself here.

// Render draws the button.
func (b Button) Render(ctx context.Context, w io.Writer) error { return button(b).Render(ctx, w) }

// Render draws the tag.
func (t Tag) Render(ctx context.Context, w io.Writer) error { return tag(t).Render(ctx, w) }

// Render draws the alert.
func (a Alert) Render(ctx context.Context, w io.Writer) error { return alert(a).Render(ctx, w) }

// With draws the alert around its children: @html.Alert{…}.With() { … }.
func (a Alert) With() templ.Component { return alert(a) }

// Render draws the empty state.
func (e EmptyState) Render(ctx context.Context, w io.Writer) error { return empty(e).Render(ctx, w) }

// Render draws the list.
func (d DescriptionList) Render(ctx context.Context, w io.Writer) error {
	return descriptionList(d).Render(ctx, w)
}

// Render draws the way to the page.
func (b Breadcrumb) Render(ctx context.Context, w io.Writer) error {
	return breadcrumb(b).Render(ctx, w)
}

// Render draws the tabs.
func (t Tabs) Render(ctx context.Context, w io.Writer) error { return tabs(t).Render(ctx, w) }
