package mail

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"vienkopus/internal/base/fault"
)

// Config says which server sends.
type Config struct {
	// Server is smtp://user@host:port, where the connection must become encrypted (STARTTLS, port 587 unless said), smtps://user@host:port, which is encrypted from the
	// first byte (465), or smtp-plain://host:port, which is not encrypted and takes no user: a relay on the same machine (25). The user may be missing.
	Server   string
	Password string
	// From is who sends: an address, or "Name <address>".
	From string
	// Timeout bounds how long the server may be silent; DefaultTimeout when zero.
	Timeout time.Duration
	// Roots are who may vouch for the server; nil stands for those of the system.
	Roots *x509.CertPool
}

// String says which server it is, and neither user nor password.
func (c Config) String() string { return "mail server" }

// DefaultTimeout is how long a server may be silent.
const DefaultTimeout = 30 * time.Second

// SMTP sends over one server, with a connection for each message.
type SMTP struct {
	from    *netmail.Address
	host    string
	port    int
	scheme  string
	signIn  *signIn // nil without a user
	timeout time.Duration
	tls     *tls.Config
}

// ports are the usual ones, by scheme.
var ports = map[string]int{"smtp": 587, "smtps": 465, "smtp-plain": 25}

// New returns the sender of a server; it is not asked yet. It returns the faults "mail.server" and "mail.address".
func New(c Config) (*SMTP, error) {
	refused := fault.NewInvalid("mail.server").On("server")
	u, err := url.Parse(c.Server)
	if err != nil || u.Hostname() == "" || u.Opaque != "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, refused // and not the error, which holds what was typed
	}
	if _, inAddress := u.User.Password(); inAddress { // it would stand in every list of programs
		return nil, refused
	}
	s := &SMTP{host: u.Hostname(), scheme: u.Scheme, port: ports[u.Scheme], timeout: c.Timeout}
	if u.Port() != "" && s.port != 0 {
		if s.port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, refused
		}
	}
	user := u.User.Username()
	if s.port <= 0 || s.port > 65535 || (user == "") != (c.Password == "") || user != "" && s.scheme == "smtp-plain" {
		return nil, refused
	}
	if user != "" {
		s.signIn = &signIn{user: user, password: c.Password, host: s.host}
	}
	if s.timeout <= 0 {
		s.timeout = DefaultTimeout
	}
	s.tls = &tls.Config{ServerName: s.host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}
	s.from, err = sender(c.From)
	return s, err
}

// Send implements Sender.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	msg, err := s.message(m)
	if err != nil {
		return err
	}
	ctx, done := context.WithCancel(ctx)
	defer done()
	c, err := s.client(ctx)
	if err != nil {
		return err
	}
	conn, err := c.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("%w: the server cannot be reached or does not let us in: %s", ErrTemporary, harmless(err))
	}
	err = judge(c.SendWithSMTPClient(conn, msg))
	_ = c.CloseWithSMTPClient(conn) //nolint:errcheck // what was sent is sent, however the server takes leave
	return err
}

// client returns what speaks to the server for one message. It stops when ctx ends.
func (s *SMTP) client(ctx context.Context) (*gomail.Client, error) {
	domain := s.from.Address[strings.LastIndexByte(s.from.Address, '@')+1:]
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(s.timeout), gomail.WithHELO(domain), gomail.WithTLSConfig(s.tls), gomail.WithoutSMTPUTF8(), gomail.WithoutNoop(),
		gomail.WithoutRset(), gomail.WithDialContextFunc(func(dialing context.Context, network, address string) (net.Conn, error) {
			return s.dial(ctx, dialing, network, address)
		}),
	}
	switch s.scheme {
	case "smtps":
		options = append(options, gomail.WithSSL())
	case "smtp":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.signIn != nil {
		mine := *s.signIn // it remembers how far it has come
		options = append(options, gomail.WithSMTPAuthCustom(&mine))
	}
	c, err := gomail.NewClient(s.host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail: the client: %w", err)
	}
	return c, nil
}

// dial connects, and breaks the connection off when sending ends.
func (s *SMTP) dial(sending, dialing context.Context, network, address string) (net.Conn, error) {
	var conn net.Conn
	var err error
	if s.scheme == "smtps" {
		conn, err = (&tls.Dialer{Config: s.tls}).DialContext(dialing, network, address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(dialing, network, address)
	}
	if err != nil {
		return nil, err //nolint:wrapcheck // wrapped by Send
	}
	context.AfterFunc(sending, func() { _ = conn.Close() }) //nolint:errcheck // there is nobody left to tell
	return conn, nil
}

// message writes the message out.
func (s *SMTP) message(m Message) (*gomail.Msg, error) {
	sum := sha256.Sum256([]byte(m.ID))
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(hex.EncodeToString(sum[:16])))
	msg.FromMailAddress(s.from)
	if err := msg.To(m.To); err != nil {
		return nil, fmt.Errorf("%w: its recipient is not well formed", ErrPermanent)
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID + s.from.Address[strings.LastIndexByte(s.from.Address, '@'):])
	msg.SetDateWithValue(m.Date.UTC())
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answering machine answers
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if a := m.Attachment; a != nil {
		if err := msg.AttachReader(a.Name, strings.NewReader(string(a.Data)), gomail.WithFileContentType(gomail.ContentType(a.Type))); err != nil {
			return nil, fmt.Errorf("%w: its attachment cannot be read", ErrPermanent)
		}
	}
	return msg, nil
}

// judge says what a sending has come to. Of what the server answered only the code is told: the words may repeat an address.
func judge(err error) error {
	var failed *gomail.SendError
	if err == nil {
		return nil
	}
	if !errors.As(err, &failed) {
		return fmt.Errorf("%w: the connection was lost", ErrTemporary)
	}
	code := failed.ErrorCode()
	what := fmt.Sprintf("%s, code %d", step(failed.Reason), code)
	switch {
	case code >= 500:
		return fmt.Errorf("%w: %s", ErrPermanent, what)
	case code >= 400:
		return fmt.Errorf("%w: %s", ErrTemporary, what)
	case failed.Reason == gomail.ErrSMTPDataClose:
		return fmt.Errorf("%w: the connection was lost before the server answered", ErrUnknown)
	}
	return fmt.Errorf("%w: %s", ErrTemporary, what)
}

// step says in our own words where a sending stopped.
func step(reason gomail.SendErrReason) string {
	switch reason { //nolint:exhaustive // the others are all the same to us
	case gomail.ErrSMTPMailFrom:
		return "the sender was refused"
	case gomail.ErrSMTPRcptTo:
		return "the recipient was refused"
	case gomail.ErrSMTPData, gomail.ErrSMTPDataClose, gomail.ErrWriteContent:
		return "the message was refused"
	}
	return "the server was lost"
}

// harmless is an error from before the first word about a message; what the server said is left out.
func harmless(err error) string {
	var said *textproto.Error
	if errors.As(err, &said) {
		return fmt.Sprintf("code %d", said.Code)
	}
	return err.Error()
}
