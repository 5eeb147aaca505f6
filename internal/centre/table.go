package centre

import "slices"

// Table is what the classes may do on a day; NewTable makes it from rules.
type Table struct {
	allowed map[permission]bool
}

type permission struct {
	class     Class
	authority string
	act       string
}

// NewTable returns the table of the rules; what no rule allows is forbidden.
func NewTable(rules []Rule) Table {
	t := Table{allowed: map[permission]bool{}}
	for _, r := range rules {
		for _, act := range r.Acts {
			t.allowed[permission{r.Class, r.Authority, act}] = true
		}
	}
	return t
}

// Allows says whether a class may do an act on a service of an authority; "" is the municipality.
func (t Table) Allows(class Class, authority, act string) bool {
	return t.allowed[permission{class, Authority(authority), act}]
}

// Need is what a client wants, as far as it decides where he can go.
type Need struct {
	// Authority stands behind the service: state, municipal or help.
	Authority string
	// Acts are what makes sense for the service at a counter.
	Acts []string
	// Classes may take an application for the service.
	Classes []string
}

// mainActs are what a client comes for, the weightiest first; everything else goes along with it.
var mainActs = []string{"application", "payment", "eservice_help", "consultation"}

// Main returns the act that the client comes for, or "" when the service has none.
func (n *Need) Main() string {
	for _, act := range mainActs {
		if slices.Contains(n.Acts, act) {
			return act
		}
	}
	return ""
}

// DoneBy returns which of the acts that make sense for the service a class may do, in the order of the acts.
func (n *Need) DoneBy(t Table, class Class) []string {
	var done []string
	for _, act := range n.Acts {
		takes := act != "application" || slices.Contains(n.Classes, string(class))
		if takes && t.Allows(class, n.Authority, act) {
			done = append(done, act)
		}
	}
	return done
}
