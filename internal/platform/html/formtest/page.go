// Package formtest reads pages as a stranger does, and fills in their forms with what people and strangers may send.
package formtest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Page is what a stranger sees of a page.
type Page struct {
	Lang, Title string
	// Text is what can be read between its header and its footer.
	Text  string
	Links []string
	Forms []Form
	// Told are the problems that it tells of.
	Told []string
}

// Form is a form with everything that it would send.
type Form struct {
	Method, Action, Enctype string
	// Draft is where the page's script sends what is typed until it is sent, or "".
	Draft  string
	Fields []Field
}

// Field is a part of a form. A button has a name only when it sends one.
type Field struct {
	Name, Kind, Value string
	// Options are what can be chosen.
	Options []string
	// Ticked says that a box or a radio button sends its value as the page is.
	Ticked bool
}

// Names tell forms apart that go to the same place: what they send.
func (f Form) Names() string {
	names := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		names[i] = field.Name
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ",")
}

// Parse reads a page that lies at an address; links and forms are resolved against it, those of other sites left out. It
// returns an error for what is no page.
func Parse(text, at string) (Page, error) {
	base, err := url.Parse(at)
	if err != nil {
		return Page{}, fmt.Errorf("formtest: address: %w", err)
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return Page{}, fmt.Errorf("formtest: page: %w", err)
	}
	r := reader{base: base, owners: map[string]int{}}
	r.forms(root)
	r.read(root, -1)
	return r.page, nil
}

// reader collects a page.
type reader struct {
	page   Page
	base   *url.URL
	owners map[string]int // id of a form → its place in the list
	begun  int            // forms
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// resolve returns an address of the same site without its fragment, or "".
func (r *reader) resolve(ref string) string {
	u, err := r.base.Parse(ref)
	if err != nil || u.Host != r.base.Host || (u.Scheme != "" && u.Scheme != r.base.Scheme) {
		return ""
	}
	u.Fragment = ""
	return u.RequestURI()
}

// forms finds the forms first, so that a field can name one that comes later.
func (r *reader) forms(n *html.Node) {
	if n.Data == "form" {
		action := r.base.RequestURI()
		if has(n, "action") {
			action = r.resolve(attribute(n, "action"))
		}
		r.owners[attribute(n, "id")] = len(r.page.Forms)
		f := Form{Method: strings.ToUpper(attribute(n, "method")), Action: action, Enctype: attribute(n, "enctype")}
		if has(n, "data-draft-url") {
			f.Draft = r.resolve(attribute(n, "data-draft-url"))
		}
		r.page.Forms = append(r.page.Forms, f)
	}
	for c := range n.ChildNodes() {
		r.forms(c)
	}
}

// read goes through the page in its order; inside is the form around the node, or -1.
func (r *reader) read(n *html.Node, inside int) {
	switch n.Data {
	case "html":
		r.page.Lang = attribute(n, "lang")
	case "title":
		r.page.Title = content(n)
	case "main":
		r.page.Text = content(n)
	case "template":
		return
	case "a":
		if to := r.resolve(attribute(n, "href")); to != "" && has(n, "href") {
			r.page.Links = append(r.page.Links, to)
		}
	case "form":
		inside = r.begun // none lies in another one, so they begin in the order in which they were found
		r.begun++
	case "input", "select", "textarea", "button":
		r.field(n, inside)
	}
	for class := range strings.FieldsSeq(attribute(n, "class")) {
		if told := content(n); told != "" && (class == "ds-error-summary" || class == "ds-alert") {
			r.page.Told = append(r.page.Told, told)
		}
	}
	for c := range n.ChildNodes() {
		r.read(c, inside)
	}
}

func (r *reader) field(n *html.Node, inside int) {
	if owner := attribute(n, "form"); owner != "" {
		at, ok := r.owners[owner]
		if !ok {
			return
		}
		inside = at
	}
	if inside < 0 || inside >= len(r.page.Forms) || has(n, "disabled") {
		return
	}
	f := Field{Name: attribute(n, "name"), Kind: attribute(n, "type"), Value: attribute(n, "value"), Ticked: has(n, "checked")}
	switch n.Data {
	case "select":
		f.Kind = "select"
		f.options(n)
	case "textarea":
		f.Kind, f.Value = "textarea", content(n)
	case "button":
		if f.Kind == "" {
			f.Kind = "submit"
		}
	default:
	}
	if f.Name != "" && f.Kind != "button" && f.Kind != "reset" {
		r.page.Forms[inside].Fields = append(r.page.Forms[inside].Fields, f)
	}
}

func (f *Field) options(n *html.Node) {
	if n.Data == "option" {
		value := content(n)
		if has(n, "value") {
			value = attribute(n, "value")
		}
		if len(f.Options) == 0 || has(n, "selected") {
			f.Value = value
		}
		f.Options = append(f.Options, value)
	}
	for c := range n.ChildNodes() {
		f.options(c)
	}
}

// content is the text of a node, its spaces as one.
func content(n *html.Node) string {
	var text strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(text.String()), " ")
}
