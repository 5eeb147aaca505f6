// Package scope says where something is done and where somebody may do it: places, parts of the territory, and what is granted in them.
package scope

import (
	"errors"
	"strings"
)

// Place is where something is done: a desk in a centre in a municipality. Parts that do not matter are empty.
type Place struct {
	// Municipality is the ATVK code, for example "0026000".
	Municipality string
	// Centre and Desk are public codes, for example "cesis" and "CES-1".
	Centre, Desk string
}

// Level is how wide a scope is.
type Level string

// The levels, the widest first.
const (
	LevelNetwork      Level = "network"
	LevelMunicipality Level = "municipality"
	LevelCentre       Level = "centre"
)

// Scope is a part of the territory in which a role holds. The zero value covers nothing.
type Scope struct {
	Level Level
	// Code is the ATVK code of the municipality or the code of the centre; empty for the network.
	Code string
}

// ErrScope is returned by Parse for text that is no scope.
var ErrScope = errors.New(`scope: a scope is "network", "municipality:<code>" or "centre:<code>"`)

// Network is the scope that covers every place.
var Network = Scope{Level: LevelNetwork}

// Municipality returns the scope of one municipality, by its ATVK code.
func Municipality(code string) Scope { return Scope{Level: LevelMunicipality, Code: code} }

// Centre returns the scope of one centre, by its code.
func Centre(code string) Scope { return Scope{Level: LevelCentre, Code: code} }

// Parse reads what String wrote. It returns ErrScope for anything else.
func Parse(text string) (Scope, error) {
	level, code, cut := strings.Cut(text, ":")
	switch s := (Scope{Level: Level(level), Code: code}); {
	case s == Network && !cut:
		return s, nil
	case (s.Level == LevelMunicipality || s.Level == LevelCentre) && code != "":
		return s, nil
	}
	return Scope{}, ErrScope
}

// String returns the scope as facts and tables hold it, for example "municipality:0026000".
func (s Scope) String() string {
	if s.Code == "" {
		return string(s.Level)
	}
	return string(s.Level) + ":" + s.Code
}

// MarshalText returns what String returns; the error is always nil.
func (s Scope) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what String wrote. It returns ErrScope for anything else.
func (s *Scope) UnmarshalText(text []byte) (err error) {
	*s, err = Parse(string(text))
	return err
}

// Covers tells whether the place lies inside the scope. A place without a centre is a whole municipality,
// and a place without either is the whole network: a narrower scope does not cover it.
func (s Scope) Covers(p Place) bool {
	switch s.Level {
	case LevelNetwork:
		return true
	case LevelMunicipality:
		return s.Code != "" && s.Code == p.Municipality
	case LevelCentre:
		return s.Code != "" && s.Code == p.Centre
	}
	return false
}
