package journal_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

func TestSameKeyHasOneEffect(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		first := mustPost(t, j, "A-1", "k1", noted{Thing: "x", Text: "a"}, moved{Thing: "x", To: "b"})
		mustPost(t, j, "A-1", "k2", noted{Thing: "x", Text: "between"})
		again := mustPost(t, j, "A-1", "k1", noted{Thing: "x", Text: "a"}, moved{Thing: "x", To: "b"})
		if first.Replayed || !again.Replayed {
			t.Errorf("replayed: %v, then %v", first.Replayed, again.Replayed)
		}
		if diff := cmp.Diff(first.Entries, again.Entries, cmp.AllowUnexported(actor.Actor{})); diff != "" {
			t.Errorf("the second answer differs:\n%s", diff)
		}
		if _, err := post(t, j, "A-1", "k1", noted{Thing: "x", Text: "b"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("other input under the key: %v", err)
		}
		if other := mustPost(t, j, "A-2", "k1", noted{Thing: "x", Text: "b"}); other.Replayed {
			t.Error("a key of one desk was taken for that of another")
		}
		if n := intact(t, j); n != 4 {
			t.Errorf("%d lines", n)
		}
		sameAfterRebuild(t, j)
	})
}

func TestTheAnswerIsWhatWasStored(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		posted := mustPost(t, j, "A-1", "k1", noted{Thing: "x", Text: "broken \xff text", Tags: []string{}})
		got, ok := posted.Entries[0].Fact.(noted)
		if !ok || got.Text != "broken \ufffd text" || got.Tags != nil {
			t.Errorf("the answer says %#v", posted.Entries[0].Fact)
		}
		if e := posted.Entries[0]; e.RecordedAt.Nanosecond() != 123456000 || e.RecordedAt.Location() != time.UTC {
			t.Errorf("recorded at %v", e.RecordedAt)
		}
	})
}

func TestARuleThatRecordsNothingMayBeAskedAgain(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		for range 2 {
			if posted := mustPost(t, j, "A-1", "k1"); posted.Replayed || len(posted.Entries) > 0 {
				t.Errorf("posted %+v", posted)
			}
		}
		if text := dump(t, j, "request", "entry", "desk_head"); strings.Count(text, "\n") != 3 {
			t.Errorf("a trace stayed: %s", text)
		}
	})
}

func TestAFactHalfRecordedIsNotCommitted(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		ctx := t.Context()
		mustPost(t, j, "A-1", "k1", noted{Thing: "x"})
		_, err := j.Post(ctx, clerk, "A-1", key(t, "k2", 2), func(tx *journal.Tx) error {
			if err := tx.Record(ctx, noted{Thing: "y"}); err != nil {
				return err
			}
			_ = tx.Record(ctx, noted{Thing: "x", Text: poison}) // swallowed
			if err := tx.Record(ctx, noted{Thing: "z"}); err == nil {
				t.Error("a fact was recorded behind one that had failed")
			}
			return nil
		})
		if err == nil {
			t.Error("a half-recorded fact was committed")
		}
		if _, err := post(t, j, "A-1", "k3", noted{Thing: "x", Text: late}); err == nil {
			t.Error("a line was committed without its deferred change")
		}
		mustPost(t, j, "A-1", "k4", noted{Thing: "x"})
		if n := intact(t, j); n != 2 {
			t.Errorf("%d lines", n)
		}
		sameAfterRebuild(t, j)
	})
}

// stranger is a fact that the journal was not told of.
type stranger struct{ noted }

func (stranger) Version() int { return 2 }

func TestPostRefuses(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		ctx := t.Context()
		rule := func(tx *journal.Tx) error { return tx.Record(ctx, noted{Thing: "x"}) }
		k := key(t, "k", 1)
		for name, err := range map[string]error{
			"nobody":      second(j.Post(ctx, actor.Actor{}, "A-1", k, rule)),
			"no desk":     second(j.Post(ctx, clerk, "", k, rule)),
			"no key":      second(j.Post(ctx, clerk, "A-1", journal.Key{}, rule)),
			"rule's own":  second(j.Post(ctx, clerk, "A-1", k, func(*journal.Tx) error { return fault.NewInvalid("no") })),
			"panic":       second(j.Post(ctx, clerk, "A-1", k, func(*journal.Tx) error { panic("broken") })),
			"unknown one": second(post(t, j, "A-1", "k", stranger{})),
		} {
			if err == nil {
				t.Errorf("%s: posted", name)
			}
		}
		if n := intact(t, j); n != 0 {
			t.Errorf("%d lines", n)
		}
	})
}

