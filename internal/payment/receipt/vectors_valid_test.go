package receipt_test

import (
	"fmt"
	"strings"
	"time"

	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/receipt"
)

type split = map[receipt.Tender]money.Amount

func validVectors(m *maker) []vector {
	cesis := m.key("LV-CESIS")
	var all []vector
	add := func(name string, change func(*receipt.Receipt)) {
		r := plain()
		change(r)
		all = append(all, m.sound("valid: "+name, r, cesis))
	}
	add("an everyday payment in cash", func(*receipt.Receipt) {})
	add("the first of its series", func(r *receipt.Receipt) {
		r.Number, r.Previous, r.Bills = 1, receipt.Link{}, nil
		r.AddBill("77", 4250)
	})
	add("no bill", func(r *receipt.Receipt) { r.Bills = nil })
	add("one cent", func(r *receipt.Receipt) { r.Total, r.Tenders = 1, split{receipt.Cash: 1} })
	add("by card", func(r *receipt.Receipt) { r.Tenders = split{receipt.Card: 4250} })
	add("by transfer", func(r *receipt.Receipt) { r.Tenders = split{receipt.Transfer: 4250} })
	add("cash and card", func(r *receipt.Receipt) { r.Tenders = split{receipt.Cash: 2000, receipt.Card: 2250} })
	add("three tenders", func(r *receipt.Receipt) {
		r.Tenders = split{receipt.Cash: 1, receipt.Card: 2, receipt.Transfer: 4247}
	})
	add("a tender without a name", func(r *receipt.Receipt) { r.Tenders = split{receipt.Cash: 250, 4: 1000, 23: 3000} })
	add("a refund", func(r *receipt.Receipt) { r.Kind, r.Bills, r.Original = receipt.Refund, nil, receipt.Link{9, 8, 7} })
	add("a void", func(r *receipt.Receipt) { r.Kind, r.Bills, r.Original = receipt.Void, nil, receipt.Link{0xff, 9: 1} })
	for _, n := range []uint8{1, 2, 23, 24, 100, 255} {
		add(fmt.Sprintf("copy %d", n), func(r *receipt.Receipt) { *r = *r.CopyAt(n, noon.AddDate(0, 0, int(n)%200)) })
	}
	add("a copy in the same second", func(r *receipt.Receipt) { *r = *r.CopyAt(1, noon) })
	add("a copy of a refund", func(r *receipt.Receipt) {
		r.Kind, r.Bills, r.Original = receipt.Refund, nil, receipt.Link{1}
		*r = *r.CopyAt(1, noon.Add(time.Minute))
	})
	for _, n := range []uint32{2, 23, 24, 255, 256, 65535, 65536, receipt.MaxNumber} {
		add(fmt.Sprintf("number %d", n), func(r *receipt.Receipt) { r.Number = n })
	}
	for _, n := range []money.Amount{23, 24, 255, 256, 65535, 65536, 720_000, receipt.MaxNumber} {
		add(fmt.Sprintf("%d cents", n), func(r *receipt.Receipt) { r.Total, r.Tenders = n, split{receipt.Cash: n} })
	}
	for _, series := range []string{"A", "7", "CES-1", "LIV-BUS-1", "CES-1/R", "ABCDEFGH-IJ-9999", "CES-1/2/3"} {
		add("series "+series, func(r *receipt.Receipt) { r.Series = series })
	}
	for _, creditor := range []string{"4", "VSAA", "40003000642", "167524751", "CESU-UDENS", "ABCDEFGHIJKL", "02345678901X", "0234567890"} {
		add("creditor "+creditor, func(r *receipt.Receipt) { r.Creditor = creditor })
	}
	for _, currency := range []string{"AAA", "PLN", "ZZZ"} {
		add("currency "+currency, func(r *receipt.Receipt) { r.Currency = currency })
	}
	add("the same bill twice", func(r *receipt.Receipt) { r.AddBill("2026/000417", 4250) })
	all = append(all, billVectors(m)...)
	all = append(all, keyVectors(m)...)
	return append(all, m.sound("valid: the longest code", worst(), worstKey(m.t)))
}

