package session

import (
	"encoding/json"
	"fmt"
	"time"
)

// codec writes the values of a session, which are texts, as JSON: quicker than gob, and readable by an operator.
type codec struct{}

// Encode implements scs.Codec. The deadline is not written: the table has the expiry.
func (codec) Encode(_ time.Time, values map[string]any) ([]byte, error) {
	data, err := json.Marshal(values)
	if err != nil {
		return nil, fmt.Errorf("session: encode: %w", err)
	}
	return data, nil
}

// Decode implements scs.Codec.
func (codec) Decode(data []byte) (deadline time.Time, values map[string]any, err error) {
	if err := json.Unmarshal(data, &values); err != nil {
		return deadline, nil, fmt.Errorf("session: decode: %w", err)
	}
	return deadline, values, nil
}
