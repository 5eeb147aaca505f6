package report

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"sync"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/tally"
	"vienkopus/internal/visit"
)

// Line is one line of a journal that a figure is made of.
type Line struct {
	// Desk and Number are where the line stands.
	Desk   string
	Number int64
	// RecordedAt is when the line was written, in UTC; for an imported line that is long after its days.
	RecordedAt time.Time
	// Days is what the line speaks of: one day, or for an imported line perhaps more.
	Days         civil.Period
	Kind         catalogue.ActKind
	Channel      visit.Channel
	Service      string
	Institution  string
	Depth        visit.Depth
	Reason       visit.Reason
	Centre       string
	Municipality string
	Source       tally.Source
	// Note says where an imported figure comes from, in the sender's words.
	Note string
	// Count is how many acts or residents the line counts; 1 for a recorded one.
	Count int64
}

// Cursor is a place in the list of lines: behind the line of that desk, first day and number.
type Cursor struct {
	Desk   string     `json:"d"`
	Day    civil.Date `json:"t,omitzero"`
	Number int64      `json:"n,omitempty"`
}

// String returns the cursor as an address carries it, "" for the beginning.
func (c Cursor) String() string {
	if c == (Cursor{}) {
		return ""
	}
	text, err := json.Marshal(c)
	if err != nil {
		return "" // strings, numbers and a date always have a JSON form
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// ParseCursor reads what String wrote. It returns the fault "report.cursor" for anything else.
func ParseCursor(text string) (Cursor, error) {
	if text == "" {
		return Cursor{}, nil
	}
	var c Cursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil {
		return Cursor{}, fault.NewInvalid("report.cursor").On("after")
	}
	return c, nil
}

func (l *Line) cursor() Cursor { return Cursor{Desk: l.Desk, Day: l.Days.From, Number: l.Number} }

// Page is a part of the lines that a figure is made of.
type Page struct {
	Lines []Line
	// Next continues the list; it is zero at the end.
	Next Cursor
}

// MostLines is the longest page of lines.
const MostLines = 500

// Lines returns up to limit lines behind the cursor, in the order of desk, day and number. The lines of a query add up to the
// figure that a report shows for it. The By of the query is of no importance.
func (s *Service) Lines(ctx context.Context, q Query, after Cursor, limit int) (Page, error) {
	limit = max(1, min(limit, MostLines))
	var page Page
	err := s.walk(ctx, q, after, limit+1, func(l Line) error {
		page.Lines = append(page.Lines, l)
		return nil
	})
	if err != nil {
		return Page{}, err
	}
	if len(page.Lines) > limit {
		page.Lines = page.Lines[:limit]
		page.Next = page.Lines[limit-1].cursor()
	}
	return page, nil
}

// EachLine calls each for every line that Lines would return, page by page, in a bounded amount of memory. Each page is read
// at its own moment, so that a long export holds nobody up: lines that are written meanwhile may or may not be among them.
func (s *Service) EachLine(ctx context.Context, q Query, each func(Line) error) error {
	q, desks, err := s.desks(ctx, q)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var reading sync.WaitGroup
	defer reading.Wait()
	defer stop()
	queue := make(chan *deskLines, readAhead-1)
	reading.Go(func() {
		defer close(queue)
		for _, desk := range desks {
			d := &deskLines{pages: make(chan []Line, 1)}
			select {
			case queue <- d:
				reading.Go(func() { d.read(ctx, s, q, desk) })
			case <-ctx.Done():
				return
			}
		}
	})
	for d := range queue {
		for page := range d.pages {
			for i := range page {
				if err := each(page[i]); err != nil {
					return err
				}
			}
		}
		if d.err != nil {
			return d.err
		}
	}
	return ctx.Err() //nolint:wrapcheck // the caller's own
}

// readAhead is how many desks are read at once: one is being written, and the one behind it is read meanwhile.
const readAhead = 2

// deskLines are the lines of one desk, page by page; err is set when pages is closed.
type deskLines struct {
	pages chan []Line
	err   error
}

func (d *deskLines) read(ctx context.Context, s *Service, q Query, desk string) {
	defer close(d.pages)
	for from := (Cursor{Desk: desk}); ; {
		lines, err := s.store.Lines(ctx, s.journal.DB(), desk, q, from, linesPerRead)
		if err != nil {
			d.err = err
			return
		}
		if len(lines) == 0 {
			return
		}
		from = lines[len(lines)-1].cursor()
		select {
		case d.pages <- lines:
		case <-ctx.Done():
			d.err = ctx.Err() //nolint:wrapcheck // the caller's own
			return
		}
		if len(lines) < linesPerRead {
			return
		}
	}
}

// desks returns the desks that may have lines for the query, and the query with the days of the span that it is narrowed to.
func (s *Service) desks(ctx context.Context, q Query) (Query, []string, error) {
	q.By = ByKind
	if err := q.check(); err != nil {
		return q, nil, err
	}
	q, known := q.spanPeriod()
	if !known {
		return q, nil, nil
	}
	desks, err := s.store.Desks(ctx, s.journal.DB(), q)
	return q, desks, err
}

// linesPerRead is how many lines are read at once.
const linesPerRead = 2_000

// walk goes from desk to desk until it has found most lines.
func (s *Service) walk(ctx context.Context, q Query, after Cursor, most int, each func(Line) error) error {
	q, desks, err := s.desks(ctx, q)
	if err != nil {
		return err
	}
	w := &walker{service: s, query: q, most: most, each: each}
	for _, desk := range desks {
		if desk < after.Desk || w.isDone() {
			continue
		}
		from := Cursor{Desk: desk}
		if desk == after.Desk {
			from = after
		}
		if err := w.desk(ctx, s.journal.DB(), from); err != nil {
			return err
		}
	}
	return nil
}

// spanPeriod turns a span that is a month into its days; a statement stays a filter of its own.
func (q Query) spanPeriod() (Query, bool) {
	span, narrowed := q.Only[BySpan]
	if !narrowed {
		return q, true
	}
	p, err := tally.PeriodOf(span)
	if err != nil {
		return q, false
	}
	q.Period = p
	return q, true
}

// walker hands the lines of one desk after the other over.
type walker struct {
	service *Service
	query   Query
	most    int
	done    int
	each    func(Line) error
}

func (w *walker) isDone() bool { return w.done >= w.most }

func (w *walker) desk(ctx context.Context, r journal.Reader, from Cursor) error {
	for {
		limit := min(linesPerRead, w.most-w.done)
		lines, err := w.service.store.Lines(ctx, r, from.Desk, w.query, from, limit)
		if err != nil {
			return err
		}
		for _, l := range lines {
			if err := w.each(l); err != nil {
				return err
			}
		}
		w.done += len(lines)
		if len(lines) < limit || w.isDone() {
			return nil
		}
		from = lines[len(lines)-1].cursor()
	}
}
