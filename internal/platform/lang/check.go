package lang

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
)

// Reporter hears what Check finds; *testing.T is one.
type Reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// Load reads <language>/<area>.json for every language we speak. It reports every message that cannot be said:
// bad JSON, a key outside the area of its file, the same key twice, and anything in {{ }} but a name.
func Load(fsys fs.FS) (*Bundle, error) {
	b := &Bundle{catalogues: map[string]*catalogue{}}
	var errs []error
	for _, l := range languages {
		messages, err := read(fsys, l.Code)
		errs = append(errs, err)
		b.catalogues[l.Code] = &catalogue{language: l, messages: func() map[string]*message { return messages }}
	}
	return b, errors.Join(errs...)
}

// Check reports everything that would be said wrongly or not at all: a language without a key that another has, other
// placeholders, plural forms that are missing or that the language has not, keys that no code says, keys that code says
// but no language has, and placeholders that a call leaves empty or does not know.
//
// A key made as "visit.kind." + kind uses every key that begins so. What else is made of data is declared in dynamic.
func Check(t Reporter, messages, code fs.FS, dynamic ...string) {
	t.Helper()
	b, err := Load(messages)
	if err != nil {
		t.Errorf("load messages: %v", err)
		return
	}
	said, err := scan(code)
	if err != nil {
		t.Errorf("scan code: %v", err)
		return
	}
	for _, p := range slices.Concat(b.differences(), b.unsaid(said, dynamic), b.unknown(said)) {
		t.Errorf("%s", p)
	}
}

// keys returns the keys of all languages in order.
func (b *Bundle) keys() []string {
	all := map[string]bool{}
	for _, c := range b.catalogues {
		for key := range c.messages() {
			all[key] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// differences compares every language with the source.
func (b *Bundle) differences() []string {
	var found []string
	source := b.catalogues[Source]
	for _, key := range b.keys() {
		wanted := source.messages()[key]
		for _, l := range languages {
			m := b.catalogues[l.Code].messages()[key]
			if m == nil {
				found = append(found, fmt.Sprintf("%s: no %s", key, l.Code))
				continue
			}
			found = append(found, m.badForms(key, l)...)
			if wanted == nil {
				continue
			}
			if m.isPlural != wanted.isPlural {
				found = append(found, fmt.Sprintf("%s: counts something in %s or in %s, but not in both", key, l.Code, Source))
			}
			if !maps.Equal(m.names(), wanted.names()) {
				found = append(found, fmt.Sprintf("%s: %s has the placeholders %s, %s has %s",
					key, l.Code, list(m.names()), Source, list(wanted.names())))
			}
		}
	}
	return found
}

var formNames = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other",
}

func (m *message) badForms(key string, l Language) []string {
	var found []string
	for form, name := range formNames {
		isThere := len(m.forms[form].pieces) > 0
		isNeeded := form == plural.Other || m.isPlural && slices.Contains(l.locale.forms, form)
		if isNeeded && !isThere {
			found = append(found, fmt.Sprintf("%s: %s lacks the form %s", key, l.Code, name))
		}
		if isThere && !isNeeded {
			found = append(found, fmt.Sprintf("%s: %s has no form %s", key, l.Code, name))
		}
	}
	return slices.Sorted(slices.Values(append(found, m.doubled(key, l)...)))
}

// currencies are how amounts are called in words; whole notes and coins are named with the sign.
var currencies = []string{"EUR", "eur", "eiro"}

// doubled returns where a currency stands behind a placeholder: an amount brings its own sign, and is written in the way of the language.
func (m *message) doubled(key string, l Language) []string {
	for _, t := range m.forms {
		for i := 1; i < len(t.pieces); i++ {
			words := strings.TrimLeft(t.pieces[i].words, " "+noBreakSpace)
			if t.pieces[i-1].name != "" && slices.ContainsFunc(currencies, func(c string) bool { return strings.HasPrefix(words, c) }) {
				return []string{fmt.Sprintf("%s: %s names a currency behind {{.%s}}", key, l.Code, t.pieces[i-1].name)}
			}
		}
	}
	return nil
}

// unsaid returns the keys that no code uses, and the declarations that no key needs.
func (b *Bundle) unsaid(said usage, dynamic []string) []string {
	var found []string
	needed := map[string]bool{}
	prefixes := slices.Concat(slices.Collect(maps.Keys(said.prefixes)), dynamic)
	for _, key := range b.keys() {
		isSaid := said.literals[key]
		for _, p := range prefixes {
			if strings.HasPrefix(key, p) {
				isSaid = true
				needed[p] = true
			}
		}
		if !isSaid {
			found = append(found, key+": no code says it")
		}
	}
	for _, p := range dynamic {
		if !needed[p] {
			found = append(found, p+": declared, but no key begins so")
		}
	}
	return found
}

// unknown returns the calls that say a key nobody has written, or say it wrongly.
func (b *Bundle) unknown(said usage) []string {
	var found []string
	source := b.catalogues[Source]
	for _, c := range said.calls {
		switch m := source.messages()[c.key]; {
		case c.isPrefix:
			if !slices.ContainsFunc(b.keys(), func(key string) bool { return strings.HasPrefix(key, c.key) }) {
				found = append(found, fmt.Sprintf("%s: no key begins with %s", c.place, c.key))
			}
		case m == nil:
			found = append(found, fmt.Sprintf("%s: %s has no message", c.place, c.key))
		case c.counts && !m.isPlural:
			found = append(found, fmt.Sprintf("%s: %s is said by N, but has no plural forms", c.place, c.key))
		case c.says && m.isPlural:
			found = append(found, fmt.Sprintf("%s: %s has plural forms and is to be said by N", c.place, c.key))
		case c.names != nil && !maps.Equal(c.names, m.asked(c.counts)):
			found = append(found, fmt.Sprintf("%s: %s is given %s, but asks for %s", c.place, c.key, list(c.names), list(m.asked(c.counts))))
		}
	}
	return found
}

// asked returns the placeholders that a caller fills; N fills {{.N}} itself.
func (m *message) asked(counts bool) map[string]bool {
	all := m.names()
	if counts {
		delete(all, "N")
	}
	return all
}

func list(names map[string]bool) string {
	return "[" + strings.Join(slices.Sorted(maps.Keys(names)), " ") + "]"
}
