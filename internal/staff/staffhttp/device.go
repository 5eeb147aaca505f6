package staffhttp

import (
	"net/http"
	"strings"
)

// Signs by which a browser and a machine are known from what the browser says of itself, the more particular first. Nothing depends on it: it lets somebody know
// her own session again in a list.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"}}
	machines = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}}
)

// deviceOf says in two words what kind of browser asks, or "" where it does not say.
func deviceOf(r *http.Request) string {
	said := r.UserAgent()
	var words []string
	for _, list := range [][][2]string{browsers, machines} {
		for _, one := range list {
			if strings.Contains(said, one[0]) {
				words = append(words, one[1])
				break
			}
		}
	}
	return strings.Join(words, ", ")
}
