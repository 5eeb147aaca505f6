package denial_test

import (
	"testing"
	"time"

	"vienkopus/internal/staff/denial"
)

func TestWhoeverIsRefusedOverAndOverDoesNotFillTheSecurityLog(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	b := denial.New(func() time.Time { return now })
	count := func(who string, times int) (noted, many int) {
		for range times {
			switch b.Count(who) {
			case denial.Note:
				noted++
			case denial.Many:
				many++
			case denial.Drop:
			}
		}
		return noted, many
	}
	if noted, many := count("anna", 1000); noted != 60 || many != 1 {
		t.Errorf("%d lines, %d times that there are more", noted, many)
	}
	if noted, _ := count("berta", 3); noted != 3 {
		t.Errorf("the refusals of one push out those of another: %d", noted)
	}
	now = now.Add(59 * time.Minute)
	if noted, many := count("anna", 5); noted+many != 0 {
		t.Errorf("within the hour %d more", noted+many)
	}
	now = now.Add(time.Minute)
	if noted, _ := count("anna", 5); noted != 5 {
		t.Errorf("an hour later %d of 5", noted)
	}
}
