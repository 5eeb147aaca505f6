package journal

import "vienkopus/internal/platform/rowcode"

// Code returns what goes into the column "code" of a row that follows from no line, so that nobody changes it unseen; nil where rows carry no codes.
// Cells stand in the order of the table's columns, as they are written. It returns rowcode.ErrNoKey where rows carry codes and the key is missing.
func (tx *Tx) Code(t rowcode.Table, cells ...any) ([]byte, error) {
	return tx.journal.codes.Code(t, cells...)
}

// Recode is Code for a row of which something stays as it was: where its old code does not hold, it stays too, so that what was changed by hand does not
// become true by being written again.
func (tx *Tx) Recode(t rowcode.Table, old rowcode.Row, cells ...any) ([]byte, error) {
	return tx.journal.codes.Recode(t, old, cells...)
}
