package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"vienkopus/internal/base/id"
)

// keyMark and visitMark stand in a prepared request where the key of the request and the visit go; both are as long as a UUID.
const (
	keyMark   = "00000000-0000-0000-0000-000000000000"
	visitMark = "11111111-1111-1111-1111-111111111111"
)

// call is a prepared request: the bytes, and where the key and the visit stand in them.
type call struct {
	text       []byte
	key, visit int // visit is -1 where there is none
	// opens tells that the answer names the visit of the calls behind it; once, that it is made the first time only.
	opens, once bool
}

// newCall prepares a POST over a connection that is kept. Path or body may hold visitMark.
func newCall(host, path, token, body string) call {
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\nAuthorization: Bearer %s\r\n", path, host, token)
	if body != "" {
		fmt.Fprint(&b, "Content-Type: application/json\r\n")
	}
	fmt.Fprintf(&b, "Idempotency-Key: %s\r\nContent-Length: %d\r\n\r\n%s", keyMark, len(body), body)
	return call{text: b.Bytes(), key: bytes.Index(b.Bytes(), []byte(keyMark)), visit: bytes.Index(b.Bytes(), []byte(visitMark))}
}

// client is one connection and the calls that it makes in turn.
type client struct {
	conn  net.Conn
	read  *bufio.Reader
	calls []call
	text  []byte // of the last answer
	begun int    // of calls, so that a second load goes on where the first one stopped
}

// burst is how long a load lasts: at most so many calls, and no longer than that.
type burst struct {
	calls int64
	lasts time.Duration
}

// outcome is what a load came to.
type outcome struct {
	calls int64
	took  time.Duration
	waits []time.Duration // of each call, in order of length
}

// rate returns calls per second.
func (o outcome) rate() float64 { return float64(o.calls) / o.took.Seconds() }

// wait returns the time within which that share of the calls was answered.
func (o outcome) wait(share float64) time.Duration {
	if len(o.waits) == 0 {
		return 0
	}
	return o.waits[min(int(share*float64(len(o.waits))), len(o.waits)-1)]
}

// dial opens one connection per list of calls.
func dial(ctx context.Context, address string, calls [][]call) ([]*client, error) {
	var clients []*client
	var d net.Dialer
	for _, list := range calls {
		conn, err := d.DialContext(ctx, "tcp", address)
		if err != nil {
			return clients, fmt.Errorf("load: %w", err)
		}
		// Each connection has its own copy, because keys are written into it.
		own := make([]call, len(list))
		for i, c := range list {
			own[i] = c
			own[i].text = bytes.Clone(c.text)
		}
		clients = append(clients, &client{conn: conn, read: bufio.NewReaderSize(conn, 8<<10), calls: own})
	}
	return clients, nil
}

func hangUp(clients []*client) error {
	var errs []error
	for _, c := range clients {
		errs = append(errs, c.conn.Close())
	}
	return errors.Join(errs...)
}

// drive makes every client call, one call after the other, until the burst is over.
func drive(clients []*client, b burst) (outcome, error) {
	var left atomic.Int64
	left.Store(b.calls)
	var wait sync.WaitGroup
	waits, errs := make([][]time.Duration, len(clients)), make([]error, len(clients))
	begun := time.Now() //nolint:forbidigo // a measurement
	end := begun.Add(b.lasts)
	for i, c := range clients {
		wait.Go(func() { waits[i], errs[i] = c.drive(&left, end) })
	}
	wait.Wait()
	o := outcome{took: time.Since(begun), waits: slices.Concat(waits...)}
	o.calls = int64(len(o.waits))
	slices.Sort(o.waits)
	return o, errors.Join(errs...)
}

func (c *client) drive(left *atomic.Int64, end time.Time) ([]time.Duration, error) {
	waits := make([]time.Duration, 0, 1<<14)
	if err := c.conn.SetDeadline(end.Add(time.Minute)); err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	for left.Add(-1) >= 0 {
		begun := time.Now() //nolint:forbidigo // a measurement
		if begun.After(end) {
			break
		}
		if err := c.call(&c.calls[c.begun%len(c.calls)], id.New(begun)); err != nil {
			return waits, err
		}
		if c.begun++; c.begun == 1 && c.calls[0].once {
			c.calls, c.begun = c.calls[1:], 0
		}
		waits = append(waits, time.Since(begun))
	}
	return waits, nil
}

// call makes one call under a key of its own.
func (c *client) call(request *call, key id.ID) error {
	name, err := key.MarshalText()
	if err != nil {
		return fmt.Errorf("load: key: %w", err)
	}
	copy(request.text[request.key:], name)
	if _, err := c.conn.Write(request.text); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	body, err := c.answer()
	if err != nil || !request.opens {
		return err
	}
	_, behind, _ := bytes.Cut(body, []byte(`"id":"`))
	if len(behind) < len(visitMark) {
		return fmt.Errorf("load: no visit in %s", body)
	}
	for i := range c.calls {
		if at := c.calls[i].visit; at >= 0 {
			copy(c.calls[i].text[at:], behind[:len(visitMark)])
		}
	}
	return nil
}

// answer reads one answer, which must say that all went well, and returns its body until the next one is read.
func (c *client) answer() ([]byte, error) {
	length, ok := chunked, false
	for first := true; ; first = false {
		line, err := c.read.ReadSlice('\n')
		if err != nil {
			return nil, fmt.Errorf("load: answer: %w", err)
		}
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case first:
			ok = bytes.HasPrefix(line, []byte("HTTP/1.1 20"))
		case len(line) == 0:
			body, err := c.body(length)
			if err == nil && !ok {
				err = fmt.Errorf("load: refused: %s", body)
			}
			return body, err
		case len(line) > 16 && bytes.EqualFold(line[:15], []byte("Content-Length:")):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[15:]))); err != nil {
				return nil, fmt.Errorf("load: length: %w", err)
			}
		}
	}
}

// chunked stands for the length of an answer that comes in chunks.
const chunked = -1

func (c *client) body(length int) ([]byte, error) {
	c.text = c.text[:0]
	if length >= 0 {
		c.text = slices.Grow(c.text, length)[:length]
		if _, err := io.ReadFull(c.read, c.text); err != nil {
			return nil, fmt.Errorf("load: body: %w", err)
		}
		return c.text, nil
	}
	text, err := io.ReadAll(httputil.NewChunkedReader(c.read))
	if err == nil {
		_, err = c.read.ReadSlice('\n') // the empty line behind the last chunk
	}
	if err != nil {
		return nil, fmt.Errorf("load: chunks: %w", err)
	}
	return text, nil
}
