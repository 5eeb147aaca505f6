package staffhttp

import (
	"context"
	"net/http"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/lang"
)

// localPath returns next when it is a page of ours that can be opened after signing in, and other instead of anything
// else: a link to our sign-in page must not lead to somebody else's site.
func localPath(next, other string) string {
	if strings.HasPrefix(next, "/sign-") || strings.HasPrefix(next, "/switch") || strings.HasPrefix(next, recoverPath) {
		return other
	}
	return httpx.LocalPath(next, other)
}

// redirect sends the reader to next when it is a page of ours, and to other instead of anything else.
func redirect(w http.ResponseWriter, r *http.Request, next, other string) error {
	return httpx.See(w, r, localPath(next, other))
}

// again is html.RefusalOf for the forms of this door, which also show who is unknown, who may not, and what is not there.
func again(ctx context.Context, why error) (html.Refusal, error) {
	return html.RefusalOf(ctx, why, fault.NotFound, fault.Forbidden, fault.Unauthenticated)
}

// RoleName returns what a role is called in the reader's language; a role of the network's own making has its own name.
func RoleName(ctx context.Context, role string) string {
	if key := "staff.role." + role; lang.Has(ctx, key) {
		return lang.T(ctx, key)
	}
	return role
}
