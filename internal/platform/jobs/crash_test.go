package jobs_test

import "context"

type part struct{}

func (part) play(context.Context) error { return nil }
