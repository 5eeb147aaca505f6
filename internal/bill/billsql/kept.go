package billsql

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
)

// CheckKept sees that what stands outside the journal fits it: that payers belong to bills and stay erased, that names are found by their own beginnings and
// by no others, and that systems are connected as the last line about their creditor says. What the rows say is proven by their codes.
func CheckKept() audit.Check {
	return audit.Check{Name: "bill", Follow: func(context.Context, sqldb.Reader) (audit.Follower, error) {
		return &keptChecker{erased: map[id.ID]int64{}, last: map[string]lastTold{}}, nil
	}}
}

// keptChecker reads bodies by itself.
type keptChecker struct {
	erased map[id.ID]int64     // when the payer of a bill was erased last
	last   map[string]lastTold // what the last line about a creditor's system tells
	found  []string
}

// Line notes whose payer was erased, and how a creditor's system is connected.
func (c *keptChecker) Line(l audit.Raw) error {
	ours := l.Kind == "bill.payer-erased" || l.Kind == "creditor.connected"
	if !ours || l.Adopted {
		return nil
	}
	var erased struct{ Bill id.ID }
	var linked lastTold
	var err error
	if l.Kind == "bill.payer-erased" {
		err = l.Into(&erased)
		c.erased[erased.Bill] = max(c.erased[erased.Bill], l.At)
	} else {
		err = l.Into(&linked)
	}
	if err != nil {
		return fmt.Errorf("billsql: body: %w", err)
	}
	if linked.at = l.At; l.Kind == "creditor.connected" && linked.at >= c.last[linked.Number].at {
		c.last[linked.Number] = linked
	}
	return nil
}

// End looks at the tables.
func (c *keptChecker) End(ctx context.Context, r sqldb.Reader, report func(audit.Problem)) (audit.Follower, error) {
	var err error
	for _, look := range []func(context.Context, journal.Reader, *[]string) error{payersOfBills, c.erasedPayers, beginnings, addresses, c.links} {
		if err = look(ctx, r, &c.found); err != nil {
			break
		}
	}
	for _, what := range c.found {
		report(audit.Problem{What: what})
	}
	return nil, err
}

func payersOfBills(ctx context.Context, r journal.Reader, found *[]string) error {
	const query = `SELECT p.bill FROM payer p WHERE NOT EXISTS (SELECT 1 FROM bill b WHERE b.id = p.bill) ORDER BY p.bill`
	return sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		var b id.ID
		if err := rows.Scan(&b); err != nil {
			return fmt.Errorf("billsql: payer: %w", err)
		}
		*found = append(*found, fmt.Sprintf("payer: no line tells of the bill %s", b))
		return nil
	})
}

// erasedPayers finds payers that were put back after they had been erased.
func (c *keptChecker) erasedPayers(ctx context.Context, r journal.Reader, found *[]string) error {
	erased := c.erased
	all := slices.SortedFunc(maps.Keys(erased), func(a, b id.ID) int { return slices.Compare(a[:], b[:]) })
	return sqldb.InLots(all, func(list string, args []any) error {
		return sqldb.Each(ctx, r, `SELECT bill, changed_at FROM payer WHERE bill IN `+list+` ORDER BY bill`, args, func(rows *sql.Rows) error {
			var b id.ID
			var at int64
			if err := rows.Scan(&b, &at); err != nil {
				return fmt.Errorf("billsql: payer: %w", err)
			}
			if at <= erased[b] {
				*found = append(*found, fmt.Sprintf("payer: the payer of the bill %s was erased and is there again", b))
			}
			return nil
		})
	})
}

// parts are how many parts the beginnings are summed up in, so that those that differ are found without keeping all in memory.
const parts = 4096

// sums of beginnings by part, of the names less what is stored: zeros where they agree.
type sums struct {
	key [16]byte // drawn anew, so that nobody can make two rows that outweigh two others
	of  [parts][2]uint64
}

func (s *sums) add(beginning string, b id.ID, sign uint64) {
	h := sha256.New()
	h.Write(s.key[:])
	h.Write(b[:])
	h.Write([]byte(beginning))
	sum := h.Sum(nil)
	part := &s.of[partOf(b)]
	part[0] += sign * binary.BigEndian.Uint64(sum)
	part[1] += sign * binary.BigEndian.Uint64(sum[8:])
}

// partOf spreads bills; the front of an id is its time, which bills of one file share.
func partOf(b id.ID) int { return int(binary.BigEndian.Uint16(b[14:])) % parts }

