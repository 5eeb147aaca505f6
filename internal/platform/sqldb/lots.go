package sqldb

import (
	"slices"
	"strconv"
	"strings"
)

// lots are how many values one statement names. They are few, so that there are few texts to prepare.
var lots = []int{1, 8, 40, 200}

// InLots hands values to use, a list of parameters such as ($1, $2) and its arguments at a time, so that many rows are asked for at once. What is
// missing in a lot is filled up with its last value.
func InLots[T any](values []T, use func(list string, args []any) error) error {
	for len(values) > 0 {
		size := lots[len(lots)-1]
		for _, lot := range slices.Backward(lots) {
			if lot >= len(values) {
				size = lot
			}
		}
		args, marks := make([]any, size), make([]string, size)
		for i := range size {
			args[i], marks[i] = values[min(i, len(values)-1)], "$"+strconv.Itoa(i+1)
		}
		if err := use("("+strings.Join(marks, ", ")+")", args); err != nil {
			return err
		}
		values = values[min(size, len(values)):]
	}
	return nil
}
