package takings

import (
	"fmt"
	"math/rand/v2"

	"vienkopus/internal/bill"
)

// Names of payers are put together at random; whoever really bears one has nothing to do with it.
var (
	women    = []string{"Anna", "Ilga", "Velta", "Mirdza", "Ausma", "Skaidrīte", "Biruta", "Valija", "Ārija", "Zenta", "Maija", "Dzintra", "Rasma", "Vija", "Lūcija"}
	men      = []string{"Jānis", "Pēteris", "Andrejs", "Imants", "Uldis", "Visvaldis", "Gunārs", "Ojārs", "Arvīds", "Zigurds", "Ēvalds", "Ādolfs", "Voldemārs", "Egils", "Laimonis"}
	surnames = [][2]string{ // of a woman, of a man
		{"Bērziņa", "Bērziņš"},
		{"Kalniņa", "Kalniņš"},
		{"Ozola", "Ozols"},
		{"Liepiņa", "Liepiņš"},
		{"Krūmiņa", "Krūmiņš"},
		{"Zariņa", "Zariņš"},
		{"Balode", "Balodis"},
		{"Vītola", "Vītols"},
		{"Eglīte", "Eglītis"},
		{"Kļaviņa", "Kļaviņš"},
		{"Ābele", "Ābele"},
		{"Priede", "Priede"},
		{"Dzenīte", "Dzenītis"},
		{"Rubene", "Rubenis"},
		{"Strazdiņa", "Strazdiņš"},
		{"Zvirbule", "Zvirbulis"},
		{"Avotiņa", "Avotiņš"},
		{"Grava", "Gravis"},
	}
	houses = []string{"Liepas", "Ozoli", "Kalnieši", "Upmaļi", "Ezerlīči", "Bērzkalni", "Vējiņi", "Sauleskalni", "Pļavnieki", "Dzirnavas", "Rozes", "Mežmaļi"}
)

// places are where payers of a centre live.
var places = map[string]string{
	"cesis": "Cēsis", "ridzene": "Vaives pagasts", "dzerbene": "Dzērbenes pagasts", "inesi": "Inešu pagasts", "kaive": "Kaives pagasts",
	"marsneni": "Mārsnēnu pagasts", "zoseni": "Zosēnu pagasts", "taurene": "Taurenes pagasts",
}

// household is who pays at a centre, again and again.
type household struct {
	bill.Payer
	account string // of the property
}

// perCentre is how many households pay at each centre.
const perCentre = 60

// households are those of a centre, always the same.
func households(centre string, prefix string) []household {
	dice := rand.New(rand.NewPCG(7, hash(centre))) //nolint:gosec // made-up people, not secrets
	all := make([]household, perCentre)
	for i := range all {
		sex := dice.IntN(2)
		name := women[dice.IntN(len(women))]
		if sex == 1 {
			name = men[dice.IntN(len(men))]
		}
		all[i] = household{
			Payer: bill.Payer{
				Name:    name + " " + surnames[dice.IntN(len(surnames))][sex],
				Address: fmt.Sprintf("„%s”, %s", houses[dice.IntN(len(houses))], places[centre]),
			},
			account: fmt.Sprintf("%s-%04d", prefix, 1000+i),
		}
	}
	return all
}
