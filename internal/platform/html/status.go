package html

import (
	"context"
	"time"

	"vienkopus/internal/platform/lang"
)

// Connection is how the counter reaches the network, in three words.
type Connection int

// Online: everything sent is received. Local: this node works alone for now. Delayed: lines wait longer than they should.
// Lost: this browser does not reach its own node; only the page itself can find that out.
const (
	Online Connection = iota
	Local
	Delayed
	Lost
)

// Printer is the state of the receipt printer.
type Printer int

// NoPrinter says nothing; the others say what they are called.
const (
	NoPrinter Printer = iota
	PrinterReady
	PrinterTrouble
)

// Status is the line that says, at any time, whether the work arrives.
type Status struct {
	Connection Connection
	// Unsent is the number of journal lines that no other node has yet.
	Unsent int64
	// Oldest is the age of the oldest unsent line.
	Oldest  time.Duration
	Printer Printer
}

// state is one part of the status line: words and an icon, and a colour only for trouble.
type state struct {
	tone Tone
	icon string
	text string
}

func (s Status) states(ctx context.Context) []state {
	all := []state{s.connection(ctx)}
	if s.Unsent > 0 {
		all = append(all, state{icon: "clock", text: lang.N(ctx, "shell.unsent", s.Unsent, "Age", age(ctx, s.Oldest))})
	}
	switch s.Printer {
	case NoPrinter:
	case PrinterReady:
		all = append(all, state{icon: "printer", text: lang.T(ctx, "shell.printer_ready")})
	case PrinterTrouble:
		all = append(all, state{tone: Danger, icon: "printer", text: lang.T(ctx, "shell.printer_trouble")})
	}
	return all
}

func (s Status) connection(ctx context.Context) state {
	switch s.Connection {
	case Online:
		return state{icon: "check", text: lang.T(ctx, "shell.online")}
	case Local:
		return state{tone: Info, icon: "local", text: lang.T(ctx, "shell.local")}
	case Delayed:
		return state{tone: Warning, icon: "clock", text: lang.T(ctx, "shell.delayed")}
	case Lost:
		return state{tone: Danger, icon: "lost", text: lang.T(ctx, "shell.lost")}
	}
	return state{}
}

// age says how long in the largest whole unit: minutes, hours, days.
func age(ctx context.Context, d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return lang.N(ctx, "shell.days", int64(d/(24*time.Hour)))
	case d >= 2*time.Hour:
		return lang.N(ctx, "shell.hours", int64(d/time.Hour))
	}
	return lang.N(ctx, "shell.minutes", int64(d/time.Minute))
}
