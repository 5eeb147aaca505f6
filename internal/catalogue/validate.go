package catalogue

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	slugPattern        = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	institutionPattern = regexp.MustCompile(`^[A-Z]{2,16}$`)
)

// Problem is one thing that is wrong with a catalogue entry.
type Problem struct {
	// Of is the code of the entry.
	Of string
	// Field is the JSON member at fault, for example "ask[2].lt".
	Field string
	// Reason says what is wrong, in English, for whoever keeps the catalogue.
	Reason string
}

// Error returns the problem as one line.
func (p Problem) Error() string { return p.Of + ": " + p.Field + ": " + p.Reason }

// problems collects what is wrong with one entry.
type problems struct {
	of  string
	all []Problem
}

func (p *problems) add(field, format string, args ...any) {
	p.all = append(p.all, Problem{Of: p.of, Field: field, Reason: fmt.Sprintf(format, args...)})
}

func (p *problems) text(field string, t Text) {
	for _, one := range []struct{ lang, value string }{{Latvian, t.LV}, {English, t.EN}, {Lithuanian, t.LT}} {
		switch {
		case one.value == "":
			p.add(field+"."+one.lang, "is missing")
		case strings.TrimSpace(one.value) != one.value || strings.Contains(one.value, "  "):
			p.add(field+"."+one.lang, "has stray spaces")
		}
	}
}

func (p *problems) texts(field string, texts []Text) {
	if len(texts) == 0 {
		p.add(field, "is empty")
	}
	for i, t := range texts {
		p.text(fmt.Sprintf("%s[%d]", field, i), t)
	}
}

func (p *problems) words(field string, words []string) {
	if len(words) == 0 {
		p.add(field, "is empty")
	}
	seen := map[string]bool{}
	for _, w := range words {
		if strings.TrimSpace(w) == "" {
			p.add(field, "holds an empty word")
		}
		if seen[strings.ToLower(w)] {
			p.add(field, "holds %q twice", w)
		}
		seen[strings.ToLower(w)] = true
	}
}

// oneOf checks that every value is known and none stands twice.
func oneOf[T ~string](p *problems, field string, values, known []T) {
	if len(values) == 0 {
		p.add(field, "is empty")
	}
	for i, v := range values {
		if !slices.Contains(known, v) {
			p.add(field, "%q is not known", string(v))
		}
		if slices.Index(values, v) != i {
			p.add(field, "%q stands twice", string(v))
		}
	}
}

// Validate returns everything that is wrong with the institution by itself.
func (i Institution) Validate() []Problem {
	p := &problems{of: i.Code}
	if !institutionPattern.MatchString(i.Code) {
		p.add("code", "must be 2 to 16 capital letters A to Z")
	}
	p.text("name", i.Name)
	p.text("short_name", i.ShortName)
	oneOf(p, "kind", []InstitutionKind{i.Kind}, InstitutionKinds)
	return p.all
}

// Validate returns everything that is wrong with the service by itself; CheckAll looks at what it refers to.
func (s Service) Validate() []Problem {
	p := &problems{of: s.Code}
	if !slugPattern.MatchString(s.Code) {
		p.add("code", "must be a slug of a to z, 0 to 9 and single hyphens")
	}
	if s.Version < 1 {
		p.add("version", "must be at least 1")
	}
	p.text("name", s.Name)
	p.text("summary", s.Summary)
	p.words("words.lv", s.Words.LV)
	p.words("words.en", s.Words.EN)
	p.words("words.lt", s.Words.LT)
	p.texts("ask", s.Ask)
	p.texts("bring", s.Bring)
	p.texts("steps", s.Steps)
	p.text("tell", s.Tell)
	oneOf(p, "kinds", s.Kinds, ActKinds)
	oneOf(p, "tiers", s.Tiers, Tiers)
	oneOf(p, "identity", []Identity{s.Identity}, Identities)
	oneOf(p, "channels", s.Channels, Channels)
	for _, event := range s.LifeEvents {
		if !slugPattern.MatchString(event) {
			p.add("life_events", "%q is not a slug", event)
		}
	}
	if s.Source == "" {
		p.add("source", "is missing")
	}
	s.Fee.validate(p)
	s.ProcessingTime.validate(p)
	return p.all
}

func (f Fee) validate(p *problems) {
	if f.Cents == nil && f.Note.IsZero() {
		p.add("fee", "needs an amount or a note")
	}
	if f.Cents != nil && *f.Cents < 0 {
		p.add("fee.cents", "must not be negative")
	}
	if !f.Note.IsZero() {
		p.text("fee.note", f.Note)
	}
}

func (t ProcessingTime) validate(p *problems) {
	if t.WorkingDays < 0 || t.CalendarDays < 0 {
		p.add("processing_time", "must not be negative")
	}
	if t.WorkingDays > 0 && t.CalendarDays > 0 {
		p.add("processing_time", "is given twice, in working days and in calendar days")
	}
	if t.WorkingDays == 0 && t.CalendarDays == 0 && t.Note.IsZero() {
		p.add("processing_time", "needs a number of days or a note")
	}
	if !t.Note.IsZero() {
		p.text("processing_time.note", t.Note)
	}
	if t.Unverified == (t.Source != "") {
		p.add("processing_time", "must either name its source or be marked unverified")
	}
}

// Validate returns everything that is wrong with the basket by itself.
func (b Basket) Validate() []Problem {
	p := &problems{of: b.Code}
	if !slugPattern.MatchString(b.Code) {
		p.add("code", "must be a slug of a to z, 0 to 9 and single hyphens")
	}
	if b.Version < 1 {
		p.add("version", "must be at least 1")
	}
	if _, err := time.Parse(time.DateOnly, b.ValidFrom); err != nil {
		p.add("valid_from", "must be a day as YYYY-MM-DD")
	}
	p.words("services", b.Services)
	if b.Source == "" {
		p.add("source", "is missing")
	}
	return p.all
}
