package paperbookhttp_test

import (
	"net/http"
	"net/url"
	"testing"

	"vienkopus/internal/app/apptest"
	"vienkopus/internal/base/scope"
	"vienkopus/internal/payment/paymenttest"
	"vienkopus/internal/platform/html/htmltest"
)

const office = "/office/0026000/paper-books"

// The office issues a book to a desk and takes it back; what lies elsewhere, or overlaps, is refused with what was typed.
func TestTheOfficeSaysWhichBookLiesWhere(t *testing.T) {
	paymenttest.Each(t, func(t *testing.T, w *paymenttest.World) {
		boss := apptest.New(t, w.App).Person("Zane", "accountant", scope.Municipality("0026000"), "")
		for _, language := range []string{"lv", "en", "lt"} {
			htmltest.Page(t, "books."+language, boss.In(language).Get(office).Is(http.StatusOK).Body)
			htmltest.Page(t, "book."+language, boss.In(language).Get(office+"/A-7").Is(http.StatusOK).Body)
		}
		issue := func(key, book, desk, first, last string) apptest.Answer {
			t.Helper()
			return boss.Post(office, url.Values{"key": {key}, "book": {book}, "desk": {desk}, "first": {first}, "last": {last}, "from": {"20.11.2026"}})
		}
		htmltest.Page(t, "refused.lv", issue("b1", "A-7", "CES-1", "1", "50").Is(http.StatusConflict).Says(`value="A-7"`).Body)
		issue("b2", "", "CES-1", "5", "1").Is(http.StatusUnprocessableEntity)
		boss.Follow(issue("b3", "N-1", "MRS-1", "1", "50").Is(http.StatusSeeOther)).Is(http.StatusOK).Says("N-1").Says("MRS-1")
		boss.Get(office + "/NOWHERE").Is(http.StatusNotFound)
		far := apptest.New(t, w.App).Person("Ilze", "clerk", scope.Centre("dzerbene"), "DZE-1")
		far.Get(office).Is(http.StatusForbidden)
		far.Post(office, url.Values{"key": {"b4"}, "book": {"N-2"}, "desk": {"DZE-1"}, "first": {"1"}, "last": {"9"}, "from": {"20.11.2026"}}).Is(http.StatusForbidden)
	})
}
