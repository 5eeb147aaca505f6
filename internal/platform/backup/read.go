package backup

import (
	"bufio"
	stdbytes "bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"regexp"
	"time"

	"vienkopus/internal/platform/journal/audit"
)

// longestLine bounds a line of the file, in bytes; a body that was taken in is far shorter.
const longestLine = 64 << 20

// sink takes what is read.
type sink interface {
	open(ctx context.Context, h header) error
	begin(ctx context.Context, t table) error
	row(ctx context.Context, t table, cells []any) error
}

// Check reads a backup to its end and compares counts, sum, and the chains of the lines in it.
// It returns ErrDamaged when something is wrong, and ErrNewer for a file of a newer program.
func Check(ctx context.Context, r io.Reader) (Summary, error) {
	return read(ctx, r, nothing{}, nil)
}

// nothing is the sink of a check.
type nothing struct{}

func (nothing) open(context.Context, header) error      { return nil }
func (nothing) begin(context.Context, table) error      { return nil }
func (nothing) row(context.Context, table, []any) error { return nil }

// input is a backup being read.
type input struct {
	lines   *bufio.Scanner
	sum     hash.Hash
	sink    sink
	header  header
	tables  map[string]table
	now     table // whose rows are coming
	rows    int64 // of all tables, so far
	summary Summary
	trail   *audit.Trail
	wrong   []error
	tell    func(int64)
}

// read hands every row to the sink. What the sink was given is good only when read returns no error.
func read(ctx context.Context, r io.Reader, to sink, tell func(int64)) (Summary, error) {
	plain, err := decompress(r)
	if err != nil {
		return Summary{}, err
	}
	in := &input{lines: bufio.NewScanner(plain), sum: sha256.New(), sink: to, tables: map[string]table{}, tell: tell}
	in.lines.Buffer(make([]byte, 0, 64<<10), longestLine)
	in.trail = audit.NewTrail(func(p audit.Problem) {
		if len(in.wrong) < 10 {
			in.wrong = append(in.wrong, errors.New(p.String()))
		}
	})
	if err := in.start(); err != nil {
		return Summary{}, err
	}
	if err := to.open(ctx, in.header); err != nil {
		return Summary{}, err
	}
	last, err := in.body(ctx)
	if err != nil {
		return Summary{}, err
	}
	if err := in.finish(last); err != nil {
		return Summary{}, err
	}
	return in.summary, nil
}

// plainHeader is how every gzip file of ours begins: no time, no name, nothing that a changed byte could hide in.
var plainHeader = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}

func decompress(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(r)
	first, err := buffered.Peek(len(plainHeader))
	if err != nil || !stdbytes.Equal(first, plainHeader) {
		return nil, fmt.Errorf("%w: it does not begin like a backup", ErrDamaged)
	}
	plain, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return plain, nil
}

// next returns the next line; the bytes are good until the one after it.
func (in *input) next() ([]byte, error) {
	found := in.lines.Scan()
	if found && len(in.lines.Bytes()) > 0 {
		return in.lines.Bytes(), nil
	}
	err := in.lines.Err()
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
}

func (in *input) add(line []byte) {
	in.sum.Write(line)
	in.sum.Write([]byte{'\n'})
}

// start reads the header.
func (in *input) start() error {
	line, err := in.next()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(line, &in.header); err != nil || in.header.Format != formatName {
		return fmt.Errorf("%w: it is no backup", ErrDamaged)
	}
	if in.header.Version > Version {
		return fmt.Errorf("%w: format %d, this program knows %d", ErrNewer, in.header.Version, Version)
	}
	at, err := time.Parse(time.RFC3339, in.header.At)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	in.add(line)
	in.summary = Summary{Version: in.header.Version, At: at, Step: in.header.Step, Rows: map[string]int64{}}
	for _, t := range in.header.Tables {
		if err := t.check(); err != nil {
			return err
		}
		in.tables[t.Name] = t
	}
	return nil
}

