package journal

import "sync"

// ReferenceDesk is the desk at whose journal everything is recorded that the whole network shares: places, desks, services, rules.
const ReferenceDesk = "NETWORK"

// mostReferences bounds what is kept in memory; days go by, and with them the answers of a day.
const mostReferences = 4096

// references are answers that follow from the lines of the ReferenceDesk alone, as of one head of it. A Post reads that head in its own transaction, so an
// answer is used only while nothing has been recorded there since it was read.
type references struct {
	mu     sync.Mutex
	as     head
	values map[any]any
}

func (c *references) get(as head, key any) (any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if as != c.as {
		return nil, false
	}
	v, ok := c.values[key]
	return v, ok
}

func (c *references) put(as head, key, value any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if as != c.as || len(c.values) >= mostReferences {
		c.as, c.values = as, map[any]any{}
	}
	c.values[key] = value
}

// Refer returns what read returns, and inside a Post what it returned before while nothing was recorded at the ReferenceDesk since. What is read must follow
// from lines of that desk alone, and from key, which names the question with all that it depends on and is of a type of its own. Nobody may change the
// answer. An error is not kept.
func Refer[K comparable, T any](r Reader, key K, read func() (T, error)) (T, error) {
	tx, ok := r.(*Tx)
	if !ok || !tx.refers {
		return read()
	}
	if kept, ok := tx.journal.references.get(tx.reference, key); ok {
		if v, ok := kept.(T); ok {
			return v, nil
		}
	}
	v, err := read()
	if err == nil {
		tx.journal.references.put(tx.reference, key, v)
	}
	return v, err
}
