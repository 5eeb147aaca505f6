package centre

import (
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/territory"
)

// Nearby is a centre seen from a point.
type Nearby struct {
	Code, Name, Municipality string
	// Metres is the great-circle distance; the way is longer.
	Metres int
	// Rough says that the distance is only about right, because the point of the centre is that of its village.
	Rough bool
	// Stop is the nearest stop of a mobile unit, or "".
	Stop string
}

// From returns the centre as it is seen from a point on a day.
func (c *Centre) From(point geo.Point, on civil.Date) Nearby {
	at := c.LocationOn(on)
	n := Nearby{Code: c.Code, Name: c.Name, Municipality: c.Municipality, Rough: at.Precision.IsRough()}
	n.Metres, n.Stop = at.Metres(point)
	return n
}

// Coverage says in how many of its towns and parishes a municipality has a centre: "a centre in every parish".
type Coverage struct {
	Municipality string
	// Units are its towns and parishes, and WithCentre those with a centre of any tier; a mobile unit is in none.
	Units, WithCentre int
	// WithUnified are the units with a centre where state services can be had too.
	WithUnified int
	// Unverified says that nobody has checked the list of units. With no unit at all, the list is not known.
	Unverified bool
	// Without are the names of the units that have no centre, in the order of their codes.
	Without []string
}

// Cover counts the units of a municipality that have a centre which serves on that day.
func Cover(m territory.Municipality, units []territory.Unit, centres []Centre, on civil.Date) Coverage {
	c := Coverage{Municipality: m.Code, Unverified: m.UnitsUnverified}
	served, unified := map[string]bool{}, map[string]bool{}
	for i := range centres {
		one := &centres[i]
		if !one.ServesOn(on) {
			continue
		}
		unit := one.LocationOn(on).Unit
		served[unit] = true
		unified[unit] = unified[unit] || one.TierOn(on).Class() == ClassUnified
	}
	for i := range units {
		u := &units[i]
		if u.Municipality != m.Code || !u.ExistsOn(on) {
			continue
		}
		c.Units++
		if !served[u.Code] {
			c.Without = append(c.Without, u.Name)
			continue
		}
		c.WithCentre++
		if unified[u.Code] {
			c.WithUnified++
		}
	}
	return c
}
