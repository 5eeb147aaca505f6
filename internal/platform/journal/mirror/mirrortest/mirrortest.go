// Package mirrortest replays lines in orders that life may have had.
package mirrortest

import (
	"math/rand/v2"

	"vienkopus/internal/platform/journal"
)

// interleaved is how many lines a desk goes on by at most.
const interleaved = 100

// Interleaved is an Order by chance: in each round some of the desks go on, each by a few lines.
func Interleaved(dice *rand.Rand) func([]journal.Span) [][]journal.Span {
	return func(left []journal.Span) (rounds [][]journal.Span) {
		for len(left) > 0 {
			var round, rest []journal.Span
			for _, s := range left {
				if dice.IntN(2) == 0 {
					upto := min(s.Upto, s.Done+1+dice.Int64N(interleaved))
					round = append(round, journal.Span{Desk: s.Desk, Done: s.Done, Upto: upto})
					s.Done = upto
				}
				if s.Done < s.Upto {
					rest = append(rest, s)
				}
			}
			dice.Shuffle(len(round), func(i, k int) { round[i], round[k] = round[k], round[i] })
			if len(round) > 0 {
				rounds = append(rounds, round)
			}
			left = rest
		}
		return rounds
	}
}
