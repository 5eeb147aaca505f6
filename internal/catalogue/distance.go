package catalogue

import "math/bits"

// longestWord bounds the work of comparing; longer words are never mistaken for each other.
const longestWord = 40

// differingLetters counts the letters that only one of two sets holds.
func differingLetters(a, b uint64) int { return bits.OnesCount64(a ^ b) }

// editDistance counts the letters to insert, delete, replace or swap to get from a to b, up to limit; limit+1 means more.
// It works on bytes, which for folded words are letters.
func editDistance(a, b string, limit int) int {
	if abs(len(a)-len(b)) > limit || len(a) > longestWord || len(b) > longestWord {
		return limit + 1
	}
	var rows [3][longestWord + 1]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, above, twoAbove := &rows[i%3], &rows[(i-1)%3], &rows[(i+1)%3]
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(row[j-1]+1, above[j]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, twoAbove[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
	}
	return min(rows[len(a)%3][len(b)], limit+1)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
