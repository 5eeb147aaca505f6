package resttest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/platform/rest"
)

// Request is one request to an operation.
type Request struct {
	Method, Path string // the path with the prefix, holes filled
	Query        url.Values
	Head         http.Header
	Body         []byte // nil where the operation takes none
	// Forbidden are the rules of the description that it breaks; none when it fits.
	Forbidden []string
}

// String shows the request, so that a failure can be read.
func (r Request) String() string {
	return fmt.Sprintf("%s %s?%s %v %.600s", r.Method, r.Path, r.Query.Encode(), r.Head, r.Body)
}

// Send hands the request to the program, with a token unless it is empty.
func (r Request) Send(ctx context.Context, site http.Handler, token string) Answer {
	target := &url.URL{Path: r.Path, RawQuery: r.Query.Encode()}
	req := httptest.NewRequestWithContext(ctx, r.Method, "/", bytes.NewReader(r.Body))
	if r.Body == nil {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	req.URL, req.RequestURI = target, target.RequestURI()
	maps.Copy(req.Header, r.Head)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, req)
	return Answer{Method: r.Method, Address: target.RequestURI(), Status: w.Code, Media: w.Header().Get("Content-Type"), Body: w.Body.Bytes()}
}

// Request draws a request to an operation: one that fits its description or, when bent, one with a thing or two that do not.
func (d *Draw) Request(method, path string, op Operation, bent bool) Request {
	r := Request{Method: strings.ToUpper(method), Path: rest.Prefix + path, Query: url.Values{}, Head: http.Header{}}
	if d.chance(10) { // whatever form or language is asked for
		r.Head.Set("Accept", pick(d, []string{"text/html", "application/xml;q=2", "*/*", ";;", "application/json;charset=latin1"}))
		r.Head.Set("Accept-Language", pick(d, []string{"en", "lt;q=0.1,xx", "*", "ķ", strings.Repeat("a,", 400)}))
	}
	if d.beyond = 0; bent {
		d.beyond = 15
	}
	spoilt := -1
	if bent && len(op.Parameters) > 0 && (op.RequestBody == nil || d.chance(40)) {
		spoilt = d.Rand.IntN(len(op.Parameters))
	}
	for i, p := range op.Parameters {
		if p.Required || i == spoilt || d.chance(50) {
			d.parameter(&r, p, i == spoilt)
		}
	}
	if op.RequestBody != nil {
		d.body(&r, op.RequestBody.Content["application/json"], bent && spoilt < 0)
	}
	return r
}

// parameter draws a parameter; one that is spoilt is any text that can stand where it belongs.
func (d *Draw) parameter(r *Request, p Parameter, spoilt bool) {
	text := asText(d.Value(p.Schema))
	switch {
	case spoilt:
		text = pick(d, odd)
	case p.Example != nil && d.chance(60):
		text = asText(p.Example)
	}
	switch p.In {
	case "path":
		text = segment(text)
	case "header":
		text = strings.Map(visible, text)
	}
	r.place(p, text)
	r.Forbidden = append(r.Forbidden, d.Schemas.parameter(p, text)...)
}

// body draws a body; one that is bent is changed in a place or two, and sometimes cut off.
func (d *Draw) body(r *Request, media Media, bent bool) {
	r.Head.Set("Content-Type", "application/json")
	body := d.Value(media.Schema)
	if d.chance(20) {
		body = media.Example
	}
	if bent {
		for range d.Rand.IntN(3) {
			body = d.Bend(body)
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		text = []byte(`{"x":`) // what is no JSON
	}
	if bent && d.chance(5) {
		text = text[:d.Rand.IntN(len(text))]
	}
	r.Body = text
	if body, err = decode(text); err != nil { // as the program reads it
		r.Forbidden = append(r.Forbidden, err.Error())
		return
	}
	r.Forbidden = append(r.Forbidden, d.Schemas.Check(media.Schema, d.Schemas.withoutNulls(media.Schema, body), "body")...)
}

// place puts a parameter where it belongs.
func (r *Request) place(p Parameter, text string) {
	switch p.In {
	case "path":
		r.Path = strings.ReplaceAll(r.Path, "{"+p.Name+"}", text)
	case "query":
		r.Query.Set(p.Name, text)
	case "header":
		r.Head.Set(p.Name, text)
	}
}

// segment is a text as one part of a path: what would be another path is left to the tests of the addresses.
func segment(text string) string {
	text = strings.Trim(strings.ReplaceAll(text, "/", "-"), ".")
	if text == "" {
		return "x"
	}
	return text
}

// visible drops what no header can hold.
func visible(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}

func asText(v any) string {
	if n, ok := v.(float64); ok {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// parameter returns the rules that a parameter breaks. An empty one says nothing, as one that is absent.
func (s Schemas) parameter(p Parameter, text string) []string {
	if text == "" {
		if p.Required {
			return []string{p.Name + " is missing"}
		}
		return nil
	}
	var value any = text
	switch kind(p.Schema) {
	case "integer":
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return []string{p.Name + ": " + err.Error()}
		}
		value = float64(n)
	case "number":
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return []string{p.Name + ": " + err.Error()}
		}
		value = n
	case "boolean":
		b, err := strconv.ParseBool(text)
		if err != nil {
			return []string{p.Name + ": " + err.Error()}
		}
		value = b
	}
	return s.Check(p.Schema, value, p.Name)
}

// withoutNulls leaves out the members that are null where they may be absent: the interface takes both for the same.
func (s Schemas) withoutNulls(schema map[string]any, value any) any {
	resolved, ok := s.resolve(schema)
	if !ok {
		return value
	}
	switch v := value.(type) {
	case map[string]any:
		left, properties := map[string]any{}, object(resolved["properties"])
		for name, member := range v {
			_, described := properties[name]
			if member == nil && described && !slices.Contains(items(resolved["required"]), any(name)) {
				continue
			}
			left[name] = s.withoutNulls(object(properties[name]), member)
		}
		return left
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = s.withoutNulls(object(resolved["items"]), item)
		}
		return list
	}
	return value
}
