package mail_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/mail"
)

// recipient is whom no error may name.
const recipient = "janis.liepa@pasts.example"

func letterTo() mail.Message {
	return mail.Message{
		ID: "0193f0a0-4c00-7d00-8a00-5b6c7d8e9f00", To: recipient, Subject: "Atgādinājums: šodien plkst. 10 Dzērbenē — «Čiekuriņi»",
		Text: "Labdien!\n\nJūs gaida plkst. 10.\n.\n" + strings.Repeat("garš ", 400), Date: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC),
	}
}

// sender is a sender over a server.
func sender(t *testing.T, s *server, url string) *mail.SMTP {
	t.Helper()
	c := mail.Config{Server: fmt.Sprintf(url, s.address), From: "Cēsu novada VPVKAC <noreply@cesis.example>", Timeout: 2 * time.Second, Roots: s.roots}
	if strings.Contains(url, "@") {
		c.Password = "sesame"
	}
	m, err := mail.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// clean fails when an error tells whom or what a message was about, or a password.
func clean(t *testing.T, err error) {
	t.Helper()
	for _, word := range []string{"liepa", "pasts.example", "Atgād", "gaida", "sesame"} {
		if err != nil && strings.Contains(err.Error(), word) {
			t.Errorf("%q stands in the error %q", word, err)
		}
	}
}

func TestWaysToAServer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, url  string
		implicit   bool
		mechanisms []string
		secure     bool
		signed     string
	}{
		{"STARTTLS", "smtp://%s", false, nil, true, ""},
		{"STARTTLS, signed in", "smtp://noreply@%s", false, []string{"PLAIN", "LOGIN"}, true, "PLAIN"},
		{"TLS", "smtps://%s", true, nil, true, ""},
		{"TLS, signed in", "smtps://noreply@%s", true, []string{"LOGIN"}, true, "LOGIN"},
		{"in clear, a relay", "smtp-plain://%s", false, nil, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := listen(t, c.implicit, c.mechanisms...)
			if err := sender(t, s, c.url).Send(t.Context(), letterTo()); err != nil {
				t.Fatal(err)
			}
			got := s.letters()
			if len(got) != 1 || got[0].to != recipient || got[0].from != "noreply@cesis.example" || got[0].secure != c.secure || strings.Join(s.auth, " ") != c.signed {
				t.Errorf("%d letters, secure %t, signed in by %v", len(got), got[0].secure, s.auth)
			}
		})
	}
}

