package report

// Definition says what a report shows, so that a figure means the same next year. Its words stand in lang/ under
// "report.<code>.<version>.": title, columns, rules, source.
type Definition struct {
	Code    string
	Version int
}

// ActsDefinition is the report of acts. Another meaning of any of its figures is another version.
var ActsDefinition = Definition{Code: "acts", Version: 1}
