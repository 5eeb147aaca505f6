package backup

import (
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
)

// follow checks the chains of the lines while they pass by.
func (in *input) follow(t table, cells []any) {
	switch t.Name {
	case "desk_head":
		r := record{t, cells}
		in.trail.Head(r.text("desk"), r.integer("number"), r.bytes("hash"))
	case "entry_subject": // it stands before the lines, so that gaps are known before they come
		if desk, from, is := journal.GapOf(record{t, cells}.text("subject")); is {
			in.trail.Gap(desk, from)
		}
	case "entry":
		r := record{t, cells}
		in.trail.Add(&audit.Line{
			Number: r.integer("number"), RecordedAt: r.integer("recorded_at"), Version: r.integer("version"),
			Desk: []byte(r.text("desk")), Actor: []byte(r.text("actor")), Kind: []byte(r.text("kind")),
			ID: r.bytes("id"), Body: r.bytes("body"), Prev: r.bytes("prev"), Hash: r.bytes("hash"),
		})
	}
}

// record finds the cells of a row by the names of their columns. A cell that is not there is empty, and the hash of the line is wrong then.
type record struct {
	table table
	cells []any
}

func (r record) cell(name string) any {
	for i, c := range r.table.Columns {
		if c.Name == name {
			return r.cells[i]
		}
	}
	return nil
}

func (r record) text(name string) string {
	if s, ok := r.cell(name).(string); ok {
		return s
	}
	return ""
}

func (r record) integer(name string) int64 {
	if n, ok := r.cell(name).(int64); ok {
		return n
	}
	return 0
}

func (r record) bytes(name string) []byte {
	if b, ok := r.cell(name).([]byte); ok {
		return b
	}
	return nil
}