// What arrives is what was written: Latvian letters, long lines, a dot on a line of its own, a file; and no line of the head is longer than the rules allow.
func TestWhatArrives(t *testing.T) {
	t.Parallel()
	s := listen(t, false)
	m := letterTo()
	m.Attachment = &mail.Attachment{Name: "checkpoint.txt", Type: "text/plain", Data: []byte("vienkopus/LV-CESIS\n42\n")}
	by := sender(t, s, "smtp://%s")
	for range 2 {
		if err := by.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	got := s.letters()
	if len(got) != 2 || got[0].data != got[1].data {
		t.Fatal("the same message sent again is another one")
	}
	parsed, err := netmail.ReadMessage(strings.NewReader(got[0].data))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
	if err != nil || subject != m.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	from, err := parsed.Header.AddressList("From")
	if err != nil || from[0].Name != "Cēsu novada VPVKAC" {
		t.Errorf("from %v, %v", from, err)
	}
	for header, want := range map[string]string{
		"Message-Id": "<" + m.ID + "@cesis.example>", "Date": "Fri, 20 Nov 2026 09:00:00 +0000", "Auto-Submitted": "auto-generated", "User-Agent": "", "X-Mailer": "",
	} {
		if is := parsed.Header.Get(header); is != want {
			t.Errorf("%s: %q", header, is)
		}
	}
	for line := range strings.Lines(got[0].data) {
		if len(line) > 80 || strings.ContainsFunc(line, func(r rune) bool { return r > 0x7e }) {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	_, params, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(parsed.Body, params["boundary"])
	text, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(text))
	if err != nil || strings.TrimRight(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n") != strings.TrimRight(m.Text, "\n") {
		t.Errorf("text %q, %v", body, err)
	}
	file, err := parts.NextPart()
	if err != nil || file.FileName() != "checkpoint.txt" {
		t.Fatalf("file %v, %v", file, err)
	}
}

// Each step that a server can refuse, for now or for ever, and each at which the connection can break.
func TestWhatBecomesOfAMessage(t *testing.T) {
	t.Parallel()
	no := func(code int) error {
		return &smtp.SMTPError{Code: code, Message: "no " + recipient + " with Atgādinājums here"}
	}
	for _, c := range []struct {
		step   string
		answer error
		want   error
		got    int
	}{
		{"mail", no(451), mail.ErrTemporary, 0},
		{"mail", no(550), mail.ErrPermanent, 0},
		{"mail", errLost, mail.ErrTemporary, 0},
		{"rcpt", no(450), mail.ErrTemporary, 0},
		{"rcpt", no(550), mail.ErrPermanent, 0},
		{"rcpt", errLost, mail.ErrTemporary, 0},
		{"done", no(452), mail.ErrTemporary, 0},
		{"done", no(554), mail.ErrPermanent, 0},
		{"done", errLost, mail.ErrUnknown, 1},
	} {
		t.Run(fmt.Sprint(c.step, " ", c.want), func(t *testing.T) {
			t.Parallel()
			s := listen(t, false)
			s.says(c.step, c.answer)
			by := sender(t, s, "smtp://%s")
			err := by.Send(t.Context(), letterTo())
			if !errors.Is(err, c.want) || len(s.letters()) != c.got {
				t.Errorf("%v, %d letters; want %v", err, len(s.letters()), c.want)
			}
			clean(t, err)
			s.says("", nil)
			if err := by.Send(t.Context(), letterTo()); err != nil { // and again, with the same id
				t.Error(err)
			}
			for _, l := range s.letters() {
				if !strings.Contains(l.data, "Message-ID: <"+letterTo().ID+"@cesis.example>") {
					t.Error("another id")
				}
			}
		})
	}
}

func TestServersThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	plain := listen(t, false)
	plain.TLSConfig = nil // it offers no STARTTLS, and does not get the letter in clear
	stranger := listen(t, false)
	stranger.roots = nil // nobody vouches for it
	wrong := listen(t, false, "PLAIN")
	odd := listen(t, false, "GSSAPI")
	for name, by := range map[string]*mail.SMTP{
		"silent":       sender(t, &server{address: silent.Addr().String()}, "smtp://%s"),
		"not there":    sender(t, &server{address: "127.0.0.1:1"}, "smtp://%s"),
		"in clear":     sender(t, plain, "smtp://%s"),
		"a stranger":   sender(t, stranger, "smtp://%s"),
		"another user": sender(t, wrong, "smtp://somebody@%s"),
		"other ways":   sender(t, odd, "smtp://noreply@%s"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := by.Send(t.Context(), letterTo())
			if !errors.Is(err, mail.ErrTemporary) {
				t.Errorf("%v", err)
			}
			clean(t, err)
		})
	}
	t.Cleanup(func() {
		for _, s := range []*server{plain, stranger, wrong, odd} {
			if len(s.letters()) > 0 {
				t.Error("a letter was handed over all the same")
			}
		}
	})
}

