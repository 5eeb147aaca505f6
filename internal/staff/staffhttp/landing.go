package staffhttp

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"vienkopus/internal/platform/lang"
)

// localPath returns next when it is a page of ours that can be opened after signing in, and other instead of anything
// else: a link to our sign-in page must not lead to somebody else's site.
func localPath(next, other string) string {
	u, err := url.Parse(next)
	switch {
	case err != nil || u.Scheme != "" || u.Host != "" || u.User != nil:
		return other
	case !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t"):
		return other
	case strings.HasPrefix(next, "/sign-") || strings.HasPrefix(next, "/switch"):
		return other
	}
	return next
}

// redirect sends the reader to next when it is a page of ours, and to other instead of anything else.
func redirect(w http.ResponseWriter, r *http.Request, next, other string) {
	http.Redirect(w, r, localPath(next, other), http.StatusSeeOther) //nolint:gosec // localPath lets our own pages through only
}

// RoleName returns what a role is called in the reader's language; a role of the network's own making has its own name.
func RoleName(ctx context.Context, role string) string {
	if key := "staff.role." + role; lang.Has(ctx, key) {
		return lang.T(ctx, key)
	}
	return role
}
