// Package httpx is the door to the web: it knows routes, requests and answers, and no feature.
//
// A feature gives a table of Route; Build makes one handler of all tables. Whoever may use a route is asked
// before its handler runs, and a route that does not say who may is refused. Handlers return errors; one place
// turns them into answers. Every request has an id, which the answer, the logs and the error page show.
package httpx
