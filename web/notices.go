package web

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"sync"
)

// NoticesFile is where web/notices puts what it has collected, beside what the browser loads.
const NoticesFile = "notices.json"

// Notice says on which terms something that others wrote is part of the program.
type Notice struct {
	// Name is the path of a Go module or the name of an npm package.
	Name    string `json:"name"`
	Version string `json:"version"`
	// Licence has the SPDX names of the licences, such as "BSD-3-Clause AND MIT".
	Licence string `json:"licence"`
	// Text is the licence with all notices that must be handed on with it, in plain text.
	Text string `json:"text"`
}

// Notices returns what the program is made of, by name, and nothing where that was not collected: run make web.
func Notices() []Notice { return notices() }

var notices = sync.OnceValue(func() []Notice {
	data, err := fs.ReadFile(Assets(), NoticesFile)
	if err != nil {
		return nil // not built yet
	}
	var all []Notice
	if err := json.Unmarshal(data, &all); err != nil {
		panic(fmt.Sprintf("web: %s: %v", NoticesFile, err))
	}
	return all
})
