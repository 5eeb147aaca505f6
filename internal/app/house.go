package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"vienkopus/internal/bank/bankroom"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/bill"
	"vienkopus/internal/bill/billroom"
	"vienkopus/internal/catalogue/catalogueroom"
	"vienkopus/internal/centre/centreroom"
	"vienkopus/internal/consent/consentroom"
	"vienkopus/internal/finder/finderroom"
	"vienkopus/internal/ledger"
	"vienkopus/internal/ledger/ledgerroom"
	"vienkopus/internal/office/officeroom"
	"vienkopus/internal/paperbook/paperbookroom"
	"vienkopus/internal/payment/paymentroom"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/checkpoint/checkpointroom"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journalroom"
	"vienkopus/internal/platform/room"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/report/reportroom"
	"vienkopus/internal/sight/sightroom"
	"vienkopus/internal/sms/smsroom"
	"vienkopus/internal/staff/staffroom"
	"vienkopus/internal/tally/tallyroom"
	"vienkopus/internal/territory/territoryroom"
	"vienkopus/internal/till"
	"vienkopus/internal/till/tillroom"
	"vienkopus/internal/trail/trailroom"
	"vienkopus/internal/visit"
	"vienkopus/internal/visit/visitroom"
)

// house is all rooms, those that may be asked by others by name, and the whole list in its order.
type house struct {
	territory territoryroom.Territory
	centre    centreroom.Centre
	catalogue catalogueroom.Catalogue
	staff     staffroom.Staff
	office    officeroom.Office
	ledger    ledgerroom.Ledger
	visit     visitroom.Visit
	bill      billroom.Bill
	sight     sightroom.Sight
	till      tillroom.Till
	books     paperbookroom.Books
	consent   consentroom.Consent
	payment   paymentroom.Payment
	sms       smsroom.SMS
	bank      bankroom.Bank
	tally     tallyroom.Tally
	report    reportroom.Report
	journal   *journal.Journal
	codes     *rowcode.Codes
	sealer    *seal.Sealer
	rooms     []room.Room
}

// moneyZone is where bills fall due and books are closed: the network keeps one calendar of money.
const moneyZone = "Europe/Riga"

// DefaultNode signs receipts where nobody has said how the node is called.
const DefaultNode = "LV-NODE"

// build makes every room, each knowing those before it, and tells the journal what they write. It touches no database.
func build(db *sqldb.DB, c Config) (*house, error) {
	zone, err := civil.Zone(moneyZone)
	if err != nil {
		return nil, fmt.Errorf("app: zone: %w", err)
	}
	codes := rowcode.New(c.Codes)
	j, err := journal.New(journal.Config{DB: db, Clock: c.Clock, Codes: codes, Told: c.Told})
	if err != nil {
		return nil, err
	}
	at := room.House{
		DB: db, Journal: j, Clock: c.Clock, Zone: zone, Calendar: civil.LatvianCalendar(c.Days), Codes: codes, Sealer: &seal.Sealer{},
		Erasures: c.Erasures, PublicURL: c.PublicURL, Outside: c.Outside, Node: cmp.Or(c.Node, DefaultNode),
	}
	h := &house{journal: j, codes: codes, sealer: at.Sealer}
	h.territory = territoryroom.New(at)
	h.centre = centreroom.New(at, h.territory)
	h.catalogue = catalogueroom.New(at)
	h.staff, err = staffroom.New(at, staffroom.Needs{Territory: h.territory, Centre: h.centre, Known: h.known, PersonKey: c.Persons, Cost: c.Passwords, Elsewhere: c.Elsewhere, Cards: c.Cards, Picture: picture, Landing: h.landing, Left: h.left})
	if err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	h.office = officeroom.New(at, officeroom.Needs{Territory: h.territory, Centre: h.centre, Staff: h.staff, Tabs: h.tabs})
	h.ledger = ledgerroom.New(at, ledgerroom.Needs{Office: h.office, Creditors: h.bill.Store})
	h.visit = visitroom.New(at, visitroom.Needs{
		Centre: h.centre, Office: h.office, Catalogue: h.catalogue, Unpaid: h.unpaid, Drop: h.drop, CountDue: h.countDue, Paid: h.paid,
	})
	h.bill = billroom.New(at, h.territory, h.erased)
	h.sight = sightroom.New(at, sightroom.Needs{Office: h.office, Visit: h.visit, Bill: h.bill, Key: c.Codes.Key})
	h.till = tillroom.New(at, tillroom.Needs{Centre: h.centre, Office: h.office, Ledger: h.ledger, Bill: h.bill, Stated: checkpointroom.Code(at), Receipts: h.payment.Store.Ranges, Remarks: paymentroom.Remarks{}})
	h.books = paperbookroom.New(at, paperbookroom.Needs{Office: h.office, Centre: h.centre, Written: h.payment.Store.OfBook})
	h.consent = consentroom.New(at, consentroom.Needs{Office: h.office, Bill: h.bill})
	h.payment = paymentroom.New(at, paymentroom.Needs{
		Territory: h.territory, Staff: h.staff, Office: h.office, Centre: h.centre, Catalogue: h.catalogue, Ledger: h.ledger, Visit: h.visit, Bill: h.bill, Sight: h.sight,
		Till: h.till, Books: h.books, Consent: h.consent, Terminal: c.Terminal, Texts: h.texts,
	})
	h.sms = smsroom.New(at, smsroom.Needs{Payment: h.payment, Gateway: c.SMS})
	h.bank = bankroom.New(at, bankroom.Needs{Office: h.office, Ledger: h.ledger, Bill: h.bill, Till: h.till})
	h.tally = tallyroom.New(at, h.centre, h.catalogue)
	h.report = reportroom.New(at, h.territory, h.centre, h.catalogue, h.tally)
	c.Checkpoints.Closing = []string{till.ShiftClosed{}.Kind(), ledger.PeriodClosed{}.Kind()}
	h.rooms = []room.Room{
		journalroom.New(at), checkpointroom.New(at, c.Checkpoints), h.territory.Room, h.centre.Room, h.catalogue.Room, finderroom.New(at, h.territory, h.centre, h.catalogue, h.office.Store.PhoneOf), h.staff.Room,
		h.office.Room, h.ledger.Room, h.visit.Room, h.bill.Room, h.sight.Room, h.till.Room, h.books.Room, h.consent.Room, h.payment.Room, h.sms.Room, h.bank.Room,
		trailroom.New(at, trailroom.Needs{Office: h.office, Centre: h.centre, Bill: h.bill, Sight: h.sight, Till: h.till, Payment: h.payment, Bank: h.bank}), h.tally.Room, h.report.Room,
	}
	h.rooms = append(h.rooms, c.Rooms(at)...)
	for _, r := range h.rooms {
		if err := j.Learn(r.Facts, r.Projections); err != nil {
			return nil, fmt.Errorf("app: room %s: %w", r.Name, err)
		}
	}
	return h, nil
}

