package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// server is a real SMTP server that keeps what it gets.
type server struct {
	*smtp.Server
	address string
	roots   *x509.CertPool

	mu   sync.Mutex
	got  []letter
	auth []string // who has signed in
	// answer is what it says to each step ("mail", "rcpt", "data", "done"); nil is yes. Lost breaks the connection off instead.
	answer map[string]error
}

var errLost = errors.New("lost")

// letter is what came in.
type letter struct {
	from, to string
	data     string
	secure   bool
}

// listen starts a server. Implicit says that it speaks TLS from the first byte; with mechanisms it demands to know who sends.
func listen(t *testing.T, implicit bool, mechanisms ...string) *server {
	t.Helper()
	certificate, roots := certificateOf(t)
	s := &server{roots: roots, answer: map[string]error{}}
	s.Server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		if len(mechanisms) == 0 {
			return &session{server: s, conn: c}, nil
		}
		return &closed{session{server: s, conn: c}, mechanisms}, nil
	}))
	s.Domain, s.ErrorLog, s.MaxMessageBytes = "localhost", log.New(io.Discard, "", 0), 1<<20
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	if implicit {
		l = tls.NewListener(l, config)
	} else {
		s.TLSConfig = config
	}
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.Serve(l) })
	t.Cleanup(func() {
		_ = s.Close()
		_ = l.Close() // it may not have begun to serve yet
		serving.Wait()
	})
	return s
}

// certificateOf makes a certificate for this machine, and who vouches for it.
func certificateOf(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

func (s *server) letters() []letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]letter(nil), s.got...)
}

func (s *server) says(step string, answer error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = map[string]error{step: answer}
}

// session is what one connection says.
type session struct {
	*server
	conn   *smtp.Conn
	letter letter
}

func (s *session) step(name string) error {
	s.mu.Lock()
	answer := s.answer[name]
	s.mu.Unlock()
	if errors.Is(answer, errLost) {
		_ = s.conn.Conn().Close()
	}
	return answer
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	_, secure := s.conn.TLSConnectionState()
	s.letter = letter{from: from, secure: secure}
	return s.step("mail")
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.letter.to = to
	return s.step("rcpt")
}

func (s *session) Data(r io.Reader) error {
	if err := s.step("data"); err != nil {
		return err
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.letter.data = string(text)
	s.mu.Lock()
	if answer := s.answer["done"]; answer == nil || errors.Is(answer, errLost) { // it has the letter, whoever hears of it
		s.got = append(s.got, s.letter)
	}
	s.mu.Unlock()
	return s.step("done")
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// closed is a session of somebody who has to sign in.
type closed struct {
	session
	mechanisms []string
}

func (s *closed) AuthMechanisms() []string { return s.mechanisms }

func (s *closed) Auth(mechanism string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != "noreply" || password != "sesame" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no " + user + " with " + password}
		}
		s.mu.Lock()
		s.auth = append(s.auth, mechanism)
		s.mu.Unlock()
		return nil
	}
	if mechanism == "LOGIN" {
		return &login{check: check}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
}

// login is the server's side of LOGIN, which has no specification: it asks for the user, then for the password.
type login struct {
	check func(user, password string) error
	asked int
	user  string
}

func (l *login) Next(response []byte) ([]byte, bool, error) {
	l.asked++
	switch l.asked {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.user = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(response))
}