// plainName is what tables and columns are called; their names become part of statements.
var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (t table) check() error {
	if !plainName.MatchString(t.Name) || len(t.Columns) == 0 {
		return fmt.Errorf("%w: a table called %q", ErrDamaged, t.Name)
	}
	for _, c := range t.Columns {
		if !plainName.MatchString(c.Name) {
			return fmt.Errorf("%w: a column called %q", ErrDamaged, c.Name)
		}
	}
	return nil
}

// body reads the tables and returns the trailer's line.
func (in *input) body(ctx context.Context) ([]byte, error) {
	for {
		line, err := in.next()
		if err != nil {
			return nil, err
		}
		var b begin
		isRow := line[0] == '['
		isBegin := !isRow && json.Unmarshal(line, &b) == nil && b.Table != ""
		if !isRow && !isBegin {
			return stdbytes.Clone(line), nil
		}
		in.add(line)
		if isRow {
			err = in.row(ctx, line)
		} else {
			err = in.begin(ctx, b.Table)
		}
		if err != nil {
			return nil, err
		}
	}
}

func (in *input) begin(ctx context.Context, name string) error {
	t, known := in.tables[name]
	if !known {
		return fmt.Errorf("%w: a table %q that its header does not know", ErrDamaged, name)
	}
	in.now = t
	in.summary.Rows[name] += 0
	return in.sink.begin(ctx, t)
}

// progress is told, and the end asked for, every now and then.
func (in *input) progress(ctx context.Context) error {
	if in.rows++; in.rows%tellEvery > 0 {
		return nil
	}
	if in.tell != nil {
		in.tell(in.rows)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("backup: %w", ctx.Err())
	}
	return nil
}

func (in *input) row(ctx context.Context, line []byte) error {
	t := in.now
	decoder := json.NewDecoder(stdbytes.NewReader(line))
	decoder.UseNumber()
	var cells []any
	if err := decoder.Decode(&cells); err != nil || len(cells) != len(t.Columns) || len(cells) == 0 {
		return fmt.Errorf("%w: table %s, row %d", ErrDamaged, t.Name, in.summary.Rows[t.Name]+1)
	}
	for i, c := range t.Columns {
		var err error
		if cells[i], err = c.Type.in(cells[i]); err != nil {
			return fmt.Errorf("%w: table %s, row %d, column %s: %w", ErrDamaged, t.Name, in.summary.Rows[t.Name]+1, c.Name, err)
		}
	}
	in.summary.Rows[t.Name]++
	in.follow(t, cells)
	if err := in.sink.row(ctx, t, cells); err != nil {
		return err
	}
	return in.progress(ctx)
}

// finish compares what was read with what the trailer says, and sees that nothing comes behind it.
func (in *input) finish(last []byte) error {
	var t trailer
	if err := json.Unmarshal(last, &t); err != nil || t.Sum == "" {
		return fmt.Errorf("%w: it has no end", ErrDamaged)
	}
	in.summary.Sum = hex.EncodeToString(in.sum.Sum(nil))
	if in.summary.Sum != t.Sum {
		return fmt.Errorf("%w: its sum is not that of its contents", ErrDamaged)
	}
	if !maps.Equal(in.summary.Rows, t.Rows) {
		return fmt.Errorf("%w: it holds %v rows, and says %v", ErrDamaged, in.summary.Rows, t.Rows)
	}
	if err := in.signature(); err != nil {
		return err
	}
	if in.lines.Scan() {
		return fmt.Errorf("%w: something stands behind its end", ErrDamaged)
	}
	if err := in.lines.Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	in.trail.End()
	if len(in.wrong) > 0 {
		return fmt.Errorf("%w: its lines are not sound: %w", ErrDamaged, errors.Join(in.wrong...))
	}
	in.summary.Lines, in.summary.Desks = in.trail.Lines(), in.trail.Desks()
	return nil
}
