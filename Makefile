# What one can do here, each in one word. The work is done by scripts/, each of which explains itself with -h.
.DEFAULT_GOAL := help
.PHONY: help run test cluster cluster-stop compose-test replay fmt lint

# For `make replay`: which logs, and where to.
FILES ?= testdata/irc/*.log
URL ?= http://127.0.0.1:8080
# For `make test`: which stages; empty for all (scripts/test -h names them).
STAGES ?=

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{ printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install what building needs, build, serve one process on http://127.0.0.1:8080
	@scripts/run

test: ## every check and test, on real parts; STAGES="fmt unit" for some of them
	@scripts/test $(STAGES)

cluster: ## three servers behind Nginx on http://127.0.0.1:8080, Redis Cluster, three Cassandra nodes
	@scripts/install --for cluster
	@cargo build -p hearth-server -p hearth-drill
	@scripts/cluster start

cluster-stop: ## end all of that; what was written is kept
	@scripts/cluster stop

compose-test: ## the documented Docker commands, run for real
	@scripts/compose-test

replay: ## real conversations through a running server: FILES="a.log b.log" URL=http://…
	@cargo run -q -p hearth-drill -- replay $(FILES) --url $(URL)

fmt: ## format the code
	@cargo fmt --all

lint: ## formatting, clippy, shellcheck and, where installed, cargo deny
	@scripts/test fmt clippy shell deny
