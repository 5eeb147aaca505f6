package paymentsql

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/platform/journal/audit"
)

// sheet is a table whose rows are made by one line each, and the table of their bills.
type sheet struct {
	name, items string // items is named after the id of the row in it
	// columns are those of the row t that want tells, in their order.
	columns string
	// others are columns of what join adds; also gets them.
	others, join string
	want         func(l *rawLine) []any
	also         func(l *rawLine, others []string)
}

// chunk is how many rows are held at once.
const chunk = 2000

// compare goes through a table in the order of its ids and holds each row, and its bills, against its line.
func (c *checker) compare(ctx context.Context, s sheet) error {
	query := `SELECT t.id, ` + s.columns + `, e.desk, e.number, e.recorded_at, e.actor, e.kind, e.body` + s.others + ` FROM ` + s.name + ` t
LEFT JOIN entry e ON e.desk = t.desk AND e.number = t.entry` + s.join + ` WHERE t.id > $1 ORDER BY t.id LIMIT ` + strconv.Itoa(chunk)
	for from := []byte{0}; ; {
		lines := map[string]*rawLine{}
		last := ""
		err := c.each(ctx, query, []any{from}, func(cells []string) error {
			last = cells[0]
			l, err := c.row(s, cells)
			lines[last] = l
			return err
		})
		if err != nil {
			return err
		}
		if err := c.bills(ctx, s, lines, from, last); err != nil || last == "" {
			return err
		}
		from = unhex(last)
	}
}

// row holds a row against its line, and returns the line, or none where it is not there.
func (c *checker) row(s sheet, cells []string) (*rawLine, error) {
	c.seen[s.name]++
	columns := strings.Split(s.columns, ", ")
	l, err := lineOf(cells[1+len(columns):])
	if err != nil || l == nil {
		c.report("%s: row %s belongs to no line", s.name, cells[0])
		return nil, err
	}
	c.same(s.name, l, columns, cells[1:], s.want(l))
	if s.also != nil {
		s.also(l, cells[1+len(columns)+ofLine:])
	}
	return l, nil
}

// ofLine is how many cells lineOf reads.
const ofLine = 6

// lineOf reads a line from the cells desk, number, recorded_at, actor, kind and body; it is nil where they are empty.
func lineOf(cells []string) (*rawLine, error) {
	if cells[1] == none {
		return nil, nil //nolint:nilnil // that there is none is no error
	}
	l := &rawLine{desk: cells[0], number: whole(cells[1]), at: whole(cells[2]), actor: cells[3], kind: cells[4]}
	told := audit.Told{Kind: l.kind, Actor: l.actor, At: l.at, Body: unhex(cells[5])}.Inner()
	l.tell(told)
	if err := json.Unmarshal(told.Body, &l.rawBody); err != nil {
		return nil, unread(l.number, l.desk, err)
	}
	return l, nil
}

// same reports the columns of a row that do not say what its line says.
func (c *checker) same(table string, l *rawLine, columns, cells []string, want []any) {
	for i, column := range columns {
		if cells[i] != text(want[i]) {
			c.report("%s: %s: %s is %s; the line says %s", table, l, strings.TrimPrefix(column, "t."), cells[i], text(want[i]))
		}
	}
}

// bills holds the bills of the rows behind from, up to last or to the end where that is empty, against their lines.
func (c *checker) bills(ctx context.Context, s sheet, lines map[string]*rawLine, from []byte, last string) error {
	query, args := `SELECT `+s.name+`, part, bill, number, cents FROM `+s.items+` WHERE `+s.name+` > $1`, []any{from}
	if last != "" {
		query, args = query+` AND `+s.name+` <= $2`, append(args, unhex(last))
	}
	next := map[string]int{}
	err := c.each(ctx, query+` ORDER BY `+s.name+`, part`, args, func(cells []string) error {
		c.seen[s.items]++
		l, i := lines[cells[0]], next[cells[0]]
		next[cells[0]]++
		switch {
		case l == nil || i >= len(l.Lines):
			c.report("%s: part %s of %s belongs to no line", s.items, cells[1], cells[0])
		default:
			c.same(s.items, l, []string{"part", "bill", "number", "cents"}, cells[1:], []any{i + 1, plain(l.Lines[i].Bill), l.Lines[i].Number, l.Lines[i].Cents})
		}
		return nil
	})
	for _, id := range slices.Sorted(maps.Keys(lines)) {
		if l := lines[id]; l != nil && next[id] < len(l.Lines) {
			c.report("%s: %s names %d bills, and %d are there", s.items, l, len(l.Lines), next[id])
		}
	}
	return err
}

// numbers are the columns of a receipt, of ours or from a paper book.
func (l *rawLine) numbers() []any {
	n, number := rawNumber{}, int64(0)
	if l.Receipt != nil {
		n, number = *l.Receipt, l.Receipt.Number
	}
	if l.Paper != nil {
		number = l.Paper.Number
	}
	return []any{n.Node, n.Series, number, padded(n.Key, 4), padded(n.Previous, 10), padded(n.Link, 10)}
}

// padded is what is not there as a table has it: zeros.
func padded(digits string, bytes int) string {
	if digits == "" {
		return strings.Repeat("00", bytes)
	}
	return digits
}

