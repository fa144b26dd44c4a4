# `make help` lists the targets. Building needs Go and git; testing the SDKs needs Node.js with npm, and Python.
# tools/tools.mk builds what the targets need in bin/.
include tools/tools.mk

.DEFAULT_GOAL := build
.PHONY: $(shell sed -n 's/^\([a-z0-9-]*\):.*/\1/p' Makefile)

help: ## List the targets.
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/\1 \2/p' Makefile | \
		while read -r target text; do printf '  %-16s %s\n' "$$target" "$$text"; done

# -w, without which linking takes half as long again: no debugger needs these. The end-to-end tests give it too.
build: ## Build the plugin, the stand-in plugins and the sandbox into bin/.
	go build -ldflags=-w -o bin/pulumi-resource-tidbconfluent .
	go build -ldflags=-w -o bin/ ./sandbox/cmd/...

# EXAMPLE is yaml, go, typescript or python, or vpc/, changefeed/ or changefeed-alone/ and one of these. PICTURE is an
# absolute path; the README has docs/timeline.svg. CONFLUENT_PLUGIN and AWS_PLUGIN name real plugins, for e2e too.
EXAMPLE ?= yaml

demo: build tools $(DEMO_NEEDS) ## Run preview, up, stack output and destroy of EXAMPLE against the sandbox.
	scripts/demo.sh

tools: $(PULUMI_TOOLS) ## Build the Pulumi CLI into bin/tools, unless it is on PATH.

hosts: bin/languagehosts/.built ## Build substitutes for Pulumi's language hosts, which come with its released CLI only.

packages: bin/packages/.nodejs bin/packages/.python ## Build the SDKs for npm and PyPI into bin/packages.

schema: ## Write schema.json from the Go code.
	go run ./tools/schema >schema.json.new || { rm -f schema.json.new; exit 1; }
	mv schema.json.new schema.json

generate: schema ## Write all generated files: schema.json, the SDKs, the Confluent SDK.
	scripts/generate.sh

fmt: bin/tools/golangci-lint ## Format the code and apply the linters' fixes.
	bin/tools/golangci-lint run --fix

check: bin/tools/golangci-lint ## Check the packages that changed since main: vet, linters, unit tests.
	scripts/check.sh

test: export TIDBCONFLUENT_TEST_REPORTS = $(CURDIR)/bin/reports
# Compilers, linters and tests collect less garbage: that saves a tenth to a fifth of their time, for some more memory.
test check: export GOGC := $(or $(GOGC),400)
test: ## Run every check, as CI does.
	$(MAKE) check-tidy check-generated
	$(MAKE) -j3 linters unit tools build packages VET=-vet=all RACE=$(RACE_WITH_COMPILER)
	$(MAKE) e2e VET=-vet=all
	@cat bin/reports/*.txt

check-tidy: ## Fail if `go mod tidy` would change go.mod.
	go mod tidy -diff

check-generated: ## Fail if `make generate` would change a file.
	scripts/check-generated.sh schema.json sdk third_party internal/sdk component/pulumi-plugin.json

lint: linters ## Run the linters of .golangci.yml, actionlint and go vet.
	go vet ./...

linters: bin/tools/golangci-lint bin/tools/actionlint
	bin/tools/golangci-lint run --allow-parallel-runners
	bin/tools/actionlint

# What is linked into the plugin and takes little longer with the race detector; make race has the rest. Most tests of
# ./provider wait: they take a third of the time when more of them run in parallel than there are processors.
RACED := ./component/... ./internal/... ./provider/tidbcloud/...

unit: ## Run the tests that need no Pulumi CLI; RACE=-race adds the race detector.
	go test -timeout 30m $(VET) $(RACE) $(RACED)
	go test -timeout 30m $(VET) -parallel 16 $$(go list ./... | grep -v /e2e | grep -vFx "$$(go list $(RACED))")
	go -C tools/pulumi/zxcvbn test

race: ## Run the unit tests of plugin and sandbox with the race detector; needs a C compiler.
	go test -race -timeout 40m ./component/... ./internal/... ./provider/... ./sandbox/...

# The tests mostly wait, so more of them run in parallel than there are processors.
e2e: build tools ## Run the end-to-end tests: the real Pulumi CLI against the sandbox.
	go test -count=1 -timeout 60m $(VET) -parallel 6 ./e2e/...

interruptions: build tools ## Interrupt an update and a destroy at every call; Linux only.
	E2E_EVERY_INTERRUPTION=1 go test -count=1 -timeout 40m -v -run TestInterruptions ./e2e

SDKS ?= newest

sdks: packages ## Install Pulumi's SDKs in bin: with SDKS=oldest, newest or pinned.
	scripts/sdks.sh $(SDKS)

e2e-sdks: build tools sdks ## Run the examples with the SDKs of `make sdks`.
	go test -count=1 -timeout 30m -v -run 'Example|Platform|Typing|NodeModules|OneErrorInPrograms|Published' ./e2e

# A time, or a number of tries (1000x), for each target.
FUZZTIME ?= 30s

fuzz: ## Fuzz what reads external text; FUZZTIME is the time for each target.
	scripts/fuzz.sh $(FUZZTIME)

SOAKTIME ?= 10m
SOAKSEED ?= 0

soak: build tools ## Change links at random, with faults, for SOAKTIME; SOAKSEED repeats a run.
	go test ./e2e -run '^TestSoak$$' -v -count=1 -timeout 0 -soak.time=$(SOAKTIME) -soak.seed=$(SOAKSEED)

bench: tools ## Measure the package's overhead against its goals, into dist/bench; BENCHFLAGS=-quick is shorter.
	go run ./bench -o dist/bench $(BENCHFLAGS)

probe: ## Compare the answers of your accounts with the sandbox's; reads only, reports no values.
	@mkdir -p dist
	go run ./tools/probe >dist/probe.md.new || { rm -f dist/probe.md.new; exit 1; }
	mv dist/probe.md.new dist/probe.md

acceptance: build tools ## Run an example with your accounts, at the services' prices; asks first.
	scripts/acceptance.sh

PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

release: packages ## Build archives, packages, checksums and notes of a release in dist, for PLATFORMS.
	go run ./tools/release -packages bin/packages -platforms "$(PLATFORMS)"

clean: ## Remove what was built.
	rm -rf bin dist
