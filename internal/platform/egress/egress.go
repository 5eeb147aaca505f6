// Package egress keeps what the program asks of the world outside from reaching what is inside: the machine itself, its neighbours, and the addresses at which clouds tell their secrets.
//
// Addresses of creditors' systems stand in the database; whoever can write one could otherwise have the program ask a service in the house that trusts it, and read in the answer whether it is there.
// It is looked at the address that is dialled, after the name was looked up, so that neither a name that means 127.0.0.1 nor one that changes its mind nor a redirection leads there.
package egress

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
)

// ErrInside says that an address lies inside: loopback, link-local, private, or none that the world knows.
var ErrInside = errors.New("egress: this address lies inside the network; --allow-private HOST allows it by name")

// Policy is where one may go. The zero value allows the world outside alone.
type Policy struct {
	// Inside are hosts inside that are allowed by name, without a port.
	Inside []string
}

// special are the blocks beside those that netip knows: of carriers, of protocols, of documents and trials, of later times, and those that hold an older address.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("fec0::/10"),
}

// IsInside tells whether an address is none of the world outside. Source: RFC 6890 and the registries of special addresses that follow it.
func IsInside(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	return !address.IsGlobalUnicast() || address.IsPrivate() || slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(address) })
}

// Dial connects like net.Dialer, for http.Transport. It returns ErrInside for an address inside, unless its host is allowed by name.
func (p Policy) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("egress: %w", err)
	}
	if !p.Allows(host) {
		d.Control = outside
	}
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("egress: %w", err)
	}
	return conn, nil
}

// Allows tells whether a host is allowed by name.
func (p Policy) Allows(host string) bool {
	return slices.ContainsFunc(p.Inside, func(allowed string) bool { return strings.EqualFold(strings.Trim(allowed, "[]"), host) })
}

// outside refuses an address that was looked up, before it is connected to.
func outside(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || IsInside(at.Addr()) {
		return ErrInside
	}
	return nil
}
