package staff

import (
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/platform/journal"
)

// NetworkDesk is the desk at which facts about people, roles and tokens are told.
const NetworkDesk = "NETWORK"

// Enrolled says that somebody began to work. Who it is stands in an account outside the journal.
type Enrolled struct {
	Staff id.ID `json:"staff"`
}

// PasswordChanged says that a person has a new password; never which.
type PasswordChanged struct {
	Staff id.ID `json:"staff"`
}

// RoleGranted says that a person has a role in a part of the territory.
type RoleGranted struct {
	Staff id.ID       `json:"staff"`
	Role  string      `json:"role"`
	Scope scope.Scope `json:"scope"`
}

// RoleRevoked takes a role back.
type RoleRevoked struct {
	Staff id.ID       `json:"staff"`
	Role  string      `json:"role"`
	Scope scope.Scope `json:"scope"`
}

// Left says that a person works here no longer: all roles end.
type Left struct {
	Staff id.ID `json:"staff"`
}

// RoleDefined says what a role permits from now on.
type RoleDefined struct {
	Role        string   `json:"role"`
	Permissions []string `json:"permissions"`
}

// DeskTaken says who sits at a desk, and where the desk stands. It is told at the desk.
type DeskTaken struct {
	Staff        id.ID  `json:"staff"`
	Desk         string `json:"desk"`
	Centre       string `json:"centre"`
	Municipality string `json:"municipality"`
}

// DeskReleased says that a person sits at a desk no longer. It is told at the desk.
type DeskReleased struct {
	Staff id.ID  `json:"staff"`
	Desk  string `json:"desk"`
}

// TokenCreated says that another system may act in a role. Its secret is known to that system alone.
type TokenCreated struct {
	Token id.ID       `json:"token"`
	Role  string      `json:"role"`
	Scope scope.Scope `json:"scope"`
	// Desk is where its lines are written, and Centre and Municipality are where that stands; empty for a token that only reads.
	Desk         string `json:"desk,omitempty"`
	Centre       string `json:"centre,omitempty"`
	Municipality string `json:"municipality,omitempty"`
	// Expires is when the token ends, in UTC; absent in lines from before tokens ended.
	Expires time.Time `json:"expires,omitzero"`
}

// Identified says that it is known who a person is, and by which kind of code; never which.
type Identified struct {
	Staff id.ID `json:"staff"`
	// CodeKind is that of the number, such as "lv".
	CodeKind string `json:"code_kind"`
}

// SessionsEnded ends all sessions of a person, wherever she has signed in.
type SessionsEnded struct {
	Staff id.ID `json:"staff"`
}

// ProofAdded says that a person can prove in one more way who she is; never by what.
type ProofAdded struct {
	Staff id.ID `json:"staff"`
	// Proof is the kind, such as "recovery" or "passkey".
	Proof string `json:"proof"`
	// IDs name what was added: one, or all codes of a sheet.
	IDs []id.ID `json:"ids"`
	// Ends is when it ends by itself, in UTC; absent for what does not.
	Ends time.Time `json:"ends,omitzero"`
}

// ProofRemoved says that a person can no longer prove by these who she is.
type ProofRemoved struct {
	Staff id.ID   `json:"staff"`
	Proof string  `json:"proof"`
	IDs   []id.ID `json:"ids"`
	// Why is "used", "removed", "replaced", "recovered" or "left".
	Why string `json:"why"`
}

// SignInRuled says how people sign in from a day on.
type SignInRuled struct{ SignInRule }

// GroupDefined says which centres a named group has from now on. A role in the group holds in each of them.
type GroupDefined struct {
	Group   string   `json:"group"`
	Centres []string `json:"centres"`
}

// TokenRevoked ends a token.
type TokenRevoked struct {
	Token id.ID `json:"token"`
}

// Facts are the facts of this feature.
func Facts() []journal.Definition {
	return []journal.Definition{
		journal.Define[Enrolled](), journal.Define[PasswordChanged](), journal.Define[RoleGranted](),
		journal.Define[RoleRevoked](), journal.Define[Left](), journal.Define[RoleDefined](),
		journal.Define[DeskTaken](), journal.Define[DeskReleased](), journal.Define[TokenCreated](),
		journal.Define[TokenRevoked](), journal.Define[Identified](), journal.Define[GroupDefined](), journal.Define[SessionsEnded](),
		journal.Define[ProofAdded](), journal.Define[ProofRemoved](), journal.Define[SignInRuled](),
	}
}