// A program that stops does not wait for a server that does not answer.
func TestSendingStopsWithItsContext(t *testing.T) {
	t.Parallel()
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	by, err := mail.New(mail.Config{Server: "smtp://" + silent.Addr().String(), From: "noreply@cesis.example", Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if err := by.Send(ctx, letterTo()); !errors.Is(err, mail.ErrTemporary) || time.Since(begun) > 20*time.Second {
		t.Errorf("after %s: %v", time.Since(begun), err)
	}
}

// Several at once do not mix.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := listen(t, false, "LOGIN")
	by := sender(t, s, "smtp://noreply@%s")
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			m := letterTo()
			m.ID, m.To = fmt.Sprint("id-", n), fmt.Sprintf("p%d@pasts.example", n)
			if err := by.Send(t.Context(), m); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, l := range s.letters() {
		if !strings.Contains(l.data, "Message-ID: <id-"+l.to[1:2]+"@") || !strings.Contains(l.data, "To: <"+l.to+">") {
			t.Errorf("mixed: %s", l.to)
		}
	}
	if len(s.letters()) != 8 {
		t.Errorf("%d letters", len(s.letters()))
	}
}

// Nothing that a person or a program hands over becomes a line of the head, a second recipient or a command.
func TestNothingBreaksOutOfItsPlace(t *testing.T) {
	t.Parallel()
	s := listen(t, false)
	by := sender(t, s, "smtp-plain://%s")
	for name, change := range map[string]func(*mail.Message){
		"a line in the subject":      func(m *mail.Message) { m.Subject = "x\r\nBcc: all@pasts.example" },
		"half a line in the subject": func(m *mail.Message) { m.Subject = "x\nBcc: all@pasts.example" },
		"another line separator":     func(m *mail.Message) { m.Subject = "x\u2028y" },
		"no subject":                 func(m *mail.Message) { m.Subject = "" },
		"a subject of bytes":         func(m *mail.Message) { m.Subject = "x\xff" },
		"a line in the recipient":    func(m *mail.Message) { m.To = "a@b.example>\r\nRCPT TO:<c@d.example" },
		"two recipients":             func(m *mail.Message) { m.To = "a@b.example, c@d.example" },
		"a name":                     func(m *mail.Message) { m.To = "A <a@b.example>" },
		"a line in the id":           func(m *mail.Message) { m.ID = "x\r\nBcc: a@b.example" },
		"an id that closes":          func(m *mail.Message) { m.ID = "x>" },
		"no id":                      func(m *mail.Message) { m.ID = "" },
		"no date":                    func(m *mail.Message) { m.Date = time.Time{} },
		"a bell in the text":         func(m *mail.Message) { m.Text = "\a" },
		"a line in the file's name":  func(m *mail.Message) { m.Attachment = &mail.Attachment{Name: "x\r\ny", Type: "text/plain"} },
		"a way out of a directory":   func(m *mail.Message) { m.Attachment = &mail.Attachment{Name: "../x", Type: "text/plain"} },
		"a line in the file's type":  func(m *mail.Message) { m.Attachment = &mail.Attachment{Name: "x", Type: "text/plain\r\nX: y"} },
	} {
		m := letterTo()
		change(&m)
		if err := by.Send(t.Context(), m); !errors.Is(err, mail.ErrPermanent) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := s.letters(); len(got) > 0 {
		t.Errorf("%d letters were sent", len(got))
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		" janis@pasts.example ": "janis@pasts.example", "a.b+c@x-y.example.lv": "a.b+c@x-y.example.lv", "O'Brien@pasts.example": "O'Brien@pasts.example",
		"": "", "janis": "", "@pasts.example": "", "janis@": "", "janis@localhost": "", ".a@pasts.example": "", "a..b@pasts.example": "", "a@b..c": "", "a@-b.c": "",
		"a b@pasts.example": "", "\"a b\"@pasts.example": "", "jānis@pasts.example": "", "a@pasts.example\r\nb": "", "a@[127.0.0.1]": "", "<a@b.example>": "",
		strings.Repeat("a", 65) + "@pasts.example": "", "a@" + strings.Repeat("b.", 130) + "c": "",
	} {
		got, err := mail.Address(typed)
		if f := fault.First(err); got != want || (want == "") != (f != nil && f.Key == "mail.address") {
			t.Errorf("%q is %q, %v", typed, got, err)
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	const from = "noreply@cesis.example"
	for _, c := range []struct{ server, password, from, key string }{
		{"smtp://mail.example", "", from, ""},
		{"smtps://noreply@mail.example:465", "sesame", "VPVKAC <" + from + ">", ""},
		{"smtp-plain://localhost:25", "", from, ""},
		{"smtp-plain://noreply@localhost:25", "sesame", from, "mail.server"}, // a password in clear
		{"smtp://noreply:sesame@mail.example", "", from, "mail.server"},      // a password in a list of programs
		{"smtp://noreply@mail.example", "", from, "mail.server"},
		{"smtp://mail.example", "sesame", from, "mail.server"},
		{"http://mail.example", "", from, "mail.server"},
		{"mail.example", "", from, "mail.server"},
		{"smtp://", "", from, "mail.server"},
		{"smtp://mail.example:0", "", from, "mail.server"},
		{"smtp://mail.example:99999", "", from, "mail.server"},
		{"smtp://mail.example/x?y", "", from, "mail.server"},
		{"smtp://mail.example", "", "", "mail.address"},
		{"smtp://mail.example", "", "a@b", "mail.address"},
		{"smtp://mail.example", "", "X\r\nBcc: a@b.example <a@b.example>", "mail.address"},
	} {
		_, err := mail.New(mail.Config{Server: c.server, Password: c.password, From: c.from})
		if f := fault.First(err); (c.key == "") != (err == nil) || f != nil && f.Key != c.key {
			t.Errorf("%s %q %q: %v, want %q", c.server, c.password, c.from, err, c.key)
		}
		clean(t, err)
	}
	if text := fmt.Sprintf("%v %+v", mail.Config{Server: "smtp://noreply@mail.example", Password: "sesame"}, mail.Config{Password: "sesame"}); strings.Contains(text, "sesame") {
		t.Error(text)
	}
}

func TestNoServerIsSetUp(t *testing.T) {
	t.Parallel()
	var by mail.Sender = mail.None{}
	if f := fault.First(by.Send(t.Context(), letterTo())); f == nil || f.Key != "mail.not_set_up" {
		t.Errorf("%v", f)
	}
}
