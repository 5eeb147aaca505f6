package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
)

// formats is where the documented formats are; facts holds one example of each kind and version, and factsPage names every member.
const (
	formats   = "../../docs/formats"
	factsPage = "facts.md"
)

func exampleOf(d journal.Definition) string {
	return fmt.Sprintf("facts/%s.v%d.json", d.Kind, d.Version)
}

// read returns an example as a line of a journal holds it: without white space between its members.
func read(dir fs.FS, name string) ([]byte, error) {
	text, err := fs.ReadFile(dir, name)
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	if err := json.Compact(&body, text); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return body.Bytes(), nil
}

// checkFacts complains about every definition without a sound example or without words, and about every example without a definition.
func checkFacts(dir fs.FS, all []journal.Definition) []string {
	var complaints []string
	complain := func(d journal.Definition, format string, args ...any) {
		complaints = append(complaints, fmt.Sprintf("%s version %d: ", d.Kind, d.Version)+fmt.Sprintf(format, args...))
	}
	sections := sectionsOf(dir)
	known := map[string]bool{}
	for _, d := range all {
		known[exampleOf(d)] = true
		body, err := read(dir, exampleOf(d))
		if err != nil {
			complain(d, "no example: %v", err)
			continue
		}
		fact, err := d.Decode(body)
		if err != nil {
			complain(d, "its example cannot be read: %v", err)
			continue
		}
		if fact.Version() != d.Version {
			continue // an old version is read as what it says in today's words; it is never written again
		}
		if again, err := json.Marshal(fact); err != nil || !bytes.Equal(again, body) {
			complain(d, "its example comes back as %s (%v)", again, err)
		}
		if len(fact.Subjects()) == 0 {
			complain(d, "its example is about nothing")
		}
		words, described := sections[fmt.Sprintf("%s version %d", d.Kind, d.Version)]
		if !described {
			complain(d, "%s does not describe it", factsPage)
			continue
		}
		for _, member := range slices.Sorted(maps.Keys(membersOf(reflect.TypeOf(fact)))) {
			if !strings.Contains(words, "`"+member+"`") {
				complain(d, "%s does not name its member %s", factsPage, member)
			}
		}
	}
	examples, err := fs.Glob(dir, "facts/*")
	if err != nil {
		return append(complaints, err.Error())
	}
	for _, name := range examples {
		if !known[name] {
			complaints = append(complaints, name+": an example of nothing that the program knows")
		}
	}
	return complaints
}

// sectionsOf returns the text below every heading of the page, by heading without its backticks.
func sectionsOf(dir fs.FS) map[string]string {
	page, err := fs.ReadFile(dir, factsPage)
	if err != nil {
		return nil
	}
	sections := map[string]string{}
	for _, part := range strings.Split("\n"+string(page), "\n### ")[1:] {
		heading, text, _ := strings.Cut(part, "\n")
		text, _, _ = strings.Cut(text, "\n## ")
		sections[strings.ReplaceAll(heading, "`", "")] = text
	}
	return sections
}

// membersOf returns the names of the members that the JSON form of a type has, at every depth. A type that writes itself has none
// of its own, and texts in every language are described once for all kinds.
func membersOf(t reflect.Type) map[string]bool {
	members := map[string]bool{}
	switch t.Kind() { //nolint:exhaustive // the others hold no members
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return membersOf(t.Elem())
	case reflect.Struct:
		if writesItself(t) || isText(t) {
			return members
		}
	default:
		return members
	}
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "" && name != "-" && field.IsExported() {
			members[name] = true
		}
		maps.Copy(members, membersOf(field.Type))
	}
	return members
}

func writesItself(t reflect.Type) bool {
	_, value := reflect.Zero(t).Interface().(json.Marshaler)
	_, text := reflect.Zero(t).Interface().(interface{ MarshalText() ([]byte, error) })
	return value || text
}

// isText tells a text in the three languages of the network from any other struct.
func isText(t reflect.Type) bool {
	_, hasLV := t.FieldByName("LV")
	return hasLV && t.NumField() == 3
}

func TestEveryFactHasItsExample(t *testing.T) {
	t.Parallel()
	for _, complaint := range checkFacts(os.DirFS(formats), facts()) {
		t.Error(complaint)
	}
}

