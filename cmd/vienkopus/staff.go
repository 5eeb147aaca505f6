package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/staff"
)

// operator is who acts from the command line.
var operator = actor.System("operator")

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make a token and print its secret, once."`
	List   tokenListCmd   `cmd:"" help:"Print the tokens: what they may do where, when they end, and when they were used last."`
	Revoke tokenRevokeCmd `cmd:"" help:"End a token."`
}

type tokenCreateCmd struct {
	database
	Label string `arg:"" help:"What people call it."`
	Role  string `help:"Role of the token." default:"clerk"`
	Desk  string `help:"Desk at which it writes, for example CES-1; none for a token that only reads."`
	Scope string `help:"Where the role holds: network, municipality:<code>, group:<name> or centre:<code>. The centre of the desk when absent."`

	Creditor string `help:"Registration number of the creditor whose data the token is for; a role about bills needs it."`
	Days     int    `help:"After how many days it ends, 730 at most." default:"365"`
}

// Run makes the token.
func (c tokenCreateCmd) Run(ctx context.Context) error {
	return posting(ctx, c.database, func(a *app.App) error {
		in := staff.NewToken{Label: c.Label, Role: c.Role, Desk: c.Desk}
		if c.Scope != "" {
			var err error
			if in.Scope, err = scope.Parse(c.Scope); err != nil {
				return err
			}
		}
		if c.Creditor != "" {
			var err error
			if in.Scope, err = scope.Parse(in.Scope.Of(c.Creditor).String()); err != nil {
				return err
			}
		}
		in.Until = time.Now().Add(time.Duration(c.Days) * 24 * time.Hour)
		secret, token, err := a.Staff.CreateToken(ctx, operator, in, newKey())
		if err != nil {
			return err
		}
		fmt.Fprintln(os.Stderr, "token", token)
		_, err = fmt.Println(secret)
		return err
	})
}

type tokenListCmd struct {
	database
}

// Run prints a line a token, with tabs between.
func (c tokenListCmd) Run(ctx context.Context) error {
	return with(ctx, c.database, func(a *app.App) error {
		all, err := a.Staff.ListTokens(ctx)
		if err != nil {
			return err
		}
		for _, t := range all {
			cells := []string{t.ID.String(), t.Label, t.Role, t.Scope.String(), cmp.Or(t.Desk, "-"), moment(t.Ends, "never"), moment(t.Used, "unused")}
			if _, err := fmt.Println(strings.Join(cells, "\t")); err != nil {
				return err
			}
		}
		return nil
	})
}

// moment is a time as lists show it.
func moment(at time.Time, none string) string {
	if at.IsZero() {
		return none
	}
	return at.UTC().Format(time.RFC3339)
}

type tokenRevokeCmd struct {
	database
	Token string `arg:"" help:"Id of the token, as create printed it."`
}

// Run ends the token.
func (c tokenRevokeCmd) Run(ctx context.Context) error {
	token, err := id.Parse(c.Token)
	if err != nil {
		return err
	}
	return posting(ctx, c.database, func(a *app.App) error { return a.Staff.RevokeToken(ctx, operator, token, newKey()) })
}

type userCmd struct {
	Add   userAddCmd   `cmd:"" help:"Enrol somebody; the password is read from the standard input."`
	Grant userGrantCmd `cmd:"" help:"Give somebody a role."`

	Identify userIdentifyCmd `cmd:"" help:"Note who somebody is, by a number read from the standard input; it is kept as a code that nobody can read."`
	Group    userGroupCmd    `cmd:"" help:"Say which centres a named group has; roles can be granted in group:<name>."`
	Password userPasswordCmd `cmd:"" help:"Give somebody a new password, read from the standard input."`
	Revoke   userRevokeCmd   `cmd:"" help:"Take a role back."`
	Code     userCodeCmd     `cmd:"" help:"Print a one-time code for somebody who cannot sign in; it works once, for a day."`
	Bind     userBindCmd     `cmd:"" help:"Let somebody sign in by an account elsewhere, named by issuer and subject."`
	Sessions userSessionsCmd `cmd:"" help:"Print where somebody is signed in; with --end, end all of it."`
	Leave    userLeaveCmd    `cmd:"" help:"End somebody's work."`
}

