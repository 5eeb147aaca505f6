// Package office is where a municipality's managers, accountants and collectors work, without a counter.
package office

import "strings"

// prefix begins the code of an office's desk.
const prefix = "OFFICE-"

// Desk returns the desk at which those who work for a municipality without a counter write, by its ATVK code.
func Desk(municipality string) string { return prefix + municipality }

// Municipality returns the municipality of an office, and whether the desk is one.
func Municipality(desk string) (string, bool) {
	code, ok := strings.CutPrefix(desk, prefix)
	return code, ok && code != ""
}
