package vienkopus_test

import (
	"fmt"
	"strings"
)

func moduleRules() []rule {
	requires := func(n int, comment string) tree {
		text := strings.Builder{}
		text.WriteString("module vienkopus\n\nrequire (\n")
		for i := range n {
			fmt.Fprintf(&text, "\texample.org/m%d v1.0.0%s\n", i, comment)
		}
		return tree{"go.mod": text.String() + ")\n"}
	}
	const need = " // what it is for"
	return []rule{{"few modules are taken in, each for a need", checkModules, []plant{
		{requires(directModule+1, need), "51 modules"},
		{requires(directModule, need), ""},
		{requires(directModule*3, " // indirect"), ""},
		{requires(1, ""), "m0 does not say what it is for"},
		{tree{"go.mod": "module vienkopus\n\nrequire example.org/alone v1.0.0\n"}, "alone does not say"},
	}}}
}

// checkModules counts what the program itself asks for, and has each say behind its version for what. The modules of tools and bench do not reach the
// program.
func checkModules(t tree) []string {
	var wrong []string
	direct, inside := 0, false
	for line := range strings.Lines(t["go.mod"]) {
		line = strings.TrimSpace(line)
		switch line {
		case "require (":
			inside = true
			continue
		case ")":
			inside = false
		}
		required := inside && line != "" || strings.HasPrefix(line, "require ")
		if !required || strings.HasPrefix(line, "//") || strings.HasSuffix(line, "// indirect") {
			continue
		}
		direct++
		module, need, _ := strings.Cut(strings.TrimPrefix(line, "require "), " // ")
		if strings.TrimSpace(need) == "" {
			wrong = append(wrong, fmt.Sprintf("go.mod: %s does not say what it is for", strings.Fields(module)[0]))
		}
	}
	if direct > directModule {
		wrong = append(wrong, fmt.Sprintf("go.mod: asks for %d modules directly, more than %d", direct, directModule))
	}
	return wrong
}
