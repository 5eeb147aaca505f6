package scope

import "slices"

// Permission is a thing that code asks for, and which roles have it in a new network. Which role has which is data from then on.
type Permission struct {
	// Name is what route lines and role definitions say, for example "payment.take".
	Name string
	// Roles are the roles of the house that have it, for example "clerk".
	Roles []string
}

// Grant is a role that somebody has in a part of the territory, with what the role permits today.
type Grant struct {
	Role  string
	Scope Scope
	// Permissions are the names of what the role permits, for example "counter.serve".
	Permissions []string
}

// Grants are all that somebody has, the narrowest first.
type Grants []Grant

// May tells whether a role permits it at the place. Without the place's parts filled in, only a scope that covers the whole will do.
func (g Grants) May(permission string, at Place) bool {
	for i := range g {
		if g[i].Scope.Covers(at) && slices.Contains(g[i].Permissions, permission) {
			return true
		}
	}
	return false
}

// Holds tells whether a role permits it anywhere.
func (g Grants) Holds(permission string) bool {
	for i := range g {
		if slices.Contains(g[i].Permissions, permission) {
			return true
		}
	}
	return false
}

// Scopes returns the parts of the territory in which a role permits it: what a list without a filter is narrowed to. It is empty when nothing is permitted.
func (g Grants) Scopes(permission string) []Scope {
	var all []Scope
	for i := range g {
		if slices.Contains(g[i].Permissions, permission) && !slices.Contains(all, g[i].Scope) {
			all = append(all, g[i].Scope)
		}
	}
	return all
}
