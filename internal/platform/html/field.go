package html

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/lang"
)

// Field is what every input has: a name, a label, and what helps to fill it in.
type Field struct {
	// Name is sent with the form; it is also the id, so that an error can point here.
	Name string
	// Label, Hint and Error are in the reader's language. The hint stands before the input, the error after it.
	Label, Hint, Error string
	// Optional says so after the label; everything else is needed.
	Optional bool
	// HideLabel leaves the label to screen readers, where the place says it already.
	HideLabel bool
	// HideHint leaves the hint to screen readers, in a row of filters.
	HideHint bool
	// Attrs are further attributes of the input, for example hx-get.
	Attrs templ.Attributes
}

// Text is a line to type.
type Text struct {
	Field
	Value string
	// Type is "text" unless said otherwise: "search", "email", "tel", "password", "file".
	Type string
	// InputMode chooses the keyboard of a touch screen, for example "numeric". An amount is a Money.
	InputMode string
	// Autocomplete as in HTML; "off" for everything that is a client's.
	Autocomplete string
	// Width is "" for the whole line, "short" for a code, "date" for a date.
	Width string
	// Search makes it the field that any typing and any scan on the page goes to.
	Search bool
	// Focus has the page begin here.
	Focus bool
	// Key focuses it, for example "F3".
	Key string
}

// Date is a day, typed as DD.MM.YYYY or YYYY-MM-DD; civil.ParseDate reads both.
type Date struct {
	Field
	Value string
}

// Money is an amount in euro. People type a comma or a point, as money.Parse reads it; the page writes it in one way, that of its language.
type Money struct {
	Field
	// Value is what was typed, or an amount as lang.Typed writes it.
	Value string
	// Focus has the page begin here.
	Focus bool
	// Key focuses it, for example "F6".
	Key string
}

// Textarea is several lines to type.
type Textarea struct {
	Field
	Value string
	// Rows is 4 unless said otherwise.
	Rows string
}

// Choice is one of several.
type Choice struct {
	Value, Label, Hint string
	Chosen, Disabled   bool
	// Key chooses it, for example "1".
	Key string
}

// Select is one of many, in a list that opens. With fewer than eight choices Radios are better.
type Select struct {
	Field
	// Empty is the label of no choice, or empty when one must be chosen.
	Empty   string
	Choices []Choice
}

// Radios are one of few, all in sight.
type Radios struct {
	Field
	Choices []Choice
	// Inline puts them side by side.
	Inline bool
}

// Checkboxes are any number of few; all have the same name.
type Checkboxes struct {
	Field
	Choices []Choice
	Inline  bool
}

// Checkbox is one yes or no.
type Checkbox struct {
	Field
	// Value is what is sent when it is on; "yes" unless said otherwise.
	Value   string
	Checked bool
}

// Render draws the field.
func (t Text) Render(ctx context.Context, w io.Writer) error { return text(t).Render(ctx, w) }

// Render draws the field.
func (d Date) Render(ctx context.Context, w io.Writer) error {
	if d.Hint == "" {
		d.Hint = lang.T(ctx, "shell.date_hint")
	}
	return Text{Field: d.Field, Value: d.Value, InputMode: "text", Autocomplete: "off", Width: "date"}.Render(ctx, w)
}

// Render draws the field.
func (m Money) Render(ctx context.Context, w io.Writer) error {
	return text(Text{
		Field: m.Field, Value: lang.Retyped(ctx, m.Value), InputMode: moneyKeys, Autocomplete: "off", Width: "short", Focus: m.Focus, Key: m.Key,
	}).Render(ctx, w)
}

// moneyKeys are the keys of a touch screen for an amount; no other field has them, so that they also tell one.
const moneyKeys = "decimal"

// Render draws the field.
func (t Textarea) Render(ctx context.Context, w io.Writer) error { return textarea(t).Render(ctx, w) }

// Render draws the field.
func (s Select) Render(ctx context.Context, w io.Writer) error { return selection(s).Render(ctx, w) }

// Render draws the choices.
func (c Radios) Render(ctx context.Context, w io.Writer) error {
	return choices(group{c.Field, "radio", c.Choices, c.Inline}).Render(ctx, w)
}

// Render draws the choices.
func (c Checkboxes) Render(ctx context.Context, w io.Writer) error {
	return choices(group{c.Field, "checkbox", c.Choices, c.Inline}).Render(ctx, w)
}

// Render draws the box.
func (c Checkbox) Render(ctx context.Context, w io.Writer) error { return checkbox(c).Render(ctx, w) }

// group is Radios or Checkboxes.
type group struct {
	Field
	kind    string
	choices []Choice
	inline  bool
}

func (g group) choiceID(i int) string {
	if i == 0 {
		return g.Name // an error points at the first
	}
	return g.Name + "-" + g.choices[i].Value
}

func (g group) inlineAttribute() templ.Attributes {
	return templ.Attributes{"data-inline": g.inline}
}

// described returns what a screen reader says after the label: hint, then error.
func (f Field) described() templ.Attributes {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.Name+"-error")
	}
	if len(ids) == 0 {
		return nil
	}
	return templ.Attributes{"aria-describedby": strings.Join(ids, " ")}
}

// attributes returns what every input has besides its name.
func (f Field) attributes() templ.Attributes {
	all := templ.Attributes{}
	for name, value := range f.Attrs {
		all[name] = value
	}
	for name, value := range f.described() {
		all[name] = value
	}
	if f.Error != "" {
		all["aria-invalid"] = "true"
	}
	return all
}

func (f Field) labelClass() string {
	if f.HideLabel {
		return "ds-sr-only"
	}
	return "ds-label"
}

func (f Field) hintClass() templ.Attributes {
	if f.HideHint {
		return templ.Attributes{"class": "ds-sr-only"}
	}
	return nil
}

func (t Text) attributes() templ.Attributes {
	all := t.Field.attributes()
	for name, value := range keyAttributes(t.Key) {
		all[name] = value
	}
	for name, value := range map[string]string{"inputmode": t.InputMode, "autocomplete": t.Autocomplete, "data-width": t.Width} {
		if value != "" {
			all[name] = value
		}
	}
	if t.Search {
		all["data-search"] = true
		all["spellcheck"] = "false"
	}
	if t.Focus {
		all["autofocus"] = true
		all["data-focus"] = true
	}
	return all
}

func (t Text) kind() string {
	if t.Type == "" {
		return "text"
	}
	return t.Type
}

func (t Textarea) rows() string {
	if t.Rows == "" {
		return "4"
	}
	return t.Rows
}

func (c Checkbox) value() string {
	if c.Value == "" {
		return "yes"
	}
	return c.Value
}

// Problem is one thing to mend, and the field it is about or "".
type Problem struct {
	Field, Text string
}

// ErrorSummary is everything to mend in a form, on top of it, focused, each with a link to its field.
type ErrorSummary []Problem

// Problems returns what the faults in err say in the reader's language; none when err holds no fault.
func Problems(ctx context.Context, err error) ErrorSummary {
	var all ErrorSummary
	for _, f := range fault.All(err) {
		all = append(all, Problem{Field: f.Field, Text: lang.Fault(ctx, f)})
	}
	return all
}

// On returns what is to mend in one field, or "".
func (e ErrorSummary) On(field string) string {
	for _, p := range e {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}

// Render draws the summary, and nothing when there is nothing to mend.
func (e ErrorSummary) Render(ctx context.Context, w io.Writer) error {
	if len(e) == 0 {
		return nil
	}
	return errorSummary(e).Render(ctx, w)
}
