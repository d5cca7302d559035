# The front door. `make demo` shows it, `make test` proves it; each sets up
# what it needs on a Debian machine with a Rust toolchain.

.PHONY: help demo test test-meanwhile test-windows test-macos built-elsewhere lab-rtt bench names geo fuzz packages test-packages reproduce tools tools-rtt tools-demo tools-fuzz tools-targets tools-packages clean

help:
	@echo "make demo          a collector, a console, this machine and recorded laptops"
	@echo "make demo ONCE=1   the same, ending by itself once the findings are read back"
	@echo "make test          format, lints, licenses, every test"
	@echo "make test-windows  of these the agent's for Windows: lints, tests, a trial and the package on Wine"
	@echo "make test-macos    those for macOS: lints, whether it can be linked, its package"
	@echo "make lab DEVICE=f  plugs a described USB device into a real kernel; EDID=f: a display"
	@echo "make lab-all       all described devices: what the agent says, what it should say"
	@echo "make lab-rtt       real agents over made-up ways: what is measured and found (RUNS=10)"
	@echo "make bench         size, memory, CPU, wake-ups, latency, throughput"
	@echo "make names         every program of Debian main, judged: none may alert"
	@echo "make geo           databases of places, made of lists that may be passed on"
	@echo "make fuzz          hours of hostile bytes for the parsers (MINUTES=10)"
	@echo "make packages      packages of agent and collector for every system, checked"
	@echo "make test-packages installs those for Debian, and plays Ansible, on clean Debian 12 and 13"
	@echo "make reproduce     builds a commit a second time elsewhere: the same bytes? (ALL=1)"

demo: tools-demo
	@echo "Building (the first time takes a few minutes) …"
	cargo build --locked --workspace
	@exec target/debug/demo $(if $(ONCE),--once)

# Tests wait for real programs most of the time: more of them run than there are processors, and
# what needs none of them goes on meanwhile.
test: export RUST_TEST_THREADS ?= $(shell expr $$(nproc) + 2)
test: tools
	cargo fmt --all --check
	cargo deny --locked --log-level error check bans licenses sources
	cargo build --locked --workspace
	cargo test --locked --workspace --no-run
	$(MAKE) --silent test-meanwhile >target/meanwhile.log 2>&1 & meanwhile=$$!; \
	cargo test --locked --workspace || { kill $$meanwhile; exit 1; }; \
	wait $$meanwhile || { cat target/meanwhile.log; exit 1; }
	@cat target/meanwhile.log
	$(MAKE) demo ONCE=1
	packaging/fuzz.sh short

# It ends with what can use all processors once the tests are through.
test-meanwhile: tools-targets
	nice -n 5 $(MAKE) built-elsewhere
	$(MAKE) test-windows test-macos
	nice -n 5 packaging/fuzz.sh build
	nice -n 5 cargo clippy --locked --workspace --all-targets -- -D warnings

test-windows: tools-targets
	packaging/cross.sh windows clippy --locked --package agent --all-targets -- -D warnings
	packaging/cross.sh windows build --locked --package agent
	packaging/cross.sh windows test --locked --package agent --package outlet --lib --test hosts
	packaging/windows/trial.sh target/x86_64-pc-windows-gnu/debug/moored.exe
	packaging/windows/software.sh target/x86_64-pc-windows-gnu/debug/moored.exe
	cargo build --locked --workspace
	cargo clippy --locked --workspace --test windows -- -D warnings
	cargo test --locked --workspace --test windows

# What the two below build: here niced, there it is run.
built-elsewhere:
	packaging/cross.sh windows clippy --locked --package agent --all-targets -- -D warnings
	packaging/cross.sh windows build --locked --package agent
	packaging/cross.sh windows test --locked --package agent --package outlet --lib --test hosts --no-run
	packaging/cross.sh macos clippy --locked --package agent --all-targets -- -D warnings
	packaging/cross.sh macos build --locked --package agent

# Of what is for macOS only the package's scripts can be run here.
test-macos: tools-targets
	packaging/cross.sh macos clippy --locked --package agent --all-targets -- -D warnings
	packaging/cross.sh macos build --locked --package agent
	cargo test --locked --workspace --test pkg

# An agent built for speed: the guest is emulated in software.
lab lab-all: tools-lab
	cargo build --locked --workspace
	cargo build --locked --profile small --package agent
	@exec target/debug/lab --agent target/small/moored $(if $(filter lab-all,$@),--all,$(or $(DEVICE),pikvm/factory.toml) $(EDID))

RUNS ?= 10
lab-rtt: tools-rtt
	cargo build --locked --workspace
	target/debug/lab-rtt $(RUNS) $(SCENARIO)
	target/debug/lab-rtt --landmarks

bench: tools
	cargo build --locked --profile small --package agent
	cargo build --locked --profile measure --package agent --package collector --package tests
	target/measure/bench $(BENCH)

names:
	packaging/names.sh

# What they say of an address: moored-collector place explain 192.0.2.1 --geo target/geo/databases
geo:
	cargo build --locked --release --package collector
	packaging/geo.sh target/geo/databases target/release/moored-collector

MINUTES ?= 10
fuzz: tools-fuzz
	packaging/fuzz.sh $(MINUTES)

packages: tools-packages
	packaging/packages.sh

# The systems are fetched: a few minutes the first time.
test-packages: tools-packages
	cargo build --locked --workspace
	cargo test --locked --workspace --test clean

reproduce: tools-packages
	packaging/reproduce.sh $(if $(ALL),all)

tools:
	@packaging/tools.sh test

tools-lab:
	@packaging/tools.sh lab

tools-rtt:
	@packaging/tools.sh rtt

tools-demo:
	@packaging/tools.sh demo

tools-fuzz:
	@packaging/tools.sh fuzz

tools-targets:
	@packaging/tools.sh targets

tools-packages:
	@packaging/tools.sh packages

clean:
	cargo clean
