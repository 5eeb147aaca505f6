package html

import (
	"strings"

	"github.com/a-h/templ"
)

// Tone is what a coloured thing means. It never stands alone: an icon and words say the same.
type Tone int

// The tones; Neutral has no colour.
const (
	Neutral Tone = iota
	Info
	Success
	Warning
	Danger
)

func (t Tone) color() string {
	switch t {
	case Neutral:
		return "neutral"
	case Info:
		return "info"
	case Success:
		return "success"
	case Warning:
		return "warning"
	case Danger:
		return "danger"
	}
	return "neutral"
}

func (t Tone) icon() string {
	switch t {
	case Neutral:
		return ""
	case Info:
		return "info"
	case Success:
		return "check"
	case Warning:
		return "warning"
	case Danger:
		return "error"
	}
	return ""
}

func (t Tone) attributes() templ.Attributes {
	if t == Neutral {
		return nil
	}
	return templ.Attributes{"data-color": t.color()}
}

// Variant is how much a button asks to be pressed. A page has at most one Primary.
type Variant int

// The variants of a button.
const (
	Primary Variant = iota
	Secondary
	Quiet
)

func (v Variant) name() string {
	switch v {
	case Primary:
		return "primary"
	case Secondary:
		return "secondary"
	case Quiet:
		return "tertiary"
	}
	return "primary"
}

// Button is something to press: a form's submit, or with Href a link that looks like one.
type Button struct {
	Label string
	// Name and Value are sent with the form.
	Name, Value string
	Variant     Variant
	// Danger marks what takes something away.
	Danger bool
	// Icon of the icons in icon.go, or empty.
	Icon string
	// Key presses it, for example "F2" or "Ctrl+Enter"; it is shown on the button.
	Key string
	// Href makes it a link.
	Href string
	// Type is "submit" unless said otherwise.
	Type string
	// Disabled buttons say in text beside them why.
	Disabled bool
	// Attrs are further attributes, for example hx-post.
	Attrs templ.Attributes
}

func (b Button) kind() string {
	if b.Type == "" {
		return "submit"
	}
	return b.Type
}

func (b Button) color() string {
	if b.Danger {
		return "danger"
	}
	return "accent"
}

func (b Button) attributes() templ.Attributes {
	all := keyAttributes(b.Key)
	if all == nil {
		all = templ.Attributes{}
	}
	for name, value := range b.Attrs {
		all[name] = value
	}
	if b.Name != "" {
		all["name"] = b.Name
		all["value"] = b.Value
	}
	return all
}

// keyAttributes says which key presses an element, to our script and to a screen reader.
func keyAttributes(key string) templ.Attributes {
	if key == "" {
		return nil
	}
	return templ.Attributes{
		"data-key":          key,
		"aria-keyshortcuts": strings.ReplaceAll(key, "Ctrl", "Control"),
	}
}

// Tag is a short state in a list or table: words, an icon, a tone.
type Tag struct {
	Text string
	Tone Tone
	// Icon takes the place of the tone's own.
	Icon string
}

func (t Tag) icon() string {
	if t.Icon != "" {
		return t.Icon
	}
	return t.Tone.icon()
}

// Alert is a message that belongs to the whole page or panel; its children are further text.
type Alert struct {
	Tone        Tone
	Title, Text string
	// Live has it read out when it appears in a part of a page.
	Live bool
}

func (a Alert) attributes() templ.Attributes {
	all := templ.Attributes{"data-color": a.Tone.color()}
	if a.Live {
		all["role"] = "alert"
	}
	return all
}

// EmptyState says what is not there yet and what to do first.
type EmptyState struct {
	Title, Text string
	Actions     []Button
}

// Detail is one line of a DescriptionList: plain text, or a component.
type Detail struct {
	Term, Text string
	Body       templ.Component
}

// DescriptionList is terms with their texts.
type DescriptionList []Detail

// Breadcrumb says where the page is; the last link is the page itself.
type Breadcrumb []Link

// Tabs are several views of one matter.
type Tabs struct {
	// Label names the row of tabs for a screen reader.
	Label string
	Tabs  []Tab
}

// Tab is one of several views of the same matter; each is a link.
type Tab struct {
	Label, Href string
	Current     bool
	// Count of what is behind it, already written for the reader, or empty.
	Count string
}

func (t Tab) attributes() templ.Attributes {
	if t.Current {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

// above returns the page above the current one, for narrow screens.
func above(links []Link) (Link, bool) {
	if len(links) < 2 {
		return Link{}, false
	}
	return links[len(links)-2], true
}

func lastIs(i, length int) string {
	if i == length-1 {
		return "page"
	}
	return ""
}
