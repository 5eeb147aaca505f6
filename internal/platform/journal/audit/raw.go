package audit

import (
	"slices"
	"strings"
)

// Raw is a line as it is stored, for a check that shares no code with the feature that it checks. Of an adopted line it is what the line takes in.
type Raw struct {
	Desk, Kind string
	// Number is that of the line at the desk, Version that of its kind, and At when it was recorded, in microseconds since 1970.
	Number, Version, At int64
	// Actor is who wrote it, in which role and for whom.
	Actor string
	// Adopted is set for a line of a lost branch.
	Adopted bool
	// Body may be read until the follower is done with the line. Into takes it apart.
	Body []byte

	body body
	// apart are the projections that could not apply it.
	apart []string
	err   error // why it cannot be read
}

// Who is the person who wrote it, or the code of a program, in whatever role.
func (l Raw) Who() string {
	_, who, _ := strings.Cut(l.Actor, ":")
	who, _, _ = strings.Cut(who, ">")
	return who
}

// Applied tells whether the projection has applied it.
func (l Raw) Applied(projection string) bool {
	return len(l.apart) == 0 || !slices.Contains(l.apart, projection) && !slices.Contains(l.apart, "")
}

// place is where a line stands.
type place struct {
	desk   string
	number int64
}
