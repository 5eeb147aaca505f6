package catalogue

import (
	"context"
	"fmt"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/catalogue"
)

// Seed publishes the institutions, services and baskets through the real service. It may be run again: what is there stays as it is.
func Seed(ctx context.Context, p *catalogue.Publisher, by actor.Actor) error {
	institutions, services, err := Load()
	if err != nil {
		return err
	}
	for _, i := range institutions {
		if err := p.RegisterInstitution(ctx, by, "catalogue:institution:"+i.Code, i); err != nil {
			return fmt.Errorf("institution %s: %w", i.Code, err)
		}
	}
	for i := range services {
		s := services[i]
		if err := p.Publish(ctx, by, fmt.Sprintf("catalogue:service:%s:%d", s.Code, s.Version), s); err != nil {
			return fmt.Errorf("service %s: %w", s.Code, err)
		}
	}
	basket, err := LoadBasket()
	if err != nil {
		return err
	}
	if err := p.Approve(ctx, by, fmt.Sprintf("catalogue:basket:%s:%d", basket.Code, basket.Version), basket); err != nil {
		return fmt.Errorf("basket %s: %w", basket.Code, err)
	}
	return nil
}