// What was set before anybody asked why is read with an empty reason, and as it was otherwise.
func TestOldRulesAreReadInTodaysWords(t *testing.T) {
	t.Parallel()
	for _, d := range facts() {
		if d.Version != 1 || !slices.Contains([]string{"late-fee.set", "cash-limit.set", "tier_rule.set"}, d.Kind) {
			continue
		}
		body, err := read(os.DirFS(formats), exampleOf(d))
		if err != nil {
			t.Fatal(err)
		}
		fact, err := d.Decode(body)
		rule, ok := fact.(dated.Rule)
		if err != nil || !ok || fact.Version() != 2 || rule.Grounds().From.IsZero() || rule.Grounds().Why != "" {
			t.Errorf("%s is read as %+v, %v", d.Kind, fact, err)
		}
		var was, is map[string]any
		again, merr := json.Marshal(fact)
		if err := errors.Join(merr, json.Unmarshal(body, &was), json.Unmarshal(again, &is)); err != nil {
			t.Fatal(err)
		}
		for member, value := range was {
			if !reflect.DeepEqual(is[member], value) {
				t.Errorf("%s: %s was %v and is read as %v", d.Kind, member, value, is[member])
			}
		}
	}
}

// TestTheCheckOfFactsCanFail plants one fault after the other.
func TestTheCheckOfFactsCanFail(t *testing.T) {
	t.Parallel()
	const name = "facts/act.undone.v1.json"
	sound := fstest.MapFS{}
	if err := copyInto(sound, os.DirFS(formats)); err != nil {
		t.Fatal(err)
	}
	if complaints := checkFacts(sound, facts()); len(complaints) > 0 {
		t.Fatalf("the copy is sound, yet: %q", complaints)
	}
	example := string(sound[name].Data)
	page := string(sound[factsPage].Data)
	for _, plant := range []struct {
		what, file, text string // an empty text takes the file away
		says             string
	}{
		{"a missing example", name, "", "no example"},
		{"an example that is no JSON", name, "{", "no example"},
		{"a member that is not there", name, strings.Replace(example, `"was"`, `"is"`, 1), "comes back as"},
		{"a member in another place", name, strings.Replace(example, "{", `{"was": {}, `, 1), "comes back as"},
		{"a value of another type", name, strings.Replace(example, `"telephone"`, "7", 1), "cannot be read"},
		{"an example of nothing", "facts/act.forgotten.v1.json", "{}", "an example of nothing"},
		{"a kind without words", factsPage, strings.Replace(page, "### `act.undone` version 1", "### Nothing", 1), "does not describe it"},
		{"a member without words", factsPage, strings.ReplaceAll(page, "`why`", "why"), "does not name its member why"},
		{"a page that is gone", factsPage, "", "does not describe it"},
	} {
		house := maps.Clone(sound)
		delete(house, plant.file)
		if plant.text != "" {
			house[plant.file] = &fstest.MapFile{Data: []byte(plant.text)}
		}
		complaints := strings.Join(checkFacts(house, facts()), "\n")
		if !strings.Contains(complaints, plant.says) {
			t.Errorf("%s: said %q, want %q", plant.what, complaints, plant.says)
		}
	}
}

func copyInto(house fstest.MapFS, dir fs.FS) error {
	names, err := fs.Glob(dir, "facts/*")
	for _, name := range append(names, factsPage) {
		text, rerr := fs.ReadFile(dir, name)
		err = errors.Join(err, rerr)
		house[path.Clean(name)] = &fstest.MapFile{Data: text}
	}
	return err
}

// FuzzFacts reads any bytes as a fact of any kind: reading never panics, and what is written and read again stays the same.
func FuzzFacts(f *testing.F) {
	definitions := map[string]journal.Definition{}
	for _, d := range facts() {
		body, err := read(os.DirFS(formats), exampleOf(d))
		if err != nil {
			f.Fatal(err)
		}
		definitions[d.Kind+fmt.Sprint(d.Version)] = d
		f.Add(d.Kind+fmt.Sprint(d.Version), body)
		f.Add(d.Kind+fmt.Sprint(d.Version), []byte("{}"))
	}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		d, known := definitions[kind]
		if !known {
			return
		}
		fact, err := d.Decode(body)
		if err != nil {
			return
		}
		once, err := json.Marshal(fact)
		if err != nil {
			return // it is in no journal: Record writes a fact before it is one
		}
		second, err := d.Decode(once)
		if err != nil {
			return // as above: Record reads back what it has written, and a role without a scope, for one, is refused there
		}
		twice, err := json.Marshal(second)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s changes from\n%s to\n%s (%v)", kind, once, twice, err)
		}
		if !slices.Equal(fact.Subjects(), second.Subjects()) {
			t.Errorf("%s is about %q, then about %q", kind, fact.Subjects(), second.Subjects())
		}
	})
}

