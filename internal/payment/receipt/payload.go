package receipt

import (
	"fmt"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"

	"vienkopus/internal/base/money"
)

// payload is a receipt as CBOR: an array, because keys would cost as much room as two bills.
type payload struct {
	_        struct{} `cbor:",toarray"`
	Version  uint8
	Kind     uint8
	Node     string
	Series   string
	Number   uint32
	At       uint32 // seconds since 1970
	Creditor string
	Currency string
	Total    uint32 // cents
	Tenders  map[uint8]uint32
	About    []byte // bills of a payment, original of a refund or void
	Previous []byte
	Copy     any // 0, or [number, seconds since 1970]
}

const payloadFields = 13

var deterministic = sync.OnceValue(func() cbor.EncMode {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic("receipt: " + err.Error()) // the library's own options
	}
	return mode
})

// encode writes the payload. It returns a Refusal where Validate does.
func (r *Receipt) encode() ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	p := payload{
		Version: Version, Kind: uint8(r.Kind), Node: r.Node, Series: r.Series, Number: r.Number, At: seconds(r.At),
		Creditor: r.Creditor, Currency: r.Currency, Total: cents(r.Total), Tenders: map[uint8]uint32{},
		About: []byte{}, Previous: []byte{}, Copy: 0,
	}
	for tender, amount := range r.Tenders {
		p.Tenders[uint8(tender)] = cents(amount)
	}
	for _, bill := range r.Bills {
		p.About = append(p.About, bill[:]...)
	}
	if !r.Original.IsZero() {
		p.About = r.Original[:]
	}
	if !r.Previous.IsZero() {
		p.Previous = r.Previous[:]
	}
	if r.Copy > 0 {
		p.Copy = [2]uint32{uint32(r.Copy), seconds(r.CopiedAt)}
	}
	data, err := deterministic().Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("encode receipt: %w", err)
	}
	return data, nil
}

func seconds(t time.Time) uint32  { return uint32(t.Unix()) } //nolint:gosec // Validate bounds it
func cents(a money.Amount) uint32 { return uint32(a) }        //nolint:gosec // Validate bounds it

// decodePayload reads a payload. It returns a Refusal with the reasons of readStrict, version, payload or sum.
func decodePayload(data []byte) (*Receipt, error) {
	it, err := readStrict(data)
	if err != nil {
		return nil, err
	}
	if it.major != majorArray || len(it.items) == 0 || it.items[0].major != majorUnsigned {
		return nil, refuse(ReasonPayload, "not an array that begins with a version")
	}
	if it.items[0].arg != Version {
		return nil, refuse(ReasonVersion, "")
	}
	if len(it.items) != payloadFields {
		return nil, refuse(ReasonPayload, "not thirteen fields")
	}
	f := fields{items: it.items[1:]}
	r := &Receipt{
		Kind: Kind(f.unsigned(uint32(Void))), //nolint:gosec // bounded by the last kind
		Node: f.text(), Series: f.text(), Number: f.unsigned(MaxNumber), At: f.time(),
		Creditor: f.text(), Currency: f.text(), Total: money.Amount(f.unsigned(MaxNumber)), Tenders: f.tenders(),
	}
	f.about(r)
	r.Previous = f.previous()
	f.copied(r)
	if f.wrong {
		return nil, refuse(ReasonPayload, "a field of another type or out of its range")
	}
	return r, r.Validate()
}

// fields takes the fields one by one; what does not fit sets wrong.
type fields struct {
	items []item
	wrong bool
}

func (f *fields) next(major byte) item {
	it := f.items[0]
	f.items = f.items[1:]
	f.wrong = f.wrong || it.major != major
	return it
}

func (f *fields) unsigned(most uint32) uint32 { return f.number(f.next(majorUnsigned), most) }

func (f *fields) number(it item, most uint32) uint32 {
	if !it.isUnsigned(uint64(most)) {
		f.wrong = true
		return 0
	}
	return uint32(it.arg) //nolint:gosec // most bounds it
}

func (f *fields) text() string { return string(f.next(majorText).bytes) }

func (f *fields) time() time.Time { return time.Unix(int64(f.unsigned(MaxNumber)), 0).UTC() }

func (f *fields) tenders() map[Tender]money.Amount {
	pairs := f.next(majorMap).items
	split := make(map[Tender]money.Amount, len(pairs)/2)
	for ; len(pairs) >= 2; pairs = pairs[2:] {
		tender := Tender(f.number(pairs[0], uint32(maxTender))) //nolint:gosec // bounded by the largest tender
		split[tender] = money.Amount(f.number(pairs[1], MaxNumber))
	}
	return split
}

// about reads the bills of a payment and the original of everything else.
func (f *fields) about(r *Receipt) {
	data := f.next(majorBytes).bytes
	r.Bills = []BillHash{}
	if r.Kind != Payment {
		r.Original = f.link(data)
		return
	}
	for ; len(data) >= len(BillHash{}); data = data[len(BillHash{}):] {
		r.Bills = append(r.Bills, BillHash(data[:len(BillHash{})]))
	}
	f.wrong = f.wrong || len(data) > 0
}

func (f *fields) previous() Link {
	if data := f.next(majorBytes).bytes; len(data) > 0 {
		return f.link(data)
	}
	return Link{}
}

// link refuses the link of zeros too: it means none.
func (f *fields) link(data []byte) Link {
	if len(data) != len(Link{}) || Link(data).IsZero() {
		f.wrong = true
		return Link{}
	}
	return Link(data)
}

func (f *fields) copied(r *Receipt) {
	if f.items[0].major != majorArray {
		f.wrong = f.unsigned(0) != 0 || f.wrong
		return
	}
	pair := f.next(majorArray).items
	if len(pair) != 2 {
		f.wrong = true
		return
	}
	r.Copy = uint8(f.number(pair[0], MaxCopy)) //nolint:gosec // bounded by the largest copy
	r.CopiedAt = time.Unix(int64(f.number(pair[1], MaxNumber)), 0).UTC()
	f.wrong = f.wrong || r.Copy == 0
}
