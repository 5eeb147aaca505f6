package civil

import (
	"fmt"
	"sync"
	"time"
)

var zones sync.Map // name → *time.Location

// Zone returns a time zone by its IANA name, for example "Europe/Riga". Each is read once: time.LoadLocation reads files at every call.
func Zone(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil //nolint:errcheck,forcetypeassert // only locations are stored
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("civil: zone: %w", err)
	}
	zones.Store(name, zone)
	return zone, nil
}
