// Package mail sends letters by electronic mail, one recipient each, over one SMTP server.
//
// Rules:
//   - A message has an id that the caller gives it and keeps. The same message sent again has the same Message-ID and the same bytes, so that whoever gets it twice sees it once.
//   - What a sending comes to is one of four: sent; ErrTemporary, nothing was sent and later it may be; ErrPermanent, this message will never be sent; ErrUnknown, the connection
//     was lost behind the last word, so it may have been sent, and is sent again with the same id.
//   - Nobody's address and nothing of what is written stands in an error or a log; of what the server answers only its code does.
//   - There is no silent substitute: where no server is set up, sending is refused (None).
package mail

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"vienkopus/internal/base/fault"
)

// The ways in which a sending does not succeed.
var (
	// ErrTemporary says that nothing was sent, and that it may be later.
	ErrTemporary = errors.New("mail: not sent now")
	// ErrPermanent says that this message will never be sent.
	ErrPermanent = errors.New("mail: never sent")
	// ErrUnknown says that the message may have been sent.
	ErrUnknown = errors.New("mail: perhaps sent")
)

// Message is a letter to one recipient.
type Message struct {
	// ID tells the message from every other, for ever: letters, digits, dots and hyphens.
	ID string
	// To is an address as Address returns it.
	To      string
	Subject string
	// Text is plain text; its lines may be of any length.
	Text string
	// Date is when it was written; it is part of the message, so it stays when it is sent again.
	Date time.Time
	// Attachment may be nil.
	Attachment *Attachment
}

// Attachment is a file that goes with a message.
type Attachment struct {
	// Name is a file's name in letters, digits, dots, hyphens and underscores, and Type its media type, such as "application/pdf".
	Name, Type string
	Data       []byte
}

// Sender sends messages.
type Sender interface {
	// Send sends a message. It returns ErrTemporary, ErrPermanent or ErrUnknown, or the fault "mail.not_set_up" of None.
	Send(ctx context.Context, m Message) error
}

// None is the sender where no server is set up.
type None struct{}

// Send implements Sender: it returns the fault "mail.not_set_up".
func (None) Send(context.Context, Message) error { return fault.NewConflict("mail.not_set_up") }

const (
	longestID      = 64
	longestAddress = 254 // RFC 5321 §4.5.3.1.3, without the brackets
	longestLocal   = 64  // RFC 5321 §4.5.3.1.1
	longestSubject = 200 // runes
	largestText    = 256 << 10
	largestFile    = 10 << 20
)

var (
	ids    = regexp.MustCompile(`^[A-Za-z0-9]+([.-][A-Za-z0-9]+)*$`)
	files  = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$`)
	types  = regexp.MustCompile(`^[a-z0-9]+/[a-z0-9.+-]+$`)
	locals = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~` + "`" + `-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~` + "`" + `-]+)*$`)
	labels = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$`)
)

// Address reads an address that somebody typed: local@domain in ASCII, without a name, quotes or comments. It returns the fault "mail.address" for anything else.
func Address(typed string) (string, error) {
	text := strings.TrimSpace(typed)
	at := strings.LastIndexByte(text, '@')
	if at < 0 || len(text) > longestAddress || at > longestLocal || !locals.MatchString(text[:at]) || !labels.MatchString(text[at+1:]) {
		return "", fault.NewInvalid("mail.address")
	}
	return text, nil
}

// check refuses what no server must get to see: what could add a line to the head of the message, and what has no bound.
func (m Message) check() error {
	wrong := ""
	switch _, err := Address(m.To); {
	case len(m.ID) > longestID || !ids.MatchString(m.ID):
		wrong = "its id"
	case err != nil:
		wrong = "its recipient"
	case !isLine(m.Subject) || m.Subject == "" || utf8.RuneCountInString(m.Subject) > longestSubject:
		wrong = "its subject"
	case !isText(m.Text) || len(m.Text) > largestText:
		wrong = "its text"
	case m.Date.IsZero():
		wrong = "its date"
	case m.Attachment != nil && (!files.MatchString(m.Attachment.Name) || !types.MatchString(m.Attachment.Type) || len(m.Attachment.Data) > largestFile):
		wrong = "its attachment"
	default:
		return nil
	}
	return fmt.Errorf("%w: %s is not well formed", ErrPermanent, wrong)
}

func isLine(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 })
}

// isText tells whether a text holds nothing but what is read, lines and tabs.
func isText(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f })
}

// sender reads who sends: an address, or a name before it in angle brackets.
func sender(from string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(from)
	if err != nil || !isLine(a.Name) {
		return nil, fault.NewInvalid("mail.address").On("from")
	}
	if a.Address, err = Address(a.Address); err != nil {
		return nil, fault.NewInvalid("mail.address").On("from")
	}
	return a, nil
}
