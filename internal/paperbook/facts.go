package paperbook

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
)

// BookIssued says that a range of a paper book lies at a desk from a day on. It is written at the office.
type BookIssued struct {
	Book         string `json:"book"`
	Municipality string `json:"municipality"`
	Desk         string `json:"desk"`
	Range
	From civil.Date `json:"from"`
}

// BookReturned says that a paper book has come back from its desk; Day is the last one on which receipts of it count.
type BookReturned struct {
	Book         string     `json:"book"`
	Municipality string     `json:"municipality"`
	Desk         string     `json:"desk"`
	Day          civil.Date `json:"day"`
}

// BookEnded says that a paper book is used up or lost: it is never issued again, and no receipt of it counts after the day.
type BookEnded struct {
	Book         string     `json:"book"`
	Municipality string     `json:"municipality"`
	Desk         string     `json:"desk"`
	Day          civil.Date `json:"day"`
}

// Facts returns the kinds of line about paper books.
func Facts() []journal.Definition {
	return []journal.Definition{journal.Define[BookIssued](), journal.Define[BookReturned](), journal.Define[BookEnded]()}
}

// Subject is how the lines about a book are found.
func Subject(book string) string { return "paperbook:" + book }

// Kind implements journal.Fact.
func (BookIssued) Kind() string { return "paperbook.issued" }

// Version implements journal.Fact.
func (BookIssued) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f BookIssued) Subjects() []string { return []string{Subject(f.Book)} }

// Kind implements journal.Fact.
func (BookReturned) Kind() string { return "paperbook.returned" }

// Version implements journal.Fact.
func (BookReturned) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f BookReturned) Subjects() []string { return []string{Subject(f.Book)} }

// Kind implements journal.Fact.
func (BookEnded) Kind() string { return "paperbook.ended" }

// Version implements journal.Fact.
func (BookEnded) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f BookEnded) Subjects() []string { return []string{Subject(f.Book)} }
