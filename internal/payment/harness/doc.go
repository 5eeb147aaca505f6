// Package harness kills, starves and cuts off programs that take money, and then looks whether they kept their word.
//
// A child process (the test binary itself) takes payments at random desks, voids and refunds some, and prints a receipt only after its call has
// returned, as a counter does. Its parent kills it with SIGKILL at random instants and starts it again on the same database, many times. Then every
// printed receipt must be there, with the same link and the same code to the byte; no number may stand twice or be missing; no receipt may be without
// its line, and no line without a receipt that can be printed again; a request that is sent again must print the same; verify must find
// nothing, and the tables must be those that the lines alone make. The same is asked of files that may not grow, of a full disk, of connections that are cut at
// any instant, and of a PostgreSQL server that is stopped without warning. A program that prints before the commit must be caught,
// or the harness proves nothing.
//
// VIENKOPUS_SOAK=10m kills for that long, and a thousand times at least.
package harness
