package seal

import (
	"context"
	"database/sql/driver"
	"fmt"

	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
)

// Key is the key of a row as values are bound to it: its cells, texts and bytes, each with its length.
func Key(cells ...any) ([]byte, error) {
	var out []byte
	for _, cell := range cells {
		var part []byte
		switch c := cell.(type) {
		case string:
			part = []byte(c)
		case []byte:
			part = c
		case driver.Valuer:
			value, err := c.Value()
			if err != nil {
				return nil, fmt.Errorf("seal: key: %w", err)
			}
			bytes, is := value.([]byte)
			if !is {
				return nil, fmt.Errorf("seal: a key of %T", value)
			}
			part = bytes
		default:
			return nil, fmt.Errorf("seal: a key of %T", cell)
		}
		out = measured(out, part)
	}
	return out, nil
}

// Clear seals what stands in clear in the sealed columns of a table, because there was no key when it was written. The codes of rows follow, where they held.
// It returns how many rows it has sealed.
func (s *Sealer) Clear(ctx context.Context, tx *sqldb.Tx, codes *rowcode.Codes, t rowcode.Table) (int, error) {
	sealed := 0
	if !s.Seals() || len(t.Sealed) == 0 {
		return 0, nil
	}
	err := rowcode.Change(ctx, tx, codes, t, func(cells []any) (bool, error) {
		changed := false
		key, err := Key(cells[:t.Key]...)
		if err != nil {
			return false, err
		}
		for i, column := range t.Columns {
			if !t.IsSealed(column) {
				continue
			}
			cell, is, err := s.clearCell(Place{t.Name, column}, key, cells[i])
			if err != nil {
				return false, err
			}
			if is {
				cells[i], changed = cell, true
			}
		}
		if changed {
			sealed++
		}
		return changed, nil
	})
	return sealed, err
}

// clearCell returns a cell as it is to be, and whether it is another one.
func (s *Sealer) clearCell(p Place, key []byte, cell any) (any, bool, error) {
	switch c := cell.(type) {
	case string:
		if c == "" || IsSealed(c) {
			return cell, false, nil
		}
		text, err := s.SealText(p, key, c)
		return text, true, err
	case []byte:
		if IsSealed(c) {
			return cell, false, nil
		}
		sealed, err := s.Seal(p, key, c)
		return sealed, true, err
	}
	return nil, false, fmt.Errorf("seal: %s.%s holds a %T", p.Table, p.Column, cell)
}
