package checkpoint

import "vienkopus/internal/platform/journal"

// SetAside says that somebody lets a node serve a database whose log of statements is not the one that the node had stated: every line that was stated is
// there, or declared as lost.
type SetAside struct {
	Node string `json:"node"`
	// Heads is how many heads of desks were seen stated and were looked for.
	Heads int64  `json:"heads"`
	Why   string `json:"why"`
}

// Kind is "node.set_aside".
func (SetAside) Kind() string { return "node.set_aside" }

// Version is 1.
func (SetAside) Version() int { return 1 }

// Subjects are the node.
func (f SetAside) Subjects() []string { return []string{subject(f.Node)} }

// KeyReplaced says that a node has a new key because the old one is lost. What was stated before is proven by the old public key alone.
type KeyReplaced struct {
	Node string `json:"node"`
	// Public is the new public key, as a signed note names it.
	Public string `json:"public"`
	// Stated is the size of the log of statements up to which another key has signed.
	Stated int64  `json:"stated"`
	Why    string `json:"why"`
}

// Kind is "node.key_replaced".
func (KeyReplaced) Kind() string { return "node.key_replaced" }

// Version is 1.
func (KeyReplaced) Version() int { return 1 }

// Subjects are the node.
func (f KeyReplaced) Subjects() []string { return []string{subject(f.Node)} }

func subject(node string) string { return "node:" + node }

// Facts are those that the room brings.
func Facts() []journal.Definition {
	return []journal.Definition{journal.Define[SetAside](), journal.Define[KeyReplaced]()}
}
