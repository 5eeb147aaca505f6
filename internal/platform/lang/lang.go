// Package lang says things in the reader's language: messages with CLDR plurals, dates, numbers.
//
// Messages stand in lang/<language>/<area>.json as go-i18n writes them; a key is "<area>.<name>".
// A placeholder is {{.Name}} and nothing more: what has to be decided is decided in Go.
// A key without a message shows as ⟦key⟧, so that nobody overlooks it; Check finds it before anybody sees it.
package lang

import (
	"context"
	"strings"
	"sync"

	"vienkopus/internal/base/fault"
	messages "vienkopus/lang"
)

// Source is the language that messages are written in first and that is spoken to whoever asks for none of ours.
const Source = "lv"

// Language is one that a reader can choose.
type Language struct {
	// Code is the BCP 47 tag, for example "lv".
	Code string
	// Name is the language's name in itself.
	Name string
	// locale has the rules of writing.
	locale locale
}

// Languages returns what a reader can choose, the source first.
func Languages() []Language { return languages }

// Embedded returns the messages built into the program. Saying one panics when those of its language do not load, which Check rules out.
var Embedded = sync.OnceValue(func() *Bundle { return lazy(messages.FS) })

type contextKey struct{}

// With returns a context in which pages speak the language of that code, or the source when we do not have it.
func With(ctx context.Context, code string) context.Context { return Embedded().With(ctx, code) }

// With is the function of that name, for messages other than those built in.
func (b *Bundle) With(ctx context.Context, code string) context.Context {
	return context.WithValue(ctx, contextKey{}, b.catalogue(code))
}

// Code returns the code of the language spoken in ctx.
func Code(ctx context.Context) string { return from(ctx).language.Code }

func from(ctx context.Context) *catalogue {
	if c, ok := ctx.Value(contextKey{}).(*catalogue); ok {
		return c
	}
	return Embedded().catalogue(Source)
}

// T returns the message of that key. The arguments are name and value in turn; an int or int64 is written as Int does,
// an amount of money as Amount does.
func T(ctx context.Context, key string, args ...any) string {
	c := from(ctx)
	m := c.messages()[key]
	if m == nil || m.isPlural {
		return missing(key)
	}
	return m.forms[formOther].fill(c, args)
}

// Bare returns the message of that key where nobody knows any more what is filled into it: three dots stand there.
func Bare(ctx context.Context, key string) string {
	m := from(ctx).messages()[key]
	if m == nil || m.isPlural {
		return missing(key)
	}
	var b strings.Builder
	for _, p := range m.forms[formOther].pieces {
		if p.name != "" {
			p.words = "…"
		}
		b.WriteString(p.words)
	}
	return b.String()
}

// N returns the message of that key in the plural form that n takes; {{.N}} in it is n.
func N(ctx context.Context, key string, n int64, args ...any) string {
	c := from(ctx)
	m := c.messages()[key]
	if m == nil || !m.isPlural {
		return missing(key)
	}
	return m.forms[c.language.locale.form(n)].fillCount(c, n, args)
}

// Has says whether there is a message of that key, for keys that are made of data.
func Has(ctx context.Context, key string) bool { return from(ctx).messages()[key] != nil }

// Fault returns what a fault says to the reader.
func Fault(ctx context.Context, f *fault.Fault) string { return T(ctx, f.Key, f.Args...) }

func missing(name string) string { return "⟦" + name + "⟧" }
