// Command gen writes the year of the demonstration as a file for "vienkopus import acts", for those who want to look at it:
//
//	go run ./internal/demo/history/gen 2025 > acts-2025.csv
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"

	"vienkopus/internal/demo/history"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: gen YEAR > FILE.csv")
	}
	year, err := strconv.Atoi(args[0])
	if err != nil {
		return fmt.Errorf("the year %q is no number", args[0])
	}
	out := bufio.NewWriter(os.Stdout)
	if err := history.Write(out, year); err != nil {
		return err
	}
	return out.Flush()
}
