package demo

import "vienkopus/internal/base/scope"

// person is somebody of the demonstration; the names are made up.
type person struct {
	user, name, role string
	scope            scope.Scope
	desk             string // the usual one, for the sheet of sign-ins
}

const cesu, livanu = "0026000", "0036000"

var people = []person{
	{"ilze", "Ilze Ozola", "clerk", scope.Centre("marsneni"), "MRS-1"},
	{"sanita", "Sanita Kalēja", "clerk", scope.Centre("cesis"), "CES-1"},
	{"janis", "Jānis Liepa", "clerk", scope.Centre("cesis"), "CES-2"},
	{"dace", "Dace Vītola", "centre-manager", scope.Centre("cesis"), "CES-3"},
	{"inese", "Inese Grīva", "clerk", scope.Centre("dzerbene"), "DZE-1"},
	{"andris", "Andris Rubenis", "clerk", scope.Centre("livani-bus"), "LIV-BUS-1"},
	{"aivars", "Aivars Krūmiņš", "municipal-manager", scope.Municipality(cesu), ""},
	{"zane", "Zane Apsīte", "municipal-manager", scope.Municipality(livanu), ""},
	{"kristine", "Kristīne Bērziņa", "accountant", scope.Municipality(cesu), ""},
	{"valdis", "Valdis Kārkliņš", "collector", scope.Municipality(cesu), ""},
	{"marta", "Marta Eglīte", "network-manager", scope.Network, ""},
	{"rita", "Rita Saulīte", "auditor", scope.Network, ""},
	{"laura", "Laura Dzene", "dpo", scope.Network, ""},
	{"oskars", "Oskars Pūce", "administrator", scope.Network, ""},
}

// tokens are for programs: three desks to write at, and readers of figures and journals.
var tokens = []struct {
	label, role, desk string
	scope             scope.Scope
}{
	{"desk CES-1", "clerk", "CES-1", scope.Centre("cesis")},
	{"desk CES-2", "clerk", "CES-2", scope.Centre("cesis")},
	{"desk MRS-1", "clerk", "MRS-1", scope.Centre("marsneni")},
	{"reports of Cēsu novads", "municipal-manager", "", scope.Municipality(cesu)},
	{"network", "network-manager", "", scope.Network},
	{"auditor", "auditor", "", scope.Network},
}