// Subject is how the lines about a person are found.
func Subject(staff id.ID) string { return "staff:" + staff.String() }

func roleSubject(role string) string { return "role:" + role }

func deskSubject(desk string) string { return "desk:" + desk }

func tokenSubject(token id.ID) string { return "token:" + token.String() }

// Kind implements journal.Fact.
func (Enrolled) Kind() string { return "staff.enrolled" }

// Version implements journal.Fact.
func (Enrolled) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Enrolled) Subjects() []string { return []string{Subject(f.Staff)} }

// Kind implements journal.Fact.
func (PasswordChanged) Kind() string { return "staff.password_changed" }

// Version implements journal.Fact.
func (PasswordChanged) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f PasswordChanged) Subjects() []string { return []string{Subject(f.Staff)} }

// Kind implements journal.Fact.
func (RoleGranted) Kind() string { return "staff.role_granted" }

// Version implements journal.Fact.
func (RoleGranted) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f RoleGranted) Subjects() []string { return []string{Subject(f.Staff), roleSubject(f.Role)} }

// Kind implements journal.Fact.
func (RoleRevoked) Kind() string { return "staff.role_revoked" }

// Version implements journal.Fact.
func (RoleRevoked) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f RoleRevoked) Subjects() []string { return []string{Subject(f.Staff), roleSubject(f.Role)} }

// Kind implements journal.Fact.
func (Left) Kind() string { return "staff.left" }

// Version implements journal.Fact.
func (Left) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Left) Subjects() []string { return []string{Subject(f.Staff)} }

// Kind implements journal.Fact.
func (RoleDefined) Kind() string { return "role.defined" }

// Version implements journal.Fact.
func (RoleDefined) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f RoleDefined) Subjects() []string { return []string{roleSubject(f.Role)} }

// Kind implements journal.Fact.
func (Identified) Kind() string { return "staff.identified" }

// Version implements journal.Fact.
func (Identified) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f Identified) Subjects() []string { return []string{Subject(f.Staff)} }

// Kind implements journal.Fact.
func (ProofAdded) Kind() string { return "staff.proof_added" }

// Version implements journal.Fact.
func (ProofAdded) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ProofAdded) Subjects() []string { return []string{Subject(f.Staff)} }

// Kind implements journal.Fact.
func (ProofRemoved) Kind() string { return "staff.proof_removed" }

// Version implements journal.Fact.
func (ProofRemoved) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f ProofRemoved) Subjects() []string { return []string{Subject(f.Staff)} }

// Kind implements journal.Fact.
func (SignInRuled) Kind() string { return "sign_in.ruled" }

// Version implements journal.Fact.
func (SignInRuled) Version() int { return 1 }

// Subjects implements journal.Fact.
func (SignInRuled) Subjects() []string { return []string{"sign-in"} }

// Kind implements journal.Fact.
func (SessionsEnded) Kind() string { return "staff.sessions_ended" }

// Version implements journal.Fact.
func (SessionsEnded) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f SessionsEnded) Subjects() []string { return []string{Subject(f.Staff)} }

// Kind implements journal.Fact.
func (GroupDefined) Kind() string { return "group.defined" }

// Version implements journal.Fact.
func (GroupDefined) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f GroupDefined) Subjects() []string { return []string{"group:" + f.Group} }

// Kind implements journal.Fact.
func (DeskTaken) Kind() string { return "desk.taken" }

// Version implements journal.Fact.
func (DeskTaken) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f DeskTaken) Subjects() []string { return []string{Subject(f.Staff), deskSubject(f.Desk)} }

// Kind implements journal.Fact.
func (DeskReleased) Kind() string { return "desk.left" }

// Version implements journal.Fact.
func (DeskReleased) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f DeskReleased) Subjects() []string { return []string{Subject(f.Staff), deskSubject(f.Desk)} }

// Kind implements journal.Fact.
func (TokenCreated) Kind() string { return "token.created" }

// Version implements journal.Fact.
func (TokenCreated) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f TokenCreated) Subjects() []string {
	return []string{tokenSubject(f.Token), roleSubject(f.Role)}
}

// Kind implements journal.Fact.
func (TokenRevoked) Kind() string { return "token.revoked" }

// Version implements journal.Fact.
func (TokenRevoked) Version() int { return 1 }

// Subjects implements journal.Fact.
func (f TokenRevoked) Subjects() []string { return []string{tokenSubject(f.Token)} }
