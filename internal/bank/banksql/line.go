package banksql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"vienkopus/internal/bank"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// rowsOfInsert is how many lines go into the table by one statement: a long statement has a hundred thousand.
const rowsOfInsert = 100

// lineColumns are those of bank_line, in order.
var lineColumns = strings.Fields("iban ref desk number part municipality day cents placed before_cents mark format reversal returned aside")

func imported(ctx context.Context, tx *journal.Tx, e journal.Entry, f bank.StatementImported) error {
	const account = `INSERT INTO bank_account (municipality, iban) VALUES ($1, $2) ON CONFLICT (municipality, iban) DO NOTHING`
	if err := tx.Run(ctx, "bank: account", account, f.Municipality, string(f.IBAN)); err != nil {
		return err
	}
	part := 0
	for chunk := range slices.Chunk(f.Lines, rowsOfInsert) {
		var rows []string
		var args []any
		for _, l := range chunk {
			part++
			var before money.Amount
			if l.Before != nil {
				before = *l.Before
			}
			row := []any{
				string(f.IBAN), l.Ref, e.Desk, e.Number, part, f.Municipality, l.Day, int64(l.Cents), l.Before != nil, int64(before), l.Mark, string(f.Format), l.Reversal, l.Returns, "",
			}
			marks := make([]string, len(row))
			for i := range row {
				marks[i] = "$" + strconv.Itoa(len(args)+i+1)
			}
			rows, args = append(rows, "("+strings.Join(marks, ", ")+")"), append(args, row...)
		}
		query := "INSERT INTO bank_line (" + strings.Join(lineColumns, ", ") + ") VALUES " + strings.Join(rows, ", ")
		if err := tx.Run(ctx, "bank: lines of a statement", query, args...); err != nil {
			return err
		}
	}
	return said(ctx, tx, e, f)
}

// said notes what a statement says about its lines and others: what they are or may be, what they take back, and where known lines stand now.
func said(ctx context.Context, tx *journal.Tx, e journal.Entry, f bank.StatementImported) error {
	for i, l := range f.Lines {
		if l.Deposit != nil {
			if err := matchedLine(ctx, tx, e, i+1, bank.DepositMatched{Deposit: *l.Deposit, IBAN: f.IBAN, Ref: l.Ref, Cents: l.Cents}); err != nil {
				return err
			}
		}
		for _, d := range l.Likely {
			const likely = `INSERT INTO bank_likely (iban, ref, deposit) VALUES ($1, $2, $3) ON CONFLICT (iban, ref, deposit) DO NOTHING`
			if err := tx.Run(ctx, "bank: likely deposit", likely, string(f.IBAN), l.Ref, d); err != nil {
				return err
			}
		}
		if l.Returns != "" {
			if err := returned(ctx, tx, f.IBAN, l.Returns, l.Ref); err != nil {
				return err
			}
		}
	}
	for _, m := range f.Moved {
		const move = `UPDATE bank_line SET placed = TRUE, before_cents = $3 WHERE iban = $1 AND ref = $2`
		if err := tx.ChangeIfAny(ctx, "bank: place of a line", move, string(f.IBAN), m.Ref, int64(m.Before)); err != nil {
			return err
		}
	}
	return nil
}

func returned(ctx context.Context, tx *journal.Tx, account iban.IBAN, ref, by string) error {
	return tx.ChangeIfAny(ctx, "bank: line taken back", `UPDATE bank_line SET returned = $3 WHERE iban = $1 AND ref = $2`, string(account), ref, by)
}

func matched(ctx context.Context, tx *journal.Tx, e journal.Entry, f bank.DepositMatched) error {
	more := f.More
	f.More = nil
	for _, l := range more {
		f.Cents -= l.Cents
	}
	if err := matchedLine(ctx, tx, e, 1, f); err != nil {
		return err
	}
	for i, l := range more {
		if err := matchedLine(ctx, tx, e, i+2, bank.DepositMatched{Deposit: f.Deposit, IBAN: f.IBAN, Ref: l.Ref, Cents: l.Cents}); err != nil {
			return err
		}
	}
	return nil
}

