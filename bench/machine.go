package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

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
