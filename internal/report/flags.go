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
	var flags []Flag
	for _, site := range sites {
		own := byCode[site.Code]
		var peers []Row
		for _, other := range sites {
			if other.Peers == site.Peers && other.Code != site.Code {
				peers = append(peers, byCode[other.Code])
			}
		}
		flags = append(flags, mirror(own, peers)...)
		flags = append(flags, quiet(own, peers)...)
	}
	return flags
}

func flagOf(own Row, odd Odd) Flag {
	return Flag{
		Row: own.Code, Odd: odd, Documents: own.Cell(catalogue.DocumentReceived).N(), Payments: own.Cell(catalogue.Payment).N(),
		Acts: own.Cell(AllActs).N(), Served: own.Cell(tally.Served).N(),
	}
}

// mirror compares documents received to payments. One is added to both, so that a site with none of one kind can be compared too.
func mirror(own Row, peers []Row) []Flag {
	f := flagOf(own, MirrorImage)
	if f.Documents+f.Payments < enough {
		return nil
	}
	var ratios []float64
	for _, p := range peers {
		if other := flagOf(p, ""); other.Documents+other.Payments > 0 {
			ratios = append(ratios, other.ratio())
		}
	}
	if len(ratios) < fewestPeers {
		return nil
	}
	usual := median(ratios)
	opposite := (f.ratio() > 1) != (usual > 1)
	if !opposite || (f.ratio() < oddBy*usual && f.ratio() > usual/oddBy) {
		return nil
	}
	f.Peers, f.PeerDocuments = len(ratios), int64(100*usual+0.5)
	return []Flag{f}
}

// ratio is documents to payments; it is no money and may be a float.
func (f Flag) ratio() float64 { return float64(f.Documents+1) / float64(f.Payments+1) }

// quiet compares all acts. A site without a single line is silent and not odd; the network page lists those.
func quiet(own Row, peers []Row) []Flag {
	f := flagOf(own, AlmostNothing)
	if own.Cell(AllActs).IsNone() && own.Cell(tally.Served).IsNone() {
		return nil
	}
	var acts []float64
	for _, p := range peers {
		if !p.Cell(AllActs).IsNone() {
			acts = append(acts, float64(p.Cell(AllActs).N()))
		}
	}
	if len(acts) < fewestPeers {
		return nil
	}
	usual := int64(median(acts))
	if usual < enough || f.Acts*oddBy >= usual {
		return nil
	}
	f.Peers, f.PeerMedian = len(acts), usual
	return []Flag{f}
}

// median returns the middle value, or the mean of the two in the middle.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}
