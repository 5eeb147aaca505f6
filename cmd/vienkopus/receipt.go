package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/sheet"
	"vienkopus/internal/payment"
	"vienkopus/internal/payment/keyring"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/staff"
)

type receiptCmd struct {
	Verify receiptVerifyCmd `cmd:"" help:"Check the code of a receipt. Ends with 0 when it is valid, 1 invalid, 3 uncertain, 2 not checked."`
	Keys   receiptKeysCmd   `cmd:"" help:"Print the public keys of receipts, as they are published."`
	Key    receiptKeyCmd    `cmd:"" help:"Keys with which this node signs receipts."`
}

// nodeName is the flag of every command that signs.
type nodeName struct {
	Node string `help:"Who signs receipts, such as LV-CESIS; LV-NODE unless you say." env:"VIENKOPUS_NODE"`
}

// What receipt verify ends with, beside 0 for a valid receipt. A question that could not be answered must not look like a forgery.
const (
	invalid    = 1
	unanswered = misused
	uncertain  = 3
)

// statuses are what the verdicts end with.
var statuses = map[receipt.Verdict]int{receipt.Valid: 0, receipt.Invalid: invalid, receipt.Uncertain: uncertain}

type receiptVerifyCmd struct {
	database
	Code string `arg:"" optional:"" help:"The code, in quotes: VK1:…; read from the standard input when it is - or absent."`
	File string `type:"existingfile" help:"A file with the code."`
	Keys string `type:"existingfile" help:"A list of keys as it is published; those of the database when absent."`
	Bill string `placeholder:"NUMBER=AMOUNT" help:"Say whether the receipt pays this bill; ends with 1 when it does not."`
	JSON bool   `name:"json" help:"Answer as a program reads it."`
}

// Validate refuses two codes at once.
func (c *receiptVerifyCmd) Validate() error {
	if c.Code != "" && c.File != "" {
		return errors.New("either a code or --file")
	}
	return nil
}

// answered is what receipt verify finds.
type answered struct {
	receipt.Result
	// Pays says whether the bill that was asked for is paid; absent when none was asked for, or the receipt is not valid.
	Pays *bool `json:"pays,omitempty"`
	// Register is what the database knows of a valid receipt; absent when another list of keys was named, and so no database was asked.
	Register payment.Registered `json:"register,omitempty"`
}

// Run checks the code and says what it finds.
func (c receiptVerifyCmd) Run(ctx context.Context) error {
	found, bill, err := c.check(ctx)
	if err != nil {
		return &ended{status: unanswered, cause: err}
	}
	if c.JSON {
		text, err := json.MarshalIndent(found, "", "  ")
		if err != nil {
			return &ended{status: unanswered, cause: err}
		}
		fmt.Println(string(text))
	} else if err := sayFound(ctx, os.Stdout, found, bill); err != nil {
		return &ended{status: unanswered, cause: err}
	}
	status := statuses[found.Verdict]
	if found.Register == payment.Another || found.Register == payment.Lost { // of an unknown one the code still proves who signed it
		status = uncertain
	}
	if found.Pays != nil && !*found.Pays {
		status = invalid
	}
	if status != 0 {
		return &ended{status: status}
	}
	return nil
}

func (c receiptVerifyCmd) check(ctx context.Context) (answered, paidBill, error) {
	bill, err := parseBill(c.Bill)
	if err != nil {
		return answered{}, bill, err
	}
	text, err := c.text()
	if err != nil {
		return answered{}, bill, err
	}
	keys, err := c.keys(ctx)
	if err != nil {
		return answered{}, bill, err
	}
	result, err := receipt.CheckText(text, keys, clock.System{}.Now())
	found := answered{Result: result}
	if err == nil && result.Verdict == receipt.Valid && c.Keys == "" {
		err = with(ctx, c.database, func(a *app.App) error {
			found.Register, err = a.Payment.Registered(ctx, a.DB, result.Receipt)
			return err
		})
	}
	if err == nil && bill.number != "" && result.Verdict == receipt.Valid {
		pays := result.Receipt.Pays(bill.number, bill.amount)
		found.Pays = &pays
	}
	return found, bill, err
}

// text returns the code from where it was given. It returns a fault when there is none.
func (c receiptVerifyCmd) text() (string, error) {
	// More than the longest code and what is around it; what is longer still is no code, however it ends.
	const most = 64 * receipt.MaxText
	text, err := c.Code, error(nil)
	switch {
	case c.File != "":
		var f *os.File
		if f, err = os.Open(c.File); err != nil {
			return "", err
		}
		text, err = readUpTo(f, most)
		err = errors.Join(err, f.Close())
	case c.Code == "" || c.Code == "-":
		text, err = readUpTo(os.Stdin, most)
	}
	if text = receipt.Scanned(text); err == nil && text == "" {
		err = fault.NewInvalid("receipt.no_code")
	}
	return text, err
}

