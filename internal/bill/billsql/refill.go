package billsql

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
)

// The row of no place and no bill tells with which key the marks are made.
var nobody id.ID

// ofKey is the mark in that row. Its text tells what marks there are: those of before the pairs of words had an empty one.
func (s Store) ofKey() ([]byte, error) { return s.Sealer.Mark("payer marks", "pairs", 16) }

// complete tells whether all payers have marks of today's key.
func (s Store) complete(ctx context.Context, r sqldb.Reader) (bool, error) {
	today, err := s.ofKey()
	if err != nil {
		return false, err
	}
	var is []byte
	err = r.QueryRow(ctx, `SELECT mark FROM payer_mark WHERE place = '' AND bill = $1`, nobody[:]).Scan(&is)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("billsql: marks: %w", err)
	}
	return bytes.Equal(is, today), nil
}

const (
	// readAtOnce is how many payers are read in one go.
	readAtOnce = 10_000
	// writtenAtOnce is how many rows one transaction writes, and rowsAtOnce how many one statement.
	writtenAtOnce, rowsAtOnce = 100_000, 200
	// eachWay is for how many payers one way through all of them is made. The rows of a way are kept in memory and sorted, some nine for a payer with 21 bytes each, because rows that come as the payers do lie
	// all over the table, and each transaction would write nearly every page of it.
	eachWay, rowsEach = 500_000, 9
)

// Refill gives all payers marks anew where they have none of today's key: an earlier version kept beginnings in clear or other marks, a key has come, or was lost. What an
// earlier version kept in clear is thrown away. Where the key is not at hand nothing is done.
func (s Store) Refill(ctx context.Context, db *sqldb.DB) error {
	switch done, err := s.complete(ctx, db); {
	case errors.Is(err, seal.ErrNoKey):
		return nil
	case err != nil:
		return err
	case done:
		return forgetBeginnings(ctx, db)
	}
	ctx = sqldb.Patient(ctx)
	var payers int
	if err := db.QueryRow(ctx, `SELECT COUNT(*) FROM payer`).Scan(&payers); err != nil {
		return fmt.Errorf("billsql: marks: %w", err)
	}
	f := &refilling{Store: s, db: db, marker: newMarker(s.Sealer), ways: payers/eachWay + 1, each: min(payers, eachWay) * rowsEach}
	err := f.write(ctx, func(tx *sqldb.Tx) error { return tx.Run(ctx, "bill: marks", `DELETE FROM payer_mark`) })
	for way := range f.ways {
		if err == nil {
			err = f.way(ctx, way)
		}
	}
	if err == nil {
		err = f.write(ctx, f.end(ctx))
	}
	if err != nil && !errors.Is(err, errDone) {
		return err
	}
	return forgetBeginnings(ctx, db)
}

// refilling makes all marks anew, in several ways through the payers: each makes those whose first byte lies in its part, so that every page of the table is written by one way only.
type refilling struct {
	Store
	*marker
	db *sqldb.DB
	// ways is how many there are, and each how many rows one of them makes, about.
	ways, each int
	places     []string
}

// errDone says that another program has made all marks meanwhile: it may serve, so what was read before is old.
var errDone = errors.New("billsql: the marks are made")

// write changes the marks unless another program has made them all.
func (f *refilling) write(ctx context.Context, change func(tx *sqldb.Tx) error) error {
	return f.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Lock(ctx, "payer_mark"); err != nil {
			return err
		}
		if done, err := f.complete(ctx, tx); err != nil || done {
			return cmp.Or(err, errDone)
		}
		return change(tx)
	})
}

// end says of which key the marks are.
func (f *refilling) end(ctx context.Context) func(tx *sqldb.Tx) error {
	return func(tx *sqldb.Tx) error {
		today, err := f.ofKey()
		if err != nil {
			return err
		}
		const query = `INSERT INTO payer_mark (place, mark, bill) VALUES ('', $1, $2) ON CONFLICT (place, mark, bill) DO NOTHING`
		return tx.Run(ctx, "bill: marks", query, today, nobody[:])
	}
}

