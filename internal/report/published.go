package report

import (
	"context"

	"vienkopus/internal/platform/journal"
)

// Claim is a published figure beside what its parts and our lines make of it.
type Claim struct {
	Figure
	// PartsSum is the sum of the published parts; it means nothing when there are none.
	PartsSum int64
	// Ours is what our lines make, when HasOurs is true: there are lines for the place, period and kinds of the figure.
	Ours    int64
	HasOurs bool
}

// PartsDifference is how much the claim is more than the sum of its published parts; negative when it is less.
func (c Claim) PartsDifference() int64 { return c.Value - c.PartsSum }

// OursDifference is how much the claim is more than what our lines make; negative when it is less.
func (c Claim) OursDifference() int64 { return c.Value - c.Ours }

// Published returns what has been published about places in the scope, the latest period first. Figures of the whole
// network are for everybody.
func (s *Service) Published(ctx context.Context, scope Scope) ([]Claim, error) {
	var claims []Claim
	err := s.snapshot(ctx, func(r journal.Reader) error {
		figures, err := s.store.Figures(ctx, r)
		if err != nil {
			return err
		}
		within, err := s.placed(ctx, r, scope)
		if err != nil {
			return err
		}
		for _, f := range figures {
			if !within(f.Of) {
				continue
			}
			c, err := s.claim(ctx, r, f)
			if err != nil {
				return err
			}
			claims = append(claims, c)
		}
		return nil
	})
	return claims, err
}

// placed returns whether a place lies in the scope.
func (s *Service) placed(ctx context.Context, r journal.Reader, scope Scope) (func(Place) bool, error) {
	all, err := s.centres.Centres(ctx, r)
	if err != nil {
		return nil, err
	}
	municipality := map[string]string{}
	for i := range all {
		municipality[all[i].Code] = all[i].Municipality
	}
	return func(p Place) bool {
		switch {
		case p.Centre != "":
			return scope.Covers(municipality[p.Centre], p.Centre)
		case p.Municipality != "":
			return scope.Covers(p.Municipality, "")
		}
		return true
	}, nil
}

// Query returns the question that our lines are asked about the figure.
func (f Figure) Query() Query {
	q := Query{Period: f.Period, By: ByKind, Scope: Scope{Network: true}, Only: map[Dimension]string{}, Kinds: f.Kinds}
	switch {
	case f.Of.Desk != "":
		q.Only[ByDesk] = f.Of.Desk
	case f.Of.Centre != "":
		q.Only[ByCentre] = f.Of.Centre
	case f.Of.Municipality != "":
		q.Only[ByMunicipality] = f.Of.Municipality
	}
	return q
}

func (s *Service) claim(ctx context.Context, r journal.Reader, f Figure) (Claim, error) {
	c := Claim{Figure: f}
	for _, p := range f.Parts {
		c.PartsSum += p.Value
	}
	if len(f.Kinds) == 0 {
		return c, nil
	}
	b := &builder{query: f.Query(), rows: map[string]*Row{}, left: map[Left]int64{}}
	if err := s.gather(ctx, r, b); err != nil {
		return c, err
	}
	for _, kind := range f.Kinds {
		if row, ok := b.rows[string(kind)]; ok && !row.Cell(kind).IsNone() {
			c.Ours += row.Cell(kind).N()
			c.HasOurs = true
		}
	}
	return c, nil
}
