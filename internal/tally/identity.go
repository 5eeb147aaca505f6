package tally

import "strings"

// identityCut stands between the parts of an identity; no code contains it, and a ref comes last.
const identityCut = "|"

// RowIdentity returns what tells an imported row from every other. A ref counts within its desk, because two senders may
// both number from 1. The institution counts only where no service is named, because a service has one institution.
func RowIdentity(r Row) string {
	if r.Ref != "" {
		return strings.Join([]string{r.Desk, "ref", r.Ref}, identityCut)
	}
	of := "service:" + r.Service
	if r.Service == "" {
		of = "institution:" + r.Institution
	}
	return strings.Join([]string{r.Desk, r.Period.String(), string(r.Act), of, string(r.Channel)}, identityCut)
}
