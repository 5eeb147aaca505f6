package vienkopus_test

import (
	"fmt"
	"regexp"
	"strings"
)

// dials is what connects to somewhere.
var dials = regexp.MustCompile(`\bhttp\.(?:Client|Transport)\{|\bhttp\.(?:DefaultClient|DefaultTransport|Get|Post|PostForm|Head)\b|\bnet\.Dial|\btls\.Dial|\bgomail\.NewClient\(`)

// atWill are the doors to hosts that the operator names on the command line and nobody else can: to name one there is to allow it.
var atWill = map[string]string{
	"internal/platform/egress/egress.go":             "it is the rule",
	"cmd/vienkopus/node.go":                          "the address of a checkpoint is an argument of the command",
	"internal/platform/mail/smtp.go":                 "--mail; a relay on the same machine is the usual case",
	"internal/platform/checkpoint/witness/client.go": "--witness, with the key of the witness before the address",
}

func outgoingRules() []rule {
	return []rule{{"what goes out is held from what is inside", checkOutgoing, []plant{
		{tree{"internal/bill/a.go": "c := &http.Client{}\n"}, "internal/bill/a.go:1"},
		{tree{"internal/bill/a.go": "t := &http.Transport{DialContext: outside.Dial}\nhttp.Get(u)\n"}, "internal/bill/a.go:2"},
		{tree{"cmd/vienkopus/a.go": "conn, err := net.Dial(x)\n"}, "cmd/vienkopus/a.go:1"},
		{tree{"internal/platform/egress/egress.go": "var d net.Dialer\n", "internal/a/a.go": "&http.Client{Transport: &http.Transport{DialContext: outside.Dial}}\n"}, ""},
		{tree{"internal/a/a_test.go": "http.Get(x)\n", "internal/atest/a.go": "http.Get(x)\n"}, ""},
	}}}
}

// checkOutgoing finds connections that do not go through egress.Policy: a client or a transport in a file that dials by the policy is made with it.
func checkOutgoing(house tree) (complaints []string) {
	for _, file := range house.where(func(p string) bool {
		return byHand(p) && !isTest(p) && (strings.HasPrefix(p, "internal/") || strings.HasPrefix(p, "cmd/")) && !strings.Contains(p, "test/") && !strings.HasPrefix(p, "internal/demo/")
	}) {
		if atWill[file] != "" {
			continue
		}
		guarded := regexp.MustCompile(`DialContext:\s+(?:outside|c\.Outside)\.Dial\b`).MatchString(house[file])
		n := 0
		for line := range strings.Lines(house[file]) {
			n++
			if found := dials.FindString(line); found != "" && (!guarded || !strings.HasSuffix(found, "{")) {
				complaints = append(complaints, fmt.Sprintf("%s:%d: %s without egress.Policy", file, n, found))
				break
			}
		}
	}
	return complaints
}
