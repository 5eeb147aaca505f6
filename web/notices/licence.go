package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"vienkopus/web"
)

// allowed are the licences (SPDX) under which what others wrote may be part of a program under the EUPL-1.2 that is given to everybody.
var allowed = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "blessing", "CC0-1.0", "ISC", "MIT", "MPL-2.0", "OFL-1.1", "Unlicense", "Zlib"}

// What is wrong with the terms of a part.
var (
	errNone    = errors.New("no licence text")
	errUnknown = errors.New("a licence that nobody knows")
	errRefused = errors.New("a licence that is not allowed")
)

var (
	// licenceFile is the licence itself, noticeFile what must be handed on with it.
	licenceFile = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying)(\.(txt|md))?$`)
	noticeFile  = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|notice|patents)([.-].*)?$`)
	// code is no text of a licence, whatever its name.
	code = regexp.MustCompile(`(?i)\.(go|s|c|h|js|ts)$`)
)

// terms are what the licence files of a part say.
type terms struct {
	ids  []string
	text strings.Builder
	// own is set when the part has a licence at its root.
	own bool
}

// notice reads the terms of a part. It returns an error that names it when they are missing, unknown or not allowed.
func notice(p part) (web.Notice, error) {
	var found terms
	for i, dir := range p.dirs {
		if err := found.read(dir, i == 0); err != nil {
			return web.Notice{}, fmt.Errorf("%s: %w", p.name, err)
		}
	}
	if !found.own {
		return web.Notice{}, fmt.Errorf("%s: %w", p.name, errNone)
	}
	slices.Sort(found.ids)
	ids := slices.Compact(found.ids)
	for _, id := range ids {
		if !slices.Contains(allowed, id) {
			return web.Notice{}, fmt.Errorf("%s: %s: %w", p.name, id, errRefused)
		}
	}
	return web.Notice{Name: p.name, Version: p.version, Licence: strings.Join(ids, " AND "), Text: found.text.String()}, nil
}

// read takes in what the files of a directory say.
func (t *terms) read(dir string, isRoot bool) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		isLicence := licenceFile.MatchString(f.Name())
		if f.IsDir() || code.MatchString(f.Name()) || !isLicence && !noticeFile.MatchString(f.Name()) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, f.Name())) //nolint:gosec // of a module that is part of the program
		if err != nil {
			return err
		}
		ids := recognise(string(data))
		if isLicence && len(ids) == 0 {
			return fmt.Errorf("%s: %w", f.Name(), errUnknown)
		}
		t.own = t.own || isLicence && isRoot
		t.ids = append(t.ids, ids...)
		if t.text.Len() > 0 {
			fmt.Fprintf(&t.text, "\n———— %s ————\n\n", f.Name())
		}
		t.text.WriteString(strings.TrimSpace(string(data)) + "\n")
	}
	return nil
}

// marks are words by which a licence is known, without regard to spaces, quotes and case. Each of the first must be there and none of the others.
var marks = []struct {
	id            string
	words, absent []string
}{
	{"Apache-2.0", []string{"apache license version 2.0, january 2004", "grant of patent license"}, nil},
	{"MPL-2.0", []string{"mozilla public license version 2.0", "secondary license"}, nil},
	{"OFL-1.1", []string{"sil open font license version 1.1", "reserved font name"}, nil},
	{"MIT", []string{"permission is hereby granted, free of charge, to any person obtaining a copy of this software", "copyright notice and this permission notice"}, nil},
	{"BSD-3-Clause", []string{"redistributions of source code must retain", "redistributions in binary form must reproduce", "be used to endorse or promote products"}, nil},
	{"BSD-2-Clause", []string{"redistributions of source code must retain", "redistributions in binary form must reproduce"}, []string{"be used to endorse or promote products"}},
	{"ISC", []string{"permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that"}, nil},
	{"ISC", []string{"permission to use, copy, modify, and distribute this software for any purpose with or without fee is hereby granted, provided that"}, nil},
	{"0BSD", []string{"permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted. the software"}, nil},
	{"Zlib", []string{"altered source versions must be plainly marked as such"}, nil},
	{"Unlicense", []string{"this is free and unencumbered software released into the public domain"}, nil},
	{"CC0-1.0", []string{"cc0 1.0 universal", "waiver"}, nil},
	{"blessing", []string{"sqlite is public domain"}, nil},
	{"GPL", []string{"gnu general public license version", "everyone is permitted to copy and distribute verbatim copies"}, nil},
	{"LGPL", []string{"gnu lesser general public license version", "everyone is permitted to copy and distribute verbatim copies"}, nil},
	{"AGPL", []string{"gnu affero general public license version", "everyone is permitted to copy and distribute verbatim copies"}, nil},
	{"BUSL-1.1", []string{"business source license"}, nil},
	{"SSPL-1.0", []string{"server side public license"}, nil},
	{"Commons-Clause", []string{"commons clause"}, nil},
}

var spaces = regexp.MustCompile(`[\s"'“”‘’*#>()]+`)

// recognise returns the licences of which the text has the words.
func recognise(text string) []string {
	text = spaces.ReplaceAllString(strings.ToLower(text), " ")
	has := func(word string) bool { return strings.Contains(text, spaces.ReplaceAllString(word, " ")) }
	var found []string
	for _, m := range marks {
		if all(m.words, has) && !slices.ContainsFunc(m.absent, has) {
			found = append(found, m.id)
		}
	}
	return found
}

func all(words []string, has func(string) bool) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !has(w) })
}
