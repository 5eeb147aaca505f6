// Package staff knows the people who work at the counters, what they may do, and where.
//
// Rules:
//   - Names, sign-in names and password hashes stand outside the journal; a journal line carries only the id.
//   - A role is data: a name and a set of permissions. It is granted to a person in a part of the territory.
//   - What a person may do is asked afresh for every request; a role that was revoked has no effect from the next request on.
//   - One person sits at a desk at a time. Whoever takes a desk takes it over.
//   - A token lets another system act at one desk in one role; only its hash is kept.
package staff
