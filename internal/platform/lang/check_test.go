package lang_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"vienkopus/internal/platform/lang"
	messages "vienkopus/lang"
)

// Every language says everything the code says, and nothing else.
func TestMessages(t *testing.T) {
	t.Parallel()
	lang.Check(t, messages.FS, os.DirFS("../../.."))
}

type recorder struct{ found []string }

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.found = append(r.found, fmt.Sprintf(format, args...))
}

// sound is a small program with its messages in which nothing is wrong.
func sound() map[string]string {
	return map[string]string{
		"lv/bus.json": `{"bus.hello": "Labdien, {{.Name}}", "bus.seats": {"zero": "{{.N}} vietu", "one": "{{.N}} vieta", "other": "{{.N}} vietas"}, "bus.kind.small": "mazs"}`,
		"en/bus.json": `{"bus.hello": "Hello, {{.Name}}", "bus.seats": {"one": "{{.N}} seat", "other": "{{.N}} seats"}, "bus.kind.small": "small"}`,
		"lt/bus.json": `{"bus.hello": "Laba diena, {{.Name}}", "bus.seats": {"one": "{{.N}} vieta", "few": "{{.N}} vietos", "many": "{{.N}} vietos", "other": "{{.N}} vietų"}, "bus.kind.small": "mažas"}`,
		"bus.go": `package bus
			func say() { lang.T(ctx, "bus.hello", "Name", name); lang.N(ctx, "bus.seats", 3); lang.T(ctx, "bus.kind."+kind) }`,
	}
}

