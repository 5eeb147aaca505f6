package lang

import (
	"fmt"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"

	"vienkopus/internal/base/money"
)

const (
	formOther = plural.Other
	formCount = plural.Many + 1
)

// message has a text for each plural form its language needs, or only for formOther when nothing is counted.
type message struct {
	isPlural bool
	forms    [formCount]text
}

// text is a sentence cut at its placeholders. A sentence without any is one piece and costs nothing to say.
type text struct {
	pieces []piece
}

// piece is words, or the name of what stands there.
type piece struct {
	words string
	name  string
}

func compile(p *i18n.Message) (*message, error) {
	m := &message{isPlural: p.Zero != "" || p.One != "" || p.Two != "" || p.Few != "" || p.Many != ""}
	for form, source := range map[plural.Form]string{
		plural.Zero: p.Zero, plural.One: p.One, plural.Two: p.Two,
		plural.Few: p.Few, plural.Many: p.Many, plural.Other: p.Other,
	} {
		t, err := cut(source)
		if err != nil {
			return nil, err
		}
		m.forms[form] = t
	}
	return m, nil
}

func cut(source string) (text, error) {
	var t text
	for source != "" {
		before, rest, found := strings.Cut(source, "{{")
		if before != "" {
			t.pieces = append(t.pieces, piece{words: before})
		}
		if !found {
			break
		}
		inside, after, closed := strings.Cut(rest, "}}")
		name := strings.TrimPrefix(strings.TrimSpace(inside), ".")
		if !closed || !isName(name) {
			return text{}, fmt.Errorf("{{%s is not a placeholder of the form {{.Name}}", inside)
		}
		t.pieces = append(t.pieces, piece{name: name})
		source = after
	}
	return t, nil
}

func isName(s string) bool {
	if s == "" {
		return false
	}
	for _, r := range s {
		isLetter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !isLetter && (r < '0' || r > '9') {
			return false
		}
	}
	return true
}

func (t text) fill(c *catalogue, args []any) string {
	if len(t.pieces) == 1 && t.pieces[0].name == "" {
		return t.pieces[0].words
	}
	var b strings.Builder
	for _, p := range t.pieces {
		if p.name == "" {
			b.WriteString(p.words)
		} else {
			b.WriteString(value(c, p.name, args))
		}
	}
	return b.String()
}

func (t text) fillCount(c *catalogue, n int64, args []any) string {
	var b strings.Builder
	for _, p := range t.pieces {
		switch p.name {
		case "":
			b.WriteString(p.words)
		case "N":
			b.WriteString(c.language.locale.group(n))
		default:
			b.WriteString(value(c, p.name, args))
		}
	}
	return b.String()
}

// value returns what stands for a name among name and value in turn.
func value(c *catalogue, name string, args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		switch v := args[i+1].(type) {
		case string:
			return v
		case int:
			return c.language.locale.group(int64(v))
		case int64:
			return c.language.locale.group(v)
		case money.Amount:
			return v.Format(c.language.Code)
		default:
			return fmt.Sprint(v)
		}
	}
	return missing(name)
}

// names returns the placeholders of the message, in all its forms.
func (m *message) names() map[string]bool {
	all := map[string]bool{}
	for _, t := range m.forms {
		for _, p := range t.pieces {
			if p.name != "" {
				all[p.name] = true
			}
		}
	}
	return all
}