type userAddCmd struct {
	database
	SignIn string `arg:"" help:"Name to sign in with."`
	Name   string `arg:"" help:"Name of the person."`
	Scope  string `help:"Where she will work: network, municipality:<code> or centre:<code>." required:""`
	Role   string `help:"Role to grant at once." required:""`
}

// Run enrols the person and grants the role, which must be defined.
func (c userAddCmd) Run(ctx context.Context) error {
	password, err := readPassword()
	if err != nil {
		return err
	}
	within, err := scope.Parse(c.Scope)
	if err != nil {
		return err
	}
	return posting(ctx, c.database, func(a *app.App) error {
		// Asked first: nobody shall be enrolled and then stand there without the role.
		if err := roleKnown(ctx, a, c.Role); err != nil {
			return err
		}
		person := staff.NewPerson{SignIn: c.SignIn, Name: c.Name, Password: password, Scope: within}
		who, err := a.Staff.Enrol(ctx, operator, person, newKey())
		if err != nil {
			return err
		}
		fmt.Fprintln(os.Stderr, "person", who)
		return a.Staff.Grant(ctx, operator, staff.RoleGranted{Staff: who, Role: c.Role, Scope: within}, newKey())
	})
}

// roleKnown returns a fault for a role that nobody has defined. In a new database it defines those of the house first.
func roleKnown(ctx context.Context, a *app.App, role string) error {
	_, known, err := a.Staff.Roles.Permissions(ctx, a.DB, role)
	if err != nil || known {
		return err
	}
	_, begun, err := a.Staff.Roles.Permissions(ctx, a.DB, "clerk")
	if err == nil && !begun {
		if err = a.DefineRoles(ctx, operator); err == nil {
			_, known, err = a.Staff.Roles.Permissions(ctx, a.DB, role)
		}
	}
	if err == nil && !known {
		err = fault.NewInvalid("staff.role_unknown", "Role", role).On("--role")
	}
	return err
}

type userIdentifyCmd struct {
	database
	Person string `arg:"" help:"Sign-in name, or id as add printed it."`
	Kind   string `help:"What the number is: lv for a Latvian personal code, or a country and a kind, such as LT-id or UA-passport." default:"lv"`
}

// Run notes the code of the number.
func (c userIdentifyCmd) Run(ctx context.Context) error {
	number, err := readLine()
	if err != nil {
		return err
	}
	return posting(ctx, c.database, func(a *app.App) error {
		who, err := somebody(ctx, a, c.Person)
		if err != nil {
			return err
		}
		return a.Staff.Identify(ctx, operator, who, staff.NewCode{Kind: c.Kind, Number: number}, newKey())
	})
}

type userGroupCmd struct {
	database
	Name    string   `arg:"" help:"Name of the group, for example libraries."`
	Centres []string `arg:"" optional:"" help:"Codes of its centres; none ends the group."`
}

// Run says which centres the group has from now on.
func (c userGroupCmd) Run(ctx context.Context) error {
	return posting(ctx, c.database, func(a *app.App) error {
		return a.Staff.DefineGroup(ctx, operator, staff.Group{Name: c.Name, Centres: c.Centres}, newKey())
	})
}

type userGrantCmd struct {
	database
	Person string `arg:"" help:"Id of the person, as add printed it."`
	Role   string `arg:""`
	Scope  string `arg:""`
}

// Run gives the person the role.
func (c userGrantCmd) Run(ctx context.Context) error {
	who, err := id.Parse(c.Person)
	if err != nil {
		return err
	}
	within, err := scope.Parse(c.Scope)
	if err != nil {
		return err
	}
	return posting(ctx, c.database, func(a *app.App) error {
		return a.Staff.Grant(ctx, operator, staff.RoleGranted{Staff: who, Role: c.Role, Scope: within}, newKey())
	})
}

// newKey names a request of the command line: every call is a new one.
func newKey() string { return "cli:" + id.New(time.Now()).String() }

// somebody is a person by the sign-in name or by the id that add printed.
func somebody(ctx context.Context, a *app.App, person string) (id.ID, error) {
	if who, err := id.Parse(person); err == nil {
		return who, nil
	}
	account, err := a.Staff.Accounts.ByName(ctx, a.DB, strings.ToLower(strings.TrimSpace(person)))
	return account.Staff, err
}

