package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/staff"
)

const (
	// guessers is how many strangers try to sign in at the same time, each on a connection from an address of her own.
	guessers = 10_000
	// signInAim is within which time an honest one is in meanwhile.
	signInAim = 2 * time.Second
	// honest signs in with honestPassword, and so does quiet, whose name nobody guesses.
	honest, quiet  = "anna", "ilze"
	honestPassword = "lapa-bura-diena-bura-8067" //nolint:gosec // of nobody
)

// enrolHonest makes those who sign in honestly.
func enrolHonest(ctx context.Context, a *app.App) error {
	for _, name := range []string{honest, quiet} {
		_, err := a.Staff.Enrol(ctx, by, staff.NewPerson{SignIn: name, Name: name, Password: honestPassword, Scope: scope.Network}, "enrol:"+name)
		if err != nil {
			return fmt.Errorf("enrol: %w", err)
		}
	}
	return nil
}

// benchSignIn measures how long an honest sign-in takes, alone and while ten thousand strangers guess at once, half of them her own name.
func benchSignIn(ctx context.Context, o options) ([]*table, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	dir := filepath.Join(o.dir, "sign-in")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	c, err := start(ctx, self, "-serve", "vienkopus", "-dir", dir, "-profile", o.profile)
	if err != nil {
		return nil, err
	}
	t := &table{title: "Signing in while others guess", head: []string{"who", "let in", "p50", "most", "aim"}}
	err = measureSignIn(ctx, o, c.Address, t)
	return []*table{t}, errors.Join(err, c.stop(), os.RemoveAll(dir))
}

func measureSignIn(ctx context.Context, o options, address string, t *table) error {
	known, stranger := browser("127.0.0.1"), browser("127.0.0.2")
	if _, err := signIn(ctx, known, address, honest, honestPassword); err != nil {
		return err
	}
	g := newGuessers(address)
	for _, way := range []struct {
		name, who string
		from      *http.Client
		meanwhile func(context.Context)
	}{
		{"alone", honest, known, func(context.Context) {}},
		{"from a browser that is known, her own name guessed", honest, known, g.guess},
		{"from one that is not, and comes again when told to", quiet, stranger, g.guess},
	} {
		var waits []time.Duration
		in := 0
		for range o.rounds {
			took, status, err := honestly(ctx, way.from, address, way.who, way.meanwhile)
			if err != nil {
				return err
			}
			if waits = append(waits, took); status == http.StatusSeeOther {
				in++
			}
			way.from.Jar = keptOf(way.from, address, way.from == known)
		}
		slices.Sort(waits)
		t.add(way.name, fmt.Sprintf("%d of %d", in, len(waits)), milliseconds(waits[len(waits)/2]), milliseconds(waits[len(waits)-1]), "< "+milliseconds(signInAim))
	}
	t.note("%s strangers at once, each on a connection from an address of her own, half of them with the honest one's name, and the honest one 100 ms behind them. Of their tries %s were answered as wrong,"+
		" %s were sent away for now, %s got no answer.", thousands(guessers), thousands(float64(g.wrong.Load())), thousands(float64(g.away.Load())), thousands(float64(g.failed.Load())))
	return nil
}

// honestly signs in while others are at it, and returns how long that took.
func honestly(ctx context.Context, client *http.Client, address, who string, meanwhile func(context.Context)) (took time.Duration, status int, err error) {
	var others sync.WaitGroup
	others.Go(func() { meanwhile(ctx) })
	defer others.Wait()
	time.Sleep(100 * time.Millisecond)
	begun := time.Now() //nolint:forbidigo // a measurement
	for range 5 {
		status, err = signIn(ctx, client, address, who, honestPassword)
		if err != nil || status != http.StatusServiceUnavailable {
			break
		}
		time.Sleep(time.Second)
	}
	return time.Since(begun), status, err
}

// keptOf is what a browser keeps for the next sign-in: nothing of the session, and of what it is known by only when it shall be known.
func keptOf(client *http.Client, address string, known bool) http.CookieJar {
	jar := newJar()
	at := &url.URL{Scheme: "http", Host: address, Path: "/"}
	for _, c := range client.Jar.Cookies(at) {
		if known && c.Name == "vienkopus-device" {
			jar.SetCookies(at, []*http.Cookie{c})
		}
	}
	return jar
}

// strangers guess passwords.
type strangers struct {
	address             string
	browsers            []*http.Client
	wrong, away, failed atomic.Int64
}

func newGuessers(address string) *strangers {
	g := &strangers{address: address}
	for i := range guessers {
		g.browsers = append(g.browsers, browser(fmt.Sprintf("127.%d.%d.1", 1+i>>8, i&255)))
	}
	return g
}

// guess has all of them guess once, at once, and waits until each was answered.
func (g *strangers) guess(ctx context.Context) {
	var all sync.WaitGroup
	for i, from := range g.browsers {
		name := honest
		if i%2 == 0 {
			name = fmt.Sprintf("nobody-%d", i)
		}
		all.Go(func() {
			switch status, err := signIn(ctx, from, g.address, name, "not the password"); {
			case err != nil:
				g.failed.Add(1)
			case status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests:
				g.away.Add(1)
			default:
				g.wrong.Add(1)
			}
		})
	}
	all.Wait()
}

func newJar() http.CookieJar {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic("bench: " + err.Error()) // it never fails without options
	}
	return jar
}

// browser is one whose connections come from an address of this machine.
func browser(from string) *http.Client {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	return &http.Client{
		Jar: newJar(), Timeout: time.Minute, Transport: &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 1},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func signIn(ctx context.Context, client *http.Client, address, name, password string) (status int, err error) {
	form := url.Values{"sign_in": {name}, "password": {password}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		return 0, fmt.Errorf("sign in: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://"+address)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := client.Do(r)
	if err != nil {
		return 0, fmt.Errorf("sign in: %w", err)
	}
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, errors.Join(err, res.Body.Close())
}
