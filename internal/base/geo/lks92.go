package geo

import (
	"errors"
	"fmt"
	"math"
)

// ErrOutside is returned for plane coordinates that do not lie in or near Latvia; most often easting and northing were
// exchanged.
var ErrOutside = errors.New("geo: outside the area of LKS-92")

// LKS92 is a point in plane coordinates of the Latvian geodetic coordinate system 1992 (LKS-92 / Latvia TM, EPSG:3059;
// MK 879/2011), in metres. Latvian files call the northing x and the easting y.
//
// The projection itself is right to less than a millimetre. LKS-92 is ETRS89 as it was in 1992 and moves with Europe,
// about 2.5 centimetres a year against WGS84; as both are taken for one here, points are right to about a metre, far below
// the size of a building. Its successor LKS-2020, in force since 1.10.2026 (EPSG:10305), differs from it by about ten
// centimetres.
type LKS92 struct {
	Easting  float64 `json:"easting"`
	Northing float64 `json:"northing"`
}

// The area in which plane coordinates are believed: Latvia with its sea and a strip around it.
const (
	minEasting, maxEasting   = 170000, 780000
	minNorthing, maxNorthing = 150000, 480000
)

// The ellipsoid GRS 80 and the parameters of EPSG:3059.
const (
	semiMajorAxis   = 6378137.0
	flattening      = 1 / 298.257222101
	centralMeridian = 24.0
	scaleFactor     = 0.9996
	falseEasting    = 500000.0
	falseNorthing   = -6000000.0
)

// Constants of the transverse Mercator projection as in IOGP publication 373-7-2 (EPSG Guidance Note 7-2), method 9807,
// JHS formulas. The powers of n, the third flattening, are written out as there.
const (
	n1 = flattening / (2 - flattening)
	n2 = n1 * n1
	n3 = n2 * n1
	n4 = n3 * n1
	// meridian is B, the radius of the circle as long as the meridian, in metres, with the scale factor in it.
	meridian = scaleFactor * semiMajorAxis / (1 + n1) * (1 + n2/4 + n4/64)
)

var (
	// forward and reverse are h1 to h4 and their counterparts with a prime.
	forward = [4]float64{
		n1/2 - 2*n2/3 + 5*n3/16 + 41*n4/180, 13*n2/48 - 3*n3/5 + 557*n4/1440, 61*n3/240 - 103*n4/140, 49561 * n4 / 161280,
	}
	reverse = [4]float64{
		n1/2 - 2*n2/3 + 37*n3/96 - n4/360, n2/48 + n3/15 - 437*n4/1440, 17*n3/480 - 37*n4/840, 4397 * n4 / 161280,
	}
	eccentricity = math.Sqrt(flattening * (2 - flattening))
)

// ToLKS92 returns the plane coordinates of a point in metres. It returns ErrOutside for a point that does not lie in or
// near Latvia.
func ToLKS92(p Point) (LKS92, error) {
	lat, lon := radians(p.Lat), radians(p.Lon-centralMeridian)
	q := math.Asinh(math.Tan(lat)) - eccentricity*math.Atanh(eccentricity*math.Sin(lat))
	beta := math.Atan(math.Sinh(q))
	eta := math.Atanh(math.Cos(beta) * math.Sin(lon))
	xi := math.Asin(math.Sin(beta) * math.Cosh(eta))
	dXi, dEta := series(forward, xi, eta)
	plane := LKS92{
		Easting:  falseEasting + meridian*(eta+dEta),
		Northing: falseNorthing + meridian*(xi+dXi),
	}
	if !p.IsValid() || !plane.IsValid() {
		return LKS92{}, fmt.Errorf("%w: %s", ErrOutside, p)
	}
	return plane, nil
}

// Point returns the point in degrees. It returns ErrOutside for coordinates that do not lie in or near Latvia.
func (c LKS92) Point() (Point, error) {
	if !c.IsValid() {
		return Point{}, fmt.Errorf("%w: easting %.0f m, northing %.0f m", ErrOutside, c.Easting, c.Northing)
	}
	eta := (c.Easting - falseEasting) / meridian
	xi := (c.Northing - falseNorthing) / meridian
	dXi, dEta := series(reverse, xi, eta)
	xi -= dXi
	eta -= dEta
	beta := math.Asin(math.Sin(xi) / math.Cosh(eta))
	conformal := math.Asinh(math.Tan(beta))
	q := conformal
	// Each round gains two to three digits; six leave nothing of a millimetre.
	for range 6 {
		q = conformal + eccentricity*math.Atanh(eccentricity*math.Tanh(q))
	}
	return Point{
		Lat: degrees(math.Atan(math.Sinh(q))),
		Lon: centralMeridian + degrees(math.Asin(math.Tanh(eta)/math.Cos(beta))),
	}, nil
}

// IsValid says that the coordinates lie in or near Latvia.
func (c LKS92) IsValid() bool {
	return c.Easting >= minEasting && c.Easting <= maxEasting && c.Northing >= minNorthing && c.Northing <= maxNorthing
}

// series returns the sums over h1 to h4 by which the ellipsoid differs from the sphere.
func series(h [4]float64, xi, eta float64) (dXi, dEta float64) {
	for i, coefficient := range h {
		k := float64(2 * (i + 1))
		dXi += coefficient * math.Sin(k*xi) * math.Cosh(k*eta)
		dEta += coefficient * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	return dXi, dEta
}
