# gmrun: build, tests and set-up. `make help` lists the targets.
#
# One flat makefile: every .c below a source folder is an object of its program; main programs are
# build/gmrun and its helper build/libexec/gmrun-worker (which alone links libgit2 and libarchive, so
# that gmrun itself starts in a millisecond).

B ?= build
CC = gcc
PREFIX ?= /usr/local
VERSION := 0.1.0
CPPFLAGS += -I. -D_GNU_SOURCE -DGMRUN_VERSION='"$(VERSION)"'
CFLAGS ?= -O2 -g
CFLAGS += -std=gnu11 -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wno-unused-parameter
ifdef DEV
CFLAGS += -Werror
endif
LDLIBS = -lyaml -ljansson -lexpat -lpcre2-8 -lgmp -lmd -lwslay -ldl -lm
WORKER_LDLIBS = -lgit2 -larchive -ljansson -lpcre2-8 -lmd

SRC_DIRS := base parser runner runner/lang runner/lib runner/engine runner/sinks runner/state runner/cli \
	runner/steps runner/steps/docker runner/steps/kube runner/steps/notify runner/steps/pod runner/steps/report \
	runner/steps/tools executors executors/kube agents agents/kube
SRC := $(wildcard $(addsuffix /*.c,$(SRC_DIRS)))
MAIN := runner/main.c
LIB_OBJ := $(patsubst %.c,$(B)/%.o,$(filter-out $(MAIN),$(SRC)))
MAIN_OBJ := $(B)/runner/main.o
WORKER_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard agents/worker/*.c) $(filter-out base/yaml%,$(wildcard base/*.c)) \
	agents/engine_stream.c agents/files.c agents/file_request.c)
# Runs inside containers of any image: static, and so never with a sanitizer.
POD_OBJ := $(patsubst %.c,$(B)/static/%.o,$(wildcard agents/pod/*.c) base/util.c)
UNIT := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/*.c))
KUBE_TESTS := $(patsubst tests/kube/%.c,$(B)/tests/kube/%,$(wildcard tests/kube/*.c))
PRELUDE := $(wildcard runner/prelude/*.groovy runner/prelude/classes/*.groovy)

# A program is built once its main file exists; the library always.
all: $(B)/libgmrun.a $(if $(wildcard $(MAIN)),$(B)/gmrun) \
	$(if $(wildcard agents/worker/*.c),$(B)/libexec/gmrun-worker) $(B)/libexec/gmrun-pod

$(B)/gmrun: $(MAIN_OBJ) $(B)/libgmrun.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/libgmrun.a: $(LIB_OBJ)
	@rm -f $@
	@$(AR) rcs $@ $^

$(B)/libexec/gmrun-worker: $(WORKER_OBJ)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(WORKER_LDLIBS)

$(B)/libexec/gmrun-pod: $(POD_OBJ)
	@mkdir -p $(@D)
	$(CC) -static $(filter-out -fsanitize=%,$(CFLAGS) $(LDFLAGS)) -o $@ $^

$(B)/static/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(filter-out -fsanitize=%,$(CFLAGS)) -MMD -MP -c -o $@ $<

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The Groovy parts are embedded by .incbin
$(B)/runner/lib/prelude.o $(B)/runner/lib/class_sources.o: $(PRELUDE)
$(B)/runner/engine/embedded.o: runner/engine/declarative.groovy runner/engine/docker.groovy
$(B)/runner/steps/tools/maven_shim.o: runner/steps/tools/maven.sh

$(B)/tests/unit/%: tests/unit/%.c $(B)/libgmrun.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(B)/libgmrun.a $(LDLIBS) -lcmocka

$(B)/tests/kube/%: tests/kube/%.c $(B)/libgmrun.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(B)/libgmrun.a $(LDLIBS) -lcmocka

$(B)/tests/bench/%: tests/bench/%.c $(B)/libgmrun.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(B)/libgmrun.a $(LDLIBS)

bench: $(B)/tests/bench/shell_jobs

unit: $(UNIT)
	@for t in $(UNIT); do $$t || exit 1; done

include tests/testbed/setup.mk

-include $(shell find $(B) -name '*.d' 2>/dev/null)

clean:
	rm -rf $(B)

.PHONY: all unit clean
