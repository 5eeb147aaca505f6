package trailhttp

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

const (
	// perAddress and perMinute bound how many codes that nobody has are tried in a minute, from one address and in all. A code has 54 bits: with ten million
	// receipts a guess hits one in two thousand million, so that at this rate somebody who goes on for a year finds any one with one chance in eight.
	perAddress = 20
	perMinute  = 600
)

// limit counts codes that were not found. Whoever mistypes is never held up by it: a mistake is found by the check character, before anything is looked up.
type limit struct {
	now func() time.Time

	mu     sync.Mutex
	minute int64
	all    int
	by     map[netip.Prefix]int
}

func newLimit(now func() time.Time) *limit { return &limit{now: now, by: map[netip.Prefix]int{}} }

// admits tells whether another code may be tried from the address of the request.
func (l *limit) admits(r *http.Request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn()
	return l.all < perMinute && l.by[from(r)] < perAddress
}

// missed counts a code that nobody has.
func (l *limit) missed(r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn()
	l.all++
	l.by[from(r)]++
}

// turn begins to count anew in a new minute.
func (l *limit) turn() {
	if minute := l.now().Unix() / 60; minute != l.minute {
		l.minute, l.all = minute, 0
		clear(l.by)
	}
}

// from is the address of whoever asks, or his network where an address costs nothing (IPv6).
func from(r *http.Request) netip.Prefix {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	at, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}
	}
	bits := 32
	if at = at.Unmap(); at.Is6() {
		bits = 64
	}
	prefix, err := at.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}
