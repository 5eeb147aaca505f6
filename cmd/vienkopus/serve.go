package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/checkpoint/checkpointroom"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/egress"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/resume"
	"vienkopus/internal/platform/lang"
	"vienkopus/internal/platform/mail"
	"vienkopus/internal/platform/oidc"
	"vienkopus/internal/sms"
	"vienkopus/internal/sms/smshttp"
	"vienkopus/internal/staff/proof"
	"vienkopus/internal/visit"
)

type serveCmd struct {
	database
	nodeName
	stating
	extraDays
	mailServer
	smsGateway
	CheckpointMail string         `help:"Address to which the last checkpoint is sent every day." env:"VIENKOPUS_CHECKPOINT_MAIL" placeholder:"ADDRESS"`
	Listen         string         `help:"Address for people and programs." default:"localhost:8080" env:"VIENKOPUS_LISTEN"`
	Probes         string         `help:"Address for operators: /healthz, /readyz, /metrics." default:"localhost:8081" env:"VIENKOPUS_PROBES"`
	PublicURL      string         `help:"Address by which people reach the program, for example https://centrs.example." env:"VIENKOPUS_PUBLIC_URL"`
	TrustedProxy   []netip.Prefix `help:"Network in which proxies in front of the program stand, such as 10.0.0.0/28: their X-Forwarded-For says who asks. Repeatable; this machine always is one." env:"VIENKOPUS_TRUSTED_PROXY" placeholder:"CIDR"`
	EIDIssuers     string         `name:"eid-issuers" help:"PEM file with the certificates of the issuers of eID cards by which people sign in (Web eID)." type:"existingfile" env:"VIENKOPUS_EID_ISSUERS"`
	provider
	AllowPrivate []string `help:"Host inside the network that creditors' systems may be at, by name; else only the world outside is asked and told. Repeatable." env:"VIENKOPUS_ALLOW_PRIVATE" placeholder:"HOST"`
	Mute         bool     `help:"Tell billing systems nothing: for a copy that is tried out." env:"VIENKOPUS_MUTE"`
	Quiet        bool     `help:"Log faults of the program only, not every request."`
}

// Run serves until it is told to stop.
func (c serveCmd) Run(ctx context.Context) error {
	log := logger(os.Stderr, c.Quiet)
	slog.SetDefault(log)
	days, err := c.readDays()
	if err != nil {
		return err
	}
	config, err := c.config(ctx, c.database, c.Node)
	if err != nil {
		return err
	}
	warning, err := c.Warning(ctx)
	if err != nil {
		return err
	}
	if warning != "" {
		log.WarnContext(ctx, warning)
	}
	if slices.ContainsFunc(os.Args[1:], holdsPassword) { // for as long as the program serves
		log.WarnContext(ctx, lang.T(ctx, "cli.password_shown"))
	}
	if err := c.post(&config.Checkpoints); err != nil {
		return err
	}
	config.Mute, config.Clock, config.PublicURL, config.Days, config.Version = c.Mute, clock.System{}, c.PublicURL, days, version
	config.Log, config.Progress, config.Told = log, progress("rebuild"), toldPlan(ctx)
	config.Ahead = mostAhead
	config.Proxies = c.TrustedProxy
	if c.EIDIssuers != "" {
		if config.Cards, err = os.ReadFile(c.EIDIssuers); err != nil {
			return fmt.Errorf("the issuers of eID cards: %w", err)
		}
	}
	config.Outside = egress.Policy{Inside: c.AllowPrivate}
	if config.SMS, err = c.gateway(config.Outside); err != nil {
		return err
	}
	if config.Elsewhere, err = c.settings(); err != nil {
		return err
	}
	config.TakeOver = strings.HasPrefix(c.DB, "postgres")
	a, err := app.Open(ctx, config)
	if err != nil {
		return err
	}
	return a.Run(ctx, app.Addresses{Site: c.Listen, Probes: c.Probes}, func(at app.Addresses) {
		fmt.Fprintf(os.Stderr, "vienkopus %s: http://%s (probes http://%s)\n", version, at.Site, at.Probes)
	})
}

// provider are the flags of a provider at which people have accounts by which they sign in. What only we and it know is no flag: it would stand in every list of programs.
type provider struct {
	OIDCName       string   `name:"oidc-name" help:"What people call the provider at which they have accounts (OpenID Connect)." default:"OpenID" env:"VIENKOPUS_OIDC_NAME"`
	OIDCIssuer     string   `name:"oidc-issuer" help:"Its address, exactly as it writes it itself; none for no provider." env:"VIENKOPUS_OIDC_ISSUER" placeholder:"URL"`
	OIDCClient     string   `name:"oidc-client" help:"Who this program is there." env:"VIENKOPUS_OIDC_CLIENT"`
	OIDCSecretFile string   `name:"oidc-secret-file" help:"File with the secret of the client; else VIENKOPUS_OIDC_SECRET says it." type:"existingfile" env:"VIENKOPUS_OIDC_SECRET_FILE"`
	OIDCSecond     []string `name:"oidc-second" help:"What of its answer stands for a second proof: acr=VALUE or amr=VALUE. Repeatable; without any its word is one proof." env:"VIENKOPUS_OIDC_SECOND" placeholder:"CLAIM"`
}

