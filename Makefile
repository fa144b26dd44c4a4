# Building needs Go and git, and nothing else; testing the SDKs needs Node.js with npm and
# Python too. `make help` lists the targets.

# The real plugins, for the demo and the end-to-end tests to use instead of the sandbox's stand-ins, e.g.
#   make demo CONFLUENT_PLUGIN=~/.pulumi/plugins/resource-confluentcloud-v<version>/pulumi-resource-confluentcloud
export CONFLUENT_PLUGIN
export AWS_PLUGIN

# The example of the demo: yaml, go, typescript or python, or vpc/ or changefeed/ and one of these, e.g.
#   make demo EXAMPLE=vpc/typescript
# Those in vpc/ are shown with an emulator of AWS, which needs Python; others need what their language does.
EXAMPLE ?= yaml
export EXAMPLE

VERSION = $(shell scripts/version.sh tidbconfluent)

# What one clone compiled is not compiled again in another, nor for a release.
export GOFLAGS := $(strip $(filter-out -trimpath,$(GOFLAGS)) -trimpath)

# The committed files that `make generate` writes.
GENERATED := schema.json sdk third_party internal/sdk component/pulumi-plugin.json

# What Pulumi a machine has is used; what it lacks is built, once, into bin/tools.
missing = $(if $(shell command -v $(1) 2>/dev/null),,bin/tools/$(1))
PULUMI_TOOLS := $(call missing,pulumi) $(call missing,pulumi-language-yaml)
missing_host = $(if $(shell command -v pulumi-language-$(1) 2>/dev/null),,hosts)

sources = $(shell find $(1) -name node_modules -prune -o -name __pycache__ -prune -o -type f -print)

.DEFAULT_GOAL := build
.PHONY: help build tools generate schema lint linters vet fmt packages sdks e2e-sdks race check check-generated check-tidy unit fuzz soak e2e interruptions test bench demo picture release probe acceptance version clean

help: ## List the targets.
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/\1 \2/p' $(MAKEFILE_LIST) | \
		while read -r target text; do printf '  %-16s %s\n' "$$target" "$$text"; done

# -w, without which linking takes half as long again: no debugger needs these. The end-to-end tests give it too.
build: ## Build the plugin, the stand-in plugins and the sandbox into bin/.
	go build -ldflags=-w -o bin/pulumi-resource-tidbconfluent .
	go build -ldflags=-w -o bin/ ./sandbox/cmd/...

tools: $(PULUMI_TOOLS) ## Build the Pulumi CLI into bin/tools, unless it is on PATH.

schema: ## Write schema.json from the Go code.
	go run ./tools/schema >schema.json.new || { rm -f schema.json.new; exit 1; }
	mv schema.json.new schema.json

generate: schema ## Write all generated files: schema.json, the SDKs, the Confluent SDK.
	scripts/generate.sh

lint: vet linters ## Run go vet, the linters of .golangci.yml and actionlint.

# The linters take a minute and a half to analyze the dependencies. Their results are kept in the go command's cache, so
# that a new home directory, or CI, that keeps this cache has both.
export GOLANGCI_LINT_CACHE := $(or $(GOLANGCI_LINT_CACHE),$(shell go env GOCACHE)/golangci-lint)

linters: bin/tools/golangci-lint bin/tools/actionlint
	bin/tools/golangci-lint run --allow-parallel-runners
	bin/tools/actionlint

vet:
	go vet ./...

fmt: bin/tools/golangci-lint ## Format the code and apply the linters' fixes.
	bin/tools/golangci-lint run --fix

check-generated: ## Fail if `make generate` would change a file.
	scripts/check-generated.sh $(GENERATED)

hosts: bin/languagehosts/.built ## Build substitutes for Pulumi's language hosts, which come with its released CLI only.

packages: bin/packages/.nodejs bin/packages/.python ## Build the SDKs for npm and PyPI into bin/packages.

