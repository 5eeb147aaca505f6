// Command pocketbase serves a PocketBase of its own with one collection, so that the same act can be recorded there.
//
// It prints one line of JSON when it answers: its address and a token for each client. It ends when its input ends.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// ready is what the caller is told.
type ready struct {
	Address string   `json:"address"`
	Tokens  []string `json:"tokens"`
}

func main() {
	dir := flag.String("dir", "", "where the data lies")
	full := flag.Bool("full", false, "let every commit reach the disk before it is answered (synchronous=FULL); PocketBase's own setting is NORMAL")
	clients := flag.Int("clients", 1, "how many tokens to make")
	flag.Parse()
	if err := run(*dir, *full, *clients); err != nil {
		fmt.Fprintln(os.Stderr, "pocketbase:", err)
		os.Exit(1)
	}
}

func run(dir string, full bool, clients int) error {
	config := pocketbase.Config{DefaultDataDir: dir, HideStartBanner: true}
	if full {
		config.DBConnect = connectFull
	}
	app := pocketbase.NewWithConfig(config)
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	tokens, err := prepare(app, clients)
	if err != nil {
		return err
	}
	return serve(app, tokens)
}

// connectFull is PocketBase's own connection but for one pragma.
func connectFull(path string) (*dbx.DB, error) {
	return dbx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)"+
		"&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)")
}

// prepare makes the collection and one user per client. Only who has signed in may create.
func prepare(app core.App, clients int) ([]string, error) {
	acts := core.NewBaseCollection("acts")
	for _, name := range []string{"visit", "kind", "service", "channel"} {
		acts.Fields.Add(&core.TextField{Name: name})
	}
	acts.Fields.Add(&core.AutodateField{Name: "created", OnCreate: true})
	acts.CreateRule = types.Pointer(`@request.auth.id != ""`)
	if err := app.Save(acts); err != nil {
		return nil, err
	}
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return nil, err
	}
	var tokens []string
	for i := range clients {
		user := core.NewRecord(users)
		user.SetEmail(fmt.Sprintf("clerk%d@example.org", i))
		user.SetRandomPassword()
		if err := app.Save(user); err != nil {
			return nil, err
		}
		token, err := user.NewAuthToken()
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, token)
	}
	return tokens, nil
}

func serve(app core.App, tokens []string) error {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0") //nolint:forbidigo // the program begins here
	if err != nil {
		return err
	}
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Listener, e.InstallerFunc = listener, nil
		return e.Next()
	})
	failed := make(chan error, 1)
	go func() { failed <- apis.Serve(app, apis.ServeConfig{HttpAddr: listener.Addr().String()}) }()
	if err := json.NewEncoder(os.Stdout).Encode(ready{Address: listener.Addr().String(), Tokens: tokens}); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		ended <- err
	}()
	select {
	case err = <-failed:
		return fmt.Errorf("serve: %w", err)
	case err = <-ended:
		return errors.Join(err, app.ResetBootstrapState())
	}
}
