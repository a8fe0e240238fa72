# What one can do here, each in one word. The work is done by scripts/, each of which explains itself with -h.
.DEFAULT_GOAL := help
.PHONY: help run web web-test web-cluster web-soak test cluster cluster-stop compose-test replay drill drill-long drill-embedded sim mutants autobahn fuzz bench fmt lint

# For `make replay`: which logs, and where to.
FILES ?= testdata/irc/*.log
URL ?= http://127.0.0.1:8080
# For `make drill` and `make drill-long`: where chance begins, and how long the long one goes on.
SEED ?= 1
# For `make sim`: which seeds, from the first up to and without the second.
SEEDS ?= 0..1000
MINUTES ?= 60
# For `make fuzz`: how long.
SECONDS ?= 60
# For `make test`: which stages; empty for all (scripts/test -h names them).
STAGES ?=

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{ printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install what building needs, build, serve one process on http://127.0.0.1:8080
	@scripts/run

web: ## build the web client, which the server takes in when it is compiled next
	@scripts/install --for web
	@scripts/web build

web-test: ## the web client: its unit tests, and Chromium against the real server
	@scripts/install --for run --for browser
	@scripts/web test

web-cluster: ## people in Chromium at the three servers of `make cluster`, which are killed under them
	@scripts/install --for browser
	@scripts/web cluster

web-soak: MINUTES = 120
web-soak: ## its long runs: two hours of reading, a room of 100,000 messages; MINUTES=5 for less
	@scripts/install --for run --for browser
	@scripts/web soak $(MINUTES)

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

drill: ## four minutes of people and faults on a cluster of its own, and a verdict on every promise: SEED=7
	@scripts/install --for cluster --for faults
	@cargo build -p hearth-server -p hearth-drill
	@scripts/drill --seed $(SEED)

drill-long: ## the same for long, with every class of faults in turn and a room of a thousand: MINUTES=60 SEED=7
	@scripts/install --for cluster --for faults
	@cargo build -p hearth-server -p hearth-drill
	@scripts/drill --long --seed $(SEED) --minutes $(MINUTES)

drill-embedded: ## one server with its own store, killed in the middle of commits hundreds of times, and a verdict: SEED=7
	@scripts/install --for run --for faults
	@cargo build -p hearth-server -p hearth-drill
	@scripts/drill --embedded --seed $(SEED)

sim: ## whole clusters in one thread, schedule by schedule, and a verdict on every promise: SEEDS=0..1000
	@cargo run -q -p hearth-drill -- sim --seeds $(SEEDS)

mutants: ## turns each seeded bug on and sees that the drill finds what breaks; fails while one is not found
	@scripts/mutants

autobahn: ## Autobahn's test suite against our WebSocket codec, at /echo of a build that no release can be
	@scripts/autobahn

fuzz: ## any bytes at all for the WebSocket decoder: SECONDS=600; takes cargo-fuzz and a nightly Rust
	@cd crates/server && cargo +nightly fuzz run decoder -- -max_total_time=$(SECONDS)

bench: ## what a message, a connection and the web client cost, beside their goals; writes bench/latest.html
	@scripts/install --for run --for browser
	@scripts/web build
	@cargo build --release -p hearth-server -p hearth-drill
	@HEARTH_BIN=$$(realpath $${CARGO_TARGET_DIR:-target}/release/hearth) scripts/web bench bench/web.json
	@cargo run -q --release -p hearth-drill -- bench --beside bench/web.json

fmt: ## format the code
	@cargo fmt --all
	@cargo fmt --manifest-path crates/server/fuzz/Cargo.toml

lint: ## formatting, clippy, shellcheck and, where installed, cargo deny
	@scripts/test fmt clippy shell deny
