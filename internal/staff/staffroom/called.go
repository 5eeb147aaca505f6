package staffroom

import (
	"context"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/staff/staffsql"
)

// Called returns the name of somebody by her staff id, or "" when nobody knows it any more.
func (s Staff) Called(ctx context.Context, person string) (string, error) {
	who, err := id.Parse(person)
	if err != nil {
		return "", nil //nolint:nilerr // an import or the program itself has no name
	}
	account, err := staffsql.Accounts{Sealer: s.house.Sealer}.ByID(ctx, s.house.DB, who)
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	return account.Name, err
}
