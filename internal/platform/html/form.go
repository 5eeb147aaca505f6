package html

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
)

var (
	formBegins = []byte("<form ")
	formPosts  = []byte(`method="post"`)
)

// marked returns a page with the field in each of its forms that says who sees it: by construction, so that no page can forget it. Templates write no
// ">" into an attribute, so that the tag ends where the first one stands.
func marked(page []byte, mark string) []byte {
	if mark == "" || !bytes.Contains(page, formPosts) {
		return page
	}
	field := []byte(`<input type="hidden" name="` + httpx.MarkField + `" value="` + mark + `">`)
	var out bytes.Buffer
	out.Grow(len(page) + 16*len(field))
	for {
		begin := bytes.Index(page, formBegins)
		if begin < 0 {
			break
		}
		end := bytes.IndexByte(page[begin:], '>')
		if end < 0 {
			break
		}
		tag := page[begin : begin+end+1]
		out.Write(page[:begin+end+1])
		if bytes.Contains(tag, formPosts) {
			out.Write(field)
		}
		page = page[begin+end+1:]
	}
	out.Write(page)
	return out.Bytes()
}

// filled returns a page with what somebody had typed into one of its forms when her session was lost. What the page says by itself (hidden fields, such as
// the name of the request and what was seen) stays as it is now. A page that cannot be read stays as it is.
func filled(ctx context.Context, page []byte, t httpx.Typing) []byte {
	if t.Action == "" || len(t.Fields) == 0 {
		return page
	}
	f := filling{fields: url.Values{}, retyped: func(text string) string { return lang.Retyped(ctx, text) }, open: opened(page, t)}
	for name, values := range t.Fields {
		f.fields[name] = slices.Clone(values)
	}
	var out bytes.Buffer
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		raw := bytes.Clone(z.Raw())
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken || kind == html.EndTagToken {
			raw = f.token(z.Token(), raw, t.Action)
		} else if f.skip {
			continue // what the text area held
		}
		out.Write(raw)
	}
	return out.Bytes()
}

// filling goes through a page, tag by tag.
type filling struct {
	fields url.Values
	// retyped writes an amount as the page does.
	retyped func(string) string
	inside  bool   // the form
	list    string // the select that is open
	skip    bool   // the contents of a text area
	open    []bool // the sections of the form that are to be open, in their order
	seen    int    // sections so far
}

// sectionsField is the field in which the script says which sections of a form were open, by their place in it: web/src/sections.ts.
const sectionsField = "@sections"

// opened says of each section of the form whether it is to be open: as it was when the form was sent, and where text was typed into it. Without script nothing else is known.
func opened(page []byte, t httpx.Typing) []bool {
	said := strings.Split(t.Fields.Get(sectionsField), ",")
	var open []bool
	var within []int // the sections around, by their places
	z := html.NewTokenizer(bytes.NewReader(page))
	for inside := false; ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return open
		}
		one := z.Token()
		switch {
		case one.Data == "form":
			inside = kind == html.StartTagToken && isForm(one, t.Action)
		case !inside:
		case one.Data == "details" && kind == html.StartTagToken:
			within = append(within, len(open))
			open = append(open, slices.Contains(said, strconv.Itoa(len(open))))
		case one.Data == "details" && kind == html.EndTagToken && len(within) > 0:
			within = within[:len(within)-1]
		case holdsText(one, kind) && strings.Join(t.Fields[value(one, "name")], "") != "":
			for _, at := range within {
				open[at] = true
			}
		}
	}
}

// holdsText tells whether a tag is a field into which one types.
func holdsText(t html.Token, kind html.TokenType) bool {
	if kind == html.EndTagToken || t.Data != "input" && t.Data != "textarea" {
		return false
	}
	return !slices.Contains([]string{"hidden", "submit", "button", "file", "password", "radio", "checkbox"}, value(t, "type"))
}

func isForm(t html.Token, action string) bool {
	return value(t, "action") == action && value(t, "method") == "post"
}

func (f *filling) token(t html.Token, raw []byte, action string) []byte {
	if t.Type == html.EndTagToken {
		switch t.Data {
		case "form":
			f.inside = false
		case "select":
			f.list = ""
		case "textarea":
			f.skip = false
		}
		return raw
	}
	if t.Data == "form" {
		f.inside = isForm(t, action)
		return raw
	}
	if !f.inside {
		return raw
	}
	switch t.Data {
	case "input":
		return f.input(t, raw)
	case "select":
		if _, there := f.fields[value(t, "name")]; there {
			f.list = value(t, "name")
		}
	case "option":
		if f.list != "" {
			return set(t, "selected", slices.Contains(f.fields[f.list], value(t, "value")))
		}
	case "textarea":
		if typed, there := f.next(value(t, "name")); there {
			f.skip = true
			return append(raw, html.EscapeString(typed)...)
		}
	case "details":
		f.seen++
		return set(t, "open", f.seen <= len(f.open) && f.open[f.seen-1])
	}
	return raw
}

func (f *filling) input(t html.Token, raw []byte) []byte {
	name := value(t, "name")
	switch value(t, "type") {
	case "hidden", "submit", "button", "file", "password":
		return raw
	case "radio", "checkbox":
		if _, there := f.fields[name]; !there && value(t, "type") == "radio" {
			return raw
		}
		return set(t, "checked", slices.Contains(f.fields[name], value(t, "value")))
	}
	typed, there := f.next(name)
	if !there {
		return raw
	}
	if value(t, "inputmode") == moneyKeys {
		typed = f.retyped(typed)
	}
	for i := range t.Attr {
		if t.Attr[i].Key == "value" {
			t.Attr[i].Val = typed
			return []byte(t.String())
		}
	}
	t.Attr = append(t.Attr, html.Attribute{Key: "value", Val: typed})
	return []byte(t.String())
}

// next is the next value of a field; a form may have several of one name.
func (f *filling) next(name string) (string, bool) {
	values := f.fields[name]
	if len(values) == 0 {
		return "", false
	}
	f.fields[name] = values[1:]
	return values[0], true
}

func value(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// set gives a tag an attribute without a value, or takes it away.
func set(t html.Token, key string, on bool) []byte {
	t.Attr = slices.DeleteFunc(t.Attr, func(a html.Attribute) bool { return a.Key == key })
	text := t.String()
	if !on {
		return []byte(text)
	}
	end := strings.LastIndexByte(text, '>')
	if strings.HasSuffix(text, "/>") {
		end--
	}
	return []byte(text[:end] + " " + key + text[end:])
}

// KeptRoute shows the answer to a form once more. What is not there any more leads to where somebody works most.
func KeptRoute(elsewhere string) httpx.Route {
	return httpx.Route{
		Method: http.MethodGet, Path: httpx.KeptPath + "{page}", SignedIn: true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			k, there, err := httpx.KeptPage(r)
			if err != nil {
				return err
			}
			if !there {
				return httpx.See(w, r, elsewhere)
			}
			return write(w, k.Status, k.Body)
		},
	}
}

// notice tells what has become of the form that was lost, or "".
func notice(ctx context.Context) string {
	t, ok := httpx.TypingOf(ctx)
	switch {
	case !ok:
		return ""
	case t.Foreign:
		return "shell.typed_foreign"
	}
	return "shell.typed_again"
}
