package sighthttp_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"vienkopus/internal/platform/html/htmltest"
)

// marks are those of persons and of what was typed, each time made with another key.
var marks = regexp.MustCompile(`\b[0-9a-f]{32}\b`)

func TestGoldenPages(t *testing.T) {
	each(t, func(t *testing.T, c *counter) {
		mine := c.owed("W-1", "0026000", "Anna Bērziņa", "Rīgas iela 12-5, Cēsis")
		c.owed("W-2", "0026000", "Aldis Bērziņš", "Liepas, Dzērbenes pagasts")
		c.find("bērz").Is(http.StatusOK)
		c.clerk.Follow(c.clerk.Post("/pay/payer", url.Values{"bill": {mine.ID.String()}})).Is(http.StatusOK)
		for _, language := range []string{"lv", "en", "lt"} {
			htmltest.Page(t, "looks."+language, marks.ReplaceAllString(c.manager.In(language).Get(office+"/looks").Is(http.StatusOK).Body, "MARK"))
			htmltest.Page(t, "breach."+language, c.dpo.In(language).Get(office+"/breach").Is(http.StatusOK).Body)
		}
	})
}
