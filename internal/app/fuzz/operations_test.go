package fuzz_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/app/towntest"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/rest/resttest"
	"vienkopus/internal/staff"
)

// tokens are nobody, a stranger, and one token for each role that programs have; by their secrets.
func (h *house) tokens() map[string]string {
	h.t.Helper()
	all := map[string]string{"nobody": "", "stranger": "vk_nobody"}
	for label, in := range map[string]staff.NewToken{
		"clerk":          {Role: "clerk", Desk: "CES-1"},
		"neighbour":      {Role: "clerk", Desk: "CES-2"},
		"billing-system": {Role: "billing-system", Scope: scope.Network.Of("90000028508")},
		"billing-here":   {Role: "billing-system", Scope: scope.Municipality(towntest.Cesu).Of("90000028508")},
		"manager":        {Role: "network-manager", Scope: scope.Network},
		"auditor":        {Role: "auditor", Scope: scope.Network},
	} {
		in.Label = label
		secret, _, err := h.Staff.CreateToken(h.t.Context(), actor.System("test"), in, label)
		if err != nil {
			h.t.Fatal(err)
		}
		all[label] = secret
	}
	return all
}

// knock is one run of requests to all operations.
type knock struct {
	t      *testing.T
	site   http.Handler
	heard  *ear
	said   resttest.Description
	draw   *resttest.Draw
	tokens map[string]string
	seed   uint64
	seen   map[string]map[int]int // operation → status → how often
	let    map[string][]string    // operation → who was let in
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// send makes the request and returns what is wrong with the answer.
func (k *knock) send(name string, q resttest.Request, who string) (resttest.Answer, []string) {
	a := q.Send(k.t.Context(), k.site, k.tokens[who])
	if k.seen[name] == nil {
		k.seen[name] = map[int]int{}
	}
	k.seen[name][a.Status]++
	wrong := k.said.Judge(a)
	switch {
	case a.Status >= http.StatusInternalServerError:
		wrong = append(wrong, "the program is at fault: "+k.heard.said())
	case a.Status < http.StatusMultipleChoices && len(q.Forbidden) > 0:
		wrong = append(wrong, fmt.Sprintf("it was taken, although %q", q.Forbidden))
	case a.Status < http.StatusMultipleChoices:
		for _, id := range uuid.FindAllString(string(a.Body), 4) {
			if !slices.Contains(k.draw.Known, id) && len(k.draw.Known) < 200 {
				k.draw.Known = append(k.draw.Known, id)
			}
		}
	case len(q.Forbidden) == 0 && strings.Contains(string(a.Body), `"type":"urn:vienkopus:fault:request.member`):
		wrong = append(wrong, "it was refused as if the description did not allow it")
	}
	return a, wrong
}

// once draws a request to an operation, sends it, and returns what is wrong with the answer.
func (k *knock) once(method, path string, op resttest.Operation, bent bool) []string {
	name, callers := strings.ToUpper(method)+" "+path, slices.Sorted(maps.Keys(k.tokens))
	if let := k.let[name]; len(let) > 0 && k.draw.Rand.IntN(4) > 0 {
		callers = let
	}
	who := callers[k.draw.Rand.IntN(len(callers))]
	q := k.draw.Request(method, path, op, bent)
	a, wrong := k.send(name, q, who)
	if a.Status != http.StatusUnauthorized && a.Status != http.StatusForbidden && !slices.Contains(k.let[name], who) {
		k.let[name] = append(k.let[name], who)
	}
	for i := range wrong {
		wrong[i] = fmt.Sprintf("seed %d, %s: %v\nanswers with %d %.400s\n%s", k.seed, who, q, a.Status, a.Body, wrong[i])
	}
	return wrong
}

// all sends requests to all operations, in an order that a seed repeats, and returns what is wrong with the answers.
func (k *knock) all(each int) []string {
	k.seen, k.let = map[string]map[int]int{}, map[string][]string{}
	var wrong []string
	for _, path := range slices.Sorted(maps.Keys(k.said.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(k.said.Paths[path])) {
			for i := range each {
				wrong = append(wrong, k.once(method, path, k.said.Paths[path][method], i%2 == 1)...)
			}
		}
	}
	return wrong
}

// Whatever is sent to whichever operation by whomever, the program answers as its description says, takes nothing that the
// description forbids, is never at fault itself, and what it holds afterwards is sound.
func TestOperationsAnswerWhatNobodyThoughtOf(t *testing.T) {
	t.Parallel()
	towntest.Town.Each(t, func(t *testing.T, dsn string) {
		h := newHouse(t, dsn)
		said, err := resttest.Read(t.Context(), h.site)
		if err != nil {
			t.Fatal(err)
		}
		tokens := h.tokens()
		for _, s := range seeds() {
			k := &knock{t: t, site: h.site, heard: h.heard, said: said, draw: resttest.NewDraw(s, said), tokens: tokens, seed: s}
			k.draw.Known = []string{"CES-1", "CES-2", "cesis", "NETWORK", string(towntest.Water), string(towntest.Council), "2026-0007", towntest.Cesu, "municipality-firewood-benefit", "csdd-driving-licence"}
			for _, wrong := range k.all(*requests) {
				t.Error(wrong)
			}
			k.reached()
		}
		h.sound(t.Context())
	})
}

// reached complains about an operation that was never let in: then nothing was tried.
func (k *knock) reached() {
	for name, statuses := range k.seen {
		good := statuses[http.StatusOK] + statuses[http.StatusCreated]
		if past := good + statuses[http.StatusUnprocessableEntity] + statuses[http.StatusNotFound] + statuses[http.StatusConflict]; past < *requests/10 {
			k.t.Errorf("seed %d: %s was hardly reached: %v", k.seed, name, statuses)
		}
		k.t.Logf("%s %v", name, statuses)
	}
}
