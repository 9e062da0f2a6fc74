# make test is the one command: what it accepts is what CI accepts.

GOFUMPT_VERSION  := v0.12.0
GOLANGCI_VERSION := v2.15.0
DUCKDB_VERSION   := 1.5.6-r.1

TOOLS    := $(CURDIR)/.tools
GOFUMPT  := $(TOOLS)/gofumpt-$(GOFUMPT_VERSION)
GOLANGCI := $(TOOLS)/golangci-lint-$(GOLANGCI_VERSION)
# Every module of the repository: the library and the example modules.
MODULES  := $(dir $(shell git ls-files --cached --others --exclude-standard -- go.mod '*/go.mod'))
FUZZTIME ?= 20s

.PHONY: test build vet fmt-check fmt lint tidy-check unit fuzz bench duckdb microbench chromium pictures

test: build vet fmt-check lint tidy-check unit

# Race detection is for the library: what the example modules depend on takes minutes to build with it. It needs a C compiler; without one the tests run without it and
# say so.
RACE := $(shell command -v $$(go env CC) >/dev/null 2>&1 && echo -race)

build:
	@for m in $(MODULES); do (cd $$m && go build ./...) || exit 1; done

vet:
	@for m in $(MODULES); do (cd $$m && go vet ./...) || exit 1; done

fmt-check: $(GOFUMPT)
	@out=$$($(GOFUMPT) -l .); if [ -n "$$out" ]; then echo "not formatted (make fmt):"; echo "$$out"; exit 1; fi

fmt: $(GOFUMPT)
	$(GOFUMPT) -w .

lint: $(GOLANGCI)
	@for m in $(MODULES); do (cd $$m && $(GOLANGCI) run ./...) || exit 1; done

tidy-check:
	@for m in $(MODULES); do (cd $$m && go mod tidy -diff) || exit 1; done

unit: chromium
	@if [ -z "$(RACE)" ]; then echo "no C compiler: the race detector is left out"; fi
	@for m in $(MODULES); do \
		race=; if [ $$m = ./ ]; then race="$(RACE)"; fi; \
		(cd $$m && go test $$race -shuffle=on ./...) || exit 1; \
	done

# The pages of examples/dashboard are tested in a real browser: the Debian package, if there is none. Where it cannot be installed those tests
# are skipped and say so.
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null 2>&1 || { \
		command -v apt-get >/dev/null 2>&1 && \
		sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; \
		$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -qq -y --no-install-recommends chromium >/dev/null; \
	} || echo "no Chromium, and it could not be installed: the tests in a browser are left out"

# The picture of the dashboard in the READMEs.
pictures: chromium
	cd examples/dashboard && DASHBOARD_PICTURES=$$(mktemp -d) sh -c 'go test -count=1 -run TestPictures . && cp "$$DASHBOARD_PICTURES/dashboard.png" .'

# Each fuzz target for FUZZTIME.
fuzz:
	@for p in $$(go list ./...); do \
		for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz'); do \
			go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$p || exit 1; \
		done; \
	done

# One table: the same figures in several ways, e.g. make bench BENCH="-items 10000000". DuckDB takes part after make duckdb,
# which needs npm.
bench:
	cd examples/bench && go build -o $(TOOLS)/bench . && $(TOOLS)/bench -duckdb $(TOOLS)/duckdb $(BENCH)

duckdb:
	mkdir -p $(TOOLS)/duckdb
	cd $(TOOLS)/duckdb && npm install --no-fund --no-audit --prefix . @duckdb/node-api@$(DUCKDB_VERSION)

microbench:
	go test -run '^$$' -bench . -benchmem ./...

$(GOFUMPT):
	GOBIN=$(TOOLS) go install mvdan.cc/gofumpt@$(GOFUMPT_VERSION)
	mv $(TOOLS)/gofumpt $@

$(GOLANGCI):
	GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv $(TOOLS)/golangci-lint $@
