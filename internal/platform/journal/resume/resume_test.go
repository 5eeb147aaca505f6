package resume_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/resume"
)

// A database of yesterday goes on behind a gap; what was written today turns up and goes into the gap.
func TestWhatWasLostTurnsUp(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		dice := rand.New(rand.NewPCG(1, 2))
		old := open(t, engine, nil)
		old.post(t, "D-1", "a", "a1", "a2")
		old.post(t, "D-2", "a", "x1")
		yesterday := old.backup(t)
		old.post(t, "D-1", "b", "b1", "a3")
		old.post(t, "D-1", "c", "c1")
		seen := old.heads(t)

		h := open(t, engine, yesterday)
		if missing, err := resume.Missing(t.Context(), h.DB(), seen); err != nil || len(missing) != 1 || missing[0].Number != 5 {
			t.Fatalf("missing %v, %v", missing, err)
		}
		lines := h.resume(t, seen)
		if len(lines) != 2 || lines[0].Number != 10_005 || lines[1].Number != 10_001 {
			t.Fatalf("%+v", lines)
		}
		if again := h.resume(t, seen); len(again) != 0 {
			t.Errorf("the desks went on twice: %+v", again)
		}
		if missing, err := resume.Missing(t.Context(), h.DB(), seen); err != nil || len(missing) > 0 {
			t.Errorf("missing %v, %v", missing, err)
		}
		h.post(t, "D-1", "d", "a4")
		h.sound(t, dice)
		h = open(t, engine, h.backup(t)) // a backup holds gaps

		seenLines := map[int64]int{}
		follower := journal.Follower{Name: "f", Handle: func(_ context.Context, lines []journal.Entry) error {
			for _, e := range lines {
				if e.Desk == "D-1" {
					seenLines[e.Number]++
				}
			}
			return nil
		}}
		must(t, h.CatchUp(t.Context(), follower))
		got := h.returned(t, old)
		if r := got["D-1"]; r.Placed != 3 || r.Stray != 0 || len(got) != 1 {
			t.Fatalf("%+v", got)
		}
		must(t, h.CatchUp(t.Context(), follower))
		for _, n := range []int64{1, 3, 4, 5, 10_005, 10_006} {
			if seenLines[n] == 0 {
				t.Errorf("the follower was never told of line %d", n)
			}
		}
		h.want(t, "a1×1 a2×1 a3×1 a4×1 b1×1 c1×1 x1×1")
		h.sound(t, dice)
		if again := h.returned(t, old); len(again) != 0 {
			t.Errorf("returned twice: %+v", again)
		}
		h.post(t, "D-1", "c", "c1") // the request of a returned line has no second effect
		h.want(t, "a1×1 a2×1 a3×1 a4×1 b1×1 c1×1 x1×1")
		open(t, engine, h.backup(t)).sound(t, dice)
	})
}

// Where nobody has written since, the lines go on where the desk stands, without a gap.
func TestWhatWasLostGoesOn(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		old := open(t, engine, nil)
		old.post(t, "D-1", "a", "a1")
		yesterday := old.backup(t)
		old.post(t, "D-1", "b", "b1")
		old.post(t, "D-3", "b", "y1")
		h := open(t, engine, yesterday)
		if got := h.returned(t, old); got["D-1"].Placed != 1 || got["D-3"].Placed != 1 {
			t.Fatalf("%+v", got)
		}
		h.post(t, "D-1", "c", "c1")
		h.want(t, "a1×1 b1×1 c1×1 y1×1")
		h.sound(t, rand.New(rand.NewPCG(3, 4)))
		if number := h.heads(t)[0].Number; number != 3 {
			t.Errorf("the desk stands at %d", number)
		}
	})
}

// Two databases gave the same numbers: the branch that turns up is kept, and a person decides.
func TestAForkIsAdopted(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		dice := rand.New(rand.NewPCG(5, 6))
		old := open(t, engine, nil)
		old.post(t, "D-1", "a", "a1")
		yesterday := old.backup(t)
		old.post(t, "D-1", "b", "b1", "b2")
		old.post(t, "D-1", "c", "c1")
		old.post(t, "D-1", "d", "d1")

		h := open(t, engine, yesterday)
		h.post(t, "D-1", "e", "e1")
		h.post(t, "D-1", "c", "c1") // the same form was sent again
		if got := h.returned(t, old); got["D-1"].Stray != 4 || got["D-1"].Placed != 0 || got["D-1"].Resumed != 10_005 {
			t.Fatalf("%+v", got)
		}
		h.want(t, "a1×1 c1×1 e1×1")
		h.sound(t, dice)
		strays, err := resume.Strays(t.Context(), h.DB(), "D-1")
		must(t, err)
		lines, err := h.service.Adopt(t.Context(), operator, strays[1].Hash)
		if err != nil || len(lines) != 2 {
			t.Fatalf("adopted %+v, %v", lines, err)
		}
		h.want(t, "a1×1 b1×1 b2×1 c1×1 e1×1")
		var who string
		var at int64
		must(t, h.DB().QueryRow(t.Context(), `SELECT who, at FROM thing WHERE thing = 'b2'`).Scan(&who, &at))
		if who != clerk.String() || at != strays[1].RecordedAt {
			t.Errorf("b2 was put by %s at %d", who, at)
		}
		for hash, key := range map[string]string{strays[0].Hash: "desk.stray_decided", strays[2].Hash: "desk.stray_again", "00": "desk.stray_unknown"} {
			if _, err := h.service.Adopt(t.Context(), clerk, hash); keyOf(err) != key {
				t.Errorf("%s: %v; want %s", hash, err, key)
			}
		}
		_, err = h.service.Dismiss(t.Context(), clerk, strays[2].Hash, "sent again")
		must(t, err)
		if _, err := h.service.Dismiss(t.Context(), clerk, strays[3].Hash, " "); keyOf(err) != "desk.why" {
			t.Errorf("dismissed without a reason: %v", err)
		}
		strays, err = resume.Strays(t.Context(), h.DB(), "")
		must(t, err)
		for i, want := range []resume.State{resume.Adopted, resume.Adopted, resume.Dismissed, resume.Open} {
			if strays[i].State != want {
				t.Errorf("stray %d is %s", i, strays[i].State)
			}
		}
		h.post(t, "D-1", "b", "b1", "b2") // the request of an adopted line has no second effect
		h.want(t, "a1×1 b1×1 b2×1 c1×1 e1×1")
		h.sound(t, dice)
		if got := h.returned(t, old); len(got) != 0 {
			t.Errorf("turned up twice: %+v", got)
		}
		again := open(t, engine, h.backup(t))
		again.sound(t, dice)
		about, err := again.About(t.Context(), again.DB(), "thing:b1", 10)
		if err != nil || len(about) != 1 || about[0].Fact != (put{Thing: "b1", Shelf: "b"}) {
			t.Errorf("about b1: %+v, %v", about, err)
		}
	})
}