# Which of Pulumi's SDKs for Node.js and Python to test with: the oldest that our packages allow, the newest that the
# registries have, or the pinned ones.
SDKS ?= newest

sdks: packages ## Install Pulumi's SDKs in bin; SDKS is oldest, newest or pinned.
	scripts/sdks.sh $(SDKS)

e2e-sdks: build tools sdks ## Run the examples with the SDKs of `make sdks`.
	go test -count=1 -timeout 30m -v -run 'Example|Platform|Typing|NodeModules|OneErrorInPrograms|Published' ./e2e

check-tidy: ## Fail if `go mod tidy` would change go.mod.
	go mod tidy -diff

check: bin/tools/golangci-lint ## Check the packages that changed since main: vet, linters, unit tests.
	scripts/check.sh

race: ## Run the unit tests of plugin and sandbox with the race detector; needs a C compiler.
	go test -race -timeout 40m ./component/... ./internal/... ./provider/... ./sandbox/...

# What is linked into the plugin and takes little longer with the race detector; make race has the rest.
RACED := ./component/... ./internal/... ./provider/tidbcloud/...
# -race, in make test, where there is the C compiler that it needs.
RACE ?=
# Most tests of ./provider wait. They take a third of the time when more of them run in parallel than there are
# processors.
WAITING := -parallel 16
# -vet=all, in make test, which does not run go vet before.
VET ?=

unit: ## Run the tests that need no Pulumi CLI; RACE=-race adds the race detector.
	go test -timeout 30m $(VET) $(RACE) $(RACED)
	go test -timeout 30m $(VET) $(WAITING) $$(go list ./... | grep -v /e2e | grep -vFx "$$(go list $(RACED))")
	go -C tools/pulumi/zxcvbn test

# How long each fuzz target runs, or how often (1000x). The unit tests run each target on its seeds, on what was found
# before and on a thousand variations of the seeds, the same ones each time.
FUZZTIME ?= 30s

fuzz: ## Fuzz what reads external text; FUZZTIME is the time for each target.
	scripts/fuzz.sh $(FUZZTIME)

# How long the soak test goes on, and the seed of its choices; 0 is another seed each time.
SOAKTIME ?= 10m
SOAKSEED ?= 0

soak: build tools ## Change links at random, with faults; SOAKTIME is the time, SOAKSEED repeats a run.
	go test ./e2e -run '^TestSoak$$' -v -count=1 -timeout 0 -soak.time=$(SOAKTIME) -soak.seed=$(SOAKSEED)

# The tests mostly wait, so more of them run in parallel than there are processors.
e2e: build tools ## Run the end-to-end tests: the real Pulumi CLI against the sandbox.
	go test -count=1 -timeout 60m $(VET) -parallel 6 ./e2e/...

interruptions: build tools ## Interrupt an update and a destroy at every call; Linux only.
	E2E_EVERY_INTERRUPTION=1 go test -count=1 -timeout 40m -v -run TestInterruptions ./e2e