func check(files map[string]string, dynamic ...string) []string {
	said, code := fstest.MapFS{}, fstest.MapFS{}
	for name, text := range files {
		if strings.HasSuffix(name, ".json") {
			said[name] = &fstest.MapFile{Data: []byte(text)}
		} else {
			code[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	var r recorder
	lang.Check(&r, said, code, dynamic...)
	return r.found
}

func TestCheckIsSilentAboutWhatIsSound(t *testing.T) {
	t.Parallel()
	if found := check(sound()); len(found) > 0 {
		t.Errorf("found %q in messages that are sound", found)
	}
}

// Each fault is planted alone; Check must name it.
func TestCheckFindsEachFault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, old, new, want string }{
		{"a key missing in a language", "lt/bus.json", `"bus.hello": "Laba diena, {{.Name}}", `, ``, "bus.hello: no lt"},
		{"a key missing in the source", "lv/bus.json", `, "bus.kind.small": "mazs"`, ``, "bus.kind.small: no lv"},
		{"a key too many", "en/bus.json", `{"bus.hello"`, `{"bus.bye": "Bye", "bus.hello"`, "bus.bye: no lv"},
		{"another placeholder", "en/bus.json", `{{.Name}}`, `{{.Nam}}`, "bus.hello: en has the placeholders [Nam], lv has [Name]"},
		{"a placeholder forgotten", "lt/bus.json", `, {{.Name}}`, ``, "bus.hello: lt has the placeholders [], lv has [Name]"},
		{"no zero in Latvian", "lv/bus.json", `"zero": "{{.N}} vietu", `, ``, "bus.seats: lv lacks the form zero"},
		{"no few in Lithuanian", "lt/bus.json", `"few": "{{.N}} vietos", `, ``, "bus.seats: lt lacks the form few"},
		{"no many in Lithuanian", "lt/bus.json", `"many": "{{.N}} vietos", `, ``, "bus.seats: lt lacks the form many"},
		{"no one in English", "en/bus.json", `"one": "{{.N}} seat", `, `"zero": "none", `, "bus.seats: en lacks the form one"},
		{"no other", "en/bus.json", `"one": "{{.N}} seat", "other": "{{.N}} seats"`, `"one": "{{.N}} seat"`, "bus.seats: en lacks the form other"},
		{"a form the language has not", "en/bus.json", `"one": "{{.N}} seat"`, `"one": "{{.N}} seat", "few": "{{.N}} seats"`, "bus.seats: en has no form few"},
		{"plural in one language only", "en/bus.json", `{"one": "{{.N}} seat", "other": "{{.N}} seats"}`, `"{{.N}} seats"`, "bus.seats: counts something in en or in lv"},
		{"an empty message", "en/bus.json", `"small"`, `""`, "bus.kind.small: en lacks the form other"},
		{"logic in a message", "en/bus.json", `{{.Name}}`, `{{if .Name}}x{{end}}`, "is not a placeholder"},
		{"an open placeholder", "en/bus.json", `{{.Name}}`, `{{.Name`, "is not a placeholder"},
		{"another area's key", "en/bus.json", `"bus.hello"`, `"tram.hello"`, "tram.hello is not of the area bus."},
		{"a currency of its own", "en/bus.json", `Hello, {{.Name}}`, `Hello, {{.Name}} euro`, "bus.hello: en names a currency behind {{.Name}}"},
		{"bad JSON", "en/bus.json", `"}`, ``, "parse:"},
		{"a key nobody says", "bus.go", `lang.N(ctx, "bus.seats", 3);`, ``, "bus.seats: no code says it"},
		{"a prefix nobody says", "bus.go", `lang.T(ctx, "bus.kind."+kind)`, ``, "bus.kind.small: no code says it"},
		{"a key nobody has written", "bus.go", `"bus.hello"`, `"bus.helo"`, "bus.helo has no message"},
		{"a prefix without keys", "bus.go", `"bus.kind."+kind`, `"bus.knid."+kind`, "no key begins with bus.knid."},
		{"a fault nobody has written", "bus.go", `lang.N(`, `fault.NewInvalid("bus.full"); lang.N(`, "bus.full has no message"},
		{"a fault struct nobody has written", "bus.go", `lang.N(`, `f(fault.Fault{Key: "bus.full"}); lang.N(`, "bus.full has no message"},
		{"a placeholder left empty", "bus.go", `, "Name", name`, ``, "bus.hello is given [], but asks for [Name]"},
		{"a placeholder unknown", "bus.go", `"Name", name`, `"Name", name, "Age", 3`, "bus.hello is given [Age Name], but asks for [Name]"},
		{"T for a count", "bus.go", `lang.N(ctx, "bus.seats", 3)`, `lang.T(ctx, "bus.seats")`, "bus.seats has plural forms"},
		{"N for no count", "bus.go", `lang.T(ctx, "bus.hello", "Name", name)`, `lang.N(ctx, "bus.hello", 3, "Name", name)`, "bus.hello is said by N"},
		{"code that does not parse", "bus.go", `func say()`, `func say(`, "parse:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := sound()
			if !strings.Contains(files[c.file], c.old) {
				t.Fatalf("%s holds no %s to spoil", c.file, c.old)
			}
			files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
			if found := strings.Join(check(files), "\n"); !strings.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

func TestCheckKnowsWhatIsDeclared(t *testing.T) {
	t.Parallel()
	files := sound()
	files["bus.go"] = strings.Replace(files["bus.go"], `"bus.kind."+kind`, `key`, 1)
	if found := check(files, "bus.kind."); len(found) > 0 {
		t.Errorf("found %q", found)
	}
	if found := check(sound(), "bus.colour."); len(found) != 1 || !strings.Contains(found[0], "no key begins so") {
		t.Errorf("found %q, want the declaration that nothing needs", found)
	}
	// Tests and what npm brought are no use of a key.
	for _, name := range []string{"bus_test.go", "node_modules/x/bus.go", "testdata/bus.go"} {
		files := sound()
		files[name] = files["bus.go"]
		files["bus.go"] = "package bus"
		if found := check(files); len(found) != 3 {
			t.Errorf("with the code in %s: found %q, want three keys that no code says", name, found)
		}
	}
}
