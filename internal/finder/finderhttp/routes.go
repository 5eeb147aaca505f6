// Package finderhttp is what everybody sees without signing in: the start page, the finder of the nearest centre that is
// open and does what one needs, and a page for each centre.
//
// Nothing that a visitor types is kept: where he is stands in the address of his own page and nowhere else.
package finderhttp

import (
	"context"
	"net/http"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/territory"
)

// Service is a public service as far as the finder shows it, in the reader's language.
type Service struct {
	Code, Name, Summary, Institution string
	// Bring is what the client must have with him.
	Bring []string
	// Need decides which centres may do it.
	Need centre.Need
}

// Services finds public services by the words of a client; the catalogue does.
type Services interface {
	// Search returns the services that fit best, the best first, in the language of the code.
	Search(query, language string, limit int) []Service
	// Service returns a service that is offered, or false.
	Service(code, language string) (Service, bool)
	// Offered returns all services that are offered.
	Offered(language string) []Service
}

// centres is what the pages read of centres.
type centres interface {
	Directory(ctx context.Context, r journal.Reader, on civil.Date, c *centre.Calendars) (centre.Directory, error)
	TimetablesOf(ctx context.Context, r journal.Reader, code string) ([]centre.Timetable, error)
}

// places is what the pages read of municipalities and their parishes.
type places interface {
	Municipalities(ctx context.Context, r journal.Reader) ([]territory.Municipality, error)
	AllUnits(ctx context.Context, r journal.Reader) ([]territory.Unit, error)
}

// Deps is what the pages need.
type Deps struct {
	Journal   *journal.Journal
	Centres   centres
	Places    places
	Services  Services
	Calendars *centre.Calendars
	// Phone returns the telephone of a centre on a day, or ""; nil knows of none but its own.
	Phone func(ctx context.Context, r journal.Reader, c centre.Centre, on civil.Date) (string, error)
}

// Routes returns the lines of the public pages. They are open to everybody and change nothing.
func Routes(d Deps) []httpx.Route {
	p := pages{Deps: d}
	public := func(path string, handle func(http.ResponseWriter, *http.Request) error) httpx.Route {
		return httpx.Route{Method: http.MethodGet, Path: path, Public: true, Compress: true, Handle: handle}
	}
	return []httpx.Route{
		public("/{$}", p.start),
		public("/find", p.find),
		public("/centres", p.list),
		public("/centres/{centre}", p.centre),
	}
}

type pages struct{ Deps }

// atlas is everything that a page reads, as it stands at one moment.
type atlas struct {
	now            time.Time
	today          civil.Date
	directory      centre.Directory
	municipalities []territory.Municipality
	units          []territory.Unit
}

// read reads the atlas on one unchanging view of the database.
func (p pages) read(ctx context.Context) (atlas, error) {
	a := atlas{now: p.Journal.Now()}
	a.today = civil.In(a.now, lang.Zone)
	err := p.Journal.DB().Snapshot(ctx, func(r journal.Reader) (err error) {
		if a.directory, err = p.Centres.Directory(ctx, r, a.today, p.Calendars); err != nil {
			return err
		}
		if a.municipalities, err = p.Places.Municipalities(ctx, r); err != nil {
			return err
		}
		a.units, err = p.Places.AllUnits(ctx, r)
		return err
	})
	return a, err
}

// centre returns the centre of the code, or the fault NotFound centre.unknown.
func (a *atlas) centre(code string) (*centre.Centre, error) {
	for i := range a.directory.Centres {
		if a.directory.Centres[i].Code == code {
			return &a.directory.Centres[i], nil
		}
	}
	return nil, fault.NewNotFound("centre.unknown", "Centre", code)
}

// municipality returns the municipality of the code, or one without a name.
func (a *atlas) municipality(code string) territory.Municipality {
	for i := range a.municipalities {
		if a.municipalities[i].Code == code {
			return a.municipalities[i]
		}
	}
	return territory.Municipality{}
}

// unit returns the name of a town or parish, or "".
func (a *atlas) unit(code string) string {
	for i := range a.units {
		if a.units[i].Code == code {
			return a.units[i].Name
		}
	}
	return ""
}
