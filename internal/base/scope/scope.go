// Package scope says where something is done, about whose data, and where somebody may do it: places, parts of the territory, and what is granted in them.
package scope

import (
	"errors"
	"regexp"
	"strings"
)

// Place is where something is done, and about whose data: a desk in a centre in a municipality, the bills of a creditor. Parts that do not matter are empty.
type Place struct {
	// Municipality is the ATVK code, for example "0026000".
	Municipality string
	// Centre and Desk are public codes, for example "cesis" and "CES-1".
	Centre, Desk string
	// Creditor is the registration number of the creditor whose data it is about; empty for what belongs to none, or to all of them.
	Creditor string
}

// Level is how wide a scope is.
type Level string

// The levels, the widest first.
const (
	LevelNetwork      Level = "network"
	LevelMunicipality Level = "municipality"
	// LevelGroup is a named group of centres: a library director sees the libraries, and not the municipality's money.
	LevelGroup  Level = "group"
	LevelCentre Level = "centre"
)

// Scope is a part of the territory in which a role holds, and whose data there. The zero value covers nothing.
type Scope struct {
	Level Level
	// Code is the ATVK code of the municipality, the name of the group or the code of the centre; empty for the network.
	Code string
	// Creditor bounds the role to the data of one creditor, by its registration number; empty for everybody's.
	Creditor string
}

// ErrScope is returned by Parse for text that is no scope.
var ErrScope = errors.New(
	`scope: a scope is "network", "municipality:<code>", "group:<name>" or "centre:<code>", and "/creditor:<number>" behind it for the data of one creditor`)

// Network is the scope that covers every place.
var Network = Scope{Level: LevelNetwork}

// Municipality returns the scope of one municipality, by its ATVK code.
func Municipality(code string) Scope { return Scope{Level: LevelMunicipality, Code: code} }

// Centre returns the scope of one centre, by its code.
func Centre(code string) Scope { return Scope{Level: LevelCentre, Code: code} }

// Of returns the scope for the data of one creditor alone, by its registration number.
func (s Scope) Of(creditor string) Scope {
	s.Creditor = creditor
	return s
}

const ofCreditor = "/creditor:"

// creditorNumber is how a registration number is written.
var creditorNumber = regexp.MustCompile(`^[0-9]{11}$`)

// Parse reads what String wrote. It returns ErrScope for anything else.
func Parse(text string) (Scope, error) {
	where, creditor, bound := strings.Cut(text, ofCreditor)
	if bound && !creditorNumber.MatchString(creditor) {
		return Scope{}, ErrScope
	}
	level, code, cut := strings.Cut(where, ":")
	s := Scope{Level: Level(level), Code: code, Creditor: creditor}
	switch s.Level {
	case LevelNetwork:
		if !cut {
			return s, nil
		}
	case LevelMunicipality, LevelGroup, LevelCentre:
		if code != "" && !strings.Contains(code, "/") {
			return s, nil
		}
	}
	return Scope{}, ErrScope
}

// String returns the scope as facts and tables hold it, for example "municipality:0026000" or "network/creditor:90000028508".
func (s Scope) String() string {
	text := string(s.Level)
	if s.Code != "" {
		text += ":" + s.Code
	}
	if s.Creditor != "" {
		text += ofCreditor + s.Creditor
	}
	return text
}

// MarshalText returns what String returns; the error is always nil.
func (s Scope) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what String wrote. It returns ErrScope for anything else.
func (s *Scope) UnmarshalText(text []byte) (err error) {
	*s, err = Parse(string(text))
	return err
}

// Covers tells whether the place lies inside the scope. A place without a centre is a whole municipality, and a place without either is the whole network:
// a narrower scope does not cover it. Neither does a scope for one creditor cover a place that is about another creditor, or about none.
// A group covers nothing by itself: whoever reads grants puts the centres of the group in its place.
func (s Scope) Covers(p Place) bool {
	if s.Creditor != "" && s.Creditor != p.Creditor {
		return false
	}
	switch s.Level {
	case LevelNetwork:
		return true
	case LevelMunicipality:
		return s.Code != "" && s.Code == p.Municipality
	case LevelCentre:
		return s.Code != "" && s.Code == p.Centre
	case LevelGroup:
	}
	return false
}
