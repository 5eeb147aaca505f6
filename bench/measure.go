package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// median returns the middle one, the lower of the two in an even number. It panics when there is none.
func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}

// spread returns the smallest and the largest.
func spread[T cmp.Ordered](values []T) (least, most T) { return slices.Min(values), slices.Max(values) }

// table is a table of the report in Markdown; the first column is to the left, the others to the right.
type table struct {
	title string
	head  []string
	rows  [][]string
	notes []string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

// String writes the table with its title and its notes.
func (t *table) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n| %s |\n|---%s|\n", t.title, strings.Join(t.head, " | "), strings.Repeat("|--:", len(t.head)-1))
	for _, row := range t.rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
	}
	for _, note := range t.notes {
		fmt.Fprintf(&b, "\n%s\n", note)
	}
	return b.String()
}

// say tells how far the bench is; the report alone goes to standard output.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }

// times writes a ratio.
func times(ratio float64) string { return fmt.Sprintf("%.2f ×", ratio) }

// percent writes a ratio as a share.
func percent(ratio float64) string { return fmt.Sprintf("%.0f %%", 100*ratio) }

// thousands writes a number with spaces between its thousands.
func thousands(n float64) string {
	digits := fmt.Sprintf("%.0f", n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// mebibytes writes a number of bytes.
func mebibytes(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/(1<<20)) }

// machine says in words on what the figures were measured; nothing in them names the machine itself.
func machine() string {
	model := field("/proc/cpuinfo", "model name")
	memory := field("/proc/meminfo", "MemTotal")
	kernel, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		kernel = []byte("unknown")
	}
	version, _, _ := strings.Cut(strings.TrimSpace(string(kernel)), "-")
	return fmt.Sprintf("Machine: %s, %d cores, %s memory, Linux %s, %s.\n", model, runtime.NumCPU(), memory, version, runtime.Version())
}

// field returns the first value of that name in a file of lines "name : value".
func field(file, name string) string {
	text, err := os.ReadFile(file) //nolint:gosec // two files of /proc
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if before, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(before) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
