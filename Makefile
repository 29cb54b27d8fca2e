# Everything a contributor runs. The servers and peers that some targets need
# are installed by the targets themselves; `make test` needs Go alone.

GOLANGCI_LINT = v2.15.0
TOOLS         = $(CURDIR)/.tools
PACKAGES      = $(shell go list -m -f '{{.Dir}}/...' | sed 's|^$(CURDIR)|.|') # of every module in go.work

# Further flags of `make test`, such as -v.
TESTFLAGS =

# Workload and size of `make bench-peers`: all of them at the size of docs/performance.md.
BENCH =
SCALE = 1

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.PHONY: test
test: ## every test of every module, then the case files with their counts
	go test $(TESTFLAGS) -timeout 15m $(PACKAGES)
	go test -timeout 5m -count=1 -v ./internal/cases

.PHONY: race
race: ## the library's tests under the race detector
	go test -race -timeout 20m $(filter-out ./examples/...,$(PACKAGES))

.PHONY: lint
lint: $(TOOLS)/golangci-lint-$(GOLANGCI_LINT) ## formatting, vet and the linters of .golangci.yml
	go vet $(PACKAGES)
	$< fmt --diff
	$< run --allow-parallel-runners $(PACKAGES)
	cd bench && GOWORK=off go vet ./... && GOWORK=off $< run --allow-parallel-runners ./...

.PHONY: fmt
fmt: $(TOOLS)/golangci-lint-$(GOLANGCI_LINT) ## format in place
	$< fmt

$(TOOLS)/golangci-lint-$(GOLANGCI_LINT):
	GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT)
	mv $(TOOLS)/golangci-lint $@

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME each (10s)
	scripts/fuzz $(or $(FUZZTIME),10s)

.PHONY: deps
deps: ## rewrite the deps.txt of each module from what it compiles
	go test -count=1 -run TestDeps ./internal/floors -update

.PHONY: bench
bench: ## Go benchmarks of the library alone
	go test -run '^$$' -bench . -benchmem -timeout 30m $(PACKAGES)

.PHONY: bench-peers
bench-peers: ## ours against peers, alternating: BENCH=AREA/NAME SCALE=0.1
	cd bench && GOWORK=off go run . -bench '$(BENCH)' -scale $(SCALE)

.PHONY: soak
soak: ## the long sizes of RELIABILITY.md, hours
	SIYU_SOAK=1 go test -count=1 -timeout 12h -v $(PACKAGES)

.PHONY: services services-stop
services: ## start PostgreSQL and MariaDB on loopback; prints the variables for the tests
	scripts/services start
services-stop: ## stop them and remove their data
	scripts/services stop
