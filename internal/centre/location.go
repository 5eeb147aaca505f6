package centre

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/geo"
)

// Precision says how good a point is.
type Precision string

// The precisions.
const (
	// Building is a point within the building.
	Building Precision = "building"
	// Village is the point of the village, about a kilometre off at most.
	Village Precision = "village"
	// Doubtful is a point on which two gazetteers disagree.
	Doubtful Precision = "doubtful"
)

// Precisions are all precisions, the best first.
var Precisions = []Precision{Building, Village, Doubtful}

// IsRough says that a distance to the point is only about right.
func (p Precision) IsRough() bool { return p != Building }

// Stop is where a mobile unit stops.
type Stop struct {
	Name  string    `json:"name"`
	Point geo.Point `json:"point"`
}

// Location is where a centre is.
type Location struct {
	// Unit is the code of the town or parish, or "" for a mobile unit and where it is not known.
	Unit string `json:"unit,omitempty"`
	// Address is street, house and postal code, or "" where it is not known.
	Address   string    `json:"address,omitempty"`
	Point     geo.Point `json:"point"`
	Precision Precision `json:"precision"`
	// Stops are the places that a mobile unit visits; its own point is where it starts.
	Stops []Stop `json:"stops,omitempty"`
}

// Metres returns the great-circle distance from a point to the centre in whole metres. A mobile unit is as far away as
// its nearest stop, whose name is returned too.
func (l *Location) Metres(from geo.Point) (metres int, stop string) {
	if len(l.Stops) == 0 {
		return int(math.Round(geo.DistanceMetres(from, l.Point))), ""
	}
	for i, s := range l.Stops {
		if m := int(math.Round(geo.DistanceMetres(from, s.Point))); i == 0 || m < metres {
			metres, stop = m, s.Name
		}
	}
	return metres, stop
}

// Whereabouts is the location of a centre from a day on.
type Whereabouts struct {
	From civil.Date
	Location
}

// longestAddress is how many bytes an address may have.
const longestAddress = 200

// check returns the faults of a location, joined, or nil.
func (l *Location) check() error {
	var errs []error
	if len(l.Address) > longestAddress {
		errs = append(errs, fault.NewInvalid("centre.address").On("address"))
	}
	if !l.Point.IsValid() {
		errs = append(errs, fault.NewInvalid("centre.point").On("point"))
	}
	if !slices.Contains(Precisions, l.Precision) {
		errs = append(errs, fault.NewInvalid("centre.precision").On("precision"))
	}
	for i, s := range l.Stops {
		if !isName(s.Name) || !s.Point.IsValid() {
			errs = append(errs, fault.NewInvalid("centre.stop").On(fmt.Sprintf("stops[%d]", i)))
		}
	}
	return errors.Join(errs...)
}
