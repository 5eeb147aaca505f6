package civil

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ErrDate is returned for text that is no date and for a day that does not exist, such as 30 February.
var ErrDate = errors.New("civil: not a date")

// ParseDate reads what people and files write: 2026-05-04, 04.05.2026, 4.5.2026, "4. 5. 2026." with spaces anywhere
// around the parts. It returns ErrDate for everything else, two-digit years among it.
func ParseDate(text string) (Date, error) {
	text = strings.TrimSpace(text)
	if strings.Contains(text, ".") {
		return parseDotted(text)
	}
	return parseISO(text)
}

// MustDate is ParseDate for dates that stand in the program; it panics when the text is no date.
func MustDate(text string) Date {
	d, err := ParseDate(text)
	if err != nil {
		panic(err.Error() + ": " + strconv.Quote(text))
	}
	return d
}

func parseISO(text string) (Date, error) {
	if len(text) != 10 || text[4] != '-' || text[7] != '-' {
		return Date{}, ErrDate
	}
	return dateFromParts(text[:4], text[5:7], text[8:])
}

func parseDotted(text string) (Date, error) {
	parts := strings.Split(strings.TrimSuffix(text, "."), ".")
	if len(parts) != 3 {
		return Date{}, ErrDate
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	if len(parts[0]) > 2 || len(parts[1]) > 2 || len(parts[2]) != 4 {
		return Date{}, ErrDate
	}
	return dateFromParts(parts[2], parts[1], parts[0])
}

func dateFromParts(year, month, day string) (Date, error) {
	y, okYear := digits(year)
	m, okMonth := digits(month)
	d, okDay := digits(day)
	if !okYear || !okMonth || !okDay {
		return Date{}, ErrDate
	}
	return NewDate(y, time.Month(m), d)
}

// digits reads one to four ASCII digits; strconv.Atoi would take a sign too.
func digits(text string) (int, bool) {
	if text == "" || len(text) > 4 {
		return 0, false
	}
	n := 0
	for i := range len(text) {
		c := text[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// String returns the date after ISO 8601, 2026-05-04, and nothing when there is no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	year, month, day := d.YMD()
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}

// Display returns the date as people read it, 04.05.2026, and nothing when there is no date.
func (d Date) Display() string {
	if d.IsZero() {
		return ""
	}
	year, month, day := d.YMD()
	return fmt.Sprintf("%02d.%02d.%04d", day, month, year)
}

// MarshalText returns the ISO form; JSON and forms use it. The error is always nil.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO form, or nothing for no date. It returns ErrDate for everything else.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := parseISO(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Value stores the date as text YYYY-MM-DD, and no date as NULL.
func (d Date) Value() (driver.Value, error) { return textValue(d.String()) }

// Scan reads text YYYY-MM-DD or NULL from the database. It returns ErrDate for everything else.
func (d *Date) Scan(src any) error { return scanText(src, d.UnmarshalText) }

func textValue(text string) (driver.Value, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // NULL is a value of its own here
	}
	return text, nil
}

func scanText(src any, read func([]byte) error) error {
	switch text := src.(type) {
	case nil:
		return read(nil)
	case string:
		return read([]byte(text))
	case []byte:
		return read(text)
	}
	return fmt.Errorf("civil: cannot read %T from the database", src)
}