func (p provider) settings() (oidc.Settings, error) {
	s := oidc.Settings{Name: p.OIDCName, Issuer: p.OIDCIssuer, Client: p.OIDCClient, Secret: os.Getenv(oidcSecret), Second: p.OIDCSecond}
	if p.OIDCSecretFile == "" {
		return s, nil
	}
	text, err := os.ReadFile(p.OIDCSecretFile)
	if err != nil {
		return s, fmt.Errorf("the secret of the client: %w", err)
	}
	s.Secret = strings.TrimRight(string(text), "\r\n")
	return s, nil
}

type userBindCmd struct {
	database
	Person  string `arg:"" help:"Sign-in name, or id as add printed it."`
	Issuer  string `help:"The provider, exactly as it writes its address itself." required:"" placeholder:"URL"`
	Subject string `help:"The account there, by the identifier that never changes (sub); never an e-mail address." required:""`
}

// Run binds an account elsewhere to that of somebody.
func (c userBindCmd) Run(ctx context.Context) error {
	return posting(ctx, c.database, func(a *app.App) error {
		who, err := somebody(ctx, a, c.Person)
		if err != nil {
			return err
		}
		return a.Proofs.Bind(ctx, operator, who, proof.Identity{Issuer: c.Issuer, Subject: c.Subject}, newKey())
	})
}

// mostAhead is how far the clock may be ahead of the newest line of the whole network: a summer in which nobody works is shorter, and a year that was set wrong is longer.
const mostAhead = 60 * 24 * time.Hour

type clockCmd struct {
	Confirm clockConfirmCmd `cmd:"" help:"Say that the clock is right although nobody has worked for long, so that the program serves again."`
	Jumps   clockJumpsCmd   `cmd:"" help:"List the lines that a clock ahead has dated."`
	Mend    clockMendCmd    `cmd:"" help:"Let a desk go on whose lines a clock ahead has dated, and count what they tell on the right days."`
}

type clockJumpsCmd struct{ database }

// Run prints them.
func (c clockJumpsCmd) Run(ctx context.Context) error {
	a, err := app.Look(ctx, app.Config{DSN: c.DB, Clock: clock.System{}, Version: version})
	if err != nil {
		return err
	}
	jumps, err := resume.ClockJumps(ctx, a.DB, clock.System{}.Now())
	for _, j := range jumps {
		fmt.Println(lang.T(ctx, "cli.clock_jump", "Desk", j.Desk, "First", j.First, "Last", j.Last, "From", j.From.Format(time.DateTime), "To", j.To.Format(time.DateTime),
			"Then", j.Then.Format(time.DateTime)))
	}
	if err == nil && len(jumps) == 0 {
		fmt.Println(lang.T(ctx, "cli.clock_no_jump"))
	}
	return errors.Join(err, a.Close())
}

type clockMendCmd struct {
	database
	answering
	Desk  string `arg:"" help:"The desk."`
	First int64  `help:"The first line that the clock dated wrongly (clock jumps)." required:""`
	Last  int64  `help:"And the last one." required:""`
	Shift int    `help:"By how many days they are moved: --shift=-31 for a month ahead." required:""`
	Why   string `help:"What happened, for whoever reads the journal later." required:""`
}

// Run begins new series of receipts behind a line that says why, where the last receipt lies ahead of the clock, and moves what is counted. Asked again it finds nothing to do.
func (c clockMendCmd) Run(ctx context.Context) error {
	return posting(ctx, c.database, func(a *app.App) error {
		by, err := c.actor(ctx, a)
		if err != nil {
			return err
		}
		visits, err := a.Visit.CorrectDays(ctx, journal.Request{By: by, Desk: c.Desk, Key: newKey()}, visit.Redating{First: c.First, Last: c.Last, Shift: c.Shift})
		if err != nil {
			return err
		}
		fmt.Println(lang.N(ctx, "cli.clock_mended", int64(visits)))
		ahead := func(ctx context.Context, tx *journal.Tx) (bool, error) { return a.Payment.Ahead(ctx, tx, c.Desk) }
		lines, err := a.Journal.Resume(ctx, by, []journal.Resumption{{Desk: c.Desk, Why: c.Why, When: ahead}})
		for _, e := range lines {
			if f, is := e.Fact.(journal.Resumed); is {
				fmt.Println(lang.T(ctx, "cli.clock_series", "Desk", e.Desk, "Number", e.Number, "Series", payment.SeriesOf(e.Desk, f.Nth, false)))
			}
		}
		return err
	})
}

type clockConfirmCmd struct {
	database
	Why string `help:"Why nobody has worked for so long." required:"" placeholder:"TEXT"`
}

// Run notes it.
func (c clockConfirmCmd) Run(ctx context.Context) error {
	return posting(ctx, c.database, func(a *app.App) error { return a.Journal.ConfirmClock(ctx, atNetwork(), c.Why) })
}