// unread are the kinds that no projection reads, on purpose: the journal is where they are looked up, or what they say stands outside it.
var unread = []string{
	"staff.identified",                  // the code stands outside; verify compares it with the line
	"staff.proof_removed",               // the password stands outside the journal
	"bill.payer-erased",                 // so do the names of payers
	"journal.strayed", "line.dismissed", // of the journal itself; what is lost and stray stands in tables that are kept
	"node.set_aside", "node.key_replaced", // what an operator did to the node: nothing follows from it
	"clock.confirmed", // its own time is what counts
	"line.adopted",    // projections are told the line that it takes in
}

// checkReaders complains about every kind that nobody reads and that is not listed for it, about what is listed without need, and about projections that say to
// read what there is not.
func checkReaders(all []journal.Definition, projections []journal.Projection, unread []string) (complaints []string) {
	left := slices.Clone(unread)
	for _, d := range all {
		reads := slices.ContainsFunc(projections, func(p journal.Projection) bool {
			return slices.ContainsFunc(p.Reads(), func(t journal.Type) bool { return t.Holds(d) })
		})
		switch listed := slices.Contains(unread, d.Kind); {
		case !reads && !listed:
			complaints = append(complaints, fmt.Sprintf("no projection reads %s version %d", d.Kind, d.Version))
		case reads && listed:
			complaints = append(complaints, d.Kind+" is read, and listed as unread")
		}
		left = slices.DeleteFunc(left, func(kind string) bool { return kind == d.Kind })
	}
	for _, kind := range left {
		complaints = append(complaints, "there is no kind "+kind)
	}
	for _, p := range projections {
		for _, of := range p.Reads() {
			if !slices.ContainsFunc(all, of.Holds) {
				complaints = append(complaints, fmt.Sprintf("%s reads %s, which no fact is", p.Name(), of))
			}
		}
	}
	return complaints
}

func TestEveryKindIsReadOrListed(t *testing.T) {
	t.Parallel()
	var projections []journal.Projection
	h, err := build(nil, Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range h.rooms {
		projections = append(projections, r.Projections...)
	}
	for _, complaint := range checkReaders(facts(), projections, unread) {
		t.Error(complaint)
	}
	for name, said := range map[string][]string{
		"a kind less on the list": checkReaders(facts(), projections, unread[1:]),
		"a kind more on the list": checkReaders(facts(), projections, append(slices.Clone(unread), "act.recorded", "moon.landed")),
		"a projection less":       checkReaders(facts(), projections[1:], unread),
		"no facts":                checkReaders(nil, projections, nil),
	} {
		if len(said) == 0 {
			t.Errorf("%s is not seen", name)
		}
	}
}

// unseen says which decisions of a second person are about a thing that she cannot open: each has a page at the same address, and every role that begins with the decision
// begins with that page's permission too.
func unseen(routes []httpx.Route, permissions []scope.Permission) (complaints []string) {
	of := map[string]scope.Permission{}
	for _, p := range permissions {
		of[p.Name] = p
	}
	for _, decision := range routes {
		may := of[decision.Permission]
		if decision.Method != http.MethodPost || !may.FourEyes || strings.Count(decision.Path, "{") < 2 {
			continue
		}
		at := slices.IndexFunc(routes, func(r httpx.Route) bool {
			return r.Method == http.MethodGet && r.Path == decision.Path && r.Scope == decision.Scope
		})
		if at < 0 {
			complaints = append(complaints, decision.Path+": nobody sees what she decides about")
			continue
		}
		for _, role := range may.Roles {
			if !slices.Contains(of[routes[at].Permission].Roles, role) {
				complaints = append(complaints, decision.Path+": a "+role+" decides about what she may not open")
			}
		}
	}
	return complaints
}

// Whoever may decide may see that one thing: the payment of a refund answered her with 403.
func TestASecondPersonOpensWhatSheDecidesAbout(t *testing.T) {
	t.Parallel()
	h, err := build(nil, Config{})
	if err != nil {
		t.Fatal(err)
	}
	var routes []httpx.Route
	for _, r := range h.rooms {
		routes = append(routes, r.Routes...)
	}
	for _, complaint := range unseen(routes, h.permissions()) {
		t.Error(complaint)
	}
	blind := slices.DeleteFunc(slices.Clone(routes), func(r httpx.Route) bool {
		return r.Method == http.MethodGet && strings.HasSuffix(r.Path, "/refunds/{refund}")
	})
	strangers := slices.Clone(routes)
	for i, r := range strangers {
		if r.Method == http.MethodGet && strings.HasSuffix(r.Path, "/refunds/{refund}") {
			strangers[i].Permission = "bank.import"
		}
	}
	if len(unseen(blind, h.permissions())) != 1 || len(unseen(strangers, h.permissions())) != 2 {
		t.Error("a decision without its page, or with one that she may not open, passes")
	}
}
