package vienkopus_test

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// The words that must not stand in the tree are put together here, so that this file does not hold them itself.
var (
	machinePath = regexp.MustCompile(`(^|[^A-Za-z0-9_.-])/(work|farm|root|home/[a-z]+|Users/[A-Za-z]+)/`)
	registries  = registryHosts()
	resolved    = regexp.MustCompile(`"resolved":\s*"https?:`)
)

func registryHosts() *regexp.Regexp {
	var hosts []string
	for _, parts := range [][]string{
		{"registry", "npmjs", "org"},
		{"registry", "yarnpkg", "com"},
		{"npm", "pkg", "github", "com"},
		{"proxy", "golang", "org"},
		{"sum", "golang", "org"},
		{"goproxy", "io"},
		{"deb", "debian", "org"},
		{"index", "docker", "io"},
		{"pypi", "org"},
	} {
		hosts = append(hosts, strings.Join(parts, `\.`))
	}
	return regexp.MustCompile(strings.Join(hosts, "|"))
}

func wordRules() []rule {
	return []rule{
		{"no path of one machine", checkMachinePaths, []plant{
			{tree{"README.md": "see /" + "work/main/a\n"}, "README.md:1"},
			{tree{"scripts/a": "cd\ncat /" + "root/x\n"}, "scripts/a:2"},
			{tree{"docs/a.md": "at /" + "home/anna/x\n"}, "docs/a.md:1"},
			{tree{"README.md": "http://localhost:8080/work/a, /var/lib/vienkopus, ./root/\n"}, ""},
		}},
		{"no registry is named", checkRegistries, []plant{
			{tree{"e2e/package-lock.json": `"x": "https://` + "registry." + `npmjs.org/x.tgz"`}, "e2e/package-lock.json:1"},
			{tree{"web/package-lock.json": `"resolved": "http` + `s://mirror.example/x.tgz"`}, "web/package-lock.json:1"},
			{tree{"e2e/package-lock.json": `"integrity": "sha512-x"`, "go.sum": "golang.org/x/sum v1\n"}, ""},
		}},
		{"spaces and ends of lines", checkWhite, []plant{
			{tree{"internal/a.go": "package a \n"}, "internal/a.go:1: white space at the end"},
			{tree{"lang/lv/a.json": "{}\r\n"}, "lang/lv/a.json:1: white space at the end"},
			{tree{"web/a.css": "a {}"}, "does not end with a line"},
			{tree{"README.md": "two spaces  \n", "internal/a.go": "package a\n", "empty.txt": ""}, ""},
		}},
		{"passwords cost less in tests alone", checkCosts, []plant{
			{tree{"cmd/vienkopus/serve.go": "c.Passwords" + " = staff.Cost{}\n"}, "cmd/vienkopus/serve.go:1"},
			{tree{"internal/a/a.go": "x := staff.Cost" + "{Memory: 8}\n"}, "internal/a/a.go:1"},
			{tree{"internal/a/a_test.go": "Passwords" + ": towntest.Cheap\n", "internal/app/towntest/a.go": "staff.Cost" + "{Memory: 8}\n", "internal/app/house.go": "Cost: c.Passwords, Picture: p\n"}, ""},
		}},
	}
}

// cheap finds where somebody says what a hash of a password costs.
var cheap = regexp.MustCompile(`\bPasswords:|\.Passwords =|\bstaff\.Cost\{|\btowntest\.Cheap\b`)

func checkCosts(t tree) []string {
	return eachLine(t, func(file, line string) string {
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || strings.HasSuffix(path.Dir(file), "test") || !cheap.MatchString(line) {
			return ""
		}
		return "hashes of passwords cost the usual outside tests"
	})
}

// eachLine asks say about every line of every file.
func eachLine(t tree, say func(file, line string) string) []string {
	var complaints []string
	for _, file := range t.paths() {
		for i, line := range strings.Split(t[file], "\n") {
			if said := say(file, line); said != "" {
				complaints = append(complaints, fmt.Sprintf("%s:%d: %s", file, i+1, said))
			}
		}
	}
	return complaints
}

func checkMachinePaths(t tree) []string {
	return eachLine(t, func(_, line string) string {
		if found := machinePath.FindString(line); found != "" {
			return "a path of one machine: " + found
		}
		return ""
	})
}

func checkRegistries(t tree) []string {
	return eachLine(t, func(_, line string) string {
		if found := registries.FindString(line); found != "" {
			return "names a registry's host: " + found
		}
		if resolved.MatchString(line) {
			return "the lock file names the host a package came from; see e2e/.npmrc"
		}
		return ""
	})
}

// checkWhite holds what .editorconfig says. Markdown breaks lines with two spaces, generated pages are not ours, and golden
// files are as they are.
func checkWhite(t tree) []string {
	ours := func(p string) bool { return !isDoc(p) && !isMade(p) && !strings.Contains(p, "testdata/") }
	complaints := eachLine(t, func(file, line string) string {
		if ours(file) && strings.TrimRight(line, " \t\r") != line {
			return "white space at the end"
		}
		return ""
	})
	for _, file := range t.where(ours) {
		if t[file] != "" && !strings.HasSuffix(t[file], "\n") && path.Ext(file) != ".csv" {
			complaints = append(complaints, file+": does not end with a line")
		}
	}
	return complaints
}
