package reportsql

import (
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/report"
)

// condition gathers what stands behind WHERE; each ? in a piece becomes the number of its argument.
type condition struct {
	text strings.Builder
	args []any
}

func (c *condition) and(piece string, args ...any) {
	if c.text.Len() > 0 {
		c.text.WriteString(" AND ")
	}
	c.text.WriteString(c.numbered(piece, args))
}

func (c *condition) numbered(piece string, args []any) string {
	var b strings.Builder
	for _, arg := range args {
		before, after, _ := strings.Cut(piece, "?")
		c.args = append(c.args, arg)
		b.WriteString(before + "$" + strconv.Itoa(len(c.args)))
		piece = after
	}
	return b.String() + piece
}

func (c *condition) String() string { return c.text.String() }

// column is how a dimension is called in a table; "" says that the table does not have it, and that it is "" there.
func column(d report.Dimension) string {
	if d.Stored() {
		return string(d)
	}
	return ""
}

// source is a table of counted things and what it lacks.
type source struct {
	table string
	// lacks are dimensions that it has no column for; in all its rows they are "", or for ByKind fixed.
	lacks map[report.Dimension]string
	// counts is the condition under which a row counts at all, or "".
	counts string
}

// expression is the dimension as SQL: a column or a text of ours.
func (s source) expression(d report.Dimension) string {
	if fixed, lacks := s.lacks[d]; lacks {
		return "'" + fixed + "'"
	}
	if name := column(d); name != "" {
		return name
	}
	return "''"
}

// places narrows to the scope and to single centres, municipalities and desks.
func (c *condition) places(q report.Query) {
	if !q.Scope.Network {
		c.scope(q.Scope)
	}
	for _, d := range report.Places {
		if code, narrowed := q.Only[d]; narrowed {
			c.and(column(d)+" = ?", code)
		}
	}
}

// scope narrows to any of some municipalities and centres.
func (c *condition) scope(s report.Scope) {
	switch {
	case s.IsEmpty():
		c.and("1 = 0")
	case len(s.Centres) == 0:
		c.in("municipality", anys(s.Municipalities))
	default:
		var either []string
		var args []any
		for _, code := range s.Municipalities {
			either, args = append(either, "municipality = ?"), append(args, code)
		}
		for _, code := range s.Centres {
			either, args = append(either, "centre = ?"), append(args, code)
		}
		c.and("("+strings.Join(either, " OR ")+")", args...)
	}
}

// in narrows a column to some values, one at least.
func (c *condition) in(column string, values []any) {
	c.and(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", values...)
}

func anys(texts []string) []any {
	all := make([]any, len(texts))
	for i, text := range texts {
		all[i] = text
	}
	return all
}

// filters narrows to what the query asks for. It reports false when the table can have no such row.
func (c *condition) filters(s source, q report.Query) bool {
	c.places(q)
	if s.counts != "" {
		c.and(s.counts)
	}
	for _, d := range append(slices.Clone(report.Details), report.ByKind) {
		code, narrowed := q.Only[d]
		fixed, lacks := s.lacks[d]
		switch {
		case narrowed && lacks && code != fixed:
			return false
		case narrowed && !lacks:
			c.and(column(d)+" = ?", code)
		}
	}
	return c.kinds(s, q)
}

func (c *condition) kinds(s source, q report.Query) bool {
	if q.Kinds == nil {
		return true
	}
	fixed, lacks := s.lacks[report.ByKind]
	var marks []string
	var args []any
	for _, k := range q.Kinds {
		if lacks && string(k) == fixed {
			return true
		}
		marks, args = append(marks, "?"), append(args, string(k))
	}
	if lacks || len(marks) == 0 {
		return false
	}
	c.and("kind IN ("+strings.Join(marks, ", ")+")", args...)
	return true
}
