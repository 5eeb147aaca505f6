package demo

import (
	"context"
	"fmt"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/visit"
)

// today are some clients served on the day the demonstration begins, so that not every centre looks silent. The desks of the
// journeys, Cēsis and Mārsnēni, stay untouched.
var today = []struct {
	desk string
	acts []visit.What
}{
	{"ALU-1", []visit.What{
		{Kind: catalogue.Consultation, Service: "vsaa-childcare-benefit"},
		{Kind: catalogue.EserviceHelp, Service: "help-e-address", Depth: visit.Helped},
	}},
	{"ALS-1", []visit.What{{Kind: catalogue.Consultation, Service: "municipality-firewood-benefit"}}},
	{"TAU-1", []visit.What{{Kind: catalogue.Consultation, Service: "vsaa-old-age-pension"}, {Kind: catalogue.Letter}}},
	{"LIV-1", []visit.What{
		{Kind: catalogue.Application, Service: "vsaa-childcare-benefit", Identity: visit.IdentityCard}, {Kind: catalogue.DocumentReceived},
	}},
	{"ROZ-1", []visit.What{{Kind: catalogue.Unmet, Service: "pmlp-passport", Reason: visit.NeedsOfficer}}},
	{"TUK-1", []visit.What{{Kind: catalogue.Consultation, Service: "vid-annual-income-declaration"}}},
	{"KAN-1", []visit.What{{Kind: catalogue.EserviceHelp, Service: "help-computer", Depth: visit.Informed}}},
}

// serveToday serves them at the real counter.
func serveToday(ctx context.Context, counter *visit.Service) error {
	for _, t := range today {
		request := func(step string) journal.Request {
			return journal.Request{By: By, Desk: t.desk, Key: "demo:today:" + t.desk + ":" + step}
		}
		v, err := counter.Open(ctx, request("open"), visit.InPerson)
		if err != nil {
			return fmt.Errorf("%s: %w", t.desk, err)
		}
		for i, what := range t.acts {
			if _, err := counter.Record(ctx, request(fmt.Sprint(i)), v.ID, what); err != nil {
				return fmt.Errorf("%s: %s: %w", t.desk, what.Service, err)
			}
		}
		// An interruption may have come after the visit was closed: then it is.
		if err := counter.Close(ctx, request("close"), v.ID); err != nil && fault.KindOf(err) != fault.Conflict {
			return fmt.Errorf("%s: %w", t.desk, err)
		}
	}
	return nil
}
