// Package harness kills, starves and restarts programs that post to a journal, and then looks whether they kept their word.
//
// A child process (the test binary itself) posts and prints what was answered, but only after Post has returned. Its
// parent kills it with SIGKILL at random instants and starts it again on the same database, many times. Then every
// answered line must be there, nothing may be there twice, a request that is sent again must get its first answer, the
// audit must be clean, and the tables must be those that the lines alone make. The same is asked of a full disk and of a
// PostgreSQL server that is stopped without warning. Two programs that cheat must be caught, or the harness proves nothing.
//
// A power cut is harder than a kill, because what was written and not synced is lost or torn: strace records what children write and sync, and images of the disk
// are made for moments by chance.
//
// VIENKOPUS_SOAK=10m kills for that long, and a thousand times at least.
package harness