// readUpTo reads a text in whichever way an editor has saved it. What is no code at all is no question that could be answered, and must not look like a forgery.
func readUpTo(r io.Reader, most int64) (string, error) {
	text, err := sheet.Text(io.LimitReader(r, most))
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(text)
	if err != nil {
		return "", err
	}
	code := receipt.Scanned(string(data))
	if sheet.CheckWords(code) != nil || code != "" && !strings.HasPrefix(strings.ToUpper(code), "VK") {
		return "", fault.NewInvalid("receipt.file_unreadable")
	}
	return code, nil
}

func (c receiptVerifyCmd) keys(ctx context.Context) (keys *receipt.Keys, err error) {
	if c.Keys != "" {
		data, err := os.ReadFile(c.Keys)
		if err != nil {
			return nil, err
		}
		return receipt.ParseKeys(data)
	}
	err = with(ctx, c.database, func(a *app.App) error {
		keys, err = a.Keyring.Public(ctx, a.DB)
		return err
	})
	return keys, err
}

// paidBill is a bill that somebody asks for.
type paidBill struct {
	number string
	amount money.Amount
}

// parseBill reads NUMBER=AMOUNT; the number of a bill may hold an equals sign.
func parseBill(text string) (paidBill, error) {
	if text == "" {
		return paidBill{}, nil
	}
	at := max(0, strings.LastIndex(text, "="))
	amount, err := money.Parse(strings.TrimPrefix(text[at:], "="))
	b := paidBill{number: strings.TrimSpace(text[:at]), amount: amount}
	if err != nil || b.number == "" || b.amount <= 0 {
		return paidBill{}, fault.NewInvalid("receipt.bill_malformed").On("--bill")
	}
	return b, nil
}

type receiptKeysCmd struct{ database }

// Run prints the list.
func (c receiptKeysCmd) Run(ctx context.Context) error {
	return with(ctx, c.database, func(a *app.App) error {
		keys, err := a.Keyring.Public(ctx, a.DB)
		if err != nil {
			return err
		}
		text, err := json.MarshalIndent(keys, "", "  ")
		if err != nil {
			return err
		}
		_, err = fmt.Println(string(text))
		return err
	})
}

type receiptKeyCmd struct {
	New         receiptKeyNewCmd         `cmd:"" help:"Make a key and introduce it; a running program does so by itself when it is time."`
	Compromised receiptKeyCompromisedCmd `cmd:"" help:"Say that others may have a key: its receipts prove nothing alone any more."`
}

type receiptKeyNewCmd struct {
	database
	nodeName
	From time.Time `placeholder:"TIME" help:"First moment at which it signs, RFC 3339; now when absent."`
	To   time.Time `placeholder:"TIME" help:"First moment at which it no longer does; after 400 days when absent."`
}

// Run makes the key and prints its id.
func (c receiptKeyNewCmd) Run(ctx context.Context) error {
	return postingWith(ctx, c.database, app.Config{Node: c.Node}, func(a *app.App) error {
		if c.From.IsZero() {
			c.From = a.Config.Clock.Now()
		}
		if c.To.IsZero() {
			c.To = c.From.Add(keyring.Life)
		}
		key, err := a.Keyring.Introduce(ctx, asOperator(), c.From, c.To)
		if err != nil {
			return err
		}
		fmt.Fprintln(os.Stderr, lang.T(ctx, "receipt.key_made", "Key", key.ID.String(), "Node", key.Node,
			"From", lang.DateTime(ctx, key.From), "To", lang.DateTime(ctx, key.To)))
		_, err = fmt.Println(key.ID)
		return err
	})
}

func asOperator() journal.Request {
	return journal.Request{By: operator, Desk: staff.NetworkDesk, Key: newKey()}
}

type receiptKeyCompromisedCmd struct {
	database
	nodeName
	Key   string    `arg:"" name:"kid" help:"Id of the key, as the list of keys has it."`
	Since time.Time `placeholder:"TIME" help:"Since when others may have it, RFC 3339; now when absent."`
}

// Run marks the key and says which one signs now.
func (c receiptKeyCompromisedCmd) Run(ctx context.Context) error {
	kid, err := receipt.ParseKeyID(c.Key)
	if err != nil {
		return err
	}
	return postingWith(ctx, c.database, app.Config{Node: c.Node}, func(a *app.App) error {
		now := a.Config.Clock.Now()
		if c.Since.IsZero() {
			c.Since = now
		}
		if err := a.Keyring.Compromised(ctx, asOperator(), kid, c.Since); err != nil {
			return err
		}
		next, err := a.Keyring.Current(ctx, a.DB, now)
		if err != nil {
			return err
		}
		_, err = fmt.Println(lang.T(ctx, "receipt.key_marked", "Key", kid.String(), "Next", next.Public().ID.String()))
		return err
	})
}

