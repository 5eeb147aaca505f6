package main

import (
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"vienkopus/internal/platform/journal"
)

// progress shows how far a long command has come. It says nothing during the first second: most are over by then.
func progress(what string) journal.Progress {
	var mu sync.Mutex
	var bar *progressbar.ProgressBar
	begun := time.Now()
	return func(done, total int64) {
		mu.Lock()
		defer mu.Unlock()
		if bar == nil {
			if time.Since(begun) < time.Second {
				return
			}
			bar = progressbar.NewOptions64(total,
				progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(os.Stderr),
				progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionClearOnFinish(),
				progressbar.OptionThrottle(200*time.Millisecond))
		}
		if err := bar.Set64(done); err != nil {
			return // a terminal that cannot draw is no reason to stop
		}
	}
}
