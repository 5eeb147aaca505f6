package demo

import "vienkopus/internal/staff"

// person is somebody of the demonstration; the names are made up.
type person struct {
	user, name, role string
	scope            staff.Scope
	desk             string // the usual one, for the sheet of sign-ins
}

const cesu, livanu = "0026000", "0036000"

var people = []person{
	{"ilze", "Ilze Ozola", "clerk", staff.Centre("marsneni"), "MRS-1"},
	{"sanita", "Sanita Kalēja", "clerk", staff.Centre("cesis"), "CES-1"},
	{"janis", "Jānis Liepa", "clerk", staff.Centre("cesis"), "CES-2"},
	{"dace", "Dace Vītola", "centre-manager", staff.Centre("cesis"), "CES-3"},
	{"inese", "Inese Grīva", "clerk", staff.Centre("dzerbene"), "DZE-1"},
	{"andris", "Andris Rubenis", "clerk", staff.Centre("livani-bus"), "LIV-BUS-1"},
	{"aivars", "Aivars Krūmiņš", "municipal-manager", staff.Municipality(cesu), ""},
	{"zane", "Zane Apsīte", "municipal-manager", staff.Municipality(livanu), ""},
	{"kristine", "Kristīne Bērziņa", "accountant", staff.Municipality(cesu), ""},
	{"valdis", "Valdis Kārkliņš", "collector", staff.Municipality(cesu), ""},
	{"marta", "Marta Eglīte", "network-manager", staff.Network, ""},
	{"rita", "Rita Saulīte", "auditor", staff.Network, ""},
	{"laura", "Laura Dzene", "dpo", staff.Network, ""},
	{"oskars", "Oskars Pūce", "administrator", staff.Network, ""},
}

// tokens are for programs: three desks to write at, and readers of figures and journals.
var tokens = []struct {
	label, role, desk string
	scope             staff.Scope
}{
	{"desk CES-1", "clerk", "CES-1", staff.Centre("cesis")},
	{"desk CES-2", "clerk", "CES-2", staff.Centre("cesis")},
	{"desk MRS-1", "clerk", "MRS-1", staff.Centre("marsneni")},
	{"reports of Cēsu novads", "municipal-manager", "", staff.Municipality(cesu)},
	{"network", "network-manager", "", staff.Network},
	{"auditor", "auditor", "", staff.Network},
}
