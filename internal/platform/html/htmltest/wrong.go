package htmltest

import (
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	messages "vienkopus/lang"
)

var (
	said   = regexp.MustCompile(`>([^<]+)<|\s(?:value|aria-label|title|placeholder)="([^"]*)"`)
	dotted = regexp.MustCompile(`[a-z_]+(?:\.[a-z_0-9]+)+`)
	points = regexp.MustCompile(`(?:^|[^\d.\pL])(\d[\d\x{a0}]*\.\d\d)(?:[^\d.\pL]|$)`)
	commas = regexp.MustCompile(`(?:^|[^\d,\pL])(\d+,\d\d)(?:[^\d,\pL]|$)`)
)

// language is that of a golden page by its name, "pay.lv"; "" where the name says none.
func language(name string) string {
	return strings.TrimPrefix(path.Ext(strings.TrimSuffix(name, ".html")), ".")
}

// Wrong are the faults of what a page says, whatever it is about: a message that is missing, the key of one, a placeholder that nobody filled, and amounts that are written in the way of
// another language, "10.00" in Latvian and Lithuanian and "10,00" in English. Hidden fields and pictures are said to nobody.
func Wrong(page, language string) []string {
	page = hidden.ReplaceAllString(pictures.ReplaceAllString(page, ""), "")
	var found []string
	if at := strings.Index(page, "⟦"); at >= 0 {
		found = append(found, fmt.Sprintf("a message is missing: %.80s", page[at:]))
	}
	other := map[string]*regexp.Regexp{"lv": points, "lt": points, "en": commas}[language]
	for _, one := range said.FindAllStringSubmatch(page, -1) {
		text := html.UnescapeString(one[1] + one[2])
		if strings.Contains(text, "{{") {
			found = append(found, "a placeholder is left: "+text)
		}
		for _, word := range dotted.FindAllString(text, -1) {
			if keys()[word] {
				found = append(found, "the key of a message: "+word)
			}
		}
		if other == nil {
			continue
		}
		if amount := other.FindStringSubmatch(text); amount != nil {
			found = append(found, "an amount in the way of another language: "+amount[1])
		}
	}
	return found
}

var hidden = regexp.MustCompile(`<input[^>]*type="hidden"[^>]*>`)

// keys are those of all messages.
var keys = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	files, err := fs.Glob(messages.FS, "lv/*.json")
	if err != nil {
		panic(err) // the pattern is fixed
	}
	for _, name := range files {
		text, err := fs.ReadFile(messages.FS, name)
		if err != nil {
			panic(err) // they are built in
		}
		var said map[string]json.RawMessage
		if err := json.Unmarshal(text, &said); err != nil {
			panic(err) // the program would not start
		}
		for key := range said {
			all[key] = true
		}
	}
	return all
})
