# What the targets of the Makefile need, built in bin/. The tools are modules of their own, so that their dependencies
# are not the plugin's.

# What one clone compiled is not compiled again in another, nor for a release.
export GOFLAGS := $(strip $(filter-out -trimpath,$(GOFLAGS)) -trimpath)

# The linters take a minute and a half to analyze the dependencies. Their results are kept in the go command's cache, so
# that a new home directory, or CI, that keeps this cache has both.
export GOLANGCI_LINT_CACHE := $(or $(GOLANGCI_LINT_CACHE),$(shell go env GOCACHE)/golangci-lint)

# -race, where there is the C compiler that it needs.
RACE_WITH_COMPILER = $(if $(shell command -v $(shell go env CC) 2>/dev/null),-race)

# What Pulumi a machine has is used; what it lacks is built.
missing = $(if $(shell command -v $(1) 2>/dev/null),,$(2))
PULUMI_TOOLS := $(foreach tool,pulumi pulumi-language-yaml,$(call missing,$(tool),bin/tools/$(tool)))

# What an example runs with, by its language, and one of vpc/ with an emulator of AWS.
needs_go = $(call missing,pulumi-language-go,hosts)
needs_typescript = $(call missing,pulumi-language-nodejs,hosts) packages
needs_python = $(call missing,pulumi-language-python,hosts) packages
DEMO_NEEDS = $(needs_$(notdir $(EXAMPLE))) $(if $(filter vpc/%,$(EXAMPLE)),bin/python/.installed)

sources = $(shell find $(1) -name node_modules -prune -o -name __pycache__ -prune -o -type f -print)

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

# What the SDKs are built and tested with; the tests' projects borrow it, with the built packages installed.
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
