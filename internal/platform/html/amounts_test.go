package html_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

var decimals = regexp.MustCompile(`InputMode:\s*"decimal"`)

// A field for an amount that is no Money writes it as it was typed.
func TestEveryAmountThatIsTypedIsMoney(t *testing.T) {
	t.Parallel()
	templates := 0
	err := fs.WalkDir(os.DirFS("../.."), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".templ") {
			return err
		}
		templates++
		text, err := os.ReadFile("../../" + path)
		if decimals.Match(text) {
			t.Errorf("%s: an amount is an html.Money", path)
		}
		return err
	})
	if err != nil || templates < 10 {
		t.Fatalf("%d templates, %v", templates, err)
	}
}
