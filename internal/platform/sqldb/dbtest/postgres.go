package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver's name for database/sql
)

// objectInUse is PostgreSQL's code for a database that others are connected to.
// Source: PostgreSQL, Appendix A, error codes, class 55.
const objectInUse = "55006"

// admin is the server that databases are made on, asked for once per process.
var admin = sync.OnceValues(openServer)

// server is a PostgreSQL server on which this process may make databases.
type server struct {
	address  *url.URL
	db       *sql.DB
	lifeline io.Closer // held here, so that the garbage collector does not close it; nil for the run's server
}

func openServer() (*server, error) {
	text, lifeline, err := serverAddress()
	if err != nil {
		return nil, err
	}
	address, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s is not an address: %w", variable, err)
	}
	db, err := sql.Open("pgx", text)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	db.SetMaxOpenConns(2)
	return &server{address: address, db: db, lifeline: lifeline}, nil
}

// at is the address of one database on the server.
func (s *server) at(name string) string {
	address := *s.address
	address.Path = "/" + name
	return address.String()
}

func (s *server) create(ctx context.Context, name, template string) error {
	_, err := s.db.ExecContext(ctx, "CREATE DATABASE "+quoted(name)+" TEMPLATE "+quoted(template))
	return err
}

func (s *server) drop(ctx context.Context, name, how string) error {
	_, err := s.db.ExecContext(ctx, "DROP DATABASE "+quoted(name)+how)
	return err
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// newDatabase makes a database from the template and drops it at the end of the test.
func newDatabase(tb testing.TB, template string) string {
	tb.Helper()
	s, err := admin()
	if err != nil {
		tb.Fatalf("dbtest: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	if err := s.create(tb.Context(), name, template); err != nil {
		tb.Fatalf("dbtest: make a database: %v", err)
	}
	tb.Cleanup(func() { dropDatabase(tb, s, name) })
	return s.at(name)
}

// dropDatabase waits, as PostgreSQL does, five seconds for connections to end; one that stays is the test's fault.
func dropDatabase(tb testing.TB, s *server, name string) {
	tb.Helper()
	ctx := outliving(tb)
	err := s.drop(ctx, name, "")
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == objectInUse {
		tb.Errorf("dbtest: the test left connections to its database open: %s", refused.Detail)
		err = s.drop(ctx, name, " WITH (FORCE)")
	}
	if err != nil {
		tb.Errorf("dbtest: drop the database: %v", err)
	}
}
