package lang

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// Bundle is the messages of all languages, ready to be said.
type Bundle struct {
	catalogues map[string]*catalogue
}

type catalogue struct {
	language Language
	messages func() map[string]*message
}

// lazy reads <language>/<area>.json for every language we speak, those of a language when they are first needed: most commands speak one. They are known to load (Check).
func lazy(fsys fs.FS) *Bundle {
	b := &Bundle{catalogues: map[string]*catalogue{}}
	for _, l := range languages {
		b.catalogues[l.Code] = &catalogue{language: l, messages: sync.OnceValue(func() map[string]*message {
			messages, err := read(fsys, l.Code)
			if err != nil {
				panic("lang: " + err.Error())
			}
			return messages
		})}
	}
	return b
}

func read(fsys fs.FS, language string) (map[string]*message, error) {
	files, err := fs.Glob(fsys, language+"/*.json")
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	messages := map[string]*message{}
	var errs []error
	for _, file := range files {
		if err := load(messages, fsys, file); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", file, err))
		}
	}
	return messages, errors.Join(errs...)
}

func load(into map[string]*message, fsys fs.FS, file string) error {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	parsed, err := i18n.ParseMessageBytes(data, json.Unmarshal)
	if err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	area := strings.TrimSuffix(path.Base(file), ".json") + "."
	var errs []error
	for _, p := range parsed {
		if !strings.HasPrefix(p.ID, area) {
			errs = append(errs, fmt.Errorf("%s is not of the area %s", p.ID, area))
		}
		if into[p.ID] != nil {
			errs = append(errs, fmt.Errorf("%s stands twice", p.ID))
		}
		m, err := compile(p)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", p.ID, err))
			continue
		}
		into[p.ID] = m
	}
	return errors.Join(errs...)
}

func (b *Bundle) catalogue(code string) *catalogue {
	if c, ok := b.catalogues[code]; ok {
		return c
	}
	return b.catalogues[Source]
}

// speaks says whether there are messages in that language.
func (b *Bundle) speaks(code string) bool {
	_, ok := b.catalogues[code]
	return ok
}
