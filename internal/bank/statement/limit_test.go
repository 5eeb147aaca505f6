package statement

import (
	"os"
	"strings"
	"testing"
)

// The largest file is read, and one of a byte more is not, wherever the byte stands: inside, or as white space behind the end.
func TestTheLargestFile(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("testdata/fidavista_12.xml")
	if err != nil {
		t.Fatal(err)
	}
	const most = 1 << 21
	fill := func(n int) string {
		return strings.Replace(string(content), "<f:OpenBal>", "<!--"+strings.Repeat("x", n)+"--><f:OpenBal>", 1)
	}
	room := most - len(fill(0))
	if got, err := readWithin(strings.NewReader(fill(room)), most); err != nil {
		t.Errorf("a file of the largest size: %v, %v", got, err)
	}
	want := "invalid: statement.too_large (file) [Megabytes 128 Lines 100000]"
	for _, text := range []string{fill(room + 1), string(content) + strings.Repeat(" ", most)} {
		if _, err := readWithin(strings.NewReader(text), most); err == nil || err.Error() != want {
			t.Errorf("a byte more: %v", err)
		}
	}
}