func billVectors(m *maker) []vector {
	var all []vector
	references := []string{"2026/000417", "RF18 5390 0754 7034", "nr. 12-a", "Rēķins 7", "0", strings.Repeat("9", 40)}
	for n := 1; n <= receipt.MaxBills; n++ {
		r := plain()
		r.Bills = nil
		var questions []billQuestion
		for i, reference := range references[:n] {
			r.AddBill(reference, money.Amount(100+i))
			questions = append(questions, billQuestion{reference, int64(100 + i), true}, billQuestion{reference, int64(99 + i), false})
		}
		questions = append(questions, billQuestion{"2026-000417", 100, true}, billQuestion{" 2026 000 417 ", 100, true},
			billQuestion{"2026/000418", 100, false}, billQuestion{"rf18539007547034", 101, n >= 2}, billQuestion{"NR12A", 102, n >= 3},
			billQuestion{"RĒĶINS 7", 103, false}, billQuestion{"", 100, false})
		v := m.sound(fmt.Sprintf("valid: %d bills", n), r, m.key("LV-CESIS"))
		v.Bills = questions
		all = append(all, v)
	}
	refund := plain()
	refund.Kind, refund.Bills, refund.Original = receipt.Refund, nil, receipt.Link{5}
	v := m.sound("valid: a refund pays no bill", refund, m.key("LV-CESIS"))
	v.Bills = []billQuestion{{"2026/000417", 4250, false}}
	return append(all, v)
}

// keyVectors are sound at the very edges of what a key and a clock allow.
func keyVectors(m *maker) []vector {
	at := func(name, node string, key *receipt.SigningKey, signed, checked time.Time) vector {
		r := plain()
		r.Node, r.At = node, signed
		v := m.sound("valid: "+name, r, key)
		v.At = checked
		return v
	}
	last := day(2027, 1, 1).Add(-time.Second)
	cesis := m.key("LV-CESIS")
	reprint := plain()
	reprint.At = day(2025, 6, 1)
	return []vector{
		at("in the first second of the key", "LV-CESIS", cesis, day(2026, 1, 1), day(2026, 1, 1)),
		at("in the last second of the key", "LV-CESIS", cesis, last, last),
		at("long after the key has ended", "LV-CESIS", cesis, noon, day(2099, 1, 1)),
		at("with the key of the year before", "LV-CESIS", m.oldKey(), day(2025, 6, 1), noon),
		at("in the last second of the old key", "LV-CESIS", m.oldKey(), day(2026, 1, 1).Add(-time.Second), noon),
		at("a clock that is ten minutes slow", "LV-CESIS", cesis, noon, noon.Add(-receipt.Allowance)),
		at("another node", "LV-LIVANI", m.key("LV-LIVANI"), noon, noon),
		at("another network", "LT-MAZEIKIAI", m.key("LT-MAZEIKIAI"), noon, noon),
		m.sound("valid: a receipt of the old key, copied with the new one", reprint.CopyAt(1, noon), cesis),
	}
}

// uncertainVectors are read, but this list of keys or this clock cannot tell.
func uncertainVectors(m *maker) []vector {
	uncertain := func(name string, reason receipt.Reason, r *receipt.Receipt, key *receipt.SigningKey, at time.Time) vector {
		code := sign(m.t, r, key)
		return vector{Name: string(reason) + ": " + name, Code: code.Text(), At: at, Result: m.result(reason, r, code)}
	}
	of := func(node string) *receipt.Receipt {
		r := plain()
		r.Node = node
		return r
	}
	hour := noon.Add(time.Hour)
	bus := of("LV-CESIS-BUS")
	backdated := of("LV-CESIS-BUS")
	backdated.At = day(2026, 2, 1)
	return []vector{
		uncertain("a node that nobody knows", receipt.ReasonUnknownKey, of("LV-NOBODY"), testKey(m.t, "LV-NOBODY", 'x'), hour),
		uncertain("a later key of a known node", receipt.ReasonUnknownKey, plain(), testKey(m.t, "LV-CESIS", 'x'), hour),
		uncertain("the key of another node", receipt.ReasonUnknownKey, of("LV-LIVANI"), testKey(m.t, "LV-LIVANI", letters["LV-CESIS"]), hour),
		uncertain("another network", receipt.ReasonUnknownKey, of("LT-CESIS"), testKey(m.t, "LT-CESIS", letters["LV-CESIS"]), hour),
		uncertain("a stolen key", receipt.ReasonCompromised, bus, m.key("LV-CESIS-BUS"), hour),
		uncertain("a stolen key, dated before the theft", receipt.ReasonCompromised, backdated, m.key("LV-CESIS-BUS"), hour),
		uncertain("a stolen key, and the time lies ahead", receipt.ReasonCompromised, bus, m.key("LV-CESIS-BUS"), day(2020, 1, 1)),
		uncertain("a clock that is ten minutes and a second slow", receipt.ReasonFuture, plain(), m.key("LV-CESIS"), noon.Add(-receipt.Allowance-time.Second)),
		uncertain("a clock that stands in 1970", receipt.ReasonFuture, plain(), m.key("LV-CESIS"), day(1970, 1, 1)),
		uncertain("a copy of tomorrow", receipt.ReasonFuture, plain().CopyAt(1, noon.AddDate(0, 0, 1)), m.key("LV-CESIS"), hour),
	}
}
