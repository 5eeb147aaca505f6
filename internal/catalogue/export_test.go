package catalogue

// NewStrictIndex builds an index that forgives only what it is told to, for the tests that show what each forgiveness is worth.
func NewStrictIndex(services []Service, institutions []Institution, folding, forms, mistakes bool) *Index {
	return newIndex(services, institutions, tolerance{folding: folding, forms: forms, mistakes: mistakes})
}