// readPassword reads one line from the standard input, so that no password stands in the history of a shell.
func readPassword() (string, error) {
	password, err := readLine()
	if err == nil && password == "" {
		return "", fault.NewInvalid("cli.no_password") // the end of the input, or an empty line
	}
	return password, err
}

// readLine reads one line from the standard input, without its end.
func readLine() (string, error) {
	text, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("the standard input cannot be read: %w", err)
	}
	return strings.TrimRight(text, "\r\n"), nil
}

type userPasswordCmd struct {
	database
	Person string `arg:"" help:"Sign-in name, or id as add printed it."`
}

// Run gives somebody who has forgotten it a new password and ends her sessions.
func (c userPasswordCmd) Run(ctx context.Context) error {
	password, err := readPassword()
	if err != nil {
		return err
	}
	return posting(ctx, c.database, func(a *app.App) error {
		who, err := somebody(ctx, a, c.Person)
		if err != nil {
			return err
		}
		return a.Staff.SetPassword(ctx, operator, who, password, newKey())
	})
}

type userRevokeCmd struct {
	database
	Person string `arg:"" help:"Sign-in name, or id as add printed it."`
	Role   string `arg:""`
	Scope  string `arg:""`
}

// Run takes a role back, from the next request on.
func (c userRevokeCmd) Run(ctx context.Context) error {
	within, err := scope.Parse(c.Scope)
	if err != nil {
		return err
	}
	return posting(ctx, c.database, func(a *app.App) error {
		who, err := somebody(ctx, a, c.Person)
		if err != nil {
			return err
		}
		return a.Staff.Revoke(ctx, operator, staff.RoleRevoked{Staff: who, Role: c.Role, Scope: within}, newKey())
	})
}

type userSessionsCmd struct {
	database
	Person string `arg:"" help:"Sign-in name, or id as add printed it."`
	End    bool   `help:"End all sessions of the person, from the next request on."`
}

// Run prints a line a session, with tabs between, or ends them all.
func (c userSessionsCmd) Run(ctx context.Context) error {
	if c.End {
		return posting(ctx, c.database, func(a *app.App) error {
			who, err := somebody(ctx, a, c.Person)
			if err != nil {
				return err
			}
			return a.Staff.EndSessions(ctx, operator, who, newKey())
		})
	}
	if err := present(c.DB); err != nil {
		return err
	}
	a, err := app.Look(ctx, app.Config{DSN: c.DB, Clock: clock.System{}, Version: version}) // where nobody ever served, there is no place for sessions, and none is made
	if err != nil {
		return err
	}
	return errors.Join(printSessions(ctx, a, c.Person), a.Close())
}

func printSessions(ctx context.Context, a *app.App, person string) error {
	who, err := somebody(ctx, a, person)
	if err != nil {
		return err
	}
	all, err := a.Door.OpenSessions(ctx, who)
	if err != nil && !errors.Is(err, sqldb.ErrNotServed) {
		return err
	}
	for _, s := range all {
		if _, err := fmt.Println(strings.Join([]string{cmp.Or(s.Device, "-"), cmp.Or(s.Address, "-"), moment(s.Begun, ""), moment(s.Seen, "")}, "\t")); err != nil {
			return err
		}
	}
	return nil
}

type userCodeCmd struct {
	database
	Person string `arg:"" help:"Sign-in name, or id as add printed it."`
}

// Run prints a one-time code, with which somebody who cannot sign in chooses a new password.
func (c userCodeCmd) Run(ctx context.Context) error {
	return posting(ctx, c.database, func(a *app.App) error {
		who, err := somebody(ctx, a, c.Person)
		if err != nil {
			return err
		}
		code, err := a.Proofs.MakeRecovery(ctx, operator, who, newKey())
		if err == nil {
			_, err = fmt.Println(code)
		}
		return err
	})
}

type userLeaveCmd struct {
	database
	Person string `arg:"" help:"Sign-in name, or id as add printed it."`
}

// Run ends somebody's work: all roles end, and the password opens nothing any more.
func (c userLeaveCmd) Run(ctx context.Context) error {
	return posting(ctx, c.database, func(a *app.App) error {
		who, err := somebody(ctx, a, c.Person)
		if err != nil {
			return err
		}
		return a.Staff.Leave(ctx, operator, who, newKey())
	})
}
