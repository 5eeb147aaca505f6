package history

import (
	"time"

	"vienkopus/internal/catalogue"
	"vienkopus/internal/visit"
)

// share is a service, "" for none, how often it is asked for, and in which months more often.
type share struct {
	service string
	weight  float64
	waves   map[time.Month]float64
}

// winter is when firewood is applied for; the notices of the property tax are due in four months, and the income
// declaration in spring.
var (
	winter  = map[time.Month]float64{time.November: 14, time.December: 10, time.January: 12, time.October: 3, time.February: 3}
	taxDays = map[time.Month]float64{time.March: 4, time.May: 3, time.August: 3, time.November: 3, time.February: 2}
	spring  = map[time.Month]float64{time.March: 5, time.April: 5, time.May: 4}
	summer  = map[time.Month]float64{time.May: 3, time.June: 3, time.July: 2, time.August: 2}
)

// documents are what people hand in at the municipality.
var documents = []share{
	{"municipality-submission", 8, nil},
	{"municipality-firewood-benefit", 1, winter},
	{"municipality-housing-benefit", 3, nil},
	{"municipality-property-tax-relief", 1.5, spring},
	{"municipality-building-permit", 2, summer},
	{"municipality-tree-felling-permit", 1.2, nil},
	{"municipality-digging-permit", 1, summer},
	{"municipality-nursery-place", 1.2, summer},
	{"municipality-needy-status", 1.5, nil},
	{"municipality-social-service", 1.2, nil},
	{"municipality-trading-permit", 0.8, summer},
	{"municipality-address-assignment", 0.5, nil},
	{"municipality-cemetery", 0.5, nil},
}

// answers are what the municipality sends.
var answers = append([]share{{"municipality-residence-certificate", 1, nil}}, documents...)

// bills are what people pay.
var bills = []share{
	{"municipality-water", 4, nil},
	{"municipality-sewage", 2, nil},
	{"municipality-heating", 1, map[time.Month]float64{time.January: 4, time.February: 4, time.March: 3, time.November: 3, time.December: 4}},
	{"municipality-waste", 3, nil},
	{"municipality-property-tax", 1.5, taxDays},
}

// state are the services of the state that a unified centre is asked about.
var state = []share{
	{"vsaa-childcare-benefit", 2, nil},
	{"vsaa-sickness-benefit", 2, nil},
	{"vsaa-old-age-pension", 2.5, nil},
	{"vsaa-payments-certificate", 1, nil},
	{"vsaa-funeral-benefit", 0.6, nil},
	{"vid-annual-income-declaration", 1.5, spring},
	{"vid-justified-expenses-refund", 1, spring},
	{"vid-tax-book", 0.8, nil},
	{"pmlp-residence-declaration", 1.5, nil},
	{"pmlp-queue-booking", 1, summer},
	{"nva-unemployed-status", 1, nil},
	{"nvd-european-health-card", 0.8, summer},
	{"csdd-vehicle-ownership-change", 0.6, nil},
	{"lad-area-payments", 0.4, map[time.Month]float64{time.April: 8, time.May: 8}},
	{"vzd-cadastre-data", 0.4, nil},
}

// advice is what Cēsis itself is asked about: the state, the municipality and the computer.
var advice = append([]share{
	{"municipality-submission", 4, nil},
	{"municipality-firewood-benefit", 0.5, winter},
	{"municipality-property-tax", 1.5, taxDays},
	{"help-e-address", 1, nil},
	{"help-eid-signature", 1, nil},
	{"help-latvija-portal", 1.5, nil},
}, state...)

// none is for what names no service: letters that are taken in and calls that are put through.
var none = []share{{"", 1, nil}}

// mixOf returns what a kind of act is about at a site.
func mixOf(s site, kind catalogue.ActKind) []share {
	switch kind {
	case catalogue.DocumentReceived:
		return documents
	case catalogue.DocumentSent:
		return answers
	case catalogue.Payment:
		return bills
	case catalogue.Consultation:
		if len(s.desks) > 1 {
			return advice
		}
		return state
	case catalogue.EserviceHelp, catalogue.Application, catalogue.Letter, catalogue.Call, catalogue.Unmet:
	}
	return none
}

// way is a channel and how often it is taken.
type way struct {
	channel visit.Channel
	weight  float64
}

// waysOf returns how a kind of act comes in; in a library people stand at the desk.
func waysOf(s site, kind catalogue.ActKind) []way {
	switch {
	case kind == catalogue.Call:
		return []way{{visit.Telephone, 1}}
	case kind == catalogue.Letter:
		return []way{{visit.Post, 1}}
	case len(s.desks) == 1 || kind == catalogue.Payment:
		return []way{{visit.InPerson, 1}}
	case kind == catalogue.DocumentReceived:
		return []way{{visit.InPerson, 5}, {visit.Email, 3}, {visit.Eaddress, 2}, {visit.Post, 1}}
	case kind == catalogue.DocumentSent:
		return []way{{visit.Email, 4}, {visit.Eaddress, 4}, {visit.Post, 2}, {visit.InPerson, 1}}
	}
	return []way{{visit.InPerson, 5}, {visit.Telephone, 2}, {visit.Email, 1}}
}