// freshRow is a row that is to be written: two bytes for the place, the mark, and the bill, so that rows sort as they stand in the table.
type freshRow [2 + markSize + 16]byte

// way makes the marks of one part.
func (f *refilling) way(ctx context.Context, way int) error {
	rows := make([]freshRow, 0, f.each)
	for after, left := nobody, true; left; {
		n := 0
		err := f.eachPayer(ctx, f.db, `WHERE p.bill > $1 ORDER BY p.bill LIMIT $2`, []any{after[:], readAtOnce}, func(of marked) (err error) {
			after, n = of.Bill, n+1
			if of.Municipality != "" {
				rows, err = f.part(rows, of, way)
			}
			return err
		})
		if err != nil {
			return err
		}
		left = n == readAtOnce
	}
	slices.SortFunc(rows, func(a, b freshRow) int { return bytes.Compare(a[:], b[:]) })
	for lot := range slices.Chunk(rows, writtenAtOnce) {
		err := f.write(ctx, func(tx *sqldb.Tx) error {
			for some := range slices.Chunk(lot, rowsAtOnce) {
				if err := f.save(ctx, tx, some); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// part appends the rows of a payer that one way makes.
func (f *refilling) part(rows []freshRow, of marked, way int) ([]freshRow, error) {
	marks, err := f.all(of.Municipality, of.Payer)
	place := slices.Index(f.places, of.Municipality)
	if place < 0 {
		place = len(f.places)
		f.places = append(f.places, of.Municipality)
	}
	for _, mark := range marks {
		if int(mark[0])*f.ways/256 != way {
			continue
		}
		var r freshRow
		binary.BigEndian.PutUint16(r[:], uint16(place)) //nolint:gosec // the country has some dozens
		copy(r[copy(r[2:], mark)+2:], of.Bill[:])
		rows = append(rows, r)
	}
	return rows, err
}

// save writes rows in one statement.
func (f *refilling) save(ctx context.Context, tx bill.Runner, rows []freshRow) error {
	args, values := make([]any, 0, 3*len(rows)), make([]string, len(rows))
	for i, r := range rows {
		values[i] = fmt.Sprintf("($%d, $%d, $%d)", 3*i+1, 3*i+2, 3*i+3)
		args = append(args, f.places[binary.BigEndian.Uint16(r[:])], r[2:2+markSize:2+markSize], r[2+markSize:])
	}
	query := `INSERT INTO payer_mark (place, mark, bill) VALUES ` + strings.Join(values, ", ") + ` ON CONFLICT (place, mark, bill) DO NOTHING`
	return tx.Run(ctx, "bill: marks", query, args...)
}

// forgetBeginnings throws away what stood in clear.
func forgetBeginnings(ctx context.Context, db *sqldb.DB) error {
	var some bool
	if err := db.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM payer_beginning)`).Scan(&some); err != nil || !some {
		return err //nolint:wrapcheck // it names the table
	}
	return db.Write(ctx, func(tx *sqldb.Tx) error { return tx.Run(ctx, "bill: beginnings", `DELETE FROM payer_beginning`) })
}

// marked is a payer, and in which municipality he is found: that of his bill, and none where there is no bill.
type marked struct {
	bill.InName
	Municipality string
}

// eachPayer hands payers to use; one who does not open is nobody.
func (s Store) eachPayer(ctx context.Context, r sqldb.Reader, which string, args []any, use func(marked) error) error {
	const query = `SELECT p.bill, p.name, p.address, COALESCE(b.municipality, '') FROM payer p LEFT JOIN bill b ON b.id = p.bill `
	return sqldb.Each(ctx, r, query+which, args, func(rows *sql.Rows) error {
		var of marked
		if err := rows.Scan(&of.Bill, &of.Name, &of.Address, &of.Municipality); err != nil {
			return fmt.Errorf("billsql: payer: %w", err)
		}
		payer, err := s.open(of.Bill, of.Payer)
		if err != nil && !unreadable(err) {
			return err
		}
		of.Payer = payer
		return use(of)
	})
}

// parts are how many parts the marks are summed up in, so that those that differ are found without keeping all in memory.
const parts = 4096

// row is a row of payer_mark.
type row struct {
	place, mark string
	bill        id.ID
}

// sums of marks by part, of those that payers have less those that are stored: zeros where they agree.
type sums struct {
	key [16]byte // drawn anew, so that nobody can make two rows that outweigh two others
	of  [parts][2]uint64
}

func (s *sums) add(r row, sign uint64) {
	h := sha256.New()
	h.Write(s.key[:])
	h.Write(r.bill[:])
	h.Write([]byte(r.mark + "\x00" + r.place))
	sum := h.Sum(nil)
	part := &s.of[partOf(r.bill)]
	part[0] += sign * binary.BigEndian.Uint64(sum)
	part[1] += sign * binary.BigEndian.Uint64(sum[8:])
}

// partOf spreads bills; the front of an id is its time, which bills of one file share.
func partOf(b id.ID) int { return int(binary.BigEndian.Uint16(b[14:])) % parts }

// checkMarks compares the marks by which payers are found with the payers.
func (s Store) checkMarks(ctx context.Context, r journal.Reader, found *[]string) error {
	var sum sums
	rand.Read(sum.key[:])
	err := s.eachMark(ctx, r, sum.add)
	if errors.Is(err, seal.ErrNoKey) {
		return nil // nobody can say who is who
	}
	if err != nil {
		return err
	}
	differ := map[int]bool{}
	for i, part := range sum.of {
		if part != [2]uint64{} {
			differ[i] = true
		}
	}
	if len(differ) == 0 {
		return nil
	}
	left := map[row]uint64{}
	err = s.eachMark(ctx, r, func(of row, sign uint64) {
		if differ[partOf(of.bill)] {
			if left[of] += sign; left[of] == 0 {
				delete(left, of)
			}
		}
	})
	bills := map[id.ID]bool{}
	for of := range left {
		bills[of.bill] = true
	}
	for _, b := range slices.SortedFunc(maps.Keys(bills), func(a, b id.ID) int { return bytes.Compare(a[:], b[:]) }) {
		what := fmt.Sprintf("payer_mark: the payer of the bill %s is not found as he is called and where he lives", b)
		if b == nobody {
			what = "payer_mark: the marks are not all of today's key; the program makes them anew when it starts"
		}
		*found = append(*found, what)
	}
	return err
}

// eachMark tells of each mark that there is to be, and of each that is stored with the sign turned.
func (s Store) eachMark(ctx context.Context, r journal.Reader, use func(of row, sign uint64)) error {
	ctx = context.WithoutCancel(ctx) // a query that can be interrupted costs a goroutine per row on SQLite
	today, err := s.ofKey()
	if err != nil {
		return err
	}
	use(row{mark: string(today)}, 1)
	m := newMarker(s.Sealer)
	err = s.eachPayer(ctx, r, "", nil, func(of marked) error {
		if of.Municipality == "" {
			return nil // it is said of him that he has no bill
		}
		marks, err := m.all(of.Municipality, of.Payer)
		for _, mark := range marks {
			use(row{of.Municipality, string(mark), of.Bill}, 1)
		}
		return err
	})
	if err != nil {
		return err
	}
	return sqldb.Each(ctx, r, `SELECT place, mark, bill FROM payer_mark`, nil, func(rows *sql.Rows) error {
		var of row
		var mark []byte
		if err := rows.Scan(&of.place, &mark, &of.bill); err != nil {
			return fmt.Errorf("billsql: mark: %w", err)
		}
		of.mark = string(mark)
		use(of, ^uint64(0))
		return nil
	})
}
