package report

// Definition says what a report shows, so that a figure means the same next year: its columns, rules and source in words stand in
// lang/ under "report.definition.<code>_<version>_".
type Definition struct {
	Code    string
	Version int
}

// ActsDefinition is the report of acts. Another meaning of any of its figures is another version.
var ActsDefinition = Definition{Code: "acts", Version: 1}
