package report

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/journal"
)

// Desk is where published figures are written: the office of the network.
const Desk = "NETWORK"

// Figure is a number that somebody has published: a claim, which our lines may or may not bear out.
type Figure struct {
	// Code is short and never changes; a later figure with the same code replaces the earlier one.
	Code string `json:"code"`
	// Label says what is counted, in the languages of the network.
	Label catalogue.Text `json:"label"`
	// Of is the place that the figure speaks of; empty for the whole network.
	Of Place `json:"of,omitzero"`
	// Period is the days that the figure speaks of.
	Period civil.Period `json:"period"`
	// Value is the published number.
	Value int64 `json:"value"`
	// Parts are what it is made of, as published.
	Parts []Part `json:"parts,omitempty"`
	// Kinds are the kinds of act that our lines would count for it; empty when we have no lines to compare with.
	Kinds []catalogue.ActKind `json:"kinds,omitempty"`
	// Source says who published it, where and when.
	Source string `json:"source"`
}

// Place is what a published figure speaks of; at most one member is set.
type Place struct {
	Municipality string `json:"municipality,omitempty"`
	Centre       string `json:"centre,omitempty"`
	Desk         string `json:"desk,omitempty"`
}

// Part is one part of a published figure.
type Part struct {
	Label catalogue.Text `json:"label"`
	Value int64          `json:"value"`
}

// FigurePublished says that somebody has published a figure.
type FigurePublished struct {
	Figure
}

// Kind implements journal.Fact.
func (FigurePublished) Kind() string { return "figure.published" }

// Version implements journal.Fact.
func (FigurePublished) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f FigurePublished) Subjects() []string { return []string{"figure:" + f.Code} }

// Facts returns the kinds of line that this feature writes.
func Facts() []journal.Definition { return []journal.Definition{journal.Define[FigurePublished]()} }
