package hours

import "slices"

// Reason says why a centre is closed or has other hours than usual.
type Reason struct {
	// Key names the reason; its message in lang/ is "hours." and the key, for example hours.methodical-day.
	Key string `json:"key"`
	// Text adds what only this centre knows, in the language of the centre: where the officer is, until when.
	Text string `json:"text,omitempty"`
}

// IsZero says that no reason was given.
func (r Reason) IsZero() bool { return r == Reason{} }

// The reasons that follow from the schedule and the calendar; nobody types them.
const (
	// ReasonWeekly is a weekday without hours.
	ReasonWeekly        = "weekly"
	ReasonHoliday       = "holiday"
	ReasonMovedDay      = "moved-day"
	ReasonNotYetOpen    = "not-yet-open"
	ReasonClosedForGood = "closed-for-good"
)

// The reasons that people give in rules and exceptions.
const (
	// ReasonMethodicalDay is the day on which libraries keep their stock and train (metodiskā diena).
	ReasonMethodicalDay = "methodical-day"
	// ReasonOffSite is a day on which the clerk receives people elsewhere; the text says where.
	ReasonOffSite     = "off-site"
	ReasonShorterDay  = "shorter-day"
	ReasonExtraDay    = "extra-day"
	ReasonTraining    = "training"
	ReasonStaffAbsent = "staff-absent"
	ReasonRepairs     = "repairs"
	ReasonBreakdown   = "breakdown"
	ReasonEvent       = "event"
	// ReasonOther needs a text.
	ReasonOther = "other"
)

// GivenReasons returns the keys that people may give, in the order of a list to choose from.
func GivenReasons() []string {
	return []string{
		ReasonMethodicalDay, ReasonOffSite, ReasonShorterDay, ReasonExtraDay, ReasonTraining, ReasonStaffAbsent,
		ReasonRepairs, ReasonBreakdown, ReasonEvent, ReasonOther,
	}
}

// ReasonKeys returns every key that a day can have, so that a test can look for their messages.
func ReasonKeys() []string {
	return slices.Concat(GivenReasons(), []string{
		ReasonWeekly, ReasonHoliday, ReasonMovedDay, ReasonNotYetOpen, ReasonClosedForGood,
	})
}
