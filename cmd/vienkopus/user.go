package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"vienkopus/internal/app"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/staff"
)

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