// beginnings compares the beginnings by which names are found with the names.
func beginnings(ctx context.Context, r journal.Reader, found *[]string) error {
	var s sums
	rand.Read(s.key[:])
	err := eachBeginning(ctx, r, s.add)
	if err != nil {
		return err
	}
	differ := map[int]bool{}
	for i, part := range s.of {
		if part != [2]uint64{} {
			differ[i] = true
		}
	}
	if len(differ) == 0 {
		return nil
	}
	type row struct {
		beginning string
		bill      id.ID
	}
	left := map[row]uint64{}
	err = eachBeginning(ctx, r, func(beginning string, b id.ID, sign uint64) {
		if differ[partOf(b)] {
			if left[row{beginning, b}] += sign; left[row{beginning, b}] == 0 {
				delete(left, row{beginning, b})
			}
		}
	})
	bills := map[id.ID]bool{}
	for of := range left {
		bills[of.bill] = true
	}
	for _, b := range slices.SortedFunc(maps.Keys(bills), func(a, b id.ID) int { return slices.Compare(a[:], b[:]) }) {
		*found = append(*found, fmt.Sprintf("payer_beginning: the payer of the bill %s is not found as he is called", b))
	}
	return err
}

// eachBeginning tells of each beginning that a name has, and of each that is stored with the sign turned.
func eachBeginning(ctx context.Context, r journal.Reader, use func(beginning string, b id.ID, sign uint64)) error {
	ctx = context.WithoutCancel(ctx) // a query that can be interrupted costs a goroutine per row on SQLite
	err := eachInName(ctx, r, `SELECT bill, name, '' FROM payer`, nil, func(n bill.InName) {
		all := bill.Beginnings(n.Name)
		slices.Sort(all)
		for _, beginning := range slices.Compact(all) {
			use(beginning, n.Bill, 1)
		}
	})
	if err != nil {
		return err
	}
	const named = `SELECT beginning, bill FROM payer_beginning WHERE NOT (beginning >= $1 AND beginning < $2)`
	return sqldb.Each(ctx, r, named, []any{bill.AtAddress, bill.AtAddress + last}, func(rows *sql.Rows) error {
		var beginning string
		var b id.ID
		if err := rows.Scan(&beginning, &b); err != nil {
			return fmt.Errorf("billsql: beginning: %w", err)
		}
		use(beginning, b, ^uint64(0))
		return nil
	})
}

// last is behind every letter.
const last = "\U0010FFFF"

// addresses finds payers that are found at an address, or by a name without apostrophes, that is not theirs.
func addresses(ctx context.Context, r journal.Reader, found *[]string) error {
	const query = `SELECT k.beginning, k.bill, COALESCE(p.name, ''), COALESCE(p.address, '') FROM payer_beginning k LEFT JOIN payer p ON p.bill = k.bill
WHERE k.beginning >= $1 AND k.beginning < $2`
	ctx = context.WithoutCancel(ctx) // as in eachBeginning
	return sqldb.Each(ctx, r, query, []any{bill.AtAddress, bill.AtAddress + last}, func(rows *sql.Rows) error {
		var beginning string
		var n bill.InName
		if err := rows.Scan(&beginning, &n.Bill, &n.Name, &n.Address); err != nil {
			return fmt.Errorf("billsql: beginning: %w", err)
		}
		if !slices.Contains(n.Beginnings(), beginning) {
			*found = append(*found, fmt.Sprintf("payer_beginning: the payer of the bill %s is found where he does not live", n.Bill))
		}
		return nil
	})
}

// told is what the last line about the systems of a creditor says.
type lastTold struct {
	Number         string
	Lookup, Notify bool
	at             int64
}

// links compares how systems are connected with the lines.
func (c *keptChecker) links(ctx context.Context, r journal.Reader, found *[]string) error {
	last := c.last
	_, since, err := rowcode.Marked(ctx, r)
	if err != nil {
		return err
	}
	const query = `SELECT creditor, lookup_url <> '', notify_url <> '', changed_at FROM creditor_link ORDER BY creditor`
	err = sqldb.Each(ctx, r, query, nil, func(rows *sql.Rows) error {
		is := lastTold{}
		if err := rows.Scan(&is.Number, &is.Lookup, &is.Notify, &is.at); err != nil {
			return fmt.Errorf("billsql: link: %w", err)
		}
		want, told := last[is.Number]
		// A link from before codes has no time; its last line is older than they are.
		if is.at == 0 && (since.IsZero() || want.at <= since.UnixMicro()) {
			is.at = want.at
		}
		if !told || is != want {
			*found = append(*found, fmt.Sprintf("creditor_link: the link of %.40q is not the one that the last line about it tells of", is.Number))
		}
		delete(last, is.Number)
		return nil
	})
	for _, number := range slices.Sorted(maps.Keys(last)) {
		if last[number].Lookup || last[number].Notify {
			*found = append(*found, fmt.Sprintf("creditor_link: the link of %s is not there", number))
		}
	}
	return err
}
