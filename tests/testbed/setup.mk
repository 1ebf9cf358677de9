# Targets that set a machine up and test on it; included by the Makefile. Everything that they install or start is a
# script of tests/testbed, so that nothing here needs to be understood to run a part by hand.

TESTBED := tests/testbed
JOBS := $(shell nproc 2>/dev/null || echo 2)
FUZZ_SECONDS ?= 20
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,$(wildcard tests/fuzz/*.c))
SANITIZE := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -Wno-format-truncation
CONFORMANCE ?= ../shared/conformance

help:
	@sed -n 's/^## //p' $(TESTBED)/setup.mk

## make demo          install what it needs, build, run the example mall's pipeline on real Git, Maven, Docker, registry
demo:
	@$(TESTBED)/install build maven docker registry
	@$(MAKE) -s -j$(JOBS) all
	@tests/integration/demo.sh --gmrun $(B)/gmrun

## make test          install what it needs, build, run all tests that need no cluster
test:
	@$(TESTBED)/install build test maven docker registry
	@$(if $(findstring cluster,$(GMRUN_REQUIRE)),$(MAKE) -s kubernetes)
	@$(MAKE) -s -j$(JOBS) all unit-programs
	@tests/run --build $(B)

## make cluster       a Kubernetes 1.20.2 of one node, built from Debian's source once (8 minutes); its kubeconfig is told
cluster: kubernetes
	@$(TESTBED)/install docker cluster
	@$(TESTBED)/cluster start
	@$(TESTBED)/cluster env

## make demo-cluster  the demo to its end: the mall rolled out to that cluster, its Service asked
demo-cluster: cluster
	@$(TESTBED)/install build maven docker registry
	@$(MAKE) -s -j$(JOBS) all
	@tests/integration/demo.sh --gmrun $(B)/gmrun --deploy

## make cluster-stop  ends it
cluster-stop:
	@$(TESTBED)/cluster stop

## make test-cluster  the tests that need that cluster; it is started, and stopped where it did not run before
test-cluster: kubernetes
	@$(TESTBED)/install build test docker registry cluster
	@$(MAKE) -s -j$(JOBS) all kube-programs
	@GMRUN_REQUIRE="$$GMRUN_REQUIRE,docker,cluster" tests/run --build $(B) integration/cluster

kubernetes:
	@$(TESTBED)/install kubernetes
	@$(TESTBED)/kubernetes build

## make asan          the same tests over a build with address and undefined behaviour sanitizers
asan:
	@$(TESTBED)/install build test maven docker registry
	@CFLAGS='$(SANITIZE)' LDFLAGS='-fsanitize=address,undefined' $(MAKE) -s -j$(JOBS) B=build-asan all unit-programs
	@tests/run --build build-asan

## make strict        a build in which every warning is an error
strict:
	@$(TESTBED)/install build test
	@$(MAKE) -s -j$(JOBS) B=build-strict DEV=1 all unit-programs

## make lint          clang-format, clang-tidy, shellcheck and the list of banned functions
lint:
	@$(TESTBED)/install build test lint
	@tests/lint

## make format        let clang-format rewrite the sources
format:
	@git ls-files -z '*.c' '*.h' | xargs -0 clang-format -i

## make fuzz          every fuzz target for FUZZ_SECONDS (20) seconds
fuzz:
	@$(TESTBED)/install build fuzz
	@CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined' $(MAKE) -s -j$(JOBS) B=build-fuzz CC=clang fuzz-programs
	@tests/fuzz/run build-fuzz/tests/fuzz $(FUZZ_SECONDS)

## make conformance   the tables of what Jenkins does, where they lie at CONFORMANCE (../shared/conformance)
conformance: all
	@$(CONFORMANCE)/run --gmrun $(B)/gmrun -j $(JOBS) $(if $(wildcard tests/must-pass.txt),--ratchet tests/must-pass.txt)

## make bench         each figure of the budget beside its floor, measured in the same run
bench: all
	@tests/bench/run --gmrun $(B)/gmrun

## make agent-image   the image of the helper container of pods, gmrun-agent:VERSION, in Docker or Podman
agent-image: all
	@agents/image/build --build $(B)

## make install       below DESTDIR and PREFIX (/usr/local)
install: all
	install -D -m 755 $(B)/gmrun $(DESTDIR)$(PREFIX)/bin/gmrun
	install -D -m 755 $(B)/libexec/gmrun-worker $(DESTDIR)$(PREFIX)/libexec/gmrun/gmrun-worker
	install -D -m 755 $(B)/libexec/gmrun-pod $(DESTDIR)$(PREFIX)/libexec/gmrun/gmrun-pod
	install -D -m 755 agents/image/build $(DESTDIR)$(PREFIX)/share/gmrun/agents/image/build
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/gmrun/agents $(wildcard agents/*.yaml)
	mkdir -p $(DESTDIR)$(PREFIX)/share/gmrun $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	$(B)/gmrun completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/gmrun
	cp -r pipelines $(DESTDIR)$(PREFIX)/share/gmrun

unit-programs: $(UNIT) kube-programs
kube-programs: $(KUBE_TESTS)
fuzz-programs: $(FUZZERS)

$(B)/tests/fuzz/%: tests/fuzz/%.c $(B)/libgmrun.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -fsanitize=fuzzer,address,undefined -MMD -MP -o $@ $< $(B)/libgmrun.a $(LDLIBS)

.PHONY: help demo demo-cluster test cluster cluster-stop test-cluster kubernetes asan strict lint format fuzz conformance bench install unit-programs kube-programs \
	fuzz-programs
