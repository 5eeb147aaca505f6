package ticket

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Mark returns 16 bytes by which the program knows a text again that it gave out for a use, without having kept it.
func (o *Office) Mark(ctx context.Context, use, text string) ([]byte, error) {
	key, err := o.secret(ctx)
	if err != nil {
		return nil, err
	}
	return sum(key, "mark", use, text)[:codeSize], nil
}

// secret is the key under which codes are made. It is asked for once: a flood must not come as far as the database.
func (o *Office) secret(ctx context.Context) ([]byte, error) {
	if known := o.key.Load(); known != nil {
		return *known, nil
	}
	key, err := o.Store.TicketKey(ctx)
	if err != nil {
		return nil, fmt.Errorf("ticket: %w", err)
	}
	o.key.Store(&key)
	return key, nil
}

// sum is an HMAC over parts, each behind its length, so that no two lists have one.
func sum(key []byte, parts ...string) []byte {
	mac := hmac.New(sha256.New, key)
	for _, part := range parts {
		mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part)))) //nolint:gosec // bounded by the limit of a request
		mac.Write([]byte(part))
	}
	return mac.Sum(nil)
}