// findingOf is the message that a reason gets: what a scanner got wrong is no forgery. The page that checks receipts sorts them alike.
func findingOf(r receipt.Reason) string {
	switch r {
	case receipt.ReasonOK:
		return "valid"
	case receipt.ReasonPrefix:
		return "not_code"
	case receipt.ReasonAlphabet, receipt.ReasonTooLong, receipt.ReasonBase45, receipt.ReasonCBOR, receipt.ReasonTrailing:
		return "damaged"
	case receipt.ReasonSignature, receipt.ReasonKeyDate, receipt.ReasonNewer, receipt.ReasonUnknownKey, receipt.ReasonCompromised,
		receipt.ReasonFuture:
		return string(r)
	case receipt.ReasonCanonical, receipt.ReasonDuplicate, receipt.ReasonCOSE, receipt.ReasonCritical, receipt.ReasonAlgorithm,
		receipt.ReasonHeader, receipt.ReasonVersion, receipt.ReasonPayload, receipt.ReasonSum:
	}
	return "malformed"
}

// sayFound writes the verdict and why, then what a valid code says or an uncertain one claims, then whether it pays the bill.
func sayFound(ctx context.Context, w io.Writer, found answered, bill paidBill) error {
	finding := findingOf(found.Reason)
	say := []string{lang.T(ctx, "receipt.head."+finding), lang.T(ctx, "receipt.text."+finding)}
	if found.Verdict != receipt.Valid {
		say = append(say, lang.T(ctx, "receipt.reason", "Reason", string(found.Reason)))
	}
	r := found.Receipt
	if r != nil && found.Verdict == receipt.Uncertain {
		say = append(say, "", lang.T(ctx, "receipt.claims"))
	}
	if r != nil && r.Kind != receipt.Payment {
		say = append(say, lang.T(ctx, "receipt.reversed"))
	}
	if _, err := fmt.Fprintln(w, strings.Join(say, "\n")); err != nil || r == nil {
		return err
	}
	if err := sayReceipt(ctx, w, found); err != nil {
		return err
	}
	if found.Verdict == receipt.Valid {
		say = []string{""}
		if found.Register != "" {
			say = append(say, lang.T(ctx, "receipt.register."+string(found.Register)))
		}
		say = append(say, lang.T(ctx, "receipt.later"))
		if found.Pays != nil {
			key := map[bool]string{true: "receipt.bill_yes", false: "receipt.bill_no"}[*found.Pays]
			say = append(say, "", lang.T(ctx, key, "Bill", bill.number, "Amount", amountOf(ctx, bill.amount, r.Currency)))
		}
		_, err := fmt.Fprintln(w, strings.Join(say, "\n"))
		return err
	}
	return nil
}

// sayReceipt writes what the code says, one thing a line.
func sayReceipt(ctx context.Context, w io.Writer, found answered) error {
	r := found.Receipt
	exemplar := lang.T(ctx, "receipt.original")
	if r.Copy > 0 {
		exemplar = lang.T(ctx, "receipt.copy", "Number", int(r.Copy), "At", lang.DateTime(ctx, r.CopiedAt))
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range [][2]string{
		{lang.T(ctx, "receipt.field_kind"), lang.T(ctx, "receipt.kind."+r.Kind.String())},
		{lang.T(ctx, "receipt.field_number"), r.Series + " " + strconv.FormatUint(uint64(r.Number), 10)},
		{lang.T(ctx, "receipt.field_at"), lang.DateTime(ctx, r.At)},
		{lang.T(ctx, "receipt.field_total"), amountOf(ctx, r.Total, r.Currency)},
		{lang.T(ctx, "receipt.field_tenders"), tendersOf(ctx, r)},
		{lang.T(ctx, "receipt.field_creditor"), r.Creditor},
		{lang.T(ctx, "receipt.field_node"), r.Node},
		{lang.T(ctx, "receipt.field_copy"), exemplar},
		{lang.T(ctx, "receipt.field_check_code"), found.CheckCode},
	} {
		if _, err := fmt.Fprintf(t, "  %s\t%s\n", line[0], line[1]); err != nil {
			return err
		}
	}
	return t.Flush()
}

func tendersOf(ctx context.Context, r *receipt.Receipt) string {
	var parts []string
	for _, tender := range slices.Sorted(maps.Keys(r.Tenders)) {
		amount := amountOf(ctx, r.Tenders[tender], r.Currency)
		switch tender {
		case receipt.Cash, receipt.Card, receipt.Transfer:
			parts = append(parts, lang.T(ctx, "receipt.tender."+tender.String(), "Amount", amount))
		default:
			parts = append(parts, lang.T(ctx, "receipt.tender_other", "Amount", amount, "Tender", strconv.Itoa(int(tender))))
		}
	}
	return strings.Join(parts, ", ")
}

// amountOf writes an amount as people read it; in a currency that is not the euro, as data are written.
func amountOf(ctx context.Context, a money.Amount, currency string) string {
	if currency == "EUR" {
		return a.Format(lang.Code(ctx))
	}
	return a.String() + " " + currency
}
