package centresql

import (
	"context"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/known"
	"vienkopus/internal/platform/sqldb"
)

// Directory returns what is known of all centres on a day, for the finder. Nobody may change it.
func (s Store) Directory(ctx context.Context, r journal.Reader, on civil.Date, c *centre.Calendars) (centre.Directory, error) {
	d, err := s.directories.Get(ctx, r, known.Source[centre.Directory]{
		Version: askVersion, Key: on,
		Load: func(ctx context.Context, r sqldb.Reader) (centre.Directory, error) { return s.directory(ctx, r, on) },
	})
	d.Calendars = c
	return d, err
}

func (s Store) directory(ctx context.Context, r journal.Reader, on civil.Date) (centre.Directory, error) {
	d := centre.Directory{}
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
