package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// twinMark ends the name of the copy of a database (twinPostgres).
const twinMark = "_twin"

// withPostgres makes a database on the server, hands its address on, and drops it and its twin. Without a server the address is empty.
func withPostgres(ctx context.Context, server string, use func(dsn string) error) (err error) {
	if server == "" {
		return use("")
	}
	address, err := url.Parse(server)
	if err != nil {
		return fmt.Errorf("postgres: the address of the server: %w", err)
	}
	db, err := sql.Open("pgx", server)
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	name := "bench_" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	address.Path = "/" + name
	err = use(address.String())
	for _, one := range []string{name, name + twinMark} {
		if _, derr := db.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE IF EXISTS "+one+" WITH (FORCE)"); derr != nil {
			err = errors.Join(err, fmt.Errorf("postgres: %w", derr))
		}
	}
	return err
}
