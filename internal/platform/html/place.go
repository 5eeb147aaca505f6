package html

// above returns the page above the current one, for narrow screens.
func above(links []Link) (Link, bool) {
	if len(links) < 2 {
		return Link{}, false
	}
	return links[len(links)-2], true
}

func lastIs(i, length int) string {
	if i == length-1 {
		return "page"
	}
	return ""
}
