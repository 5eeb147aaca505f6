package centre

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/geo"
	"vienkopus/internal/territory"
)

// Spot is a place that somebody can name to say where he is.
type Spot struct {
	Name         string
	Municipality string // name
	Point        geo.Point
	// Instead is the place whose point stands in for one that is not known, or "".
	Instead string
}

// Gazetteer finds places by the names that people type.
type Gazetteer struct {
	spots []namedSpot
}

type namedSpot struct {
	Spot
	folded, stem string
}

// NewGazetteer collects the names of centres, of the stops of mobile units, of towns and parishes, and of municipalities
// on a day. A parish without a centre has the point of the main centre of its municipality, and says so.
func NewGazetteer(centres []Centre, units []territory.Unit, municipalities []territory.Municipality, on civil.Date) *Gazetteer {
	g := &Gazetteer{}
	names := map[string]string{}
	for i := range municipalities {
		names[municipalities[i].Code] = municipalities[i].NameOn(on)
	}
	main := map[string]*Centre{}
	byUnit := map[string]geo.Point{}
	for i := range centres {
		c := &centres[i]
		if !c.ServesOn(on) {
			continue
		}
		at := c.LocationOn(on)
		g.addCentre(c.Name, &at, names[c.Municipality])
		if len(at.Stops) > 0 {
			continue
		}
		byUnit[at.Unit] = at.Point
		if m := main[c.Municipality]; m == nil || slices.Index(Tiers, c.TierOn(on)) > slices.Index(Tiers, m.TierOn(on)) {
			main[c.Municipality] = c
		}
	}
	for i := range units {
		u := &units[i]
		point, known := byUnit[u.Code]
		switch {
		case known:
			g.add(Spot{Name: u.Name, Municipality: names[u.Municipality], Point: point})
		case u.ExistsOn(on):
			g.addInstead(u.Name, names[u.Municipality], main[u.Municipality], on)
		}
	}
	for code, name := range names {
		g.addInstead(name, name, main[code], on)
	}
	return g
}

// addCentre adds a centre by its name and by the village in its address, or a mobile unit by its stops.
func (g *Gazetteer) addCentre(name string, at *Location, municipality string) {
	for _, s := range at.Stops {
		g.add(Spot{Name: s.Name, Municipality: municipality, Point: s.Point})
	}
	if len(at.Stops) > 0 {
		return
	}
	g.add(Spot{Name: name, Municipality: municipality, Point: at.Point})
	// An address without a number is the name of a village.
	if at.Address != "" && !strings.ContainsAny(at.Address, "0123456789") {
		g.add(Spot{Name: at.Address, Municipality: municipality, Point: at.Point})
	}
}

// addInstead adds a name whose own point is not known, with the point of the main centre of its municipality.
func (g *Gazetteer) addInstead(name, municipality string, main *Centre, on civil.Date) {
	if main != nil {
		g.add(Spot{Name: name, Municipality: municipality, Point: main.LocationOn(on).Point, Instead: main.Name})
	}
}

// add keeps the first spot of a name within a municipality.
func (g *Gazetteer) add(s Spot) {
	folded := fold(s.Name)
	for _, known := range g.spots {
		if known.folded == folded && known.Municipality == s.Municipality {
			return
		}
	}
	g.spots = append(g.spots, namedSpot{Spot: s, folded: folded, stem: stem(folded)})
}

// How well a name fits what was typed.
const (
	noFit = iota
	oneLetterOff
	begins
	sameStem
	sameName
)

// Find returns the places that fit what somebody typed, without diacritics or in another case form too; several when it is
// not clear which one he means, none when no name is like it.
func (g *Gazetteer) Find(typed string) []Spot {
	query := fold(typed)
	if query == "" {
		return nil
	}
	best := noFit
	var found []Spot
	for _, s := range g.spots {
		fit := s.fit(query)
		if fit == noFit || fit < best {
			continue
		}
		if fit > best {
			best, found = fit, nil
		}
		found = append(found, s.Spot)
	}
	slices.SortStableFunc(found, func(a, b Spot) int {
		// A place whose own point is known goes before one that borrows a point.
		return cmp.Or(cmp.Compare(len(a.Instead), len(b.Instead)), cmp.Compare(a.Name, b.Name))
	})
	return found
}

func (s *namedSpot) fit(query string) int {
	switch {
	case s.folded == query:
		return sameName
	case s.stem == stem(query):
		return sameStem
	case len(query) >= 3 && strings.HasPrefix(s.folded, query):
		return begins
	case len(query) >= 5 && oneEditApart(s.folded, query):
		return oneLetterOff
	}
	return noFit
}

// fold returns the letters of a name without case and diacritics, single spaces between the words.
func fold(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// kindWords follow a name and say what it is; people leave them out or write them short.
var kindWords = []string{
	" pagasts", " pagasta", " pag", " novads", " novada", " nov", " pilseta", " ciems", " parish", " municipality",
	" rajonas", " rajono", " valscius", " savivaldybe",
}

// stem returns a folded name without the word for its kind and without the ending of its case form: Drabeši, Drabešu
// pagasts and Drabešos are one place.
func stem(folded string) string {
	for _, word := range kindWords {
		if name, cut := strings.CutSuffix(folded, word); cut {
			folded = name
			break
		}
	}
	for n := 0; n < 3 && len(folded) > 3 && strings.ContainsRune("aeiousm", rune(folded[len(folded)-1])); n++ {
		folded = folded[:len(folded)-1]
	}
	return folded
}

// oneEditApart says that one letter is missing, is one too many, or is another one.
func oneEditApart(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a)-len(b) > 1 {
		return false
	}
	i := 0
	for i < len(b) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(b) && a[i+1:] == b[i+1:]
	}
	return a[i+1:] == b[i:]
}
