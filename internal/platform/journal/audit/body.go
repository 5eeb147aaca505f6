package audit

import "unicode/utf8"

// The kinds of value in a body.
const (
	isObject byte = iota
	isArray
	isText
	isNumber
	isTrue
	isFalse
	isNull
)

// node is one value of a body. Those in it stand behind it.
type node struct {
	from, to   uint32 // where it stands; of a text what is between the quotes
	key, keyTo uint32 // where its name stands, when it is a member of an object
	next       uint32 // the first node that is not in it
	inside     uint32 // how many values it holds
	kind       byte
	plain      bool // of a text: it means what it says, without escapes
}

// deepest is how many values may stand in each other; encoding/json takes more, and reads what this does not.
const deepest = 64

// reader takes a body apart, once for everybody who reads it. It is strict: what it takes is JSON, as RFC 8259 has it. What it does not take may be
// JSON all the same, such as a name with an escape.
type reader struct {
	data  []byte
	nodes []node
	base  uint32 // of the body's nodes
}

// take reads one body behind the nodes of others, and tells whether it could.
func (r *reader) take(data []byte) bool {
	r.data, r.base = data, uint32(len(r.nodes)) //nolint:gosec // a batch has no 4 billion values
	at, ok := r.value(r.blank(0), 0)
	if !ok || r.blank(at) != len(data) {
		r.nodes = r.nodes[:r.base]
		return false
	}
	return true
}

func (r *reader) blank(at int) int {
	for at < len(r.data) {
		switch r.data[at] {
		case ' ', '\t', '\n', '\r':
			at++
		default:
			return at
		}
	}
	return at
}

// value reads what begins here, and returns where it ends.
func (r *reader) value(at, depth int) (end int, ok bool) {
	if at >= len(r.data) || depth > deepest {
		return at, false
	}
	me := len(r.nodes)
	r.nodes = append(r.nodes, node{from: uint32(at)}) //nolint:gosec // a body is far below 4 GiB
	n := node{from: uint32(at)}                       //nolint:gosec // as above
	switch c := r.data[at]; {
	case c == '"':
		n.kind = isText
		n.from++
		end, n.plain, ok = r.text(at + 1)
		n.to = uint32(end - 1) //nolint:gosec // as above
	case c == '{':
		n.kind = isObject
		end, n.inside, ok = r.members(at+1, depth)
		n.to = uint32(end) //nolint:gosec // as above
	case c == '[':
		n.kind = isArray
		end, n.inside, ok = r.elements(at+1, depth)
		n.to = uint32(end) //nolint:gosec // as above
	case c == '-' || c >= '0' && c <= '9':
		n.kind = isNumber
		end, ok = r.number(at)
		n.to = uint32(end) //nolint:gosec // as above
	default:
		end, n.kind, ok = r.word(at)
		n.to = uint32(end) //nolint:gosec // as above
	}
	n.next = uint32(len(r.nodes)) - r.base //nolint:gosec // as above
	r.nodes[me] = n
	return end, ok
}

// text reads up to the quote that ends it, and returns what is behind.
func (r *reader) text(at int) (end int, plain, ok bool) {
	begin, ascii := at, true
	plain = true
	for ; at < len(r.data); at++ {
		switch c := r.data[at]; {
		case c == '"':
			if !ascii && !utf8.Valid(r.data[begin:at]) {
				plain = false
			}
			return at + 1, plain, true
		case c < ' ':
			return at, false, false
		case c >= utf8.RuneSelf:
			ascii = false
		case c == '\\':
			plain = false
			if at = r.escape(at + 1); at < 0 {
				return 0, false, false
			}
		}
	}
	return at, false, false
}

// escape returns where an escape ends whose letter stands here, and -1 where it is none.
func (r *reader) escape(at int) int {
	if at >= len(r.data) {
		return -1
	}
	switch r.data[at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return at
	case 'u':
		if at+4 >= len(r.data) {
			return -1
		}
		for _, c := range r.data[at+1 : at+5] {
			if !isHex(c) {
				return -1
			}
		}
		return at + 4
	}
	return -1
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

func (r *reader) members(at, depth int) (end int, n uint32, ok bool) {
	if at = r.blank(at); at < len(r.data) && r.data[at] == '}' {
		return at + 1, 0, true
	}
	for ; ; n++ {
		if at = r.blank(at); at >= len(r.data) || r.data[at] != '"' {
			return at, n, false
		}
		behind, plain, ok := r.text(at + 1)
		if !ok || !plain {
			return at, n, false
		}
		key := at + 1
		if at = r.blank(behind); at >= len(r.data) || r.data[at] != ':' {
			return at, n, false
		}
		member := len(r.nodes)
		if at, ok = r.value(r.blank(at+1), depth+1); !ok {
			return at, n, false
		}
		r.nodes[member].key, r.nodes[member].keyTo = uint32(key), uint32(behind-1) //nolint:gosec // a body is far below 4 GiB
		if at = r.blank(at); at >= len(r.data) {
			return at, n, false
		}
		switch r.data[at] {
		case '}':
			return at + 1, n + 1, true
		case ',':
			at++
		default:
			return at, n, false
		}
	}
}

func (r *reader) elements(at, depth int) (end int, n uint32, ok bool) {
	if at = r.blank(at); at < len(r.data) && r.data[at] == ']' {
		return at + 1, 0, true
	}
	for ; ; n++ {
		if at, ok = r.value(r.blank(at), depth+1); !ok {
			return at, n, false
		}
		if at = r.blank(at); at >= len(r.data) {
			return at, n, false
		}
		switch r.data[at] {
		case ']':
			return at + 1, n + 1, true
		case ',':
			at++
		default:
			return at, n, false
		}
	}
}

// number reads one as RFC 8259 §6 has it.
func (r *reader) number(at int) (end int, ok bool) {
	if r.data[at] == '-' {
		at++
	}
	switch {
	case at < len(r.data) && r.data[at] == '0':
		at++
	default:
		if at, ok = r.digits(at); !ok {
			return at, false
		}
	}
	if at < len(r.data) && r.data[at] == '.' {
		if at, ok = r.digits(at + 1); !ok {
			return at, false
		}
	}
	if at < len(r.data) && (r.data[at] == 'e' || r.data[at] == 'E') {
		at++
		if at < len(r.data) && (r.data[at] == '+' || r.data[at] == '-') {
			at++
		}
		if at, ok = r.digits(at); !ok {
			return at, false
		}
	}
	return at, true
}

// digits reads at least one.
func (r *reader) digits(at int) (end int, ok bool) {
	for end = at; end < len(r.data) && r.data[end] >= '0' && r.data[end] <= '9'; end++ {
	}
	return end, end > at
}

func (r *reader) word(at int) (end int, kind byte, ok bool) {
	for _, w := range []struct {
		text string
		kind byte
	}{{"true", isTrue}, {"false", isFalse}, {"null", isNull}} {
		if end := at + len(w.text); end <= len(r.data) && string(r.data[at:end]) == w.text {
			return end, w.kind, true
		}
	}
	return at, 0, false
}
