package bill

import (
	"context"

	"vienkopus/internal/base/id"
)

// Owed returns bills with their payers and what is due for each today, in the order asked. It returns the fault "bill.unknown".
func (s *Service) Owed(ctx context.Context, bills []id.ID) ([]Found, error) {
	r := s.journal.DB()
	all := make([]Bill, len(bills))
	for i, one := range bills {
		var err error
		if all[i], err = s.store.Bill(ctx, r, one); err != nil {
			return nil, err
		}
	}
	return s.fill(ctx, r, all)
}
