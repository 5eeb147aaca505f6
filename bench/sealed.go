package main

import (
	"crypto/sha256"
	"os"

	"vienkopus/internal/app"
	"vienkopus/internal/platform/rowcode"
)

// sealedBy is the variable of the environment that has a measurement run with sealed payers: whatever stands in it is the key. A bench has nothing to hide.
const sealedBy = "BENCH_SEALED"

// sealing gives the program a row key, out of which the key grows that seals, where that is asked for.
func sealing(c app.Config) (app.Config, error) {
	text := os.Getenv(sealedBy)
	if text == "" {
		return c, nil
	}
	secret := sha256.Sum256([]byte(text))
	var err error
	c.Codes.Key, err = rowcode.NewKey(secret[:])
	return c, err //nolint:wrapcheck // it says what it is
}
