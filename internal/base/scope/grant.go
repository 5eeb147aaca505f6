package scope

import "slices"

// Permission is a thing that code asks for, and which roles have it in a new network. Which role has which is data from then on; who may hold it at all is not.
type Permission struct {
	// Name is what route lines and role definitions say, for example "payment.take".
	Name string
	// Roles are the roles of the house that have it, for example "clerk".
	Roles []string
	// Systems tells that the token of another system may hold it. A permission that does not say so is for persons.
	Systems bool
	// Creditors tells that it is about the data of creditors: a token holds it for one creditor, or not at all.
	Creditors bool
	// FourEyes tells that whoever uses it decides on what somebody else has done. What is posted by such a right must ask for the second person
	// (journal.Tx.Second), or it is not stored.
	FourEyes bool
}

// Grant is a role that somebody has in a part of the territory, with what the role permits today.
type Grant struct {
	Role string
	// Scope is where the role holds: for a role that was given in a group, one of its centres.
	Scope Scope
	// Given is the scope as it was granted, where that differs: the group. The zero value stands for Scope.
	Given Scope
	// Permissions are the names of what the role permits, for example "counter.serve".
	Permissions []string
}

// As returns the scope as it was granted.
func (g *Grant) As() Scope {
	if g.Given == (Scope{}) {
		return g.Scope
	}
	return g.Given
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

// Holds tells whether a role permits it anywhere, for everybody's data: one that is bound to a creditor does not count.
func (g Grants) Holds(permission string) bool {
	for i := range g {
		if g[i].Scope.Creditor == "" && slices.Contains(g[i].Permissions, permission) {
			return true
		}
	}
	return false
}

// HoldsFor is Holds, where a role that is bound to a creditor counts too: for what says by itself whose data it is about.
func (g Grants) HoldsFor(permission string) bool {
	for i := range g {
		if slices.Contains(g[i].Permissions, permission) {
			return true
		}
	}
	return false
}

// Owns tells whether a role permits it somewhere for the data of the creditor.
func (g Grants) Owns(permission, creditor string) bool {
	return slices.ContainsFunc(g, func(one Grant) bool {
		return (one.Scope.Creditor == "" || one.Scope.Creditor == creditor) && slices.Contains(one.Permissions, permission)
	})
}

// Scopes returns the parts of the territory in which a role permits it for everybody's data: what a list without a filter is narrowed to. It is empty when
// nothing is permitted.
func (g Grants) Scopes(permission string) []Scope {
	var all []Scope
	for i := range g {
		if g[i].Scope.Creditor == "" && slices.Contains(g[i].Permissions, permission) && !slices.Contains(all, g[i].Scope) {
			all = append(all, g[i].Scope)
		}
	}
	return all
}
