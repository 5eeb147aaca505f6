package app

import "vienkopus/internal/platform/journal"

// facts are the kinds of line of all rooms. Rooms are made without a database, so nothing here needs one.
func facts() []journal.Definition {
	h, err := build(nil, Config{})
	if err != nil {
		panic(err)
	}
	var all []journal.Definition
	for _, r := range h.rooms {
		all = append(all, r.Facts...)
	}
	return all
}
