package geo_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/base/geo"
)

func dms(degrees, minutes, seconds float64) float64 { return degrees + minutes/60 + seconds/3600 }

// Five permanent stations near the Latvian border, as published by the Latvian Geospatial Information Agency on
// 8.3.2016 ("Bāzes staciju ģeodēziskās koordinātas" and "Bāzes staciju plaknes koordinātas LKS-92 TM", LatPos): x is the
// northing, y the easting, both to the millimetre.
var stations = []struct {
	name  string
	point geo.Point
	x, y  float64
}{
	{"RUHN", geo.Point{Lat: dms(57, 46, 56.30979), Lon: dms(23, 16, 7.65492)}, 404709.029, 456517.456},
	{"IKLA", geo.Point{Lat: dms(57, 52, 32.86322), Lon: dms(24, 22, 58.35288)}, 414946.467, 522709.723},
	{"UGA1", geo.Point{Lat: dms(58, 21, 42.88067), Lon: dms(25, 33, 47.02688)}, 470066.160, 591452.280},
	{"TOR2", geo.Point{Lat: dms(58, 15, 53.06437), Lon: dms(26, 27, 41.69329)}, 460824.002, 644406.850},
	{"VOR2", geo.Point{Lat: dms(57, 50, 24.57106), Lon: dms(27, 0, 9.63181)}, 414870.052, 678240.620},
}

func TestControlPoints(t *testing.T) {
	t.Parallel()
	// The agency states three millimetres for its own calculation.
	const millimetre = 0.002
	for _, s := range stations {
		plane, err := geo.ToLKS92(s.point)
		if err != nil || math.Abs(plane.Northing-s.x) > millimetre || math.Abs(plane.Easting-s.y) > millimetre {
			t.Errorf("%s: %.4f %.4f, %v; published %.3f %.3f", s.name, plane.Northing, plane.Easting, err, s.x, s.y)
		}
		point, err := geo.LKS92{Easting: s.y, Northing: s.x}.Point()
		if err != nil || geo.DistanceMetres(point, s.point) > millimetre {
			t.Errorf("%s: %s is %.4f m from the published point, %v", s.name, point, geo.DistanceMetres(point, s.point), err)
		}
	}
}

// The corners of Latvia and one of the stations, with the meridian arc integrated numerically in the complex plane instead
// of by the series: the projection itself is right to less than a millimetre.
func TestProjectionIsExact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		point geo.Point
		plane geo.LKS92
	}{
		{geo.Point{Lat: 55.9, Lon: 21.0}, geo.LKS92{Easting: 312445.531261, Northing: 199017.378985}},
		{geo.Point{Lat: 56.1, Lon: 28.2}, geo.LKS92{Easting: 761179.605058, Northing: 225160.684033}},
		{stations[4].point, geo.LKS92{Easting: 678240.619814, Northing: 414870.050830}},
	} {
		got, err := geo.ToLKS92(c.point)
		if err != nil || math.Hypot(got.Easting-c.plane.Easting, got.Northing-c.plane.Northing) > 1e-5 {
			t.Errorf("%s: %+v, %v; want %+v", c.point, got, err, c.plane)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{Lat: rapid.Float64Range(55.67, 58.09).Draw(t, "lat"), Lon: rapid.Float64Range(20.5, 28.24).Draw(t, "lon")}
		plane, err := geo.ToLKS92(p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := plane.Point()
		if err != nil || geo.DistanceMetres(p, back) > 1e-6 {
			t.Fatalf("%s became %s, %v", p, back, err)
		}
	})
}

func TestOutside(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]geo.Point{
		"London": {Lat: 51.5, Lon: -0.1}, "exchanged": {Lat: 24.1, Lon: 56.9}, "the pole": {Lat: 90, Lon: 24}, "nowhere": {Lat: math.NaN(), Lon: 24},
		"beyond the pole": {Lat: 123, Lon: 24}, "once around": {Lat: 57, Lon: 384},
	} {
		if plane, err := geo.ToLKS92(p); !errors.Is(err, geo.ErrOutside) {
			t.Errorf("%s: %+v, %v", name, plane, err)
		}
	}
	// Rīga with easting and northing exchanged.
	if p, err := (geo.LKS92{Easting: 311000, Northing: 506000}).Point(); !errors.Is(err, geo.ErrOutside) {
		t.Errorf("exchanged: %s, %v", p, err)
	}
	if _, err := (geo.LKS92{Easting: math.NaN(), Northing: 311000}).Point(); !errors.Is(err, geo.ErrOutside) {
		t.Error("NaN was believed")
	}
}

func TestNewPoint(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lat, lon float64 }{{90.1, 0}, {-90.1, 0}, {0, 180.1}, {0, -180.1}, {math.NaN(), 0}, {0, math.NaN()}, {math.Inf(1), 0}} {
		if p, err := geo.NewPoint(c.lat, c.lon); !errors.Is(err, geo.ErrPoint) {
			t.Errorf("%v, %v: %s, %v", c.lat, c.lon, p, err)
		}
	}
	if p, err := geo.NewPoint(57.3125, 25.2747); err != nil || p.String() != "57.312500, 25.274700" {
		t.Errorf("%s, %v", p, err)
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	quarter := math.Pi / 2 * geo.EarthRadius
	for _, c := range []struct {
		name      string
		a, b      geo.Point
		want, tol float64
	}{
		{"nothing", geo.Point{Lat: 57, Lon: 25}, geo.Point{Lat: 57, Lon: 25}, 0, 0},
		{"a quarter of the meridian", geo.Point{}, geo.Point{Lat: 90}, quarter, 1e-6},
		{"a degree of the mean sphere", geo.Point{}, geo.Point{Lat: 1}, 111195.080, 1e-3},
		{"half the equator", geo.Point{}, geo.Point{Lon: 180}, 2 * quarter, 1e-6},
		{"over the date line", geo.Point{Lon: 179.5}, geo.Point{Lon: -179.5}, quarter / 90, 1e-6},
		{"a minute of latitude", geo.Point{Lat: 57}, geo.Point{Lat: 57 + 1.0/60}, quarter / 5400, 1e-6},
	} {
		if got := geo.DistanceMetres(c.a, c.b); math.Abs(got-c.want) > c.tol {
			t.Errorf("%s: %f m, want %f m", c.name, got, c.want)
		}
	}
	// Against the ellipsoid, which the plane follows to 0.04 percent here: never longer, and within the stated 0.4 percent.
	for i, s := range stations {
		for _, o := range stations[:i] {
			plane := math.Hypot(s.x-o.x, s.y-o.y)
			if d := geo.DistanceMetres(s.point, o.point); d > plane*1.0004 || d < plane*(1-0.004) {
				t.Errorf("%s to %s: %.0f m, in the plane %.0f m", s.name, o.name, d, plane)
			}
		}
	}
}

func TestDistanceIsSymmetricAndATriangle(t *testing.T) {
	t.Parallel()
	point := rapid.Custom(func(t *rapid.T) geo.Point {
		return geo.Point{Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := point.Draw(t, "a"), point.Draw(t, "b"), point.Draw(t, "c")
		ab, bc, ac := geo.DistanceMetres(a, b), geo.DistanceMetres(b, c), geo.DistanceMetres(a, c)
		if ab < 0 || ab != geo.DistanceMetres(b, a) || ac > ab+bc+1e-3 || ab > math.Pi*geo.EarthRadius+1e-3 {
			t.Fatalf("%s %s %s: %f %f %f", a, b, c, ab, bc, ac)
		}
	})
}
