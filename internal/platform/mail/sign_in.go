package mail

import (
	"errors"
	"slices"

	"github.com/wneessen/go-mail/smtp"
)

// signIn tells the server user and password, over an encrypted connection only.
type signIn struct {
	user, password, host string
	chosen               smtp.Auth
}

var (
	errNotEncrypted = errors.New("mail: the connection is not encrypted")
	errNoSignIn     = errors.New("mail: the server takes neither PLAIN nor LOGIN")
)

// Start implements smtp.Auth.
func (a *signIn) Start(server *smtp.ServerInfo) (string, []byte, error) {
	switch {
	case !server.TLS:
		return "", nil, errNotEncrypted
	case slices.Contains(server.Auth, "PLAIN"):
		a.chosen = smtp.PlainAuth("", a.user, a.password, a.host, false)
	case slices.Contains(server.Auth, "LOGIN"):
		a.chosen = smtp.LoginAuth(a.user, a.password, a.host, false)
	default:
		return "", nil, errNoSignIn
	}
	return a.chosen.Start(server) //nolint:wrapcheck // wrapped by Send
}

// Next implements smtp.Auth.
func (a *signIn) Next(fromServer []byte, more bool) ([]byte, error) {
	return a.chosen.Next(fromServer, more) //nolint:wrapcheck // wrapped by Send
}
