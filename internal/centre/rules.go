package centre

import "slices"

// Authorities are who can stand behind a service; the catalogue calls them kinds of institution.
var Authorities = []string{"state", "municipal", "help"}

// Acts are the kinds of act that rules speak of, as visits count them.
var Acts = []string{
	"consultation", "eservice_help", "application", "document_received", "document_sent", "letter", "call", "payment", "unmet",
}

// Rule allows a class of centres some kinds of act on services of an authority. What no rule allows is forbidden.
type Rule struct {
	Class     Class    `json:"class"`
	Authority string   `json:"authority"`
	Acts      []string `json:"acts"`
}

// Authority returns on whose behalf an act counts in the rules: one that names no service, such as a call that was put
// through or a letter that was taken in, is the municipality's, because the counter is.
func Authority(of string) string {
	if of == "" {
		return "municipal"
	}
	return of
}

// isKnown says whether class, authority and acts all exist.
func (r *Rule) isKnown() bool {
	for _, act := range r.Acts {
		if !slices.Contains(Acts, act) {
			return false
		}
	}
	return slices.Contains(Classes, r.Class) && slices.Contains(Authorities, r.Authority) && len(r.Acts) > 0
}
