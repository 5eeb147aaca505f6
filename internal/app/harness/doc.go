// Package harness kills the whole program with everything on: jobs, roll-ups, checkpoints, commands to card terminals, and what operators do to a database.
//
// Each child does one thing again and again: it serves, verifies, makes the tables anew, states checkpoints, lets desks go on behind gaps, rolls up. It is
// killed at any instant. Then the database opens, verify finds nothing, every checkpoint that was handed out holds, and what was answered is there, once.
//
// VIENKOPUS_SOAK=10m kills for that long, and a thousand times at least.
package harness
