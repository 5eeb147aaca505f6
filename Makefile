# make run     the demonstration network at http://localhost:8080
# make test    every test there is, on both engines and in a browser
# make quick   a look in between: what can be seen within a minute and a half
# make lint    what .ci/run checks before the tests
SHELL := /bin/bash
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:

# The version comes from git at build time, so Go need not ask git again (which fails in a clone of another user). Everything is compiled with -trimpath, as the
# program is: with it in one place and without it in another, all is compiled twice.
RELEASE := 0.9.0
VERSION := $(RELEASE)+$(shell git describe --always --dirty 2>/dev/null || echo unknown)
export GOFLAGS := $(GOFLAGS) -trimpath -buildvcs=false
export npm_config_update_notifier := false

PACKAGES := web/node_modules/.package-lock.json
BROWSER := e2e/node_modules/.package-lock.json
CLIENT := e2e/client/node_modules/.package-lock.json

.PHONY: build program templates web notices run test quick race tools lint fmt generate vuln bench soak schemas clean

build: templates web program

program:
	@echo "Building bin/vienkopus $(VERSION)"
	@go build -ldflags '-s -w -X main.version=$(VERSION)' -o bin/vienkopus ./cmd/vienkopus

# The generated pages are committed; only what has changed since needs the generator.
templates:
	@if [ -n "$$(git status --porcelain -- '*.templ' 2>/dev/null)" ]; then $(MAKE) -s generate; fi

web: web/dist/manifest.json notices

# What is linked in follows from the source, so it is collected every time; what has not changed is not written.
notices: web/dist/manifest.json
	@go run ./web/notices

web/dist/manifest.json: $(PACKAGES) $(shell find web/src web/build web/verify -type f -not -name '*_test.go')
	@echo "Building script and style"
	@go run ./web/build
	@go run ./web/verify

run: build
	@exec bin/vienkopus demo --data ./demo-data --listen localhost:8080

test: bin/testreport
	@scripts/prepare
	@$(MAKE) -s build $(BROWSER) $(CLIENT)
	@scripts/test

# The everyday look while something is being built: Go code checked, and what runs on SQLite within seconds. It proves little; make test proves.
SLOW := dbtest$$|harness|/harness/|cmd/vienkopus|internal/demo/|e2e|web/verify|app/fuzz|app/kept|/app$$|receipt$$
quick: bin/golangci-lint templates
	@bin/golangci-lint run --allow-parallel-runners ./...
	@VIENKOPUS_TEST_QUICK=1 go test -vet=off -ldflags '-s -w' $$(go list ./... | grep -Ev '$(SLOW)')

# The race detector needs a C compiler and patience, so it is not part of make test.
race:
	@scripts/with-postgres go test -race ./internal/...

# What the checks and tests are done with.
tools: bin/golangci-lint $(BROWSER) $(CLIENT) $(PACKAGES) bin/templ bin/deadcode bin/unreached bin/testreport

lint: bin/golangci-lint bin/templ bin/deadcode bin/unreached $(BROWSER) $(PACKAGES)
	@scripts/lint

fmt: bin/golangci-lint bin/templ
	@bin/golangci-lint fmt
	@bin/templ fmt -log-level error internal

# Always from the root: the generator writes the path it was given into the code.
generate: bin/templ
	@bin/templ generate -log-level error

vuln: bin/govulncheck
	@scripts/vuln

# Measured on the disk, not in memory.
bench: build
	@TMPDIR=$${TMPDIR:-/tmp} scripts/with-postgres go -C bench run .

# The tests that break things, for as long as SOAK says.
SOAK ?= 10m
soak:
	@TMPDIR=$${TMPDIR:-/tmp} VIENKOPUS_SOAK=$(SOAK) scripts/with-postgres \
		go test -count=1 -timeout 0 -run 'Soak|Crash|Kill|Full|PowerCut' ./internal/...

# The published schemas of ISO 20022 are not handed on with a program: SCHEMAS names the directory in which somebody has put them.
schemas: $(BROWSER)
	@node e2e/opinions/schemas.mjs '$(SCHEMAS)' internal/bank/statement/testdata/*.xml internal/bank/pain/testdata/*.xml

# The demonstration's data stays: it is somebody's.
clean:
	@rm -rf bin build e2e/results e2e/screens
	@find web/dist -mindepth 1 ! -name .keep -delete

%/node_modules/.package-lock.json: %/package-lock.json
	@echo "Installing the npm packages of $*"
	@npm ci --prefix $* --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

bin/testreport: $(wildcard tools/testreport/*.go)
	@go build -C tools -o ../$@ ./testreport

bin/unreached: $(wildcard tools/unreached/*.go)
	@go build -C tools -o ../$@ ./unreached

bin/golangci-lint: tools/go.sum
	@echo "Building the linter"
	@go build -C tools -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

bin/templ: tools/go.sum
	@go build -C tools -o ../$@ github.com/a-h/templ/cmd/templ

bin/deadcode: tools/go.sum
	@go build -C tools -o ../$@ golang.org/x/tools/cmd/deadcode

bin/govulncheck: tools/go.sum
	@go build -C tools -o ../$@ golang.org/x/vuln/cmd/govulncheck