func second(_ journal.Posted, err error) error { return err }

func TestKeysOfOutsiders(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", " ", "a b", "ā", "\x00", strings.Repeat("x", 129)} {
		if _, err := journal.NewKey(name, 1); fault.KindOf(err) != fault.Invalid {
			t.Errorf("key %q: %v", name, err)
		}
	}
	if _, err := journal.NewKey(strings.Repeat("x", 128), 1); err != nil {
		t.Error(err)
	}
}

// TestNumbersHaveNoGaps has many clerks post at a few desks at once, each request twice, while a third of them fails in one way or another.
func TestNumbersHaveNoGaps(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		const desks, requests = 4, 40
		ctx := t.Context()
		var wg sync.WaitGroup
		for i := range desks * requests * 2 {
			wg.Go(func() {
				d, r := i%desks, i/desks/2
				name := fmt.Sprintf("k%d", r)
				fails := r%3 == 1
				time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
				_, err := j.Post(ctx, clerk, desk(d), key(t, name, r), func(tx *journal.Tx) error {
					if err := tx.Record(ctx, noted{Thing: "x", Text: name}); err != nil {
						return err
					}
					if fails && r%2 == 0 {
						panic("a broken rule")
					}
					if fails {
						return errors.New("refused late")
					}
					return tx.Record(ctx, moved{Thing: "x", To: name})
				})
				if (err != nil) != fails {
					t.Errorf("request %d: %v", r, err)
				}
			})
		}
		wg.Wait()
		fine := 0
		for r := range requests {
			if r%3 != 1 {
				fine++
			}
		}
		if n := intact(t, j); n != desks*fine*2 {
			t.Errorf("%d lines, expected %d", n, desks*fine*2)
		}
		sameAfterRebuild(t, j)
	})
}

func TestAnAnswerThatIsGoneIsAnError(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		mustPost(t, j, "A-1", "k1", noted{Thing: "x"}, noted{Thing: "y"})
		forge(t, j, "DELETE FROM entry WHERE number = 2")
		if _, err := post(t, j, "A-1", "k1", noted{Thing: "x"}, noted{Thing: "y"}); err == nil {
			t.Error("half an answer was given for a whole one")
		}
	})
}

// A desk that is held by somebody else is not waited for longer than five seconds; what was given up is not there, and is done when it is asked for again.
func TestAPostWaitsForItsTurnNoLongerThanItMay(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		ctx := t.Context()
		held, free := make(chan struct{}), make(chan struct{})
		var first error
		var wg sync.WaitGroup
		wg.Go(func() {
			once := false
			_, first = j.Post(ctx, actor.System("test"), "A-1", key(t, "first", 1), func(tx *journal.Tx) error {
				if !once {
					once = true
					close(held)
				}
				<-free
				return tx.Record(ctx, noted{Thing: "x", Text: "first"})
			})
		})
		<-held
		begun := time.Now()
		_, err := post(t, j, "A-1", "second", noted{Thing: "x", Text: "second"})
		if took := time.Since(begun); took < 4*time.Second || took > 9*time.Second {
			t.Errorf("it waited for %s", took)
		}
		if !sqldb.Unavailable(err) || errors.Is(err, sqldb.ErrUnknown) || fault.First(err) != nil {
			t.Errorf("answered %v", err)
		}
		close(free)
		if wg.Wait(); first != nil { // the rule may take as long as it takes
			t.Error(first)
		}
		if n := intact(t, j); n != 1 {
			t.Errorf("%d lines before it is asked for again", n)
		}
		if again := mustPost(t, j, "A-1", "second", noted{Thing: "x", Text: "second"}); again.Replayed {
			t.Error("what was given up is there")
		}
		if n := intact(t, j); n != 2 {
			t.Errorf("%d lines", n)
		}
	})
}
