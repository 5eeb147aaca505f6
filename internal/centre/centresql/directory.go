package centresql

import (
	"context"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
)

// Directory returns what is known of all centres on a day, for the finder.
func (s Store) Directory(ctx context.Context, r journal.Reader, on civil.Date, c *centre.Calendars) (centre.Directory, error) {
	d := centre.Directory{Calendars: c}
	var err error
	for _, step := range []func() error{
		func() error { d.Centres, err = s.Centres(ctx, r); return err },
		func() error { d.Timetables, err = s.Timetables(ctx, r, on); return err },
		func() error { d.Known, err = s.Known(ctx, r, on); return err },
		func() error { d.Rules, err = s.Rules(ctx, r, on); return err },
	} {
		if err := step(); err != nil {
			return centre.Directory{}, err
		}
	}
	return d, nil
}
