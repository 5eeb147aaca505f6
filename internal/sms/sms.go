// Package sms sends whoever has paid, at his wish, the link by which he checks his receipt, as a text message to his telephone.
//
// Rules:
//   - It is sent only when the client asks for it, through a gateway that the operator names; without one nothing is offered.
//   - A message is a line before it is handed to the gateway, and a line with what became of it afterwards. The id of the message is its name outside: the
//     gateway sends a name once, however often it is told.
//   - The telephone number stands in no line, no log and no backup. It waits sealed in a table beside the journal until the gateway has taken it or the message is given up,
//     and is gone with that; where nothing can be sealed, nothing is sent.
//   - A client waits at the counter: what could not be sent within a quarter of an hour is given up, and the counter says so.
//   - One visit sends MostPerVisit messages at most, so that nobody writes to strangers from a counter.
package sms

import (
	"context"
	"errors"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
)

// MostPerVisit is how many messages one visit may send.
const MostPerVisit = 3

// patience is how long the program tries to hand a message over.
const patience = 15 * time.Minute

// Outcome is what became of a message.
type Outcome string

// The outcomes. Waiting stands for none yet.
const (
	Waiting Outcome = ""
	Sent    Outcome = "sent"
	// Refused is the gateway's own no: it sends nothing to this number.
	Refused Outcome = "refused"
	// GivenUp is a gateway that has not answered in time.
	GivenUp Outcome = "given-up"
	// Lost is a number that is not there any more, after a restore or without the key.
	Lost Outcome = "lost"
)

// Outcomes are all of them.
var Outcomes = []Outcome{Waiting, Sent, Refused, GivenUp, Lost}

// Message is one that was asked for.
type Message struct {
	ID             id.ID
	Desk           string
	Payment, Visit id.ID
	Receipt        string
	At             time.Time // UTC
	Outcome        Outcome
}

// Content is what the gateway is told. It never stands in a line or a log.
type Content struct {
	To   string `json:"to"`
	Text string `json:"text"`
}

// Held is a message that waits, with its content; OK is false where that is not there or cannot be opened.
type Held struct {
	Message
	Content
	OK   bool
	Next time.Time // UTC, of the next attempt
}

// ErrRefused is what a gateway returns that will never send a message, however often it is told.
var ErrRefused = errors.New("sms: the gateway refuses the message")

// Gateway hands messages to whoever sends them. It sends those of one id once.
type Gateway interface {
	Send(ctx context.Context, message id.ID, c Content) error
}

// store keeps messages; smssql.Store does.
type store interface {
	// OfVisit returns the messages of a visit, the first first, and Message one.
	OfVisit(ctx context.Context, r journal.Reader, visit id.ID) ([]Message, error)
	Message(ctx context.Context, r journal.Reader, message id.ID) (Message, error)
	// Open returns what waits, with its content.
	Open(ctx context.Context, r journal.Reader) ([]Held, error)
	// Hold keeps the content sealed until Drop, and Later says when it is tried again.
	Hold(ctx context.Context, tx *journal.Tx, message id.ID, c Content) error
	Drop(ctx context.Context, tx *journal.Tx, message id.ID) error
	Later(ctx context.Context, message id.ID, next time.Time) error
	// Seals tells whether content can be sealed.
	Seals() bool
}

// Config is what a Service is made of.
type Config struct {
	Journal *journal.Journal
	Store   store
	// Gateway sends; nil offers nothing.
	Gateway Gateway
}

// Service sends messages.
type Service struct{ Config }

// New returns the service and touches no database.
func New(c Config) *Service { return &Service{c} }

// Offers tells whether messages can be sent at all.
func (s *Service) Offers() bool { return s.Gateway != nil && s.Store.Seals() }