// aside empties the tables of what may be lost, which stands in the side store since.
var aside = sqldb.Migration{Number: 11, Name: "aside", SQL: `
DELETE FROM session;
DELETE FROM draft;
DELETE FROM basket_item;
DELETE FROM sign_in_failure;
`}

// oneFollower puts one cursor of the notices in the place of one per creditor: where the one that is furthest behind stands.
var oneFollower = sqldb.Migration{Number: 12, Name: "one_follower_of_notices", SQL: `
INSERT INTO follower_cursor (follower, desk, number)
SELECT 'notice', desk, MIN(number) FROM follower_cursor WHERE follower LIKE 'notice:%' GROUP BY desk
HAVING COUNT(*) = (SELECT COUNT(DISTINCT follower) FROM follower_cursor WHERE follower LIKE 'notice:%');
DELETE FROM follower_cursor WHERE follower LIKE 'notice:%';
`}

// picture draws a text as the QR codes of receipts are drawn.
func picture(text string) (string, error) {
	symbol, err := receipt.DrawText(text)
	if err != nil {
		return "", fmt.Errorf("app: picture: %w", err)
	}
	return symbol.SVG(), nil
}

// steps are the tables that are kept for ever, in the order of their numbers.
func (h *house) steps() []room.Kept {
	all := []room.Kept{
		{Migration: aside},
		{Migration: oneFollower},
		{Migration: rowcode.Migration, Backup: []string{rowcode.Mark.Name}, Coded: []rowcode.Table{rowcode.Mark}},
		{Migration: seal.Migration, Backup: []string{seal.Rows.Name, seal.PersonRows.Name}, Coded: []rowcode.Table{seal.Rows, seal.PersonRows}},
	}
	for _, r := range h.rooms {
		all = append(all, r.Kept...)
	}
	slices.SortFunc(all, func(a, b room.Kept) int { return cmp.Compare(a.Number, b.Number) })
	return all
}

// coded are the tables whose rows carry codes.
func (h *house) coded() []rowcode.Table {
	var all []rowcode.Table
	for _, k := range h.steps() {
		all = append(all, k.Coded...)
	}
	return all
}

func (h *house) migrations() []sqldb.Migration {
	var all []sqldb.Migration
	for _, k := range h.steps() {
		all = append(all, k.Migration)
	}
	return all
}

// tabs are the pages that features have in an office.
func (h *house) tabs() []room.Tab {
	var all []room.Tab
	for _, r := range h.rooms {
		all = append(all, r.Office...)
	}
	return all
}

// unpaid, drop and left let rooms that stand before the payments know of their baskets.
func (h *house) unpaid(ctx context.Context, who *httpx.Caller, v id.ID) (int, money.Amount, error) {
	return h.payment.Unpaid(ctx, who, v)
}

func (h *house) drop(ctx context.Context, desk string, v id.ID) error {
	return h.payment.Drop(ctx, desk, v)
}

// erased erases the names on receipts for bills whose payers are erased.
func (h *house) erased(ctx context.Context, tx bill.Runner, bills []id.ID) error {
	return h.payment.Store.EraseNames(ctx, tx, bills)
}

// paid tells the counter what was paid in a visit.
func (h *house) paid(ctx context.Context, v visit.Visit) ([]visit.Paid, error) {
	return h.payment.Paid(ctx, v)
}

func (h *house) left(ctx context.Context, who *httpx.Caller) error { return h.payment.Left(ctx, who) }

func (h *house) countDue(ctx context.Context, desk string) (civil.Date, bool, error) {
	return h.till.CountDue(ctx, desk)
}

// permissions are those that code of any room asks for.
func (h *house) permissions() []scope.Permission {
	var all []scope.Permission
	for _, r := range h.rooms {
		all = append(all, r.Permissions...)
	}
	return all
}

// known returns a permission, and false where code of no room asks for it.
func (h *house) known(permission string) (scope.Permission, bool) {
	for _, r := range h.rooms {
		for _, p := range r.Permissions {
			if p.Name == permission {
				return p, true
			}
		}
	}
	return scope.Permission{}, false
}

// texts tells whether the link to a receipt can be sent to a telephone.
func (h *house) texts() bool { return h.sms.Service.Offers() }
