package vienkopus_test

import (
	"fmt"
	"strings"
)

func moduleRules() []rule {
	requires := func(n int, comment string) tree {
		var text strings.Builder
		text.WriteString("module vienkopus\n\nrequire example.org/first v1.0.0\n\nrequire (\n")
		for i := range n - 1 {
			fmt.Fprintf(&text, "\texample.org/m%d v1.0.0%s\n", i, comment)
		}
		return tree{"go.mod": text.String() + ")\n"}
	}
	return []rule{{"few modules are taken in", checkModules, []plant{
		{requires(directModule+1, ""), "26 modules"},
		{requires(directModule, ""), ""},
		{requires(directModule*3, " // indirect"), ""},
	}}}
}

// checkModules counts what the program itself asks for. The modules of tools and bench do not reach the program.
func checkModules(t tree) []string {
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
		if required && !strings.HasSuffix(line, "// indirect") && !strings.HasPrefix(line, "//") {
			direct++
		}
	}
	if direct > directModule {
		return []string{fmt.Sprintf("go.mod: asks for %d modules directly, more than %d", direct, directModule)}
	}
	return nil
}