// holdsPassword tells whether an argument is the address of a database with a password in it: everybody on the machine reads it in the list of programs.
func holdsPassword(arg string) bool {
	address, err := url.Parse(strings.TrimPrefix(arg, "--db="))
	if err != nil || !strings.HasPrefix(address.Scheme, "postgres") {
		return false
	}
	_, inUser := address.User.Password()
	return inUser || address.Query().Has("password")
}

// post has the last checkpoint sent by mail, where an address is named.
func (c serveCmd) post(needs *checkpointroom.Needs) (err error) {
	if c.CheckpointMail == "" {
		return nil
	}
	if needs.To, err = mail.Address(c.CheckpointMail); err != nil {
		return err
	}
	needs.Post, err = c.sender()
	return err
}

// mailServer are the flags of every command that sends mail. The password is no flag: it would stand in every list of programs.
type mailServer struct {
	Mail             string `help:"Server that sends mail: smtp://user@host (STARTTLS), smtps://user@host (TLS) or smtp-plain://host (a relay on this machine)." env:"VIENKOPUS_MAIL"`
	MailFrom         string `help:"Who sends: an address, or \"Name <address>\"." env:"VIENKOPUS_MAIL_FROM"`
	MailPasswordFile string `help:"File with the password of the user; else VIENKOPUS_MAIL_PASSWORD says it." type:"existingfile" env:"VIENKOPUS_MAIL_PASSWORD_FILE"`
}

// oidcSecret is the setting that says the secret of the provider's client, where no file does.
const oidcSecret = "VIENKOPUS_OIDC_SECRET"

// mailPassword is the setting that says the password, where no file does.
const mailPassword = "VIENKOPUS_MAIL_PASSWORD"

// sender returns the sender of the server, and mail.None where none is named.
func (m mailServer) sender() (mail.Sender, error) {
	if m.Mail == "" {
		return mail.None{}, nil
	}
	password := os.Getenv(mailPassword)
	if m.MailPasswordFile != "" {
		text, err := os.ReadFile(m.MailPasswordFile)
		if err != nil {
			return nil, fmt.Errorf("the password of the mail server: %w", err)
		}
		password = strings.TrimRight(string(text), "\r\n")
	}
	return mail.New(mail.Config{Server: m.Mail, Password: password, From: m.MailFrom})
}

// smsGateway are the flags of whoever sends text messages. The secret is no flag.
type smsGateway struct {
	SMSGateway    string `help:"Address of the gateway that sends text messages (docs/formats/sms.md); without it none are offered." env:"VIENKOPUS_SMS_GATEWAY" placeholder:"URL"`
	SMSSecretFile string `help:"File with the secret that the gateway is told." type:"existingfile" env:"VIENKOPUS_SMS_SECRET_FILE"`
}

// gateway returns the gateway that is named, or nil.
func (s smsGateway) gateway(outside egress.Policy) (sms.Gateway, error) {
	if s.SMSGateway == "" {
		return nil, nil //nolint:nilnil // without a gateway none is offered
	}
	secret, err := os.ReadFile(s.SMSSecretFile)
	if err != nil {
		return nil, fmt.Errorf("the secret of the gateway of text messages: %w", err)
	}
	return smshttp.NewGateway(s.SMSGateway, strings.TrimSpace(string(secret)), outside)
}

type mailCmd struct {
	Test mailTestCmd `cmd:"" help:"Send a short message, to see whether the server takes it."`
}

type mailTestCmd struct {
	mailServer
	To string `arg:"" help:"Address to send it to."`
}

// Run sends the message.
func (c mailTestCmd) Run(ctx context.Context) error {
	to, err := mail.Address(c.To)
	if err != nil {
		return fault.NewInvalid("mail.address").On("TO")
	}
	by, err := c.sender()
	if err != nil {
		return err
	}
	now := clock.System{}.Now()
	return by.Send(ctx, mail.Message{
		ID: id.New(now).String(), To: to, Date: now, Subject: "Vienkopus: pārbaude / test",
		Text: "Šo vēstuli nosūtīja “vienkopus mail test”. / This message was sent by “vienkopus mail test”.\n" + now.UTC().Format(time.RFC3339) + "\n",
	})
}

// logger writes JSON lines; those that are written during a request carry its id.
func logger(to io.Writer, quiet bool) *slog.Logger {
	level := slog.LevelInfo
	if quiet {
		level = slog.LevelWarn
	}
	return slog.New(httpx.LogHandler(slog.NewJSONHandler(to, &slog.HandlerOptions{Level: level})))
}

// extraDays is the flag of every command for which it matters which days are worked.
type extraDays struct {
	Days string `help:"CSV of public holidays and moved working days that this version does not know: kind,date,instead,source." env:"VIENKOPUS_DAYS" placeholder:"FILE"`
}

// readDays returns the days of the file, none without one.
func (d extraDays) readDays() (civil.Orders, error) {
	if d.Days == "" {
		return civil.Orders{}, nil
	}
	file, err := os.Open(d.Days)
	if err != nil {
		return civil.Orders{}, err
	}
	orders, err := civil.ReadOrders(file)
	if err != nil {
		err = fmt.Errorf("%s: %w", d.Days, err)
	}
	return orders, errors.Join(err, file.Close())
}