test: export TIDBCONFLUENT_TEST_REPORTS = $(CURDIR)/bin/reports
# Compilers, linters and tests collect less garbage: that saves a tenth to a fifth of their time, for some more memory.
test check: export GOGC := $(or $(GOGC),400)
test: ## Run every check, as CI does.
	$(MAKE) check-tidy check-generated
	$(MAKE) -j3 linters unit tools build packages VET=-vet=all RACE=$(if $(shell command -v $(shell go env CC) 2>/dev/null),-race)
	$(MAKE) e2e VET=-vet=all
	@cat bin/reports/*.txt

# Flags of the benchmark, e.g. -quick, or -only makespan,overhead.
BENCHFLAGS ?=

bench: tools ## Measure the package's overhead against its goals, into dist/bench.
	go run ./bench -o dist/bench $(BENCHFLAGS)

# What the demo's example runs with.
runtime_yaml :=
runtime_go := $(call missing_host,go)
runtime_typescript := $(call missing_host,nodejs) packages
runtime_python := $(call missing_host,python) packages

demo: build tools $(runtime_$(notdir $(EXAMPLE))) $(if $(filter vpc/%,$(EXAMPLE)),bin/python/.installed) ## Run preview, up, stack output and destroy of EXAMPLE against the sandbox.
	scripts/demo.sh

picture: export PICTURE = $(CURDIR)/docs/timeline.svg
picture: demo ## Draw the README's picture, docs/timeline.svg, from a demo.

# The platforms that a release is for.
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

release: packages ## Build archives, packages, checksums and notes of a release in dist, for PLATFORMS.
	go run ./tools/release -packages bin/packages -platforms "$(PLATFORMS)"

# Where the report of the probe goes.
PROBE_REPORT ?= dist/probe.md

probe: ## Compare the answers of your accounts with the sandbox's; reads only, reports no values.
	@mkdir -p "$(dir $(PROBE_REPORT))"
	go run ./tools/probe >"$(PROBE_REPORT).new" || { rm -f "$(PROBE_REPORT).new"; exit 1; }
	mv "$(PROBE_REPORT).new" "$(PROBE_REPORT)"

acceptance: build tools ## Run an example with your accounts, at the services' prices; asks first.
	scripts/acceptance.sh

version: ## Print the version.
	@echo $(VERSION)

clean: ## Remove what was built.
	rm -rf bin dist

# The tools are modules of their own, so that their dependencies are not the plugin's.
# The Automation API refuses a CLI without a version of its own.
bin/tools/pulumi: tools/pulumi/go.mod tools/pulumi/go.sum $(wildcard tools/pulumi/zxcvbn*/*)
	cd tools/pulumi && version=$$(go list -m -f '{{.Version}}' github.com/pulumi/pulumi/pkg/v3) && \
		go build -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$$version" \
		-o ../../$@ github.com/pulumi/pulumi/pkg/v3/cmd/pulumi

bin/tools/pulumi-language-yaml: tools/pulumi/go.mod tools/pulumi/go.sum
	cd tools/pulumi && go build -ldflags "-s -w" -o ../../$@ github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml

# What starts a program in Python is Pulumi's own, which comes with its SDK for Go.
bin/languagehosts/.built: go.mod $(call sources,e2e/languagehost)
	go build -ldflags=-w -o bin/languagehosts/languagehost ./e2e/languagehost
	cd bin/languagehosts && for language in go nodejs python; do ln -sf languagehost pulumi-language-$$language; done
	cp -f "$$(go list -m -f '{{.Dir}}' github.com/pulumi/pulumi/sdk/v3)/python/cmd/pulumi-language-python-exec" $(@D)
	touch $@

# A module of its own: it and golangci-lint need different versions of the same YAML package.
bin/tools/actionlint: tools/actionlint/go.sum
	cd tools/actionlint && go build -ldflags "-s -w" -o ../../$@ github.com/rhysd/actionlint/cmd/actionlint

bin/tools/golangci-lint: tools/lint/go.sum
	cd tools/lint && go build -ldflags "-s -w" -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

# What the SDKs are built and tested with; the tests' projects borrow it, with the built
# packages installed.
bin/nodejs/.installed: tools/nodejs/package-lock.json
	mkdir -p bin/nodejs
	cp tools/nodejs/package.json tools/nodejs/package-lock.json tools/nodejs/.npmrc bin/nodejs
	cd bin/nodejs && npm ci --silent --no-audit --no-fund
	touch $@

bin/python/.installed: tools/python/requirements.txt
	python3 -m venv --clear bin/python
	bin/python/bin/python -m pip install --quiet -r tools/python/requirements.txt
	touch $@

bin/packages/.nodejs: bin/nodejs/.installed scripts/package-nodejs.sh $(call sources,sdk/nodejs)
	scripts/package-nodejs.sh
	touch $@

bin/packages/.python: bin/python/.installed scripts/package-python.sh $(call sources,sdk/python)
	scripts/package-python.sh
	touch $@
