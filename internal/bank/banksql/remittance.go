package banksql

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

func asked(ctx context.Context, tx *journal.Tx, e journal.Entry, f bank.RemittanceAsked) error {
	parts, err := json.Marshal(f.Parts)
	if err != nil {
		return fmt.Errorf("banksql: remittance asked: %w", err)
	}
	const query = `INSERT INTO bank_remittance_asked (asked, desk, number, municipality, from_iban, through, parts, reason, at, who)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	return tx.Run(ctx, "bank: remittance asked", query, f.Asked, e.Desk, e.Number, f.Municipality, string(f.From), f.Through, string(parts), string(f.Reason),
		e.RecordedAt.UnixMicro(), e.Actor.Who())
}

const remittanceRows = `SELECT m.id, m.municipality, m.day, m.creditor, m.through, m.cents, m.from_iban, m.to_iban, m.who, m.held,
(SELECT COUNT(*) FROM bank_remittance_sent s WHERE s.remittance = m.id), (SELECT COUNT(*) FROM bank_remittance_cancelled x WHERE x.remittance = m.id) FROM bank_remittance m `

func remittances(ctx context.Context, r journal.Reader, query string, args ...any) ([]bank.Remittance, error) {
	var list []bank.Remittance
	err := sqldb.Each(ctx, r, remittanceRows+query, args, func(rows *sql.Rows) error {
		var m bank.Remittance
		var held bool
		var sent, cancelled int64
		if err := rows.Scan(&m.ID, &m.Municipality, &m.Day, &m.Creditor, &m.Through, (*int64)(&m.Cents), &m.From, &m.To, &m.By, &held, &sent, &cancelled); err != nil {
			return fmt.Errorf("banksql: remittance: %w", err)
		}
		m.Sent, m.Cancelled = !held || sent > 0, cancelled > 0
		list = append(list, m)
		return nil
	})
	return list, err
}

// Remittances returns what was passed on in a municipality in a period, what was taken back too, in the order of the days.
func (Store) Remittances(ctx context.Context, r journal.Reader, municipality string, over civil.Period) ([]bank.Remittance, error) {
	return remittances(ctx, r, `WHERE m.municipality = $1 AND m.day >= $2 AND m.day <= $3 ORDER BY m.day, m.id`, municipality, over.From, over.To)
}

// Remittance returns one, or the fault "bank.order_unknown".
func (Store) Remittance(ctx context.Context, r journal.Reader, remittance id.ID) (bank.Remittance, error) {
	found, err := remittances(ctx, r, `WHERE m.id = $1`, remittance)
	if err == nil && len(found) == 0 {
		err = fault.NewNotFound("bank.order_unknown")
	}
	if err != nil {
		return bank.Remittance{}, err
	}
	return found[0], nil
}

func allAsked(ctx context.Context, r journal.Reader, query string, args ...any) ([]bank.Asked, error) {
	const what = `SELECT a.asked, a.municipality, a.from_iban, a.through, a.parts, a.reason, a.at, a.who,
(SELECT COUNT(*) FROM bank_remittance_decided d WHERE d.asked = a.asked) FROM bank_remittance_asked a `
	var list []bank.Asked
	err := sqldb.Each(ctx, r, what+query, args, func(rows *sql.Rows) error {
		var a bank.Asked
		var parts string
		var at, decided int64
		if err := rows.Scan(&a.ID, &a.Municipality, &a.From, &a.Through, &parts, (*string)(&a.Reason), &at, &a.By, &decided); err != nil {
			return fmt.Errorf("banksql: remittance asked: %w", err)
		}
		if err := json.Unmarshal([]byte(parts), &a.Parts); err != nil {
			return fmt.Errorf("banksql: parts of a remittance: %w", err)
		}
		a.At, a.Decided = sqldb.Moment(at), decided > 0
		list = append(list, a)
		return nil
	})
	return list, err
}

// Asked returns what somebody asked to be passed on, or the fault "bank.asked_unknown".
func (Store) Asked(ctx context.Context, r journal.Reader, asked id.ID) (bank.Asked, error) {
	found, err := allAsked(ctx, r, `WHERE a.asked = $1`, asked)
	if err == nil && len(found) == 0 {
		err = fault.NewNotFound("bank.asked_unknown")
	}
	if err != nil {
		return bank.Asked{}, err
	}
	return found[0], nil
}

// AllAsked returns what waits for a second person in a municipality, the oldest first.
func (Store) AllAsked(ctx context.Context, r journal.Reader, municipality string) ([]bank.Asked, error) {
	const which = `WHERE a.municipality = $1 AND NOT EXISTS (SELECT 1 FROM bank_remittance_decided d WHERE d.asked = a.asked) ORDER BY a.at, a.asked`
	return allAsked(ctx, r, which, municipality)
}

// held is what a desk has that is not in the bank, in cents.
type held struct{ drawer, bags, card money.Amount }

// errEnough ends a reading: all that a desk holds is accounted for.
var errEnough = errors.New("banksql: enough")

// Waiting returns what of the takings up to and including a day is not in the bank yet, by the creditor. What a desk holds are its latest takings.
func (Store) Waiting(ctx context.Context, r journal.Reader, municipality string, through civil.Date) (map[regno.Number]bank.Waiting, error) {
	const query = `SELECT p.account, COALESCE((SELECT b.desk FROM till_bag b WHERE 'transit:' || b.bag = p.account ORDER BY b.desk LIMIT 1), ''), CAST(SUM(p.cents) AS BIGINT)
FROM ledger_posting p WHERE p.municipality = $1 AND (p.account LIKE 'cash:%' OR p.account LIKE 'float:%' OR p.account LIKE 'card:%' OR p.account LIKE 'transit:%')
GROUP BY p.account HAVING SUM(p.cents) <> 0 ORDER BY p.account`
	desks := map[string]*held{}
	var order []string
	err := sqldb.Each(ctx, r, query, []any{municipality}, func(rows *sql.Rows) error {
		var account, packed string
		var cents money.Amount
		if err := rows.Scan(&account, &packed, (*int64)(&cents)); err != nil {
			return fmt.Errorf("banksql: money that waits: %w", err)
		}
		kind, desk, _ := strings.Cut(account, ":")
		if kind == string(ledger.KindTransit) {
			desk = packed
		}
		if desks[desk] == nil {
			desks[desk] = &held{}
			order = append(order, desk)
		}
		switch ledger.AccountKind(kind) {
		case ledger.KindCard:
			desks[desk].card += cents
		case ledger.KindTransit:
			desks[desk].bags += cents
		case ledger.KindCash, ledger.KindFloat: // the change money stands in the drawer and belongs to nobody else
			desks[desk].drawer += cents
		case ledger.KindDifference, ledger.KindFee, ledger.KindBank, ledger.KindCreditor: // no desk holds these, and they are not asked for
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	all := map[regno.Number]bank.Waiting{}
	for _, desk := range order {
		if err := latest(ctx, r, desk, *desks[desk], through, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// latest adds the latest takings of a desk, as much as it holds, to what waits of each creditor; those after the day only take up what it holds.
func latest(ctx context.Context, r journal.Reader, desk string, h held, through civil.Date, all map[regno.Number]bank.Waiting) error {
	const query = `SELECT c.account, t.account, t.cents, t.day FROM ledger_posting t JOIN ledger_posting c ON c.municipality = t.municipality AND c.day = t.day AND c.desk = t.desk AND c.number = t.number
WHERE t.account IN ($1, $2) AND t.desk = $3 AND t.cents > 0 AND c.account LIKE 'creditor:%' AND c.cents < 0 ORDER BY t.day DESC, t.number DESC, t.account`
	h.drawer, h.bags, h.card = max(h.drawer, 0), max(h.bags, 0), max(h.card, 0)
	err := sqldb.Each(ctx, r, query, []any{ledger.Cash(desk).String(), ledger.Card(desk).String(), desk}, func(rows *sql.Rows) error {
		if h == (held{}) {
			return errEnough
		}
		var creditor, tender string
		var cents money.Amount
		var day civil.Date
		if err := rows.Scan(&creditor, &tender, (*int64)(&cents), &day); err != nil {
			return fmt.Errorf("banksql: latest takings: %w", err)
		}
		var w bank.Waiting
		if strings.HasPrefix(tender, "card:") {
			w.Cards = min(cents, h.card)
		} else {
			w.Drawers = min(cents, h.drawer)
			w.OnTheWay = min(cents-w.Drawers, h.bags)
		}
		h.drawer, h.bags, h.card = h.drawer-w.Drawers, h.bags-w.OnTheWay, h.card-w.Cards
		if !day.After(through) {
			before := all[numberOf(creditor)]
			all[numberOf(creditor)] = bank.Waiting{Drawers: before.Drawers + w.Drawers, OnTheWay: before.OnTheWay + w.OnTheWay, Cards: before.Cards + w.Cards}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}
