package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/money"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/rf"
)

// drawBill returns the bill of that number of a creditor, the same one each time. Bill n of every creditor is of the same payer, so a payer has as
// many open bills as there are creditors; every other creditor gives its bills a structured reference.
func drawBill(of, n int) (bill.Said, error) {
	c := creditors[of]
	number := fmt.Sprintf("%c25%07d", 'A'+of, n)
	content := bill.Content{
		Creditor: c.number, Number: number, Reference: fmt.Sprintf("%d00-%06d", of+1, n), Kind: c.kind, Municipality: "0026000",
		Issued:      civil.MustDate("2025-11-03"),
		Instalments: []bill.Instalment{{Due: civil.MustDate("2025-12-01"), Cents: money.Amount(900 + n*37%9000)}},
	}
	if of%2 == 0 {
		var err error
		if content.RF, err = rf.New(number); err != nil {
			return bill.Said{}, fmt.Errorf("draw: %w", err)
		}
	}
	who := drawPayer(n)
	return bill.Said{Content: content, Payer: &who}, nil
}

// The names are drawn from lists, the first ones often and the last ones seldom, so that of half a million payers about a hundred have the most
// frequent name.
var (
	firstNames = strings.Fields(`Jānis Anna Andris Kristīne Juris Inese Edgars Ilze Māris Inga Mārtiņš Līga Aivars Dace Valdis Anita Jānis-Pēteris Aija
Pēteris Vita Guntis Ligita Raimonds Santa Gatis Iveta Normunds Zane Dainis Laura Uldis Evita Ivars Sandra Arvīds Daina Viktors Marija Aleksandrs
Jeļena Sergejs Olga Vladimirs Tatjana Igors Svetlana Oļegs Nataļja Roberts Elīna Kārlis Agnese Toms Madara Rihards Baiba Oskars Ieva Emīls Marta`)
	stems = strings.Fields(`Bērz Kalniņ Ozol Jansons Liep Krūmiņ Balod Eglīt Zariņ Petersons Vītol Kārkl Kļaviņ Apsīt Priedīt Siliņ Vanag Ābol Lāc Roz Grīnberg
Krast Zvirbul Dumpj Cīrul Gulb Irb Sniedz Strazd Dzen Mednis Rubenis Pūce Sauleskaln Ziemel Rīteriņ Vakar Mežaks Purviņ Ezeriņ Upīt Avotiņ Straut
Kadiķ Ievlej Vilciņ Zaķ Lapsiņ Briedis Stirniņ Āpsīt Vēversk Putniņ Spārniņ Zvaigzn Mēnes Pērkon Zibeņ Vējiņ Sniegul Ledus Salniņ Rudzīt Miezīt Auzāj`)
	endings = strings.Fields(`š s a e is us ovs enko ājs nieks kalns lauks`)
	streets = strings.Fields(`Liepu Ozolu Bērzu Rīgas Skolas Parka Stacijas Dārza Pils Upes Meža Kalna Raiņa Brīvības Valmieras Lauku Ziedu Saules Jaunā Vecā`)
	towns   = strings.Fields(`Cēsis Dzērbene Vecpiebalga Jaunpiebalga Priekuļi Līgatne Amata Drabeši Rauna Mārsnēni`)
)

// drawPayer returns the payer of that number.
func drawPayer(n int) bill.Payer {
	random := rand.New(rand.NewPCG(uint64(n), 25)) //nolint:gosec // the same names each time, on purpose
	often := func(list []string) string {
		return list[int(math.Pow(random.Float64(), 1.2)*float64(len(list)))]
	}
	name := often(firstNames) + " " + often(stems) + often(endings)
	street, place := streets[random.IntN(len(streets))], towns[random.IntN(len(towns))]
	return bill.Payer{Name: name, Address: fmt.Sprintf("%s iela %d-%d, %s", street, 1+random.IntN(120), 1+random.IntN(60), place)}
}
