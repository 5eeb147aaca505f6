package report

import (
	"slices"

	"vienkopus/internal/catalogue"
	"vienkopus/internal/tally"
)

// Site is a row of a report by centre together with what it is compared with.
type Site struct {
	Code string
	// Peers names the group of sites that are alike: sites with the same host.
	Peers string
}

// Odd says what looks odd about a site.
type Odd string

// What can look odd. Whatever it is, the figures stay as they were recorded.
const (
	// MirrorImage has documents where its peers have payments, or the other way round, by ten times or more.
	MirrorImage Odd = "mirror"
	// AlmostNothing has less than a tenth of the acts of its peers, although it has stated its figures.
	AlmostNothing Odd = "almost_nothing"
)

// Odds are all that can look odd.
var Odds = []Odd{MirrorImage, AlmostNothing}

// Flag marks a row that looks odd, with the figures that say why.
type Flag struct {
	Row string
	Odd Odd
	// Documents and Payments are the site's own figures, Acts all its acts and Served its residents served.
	Documents, Payments, Acts, Served int64
	// Peers is how many sites it was compared with, PeerMedian the acts of the middle one, PeerDocuments how many
	// documents come to 100 payments at the middle one.
	Peers                     int
	PeerMedian, PeerDocuments int64
}

const (
	// fewestPeers is how many like sites it takes to call one odd.
	fewestPeers = 3
	// oddBy is how many times a figure must differ.
	oddBy = 10
	// enough is the number of acts below which neither a ratio nor a silence says anything.
	enough = 20
)

// Flags compares each site with its peers. It changes nothing.
func Flags(sites []Site, rows []Row) []Flag {
	byCode := map[string]Row{}
	for _, r := range rows {
		byCode[r.Code] = r
	}
	peers := map[string]*peerage{}
	for _, site := range sites {
		of, known := peers[site.Peers]
		if !known {
			of = &peerage{}
			peers[site.Peers] = of
		}
		of.add(byCode[site.Code])
	}
	for _, of := range peers {
		slices.Sort(of.ratios)
		slices.Sort(of.acts)
	}
	var flags []Flag
	for _, site := range sites {
		own, of := byCode[site.Code], peers[site.Peers]
		flags = append(flags, mirror(own, of)...)
		flags = append(flags, quiet(own, of)...)
	}
	return flags
}

// peerage is what the sites that are alike come to, in order, each site among them.
type peerage struct{ ratios, acts []float64 }

func (p *peerage) add(r Row) {
	if f := flagOf(r, ""); f.Documents+f.Payments > 0 {
		p.ratios = append(p.ratios, f.ratio())
	}
	if !r.Cell(AllActs).IsNone() {
		p.acts = append(p.acts, float64(r.Cell(AllActs).N()))
	}
}

// without returns the median of the values, which are in order, and how many they are, one of them left out where it is among them.
func without(values []float64, own float64, among bool) (median float64, n int) {
	n = len(values)
	out := n
	if among {
		n--
		out, _ = slices.BinarySearch(values, own)
	}
	if n == 0 {
		return 0, 0
	}
	at := func(i int) float64 {
		if i >= out {
			i++
		}
		return values[i]
	}
	if n%2 == 1 {
		return at(n / 2), n
	}
	return (at(n/2-1) + at(n/2)) / 2, n
}

func flagOf(own Row, odd Odd) Flag {
	return Flag{
		Row: own.Code, Odd: odd, Documents: own.Cell(catalogue.DocumentReceived).N(), Payments: own.Cell(catalogue.Payment).N(),
		Acts: own.Cell(AllActs).N(), Served: own.Cell(tally.Served).N(),
	}
}

// mirror compares documents received to payments. One is added to both, so that a site with none of one kind can be compared too.
func mirror(own Row, peers *peerage) []Flag {
	f := flagOf(own, MirrorImage)
	if f.Documents+f.Payments < enough {
		return nil
	}
	usual, n := without(peers.ratios, f.ratio(), true)
	if n < fewestPeers {
		return nil
	}
	opposite := (f.ratio() > 1) != (usual > 1)
	if !opposite || (f.ratio() < oddBy*usual && f.ratio() > usual/oddBy) {
		return nil
	}
	f.Peers, f.PeerDocuments = n, int64(100*usual+0.5)
	return []Flag{f}
}

// ratio is documents to payments; it is no money and may be a float.
func (f Flag) ratio() float64 { return float64(f.Documents+1) / float64(f.Payments+1) }

// quiet compares all acts. A site without a single line is silent and not odd; the network page lists those.
func quiet(own Row, peers *peerage) []Flag {
	f := flagOf(own, AlmostNothing)
	if own.Cell(AllActs).IsNone() && own.Cell(tally.Served).IsNone() {
		return nil
	}
	middle, n := without(peers.acts, float64(f.Acts), !own.Cell(AllActs).IsNone())
	if n < fewestPeers {
		return nil
	}
	usual := int64(middle)
	if usual < enough || f.Acts*oddBy >= usual {
		return nil
	}
	f.Peers, f.PeerMedian = n, usual
	return []Flag{f}
}