func matchedLine(ctx context.Context, tx *journal.Tx, e journal.Entry, part int, f bank.DepositMatched) error {
	const query = `INSERT INTO bank_match (deposit, desk, number, part, iban, ref, cents, difference) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	return tx.Run(ctx, "bank: match", query, f.Deposit, e.Desk, e.Number, part, string(f.IBAN), f.Ref, int64(f.Cents), int64(f.Difference))
}

// undone deletes what a line was matched with, and the explanation of its difference. All of it stands at the same desk in earlier lines.
func undone(ctx context.Context, tx *journal.Tx, e journal.Entry, f bank.MatchUndone) error {
	var err error
	if f.Deposit != nil {
		if err = tx.ChangeIfAny(ctx, "bank: match undone", `DELETE FROM bank_match WHERE deposit = $1`, *f.Deposit); err == nil {
			err = tx.ChangeIfAny(ctx, "bank: explanation undone", `DELETE FROM bank_deposit_explanation WHERE deposit = $1`, *f.Deposit)
		}
	} else {
		err = tx.ChangeIfAny(ctx, "bank: settlement undone", `DELETE FROM bank_card_settlement WHERE iban = $1 AND ref = $2`, string(f.IBAN), f.Ref)
	}
	if err == nil && f.Storno != "" {
		err = returned(ctx, tx, f.IBAN, f.Ref, f.Storno)
	}
	if err == nil && f.Doubt != nil {
		err = decided(ctx, tx, e, *f.Doubt)
	}
	return err
}

func decided(ctx context.Context, tx *journal.Tx, e journal.Entry, doubt id.ID) error {
	return tx.Run(ctx, "bank: doubt decided", `INSERT INTO bank_doubt_decided (doubt, desk, number) VALUES ($1, $2, $3)`, doubt, e.Desk, e.Number)
}

// lineRows has a row for each line of a statement and what it is matched with.
const lineRows = `SELECT l.iban, l.ref, l.municipality, l.day, l.cents, l.placed, l.before_cents, l.mark, l.format, l.reversal, l.returned, l.aside,
(SELECT m.deposit FROM bank_match m WHERE m.iban = l.iban AND m.ref = l.ref ORDER BY m.desk, m.number, m.deposit LIMIT 1),
(SELECT COUNT(*) FROM bank_card_settlement c WHERE c.iban = l.iban AND c.ref = l.ref),
(SELECT COUNT(*) FROM bank_doubt b WHERE b.iban = l.iban AND b.ref = l.ref AND NOT EXISTS (SELECT 1 FROM bank_doubt_decided x WHERE x.doubt = b.doubt)) FROM bank_line l `

func scanLine(r interface{ Scan(into ...any) error }) (bank.Line, error) {
	var l bank.Line
	var settled, doubted int64
	err := r.Scan(&l.IBAN, &l.Ref, &l.Municipality, &l.Day, (*int64)(&l.Cents), &l.Placed, (*int64)(&l.Before), &l.Mark, (*string)(&l.Format), &l.Reversal, &l.Returned,
		(*string)(&l.Aside), &l.Deposit, &settled, &doubted)
	if err != nil {
		return l, fmt.Errorf("banksql: line of a statement: %w", err)
	}
	l.Cards, l.Doubted = settled > 0, doubted > 0
	return l, nil
}

func lines(ctx context.Context, r journal.Reader, query string, args ...any) ([]bank.Line, error) {
	var all []bank.Line
	err := sqldb.Each(ctx, r, lineRows+query, args, func(rows *sql.Rows) error {
		l, err := scanLine(rows)
		all = append(all, l)
		return err
	})
	return all, err
}

// Line returns a line of a statement, and whether there is one.
func (Store) Line(ctx context.Context, r journal.Reader, account iban.IBAN, ref string) (bank.Line, bool, error) {
	l, err := scanLine(r.QueryRow(ctx, lineRows+`WHERE l.iban = $1 AND l.ref = $2 ORDER BY l.desk, l.number LIMIT 1`, string(account), ref))
	if errors.Is(err, sql.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, err
}

// Lines returns the lines of the statements of a municipality in a period, in the order of their days; the zero period is all days. With open they are those by which money
// came in and that are matched with nothing.
func (Store) Lines(ctx context.Context, r journal.Reader, municipality string, over civil.Period, open bool) ([]bank.Line, error) {
	const which = `WHERE l.municipality = $1 AND l.day >= $2 AND l.day <= $3 AND (NOT $4 OR l.cents > 0 AND l.returned = '' AND l.aside = ''
AND NOT EXISTS (SELECT 1 FROM bank_match m WHERE m.iban = l.iban AND m.ref = l.ref)
AND NOT EXISTS (SELECT 1 FROM bank_card_settlement c WHERE c.iban = l.iban AND c.ref = l.ref)) ORDER BY l.day, l.iban, l.ref, l.desk, l.number`
	if over.From.IsZero() {
		over = always
	}
	all, err := lines(ctx, r, which, municipality, over.From, over.To, open)
	if err != nil || !open {
		return all, err
	}
	likely, err := likely(ctx, r, municipality)
	for i, l := range all {
		all[i].Likely = likely[string(l.IBAN)+" "+l.Ref]
	}
	return all, err
}

// likely returns what open lines of a municipality may be, by account and reference.
func likely(ctx context.Context, r journal.Reader, municipality string) (map[string][]id.ID, error) {
	const query = `SELECT y.iban, y.ref, y.deposit FROM bank_likely y JOIN bank_deposit d ON d.id = y.deposit WHERE d.municipality = $1
AND NOT EXISTS (SELECT 1 FROM bank_match m WHERE m.deposit = y.deposit) ORDER BY y.iban, y.ref, y.deposit`
	all := map[string][]id.ID{}
	err := sqldb.Each(ctx, r, query, []any{municipality}, func(rows *sql.Rows) error {
		var account, ref string
		var deposit id.ID
		if err := rows.Scan(&account, &ref, &deposit); err != nil {
			return fmt.Errorf("banksql: likely deposit: %w", err)
		}
		all[account+" "+ref] = append(all[account+" "+ref], deposit)
		return nil
	})
	return all, err
}

// AccountLines returns the lines of an account in a period, in the order in which they were taken in.
func (Store) AccountLines(ctx context.Context, r journal.Reader, account iban.IBAN, over civil.Period) ([]bank.Line, error) {
	return lines(ctx, r, `WHERE l.iban = $1 AND l.day >= $2 AND l.day <= $3 ORDER BY l.day, l.desk, l.number, l.part`, string(account), over.From, over.To)
}

// Places returns the lines of the accounts of a municipality that count, with their places only, in the order of their accounts and days.
func (Store) Places(ctx context.Context, r journal.Reader, municipality string) ([]bank.Line, error) {
	const query = `SELECT iban, ref, day, cents, placed, before_cents FROM bank_line WHERE municipality = $1 AND aside = '' ORDER BY iban, day, desk, number, part`
	var all []bank.Line
	err := sqldb.Each(ctx, r, query, []any{municipality}, func(rows *sql.Rows) error {
		l := bank.Line{Municipality: municipality}
		if err := rows.Scan(&l.IBAN, &l.Ref, &l.Day, (*int64)(&l.Cents), &l.Placed, (*int64)(&l.Before)); err != nil {
			return fmt.Errorf("banksql: place of a line: %w", err)
		}
		all = append(all, l)
		return nil
	})
	return all, err
}

// AccountOf tells whether the municipality has used an account or confirmed that it is its own, and whether another municipality takes its lines in.
func (Store) AccountOf(ctx context.Context, r journal.Reader, municipality string, account iban.IBAN) (ours, elsewhere bool, err error) {
	const query = `SELECT (SELECT COUNT(*) FROM bank_account WHERE municipality = $1 AND iban = $2) + (SELECT COUNT(*) FROM bank_deposit WHERE municipality = $1 AND iban = $2)
+ (SELECT COUNT(*) FROM bank_remittance WHERE municipality = $1 AND from_iban = $2), (SELECT COUNT(*) FROM bank_account WHERE municipality <> $1 AND iban = $2)`
	var mine, others int64
	if err := r.QueryRow(ctx, query, municipality, string(account)).Scan(&mine, &others); err != nil {
		return false, false, fmt.Errorf("banksql: account: %w", err)
	}
	return mine > 0, others > 0, nil
}

// Settlement returns where the line is that settled card payments with a line of a statement.
func (Store) Settlement(ctx context.Context, r journal.Reader, account iban.IBAN, ref string) (desk string, number int64, err error) {
	const query = `SELECT desk, number FROM bank_card_settlement WHERE iban = $1 AND ref = $2 ORDER BY desk, number LIMIT 1`
	if err := r.QueryRow(ctx, query, string(account), ref).Scan(&desk, &number); err != nil {
		return "", 0, fmt.Errorf("banksql: settlement: %w", err)
	}
	return desk, number, nil
}
