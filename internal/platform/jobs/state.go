package jobs

import "time"

// state is what is known of a job.
type state struct {
	since     time.Time // when it was first declared here
	due       time.Time // when it is to start next
	token     string    // of the run that holds it; empty when nobody does
	until     time.Time // when the hold lapses
	started   time.Time
	succeeded time.Time
	failures  int // since the last success
	err       string
}

// held tells whether somebody holds the job.
func (s *state) held(now time.Time) bool { return s.token != "" && now.Before(s.until) }

// claim takes a job that is free and is still as it was seen.
func (s *state) claim(seen state, token string, now time.Time, lease time.Duration) bool {
	if s.held(now) || s.token != seen.token || !s.due.Equal(seen.due) {
		return false
	}
	s.token, s.until, s.started = token, now.Add(lease), now
	if now.Before(s.due) { // woken: should this run die, it is due
		s.due = now
	}
	return true
}

// renew prolongs the hold of the token.
func (s *state) renew(token string, until time.Time) bool {
	if s.token != token {
		return false
	}
	s.until = until
	return true
}

// end gives the hold of the token back and writes down how the run went. A run that lost its hold says nothing any more.
func (s *state) end(token string, err error, now, due time.Time) bool {
	if s.token != token {
		return false
	}
	s.token, s.until, s.due, s.err = "", time.Time{}, due, words(err)
	if err == nil {
		s.succeeded, s.failures = now, 0
	} else {
		s.failures++
	}
	return true
}

// free gives the hold of the token back as if the run had not been.
func (s *state) free(token string, now time.Time) bool {
	if s.token != token {
		return false
	}
	s.token, s.until, s.due = "", time.Time{}, now
	return true
}

// mend brings back what lies too far in the future because the clock was set back since: it would keep the job from running, or from being missed.
// It tells whether there was anything. Clocks of several programs may differ by a lease.
func (s *state) mend(now time.Time, every, lease time.Duration) bool {
	mended := false
	for _, t := range []struct {
		at   *time.Time
		most time.Duration // by how much it may lie in the future
		then time.Time
	}{
		{&s.since, 0, now}, {&s.started, 0, now}, {&s.succeeded, 0, now}, {&s.due, every, now}, {&s.until, lease, now.Add(lease)},
	} {
		if t.at.After(now.Add(t.most + lease)) {
			*t.at, mended = t.then, true
		}
	}
	return mended
}
