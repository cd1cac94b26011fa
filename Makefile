# The two commands that matter are `make demo` and `make test`; each does its own
# set-up inside this folder and works offline once it has run.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PREFIX ?= /usr/local
DESTDIR ?=
SECONDS_OF_FUZZING ?= 600
PORT ?= 8320

.PHONY: help demo test stand-in wheel install bench fuzz doc fmt clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: ## fetch replies over the wire and show what they mean (ALL=1 shows every one)
	@tests/demo $(if $(ALL),--all)

test: ## everything there is; ends with "N passed, N failed"
	@tests/all

stand-in: ## a local server that plays the API, for tests of your own (PORT=8320)
	@tests/tools python
	@exec $${PYTHON:-python3} tests/server/standin --port $(PORT) --manual

wheel: ## the Python wheel and source distribution, each tried in a fresh environment
	@tests/tools rust python
	python/build

install: ## the C library under PREFIX (default /usr/local), for packagers below DESTDIR
	@tests/tools rust
	ffi/install.sh "$(PREFIX)" "$(DESTDIR)"

bench: ## compare with the alternatives, interleaved in one run
	@tests/tools rust
	cargo run --quiet --release -p aftercall-benches
	library=$$(tests/library) && \
		cargo bench --quiet -p aftercall-ffi --bench abi -- "$$library/libaftercall.so" && \
		ffi/benches/decision/run "$$library" && \
		ffi/benches/client/run "$$library"
	tests/pytools wheel
	"$${CARGO_TARGET_DIR:-target}/venv/bin/python" python/benches/judge.py
	"$${CARGO_TARGET_DIR:-target}/venv/bin/python" python/benches/retry.py
	"$${CARGO_TARGET_DIR:-target}/venv/bin/python" python/benches/client.py

fuzz: ## look for bodies, headers and profiles that break something (10 minutes)
	@tests/tools rust c++
	tests/fuzz/run $(SECONDS_OF_FUZZING)

doc: ## the Rust documentation, in target/doc
	cargo doc --no-deps -p aftercall --all-features

fmt: ## format the Rust and Python code
	cargo fmt --all
	@tests/pytools
	"$${CARGO_TARGET_DIR:-target}/venv/bin/ruff" format --config python/pyproject.toml \
		python tests/python tests/runners/python examples/python

clean: ## remove what was built
	cargo clean
