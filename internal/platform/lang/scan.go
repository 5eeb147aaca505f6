package lang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// usage is what the code says.
type usage struct {
	literals map[string]bool // every quoted string
	prefixes map[string]bool // every "area.name." + …
	calls    []call
}

// call is a place where a key is said.
type call struct {
	place    string
	key      string
	isPrefix bool            // the key only begins so
	says     bool            // by T
	counts   bool            // by N
	names    map[string]bool // the placeholders it fills, nil when that cannot be read
}

// scan reads every Go file but tests; what a templ file says stands in the Go file made of it.
func scan(code fs.FS) (usage, error) {
	u := usage{literals: map[string]bool{}, prefixes: map[string]bool{}}
	err := fs.WalkDir(code, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			base := path.Base(name)
			if base == "node_modules" || base == "testdata" || base != "." && strings.HasPrefix(base, ".") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		return u.file(code, name)
	})
	return u, err
}

func (u *usage) file(code fs.FS, name string) error {
	data, err := fs.ReadFile(code, name)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, data, parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if s, ok := unquote(n); ok {
				u.literals[s] = true
			}
		case *ast.BinaryExpr:
			if s, ok := begins(n); ok && prefix.MatchString(s) {
				u.prefixes[s] = true
			}
		case *ast.CallExpr:
			u.call(n, fset)
		case *ast.CompositeLit:
			u.fault(n, fset)
		}
		return true
	})
	return nil
}

// prefix is how a key begins that is made of data: at least its area, up to a dot or an underscore.
var prefix = regexp.MustCompile(`^[a-z][a-z0-9_]*\.([a-z0-9_-]+[._])*$`)

func (u *usage) call(n *ast.CallExpr, fset *token.FileSet) {
	pkg, name := selected(n.Fun)
	at := -1
	switch {
	case pkg == "lang" && (name == "T" || name == "N" || name == "Has"):
		at = 1
	case pkg == "fault" && strings.HasPrefix(name, "New"):
		at = 0
	}
	if at < 0 || len(n.Args) <= at {
		return
	}
	c := call{place: fset.Position(n.Pos()).String(), says: name == "T", counts: name == "N"}
	rest := n.Args[at+1:]
	if c.counts && len(rest) > 0 {
		rest = rest[1:]
	}
	if name != "Has" && !n.Ellipsis.IsValid() {
		c.names = named(rest)
	}
	u.add(c, n.Args[at])
}

// fault takes the key of a fault that is written out as a struct.
func (u *usage) fault(n *ast.CompositeLit, fset *token.FileSet) {
	if pkg, name := selected(n.Type); pkg != "fault" || name != "Fault" {
		return
	}
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if field, ok := kv.Key.(*ast.Ident); ok && field.Name == "Key" {
				u.add(call{place: fset.Position(n.Pos()).String()}, kv.Value)
			}
		}
	}
}

func (u *usage) add(c call, key ast.Expr) {
	if s, ok := unquote(key); ok {
		c.key = s
		u.calls = append(u.calls, c)
	} else if s, ok := begins(key); ok {
		c.key, c.isPrefix = s, true
		u.calls = append(u.calls, c)
	}
}

// named returns the names among name and value in turn, or nil when one of them is no literal.
func named(args []ast.Expr) map[string]bool {
	names := map[string]bool{}
	for i := 0; i < len(args); i += 2 {
		s, ok := unquote(args[i])
		if !ok {
			return nil
		}
		names[s] = true
	}
	return names
}

func selected(e ast.Expr) (pkg, name string) {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	x, ok := s.X.(*ast.Ident)
	if !ok {
		return "", ""
	}
	return x.Name, s.Sel.Name
}

func unquote(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// begins returns the literal that a sum of strings begins with.
func begins(e ast.Expr) (string, bool) {
	for {
		b, ok := e.(*ast.BinaryExpr)
		if !ok || b.Op != token.ADD {
			return "", false
		}
		if s, ok := unquote(b.X); ok {
			return s, true
		}
		e = b.X
	}
}
