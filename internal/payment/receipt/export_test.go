package receipt

import "fmt"

// What the tests need of the inside.
var (
	Encode45   = encode45
	Decode45   = decode45
	PlainBill  = plainReference
	Alphabet31 = alphabet31
)

// ReadStrict says only whether the strict reader accepts.
func ReadStrict(data []byte) error {
	_, err := readStrict(data)
	return err
}

// Signed returns the bytes of a code.
func (c *Code) Signed() []byte { return c.signed }

// Payload returns the payload of a receipt that is in order.
func (r *Receipt) Payload() []byte {
	data, err := r.encode()
	if err != nil {
		panic(fmt.Sprint("no payload: ", err))
	}
	return data
}
