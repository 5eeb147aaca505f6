package catalogue

import "testing"

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Bērna kopšanas PABALSTS": "berna kopsanas pabalsts",
		"Šeimos gydytojų įstaiga": "seimos gydytoju istaiga",
		"ĀČĒĢĪĶĻŅŠŪŽ ĄČĘĖĮŠŲŪŽ":   "acegiklnsuz aceeisuuz",
	} {
		if got := fold(in); got != want {
			t.Errorf("fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSplitJoinsSingleLetters(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"e-adrese", "e. adrese", "e adrese"} {
		got := split(in)
		if len(got) != 2 || got[0] != "eadrese" || got[1] != "adrese" {
			t.Errorf("split(%q) = %q", in, got)
		}
	}
	if got := split("latvija.lv, 2 x"); len(got) != 3 || got[2] != "2x" {
		t.Errorf("got %q", got)
	}
}

// The forms of one word, as clients use them, meet in one stem.
func TestStemsMeet(t *testing.T) {
	t.Parallel()
	for _, forms := range []struct {
		lang  string
		words []string
	}{
		{Latvian, []string{"pensija", "pensiju", "pensijas", "pensijai", "pensijam"}},
		{Latvian, []string{"pabalsts", "pabalsta", "pabalstu", "pabalstam", "pabalstiem", "pabalsti"}},
		{Latvian, []string{"koks", "koku", "kokus", "kokiem", "koki"}},
		{English, []string{"benefit", "benefits"}},
		{English, []string{"register", "registers", "registering", "registered"}},
		{Lithuanian, []string{"malkos", "malkoms", "malku", "malkas"}},
		{Lithuanian, []string{"registravimas", "registravimo", "registravimui"}},
		{Lithuanian, []string{"prasymas", "prasymo"}},
	} {
		first := newWord(forms.words[0], forms.lang, tolerance{forms: true})
		for _, w := range forms.words[1:] {
			if closeness(newWord(w, forms.lang, tolerance{forms: true}), first, true) < oneMistake {
				t.Errorf("%s: %s and %s do not meet (%s, %s)", forms.lang, w, first.text, stem(w, forms.lang), first.stem)
			}
		}
	}
}

func TestEditDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b        string
		limit, want int
	}{
		{"pase", "pase", 2, 0},
		{"pase", "pasi", 2, 1},
		{"malaks", "malkas", 2, 1}, // swapped neighbours are one mistake
		{"deklarcija", "deklaracija", 2, 1},
		{"bernudarsz", "bernudarzs", 2, 1},
		{"kadatsra", "kadastra", 2, 1},
		{"pase", "pensija", 2, 3},
		{"", "ab", 2, 2},
		{"abcdef", "fedcba", 2, 3},
	} {
		if got := editDistance(c.a, c.b, c.limit); got != c.want {
			t.Errorf("%s to %s: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := editDistance(c.b, c.a, c.limit); got != c.want {
			t.Errorf("%s to %s: %d, want %d", c.b, c.a, got, c.want)
		}
	}
}
