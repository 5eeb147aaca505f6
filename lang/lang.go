// Package messages carries every sentence the program shows, one directory per language and one file per area.
//
// Latvian is the source; see internal/platform/lang for how a message is looked up and checked.
package messages

import "embed"

// FS holds <language>/<area>.json.
//
//go:embed */*.json
var FS embed.FS
