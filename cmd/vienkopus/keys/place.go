// Package keys has the commands about the keys of a node, and says where they lie.
package keys

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"vienkopus/internal/platform/checkpoint"
	"vienkopus/internal/platform/custody"
)

// Database are the flags that every command on a database has.
type Database struct {
	DB      string `help:"Path of an SQLite file, or postgres://…" default:"vienkopus.db" env:"VIENKOPUS_DB"`
	NodeKey string `help:"File with the keys of the node, outside the database; made at the first start. Beside an SQLite database unless you say; none for PostgreSQL." env:"VIENKOPUS_NODE_KEY" placeholder:"FILE"`
}

// credential is what the key file is called where systemd hands it over.
const credential = "vienkopus-node-key"

// Files returns where the keys lie, and where the last checkpoint beside them; "" for a server's database for which no file is named.
func (d Database) Files() (key, last string) {
	switch at := strings.TrimPrefix(d.DB, "sqlite:"); {
	case d.NodeKey != "":
		key, last = d.NodeKey, strings.TrimSuffix(d.NodeKey, ".key")+".stated"
	case !strings.Contains(d.DB, "://"):
		if short := strings.TrimSuffix(at, ".db"); !Exists(at+".key") && Exists(short+".key") { // as the demonstration calls it
			at = short
		}
		key, last = at+".key", at+".stated"
	}
	if dir := os.Getenv("CREDENTIALS_DIRECTORY"); dir != "" {
		if path := filepath.Join(dir, credential); Exists(path) {
			key = path
		}
	}
	return key, last
}

// Confirmations is the file beside the keys that says which copies were opened; "" where there are no keys.
func (d Database) Confirmations() string {
	key, last := d.Files()
	if last == "" {
		last = key
	}
	if last == "" {
		return ""
	}
	return strings.TrimSuffix(last, ".stated") + ".confirmed"
}

// Exists tells whether there is a file.
func Exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Keys returns the keys that are there; nil where there are none.
func (d Database) Keys() (*custody.Keys, error) {
	path, _ := d.Files()
	if path == "" {
		return nil, nil //nolint:nilnil // a server's database without keys
	}
	keys, err := custody.Read(path)
	if errors.Is(err, checkpoint.ErrNoKey) {
		return nil, nil //nolint:nilnil // not made yet, or missed by whoever needs them
	}
	return keys, err
}

// present returns the keys, or checkpoint.ErrNoKey.
func (d Database) present() (*custody.Keys, error) {
	path, _ := d.Files()
	if path == "" {
		return nil, checkpoint.ErrNoKey
	}
	return custody.Read(path)
}

// Erasures returns where the list of erasures lies, beside the last checkpoint; "" for a server's database for which no file is named.
func (d Database) Erasures() string {
	_, last := d.Files()
	if last == "" {
		return ""
	}
	return strings.TrimSuffix(last, ".stated") + ".erased"
}