// paymentRows is the table of payments.
func (c *checker) paymentRows() sheet {
	return sheet{
		name: "payment", items: "payment_line",
		columns: `t.id, t.basket, t.visit, t.act, t.shift, t.desk, t.entry, t.at, t.actor, t.day, t.centre, t.municipality, t.creditor, t.cash, t.card, t.slip, ` +
			`t.given, t.because, t.forgiven, t.alone, t.book, t.node, t.series, t.number, t.key, t.previous, t.link`,
		others: `, a.act`, join: ` LEFT JOIN act_tie a ON a.act = t.act AND a.desk = t.desk AND a.number = t.entry`,
		want: (*rawLine).payment,
		also: func(l *rawLine, others []string) {
			if others[0] != plain(l.Act) {
				c.report("act_tie: nothing ties the act of %s to it", l)
			}
			if c.undone[l.Act] {
				c.report("%s: the act that counts it was taken back, and it was not", l)
			}
		},
	}
}

// payment is the row of a payment.
func (l *rawLine) payment() []any {
	book, slip := "", ""
	if l.Paper != nil {
		book = l.Paper.Book
	}
	for _, p := range l.Parts {
		slip += p.Slip
	}
	alone := l.Forgiven
	if l.Consent != "" {
		alone = 0
	}
	return append([]any{
		plain(l.Payment), plain(l.Basket), plain(l.Visit), plain(l.Act), plain(l.Shift), l.desk, l.number, l.at, l.actor, l.Day, l.Centre,
		l.Municipality, l.Creditor, l.moved("cash"), l.moved("card"), slip, l.Given, l.Because, l.Forgiven, alone, book,
	}, l.numbers()...)
}

func (c *checker) reversals(ctx context.Context) error {
	return c.compare(ctx, sheet{
		name: "reversal", items: "reversal_line",
		columns: `t.id, t.payment, t.kind, t.desk, t.entry, t.at, t.actor, t.day, t.centre, t.municipality, t.creditor, t.cash, t.card, t.reason, ` +
			`t.node, t.series, t.number, t.key, t.previous, t.link`,
		others: `, p.desk, p.creditor, p.municipality, p.cash, p.card, p.act, p.series, p.link, p.book, p.number`, join: ` LEFT JOIN payment p ON p.id = t.payment`,
		want: func(l *rawLine) []any {
			cash, card := -l.moved("cash"), -l.moved("card")
			if l.kind == "payment.returned" {
				card = l.Cents
			}
			kind := map[string]string{"payment.voided": "void", "payment.refunded": "refund", "payment.returned": "returned"}[l.kind]
			return append([]any{
				plain(l.Reversal), plain(l.Payment), kind, l.desk, l.number, l.at, l.actor, l.Day, l.Centre, l.Municipality, l.Creditor, cash, card, l.Reason,
			}, l.numbers()...)
		},
		also: func(l *rawLine, others []string) {
			if others[0] == none {
				c.report("%s: there is no payment %s", l, l.Payment)
				return
			}
			c.reversed(l, original{
				desk: others[0], creditor: others[1], municipality: others[2], cash: whole(others[3]), card: whole(others[4]),
				act: others[5], series: others[6], link: others[7], paper: others[8] + " " + others[9],
			})
		},
	})
}

// original is a payment of which something was given back.
type original struct {
	desk, creditor, municipality, act, series, link string
	// paper is the name of a receipt that was written by hand
	paper      string
	cash, card int64
}

// reversed holds what was given back against the payment.
func (c *checker) reversed(l *rawLine, p original) {
	back := l.kind == "payment.returned"
	if l.Creditor != p.creditor || l.Municipality != p.municipality || !back && l.desk != p.desk {
		c.report("%s: it takes back a payment of %s at %s in %s", l, p.creditor, p.desk, p.municipality)
	}
	switch {
	case back:
		c.posted(l, map[string]int64{"card:" + p.desk: -l.Cents, "creditor:" + l.Creditor: l.Cents})
		if l.Cents > p.card || l.Receipt != nil {
			c.report("%s: the bank took %d back; %d were paid by card", l, l.Cents, p.card)
		}
		return
	case l.Receipt == nil && p.series != "": // of what was written by hand, earlier versions gave no paper
		c.report("%s: it has no receipt, and the payment has one of ours", l)
	case l.Receipt != nil:
		kind := uint64(kindRefund)
		if l.kind == "payment.voided" {
			kind = kindVoid
		}
		about := unhex(p.link)
		if p.series == "" {
			sum := sha256.Sum256([]byte("VK1 paper\n" + p.paper))
			about = sum[:10]
		}
		if want := l.link(kind, about); l.Receipt.Link != want {
			c.report("%s: the link of its receipt is %s; what it says makes %s", l, l.Receipt.Link, want)
		}
	}
	if l.kind == "payment.voided" && (-l.moved("cash") != p.cash || -l.moved("card") != p.card) {
		c.report("%s: a void must take the whole payment back", l)
	}
	if l.kind == "payment.voided" && plain(c.voided[l.Payment]) != p.act {
		c.report("%s: the act that counts the payment still counts", l)
	}
}

func (c *checker) refunds(ctx context.Context) error {
	return c.compare(ctx, sheet{
		name: "refund", items: "refund_line",
		columns: `t.id, t.payment, t.desk, t.entry, t.at, t.actor, t.municipality, t.tender, t.cents, t.reason`,
		others:  `, p.desk, p.municipality`, join: ` LEFT JOIN payment p ON p.id = t.payment`,
		want: func(l *rawLine) []any {
			return []any{plain(l.Refund), plain(l.Payment), l.desk, l.number, l.at, l.actor, l.Municipality, l.Tender, l.Cents, l.Reason}
		},
		also: func(l *rawLine, others []string) {
			if others[0] != l.desk || others[1] != l.Municipality {
				c.report("%s: it asks for money of a payment at %s in %s", l, others[0], others[1])
			}
		},
	})
}

// unhex reads what text wrote. What is no bytes, though it must be, is nothing.
func unhex(digits string) []byte {
	data, err := hex.DecodeString(digits)
	if err != nil {
		return nil
	}
	return data
}
