package visithttp

import (
	"context"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/catalogue/cataloguehttp"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/visit"
)

// service returns what the clerk reads about the chosen service, or nil when none is chosen.
func (p pages) service(ctx context.Context, desk string, form actForm) (*serviceCard, error) {
	if form.Service == "" {
		return nil, nil //nolint:nilnil // no service is a state of the screen
	}
	s, ok := p.Shelf.Service(form.Service)
	if !ok {
		return nil, nil //nolint:nilnil // it was withdrawn in the meantime; the screen goes on without it
	}
	options, err := p.Counter.Options(ctx, p.Journal.DB(), desk, s.Code)
	if fault.KindOf(err) == fault.Invalid {
		return nil, nil //nolint:nilnil // as above
	}
	if err != nil {
		return nil, err
	}
	code := lang.Code(ctx)
	card := &serviceCard{
		Code: s.Code, Name: s.Name.For(code), Summary: s.Summary.For(code), Institution: p.institution(ctx, s.Institution),
		Ask: cataloguehttp.Texts(code, s.Ask), Bring: cataloguehttp.Texts(code, s.Bring), Steps: cataloguehttp.Texts(code, s.Steps), Tell: s.Tell.For(code),
		Fee: cataloguehttp.Fee(ctx, s.Fee), Time: cataloguehttp.Time(ctx, s.ProcessingTime),
		NeedsIdentity: options.Offer.Identity == catalogue.IdentityDocument && slices.Contains(options.Allowed, catalogue.Application),
		HasDepth:      slices.Contains(options.Allowed, catalogue.EserviceHelp),
	}
	for _, kind := range options.Allowed {
		card.Buttons = append(card.Buttons, button(ctx, kind, len(card.Buttons) == 0 && kind != catalogue.Call && kind != catalogue.Unmet))
	}
	return card, p.blocked(ctx, card, options)
}

// blocked names what this centre may not do for the service, and the nearest centre that may.
func (p pages) blocked(ctx context.Context, card *serviceCard, o visit.Options) error {
	for _, kind := range o.Blocked {
		card.Blocked = append(card.Blocked, lang.T(ctx, "centre.act."+string(kind)))
	}
	if len(o.Blocked) == 0 {
		return nil
	}
	kind := o.Blocked[0]
	if slices.Contains(o.Blocked, catalogue.Application) {
		kind, card.NoApplication = catalogue.Application, true
	}
	near, found, err := p.Elsewhere(ctx, o.Place.Centre, o.Offer, kind)
	if err != nil || !found {
		return err
	}
	card.Near = lang.T(ctx, "counter.tier_where", "Centre", near.Name, "Distance", lang.Distance(ctx, near.Metres))
	return nil
}

func button(ctx context.Context, kind catalogue.ActKind, primary bool) actButton {
	return actButton{Kind: string(kind), Label: lang.T(ctx, "visit.kind."+string(kind)), Key: kindKeys[kind], Primary: primary}
}

// quick are the acts that need no service; with a service open they stand among its own buttons.
func quick(ctx context.Context, open *serviceCard) []actButton {
	if open != nil {
		return nil
	}
	var list []actButton
	for _, kind := range []catalogue.ActKind{
		catalogue.DocumentReceived, catalogue.DocumentSent, catalogue.Letter, catalogue.Call, catalogue.Payment, catalogue.Unmet,
	} {
		list = append(list, button(ctx, kind, false))
	}
	return list
}
