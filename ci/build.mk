# SPDX-License-Identifier: GPL-2.0
#
# Fetched packages, root file systems, machines, tests, lint.

OUT := $(BUILD)/$(ARCH)
JOBS ?= 2
# Python's path to the packages of ci/ and to hvconfig.
CI_PATH := ci:tools/hvconfig

# Fetched packages: links into the cache, which "make clean" does not remove.

FETCHED := $(KERNELS:%=$(OUT)/linux-%/stamp) $(OUT)/busybox/stamp \
	$(OUT)/libs/stamp

$(FETCHED) &:
	ci/fetch --arch $(DEBIAN_ARCH) --link $(OUT) $(FETCHED:$(OUT)/%/stamp=%)

.PHONY: deps
deps: ## install the missing Debian packages that the build and the tests need
	ci/deps

.PHONY: fetch
fetch: ## fetch the stock Debian kernels and busybox into a cache
	ci/fetch --arch $(DEBIAN_ARCH) --link $(OUT) $(FETCHED:$(OUT)/%/stamp=%)

# Root file systems. They are made each time, which is fast, and written only if their
# content changed. They contain the outputs of all parts.

INITRAMFS := $(KERNELS:%=$(OUT)/initramfs-%.cpio)
ROOTFS_PARTS = \
	'$(OUT)/bulkhead-$(ARCH).bin=/lib/firmware/' \
	'$(OUT)/hvctl=/usr/sbin/' \
	'$(OUT)/configs/*.bin=/etc/bulkhead/' \
	'$(OUT)/configs/*.dtb=/etc/bulkhead/' \
	'$(OUT)/inmates/*.bin=/lib/bulkhead/' \
	'$(OUT)/driver-$*/bulkhead.ko=/lib/modules/' \
	'ci/rootfs/bin/*=/usr/sbin/' \
	'tools/systemd/bulkhead-stop=/usr/libexec/' \
	$(HELPERS:%='%=/usr/sbin/') $(EXAMPLES:%='%=/usr/bin/')

# Programs of the tests in the machine.

HELPER_SOURCES := $(wildcard ci/helpers/*.c ci/helpers/$(ARCH)/*.c)
HELPERS := $(HELPER_SOURCES:ci/helpers/%.c=$(OUT)/helpers/%)

$(HELPERS): $(OUT)/helpers/%: ci/helpers/%.c $(wildcard include/bulkhead/*.h)
	@mkdir -p $(@D)
	$(CROSS)gcc -std=gnu11 -O2 -Wall -Wextra -Werror -static -s -Iinclude -o $@ $<

# The examples for users; tests run them too.

EXAMPLES := $(patsubst examples/%.c,$(OUT)/examples/%,$(wildcard examples/*.c))

$(EXAMPLES): $(OUT)/examples/%: examples/%.c $(wildcard examples/*.h)
	@mkdir -p $(@D)
	$(CROSS)gcc -std=gnu11 -O2 -Wall -Wextra -Werror -static -s -o $@ $<

.PHONY: rootfs
rootfs: $(INITRAMFS) ## the machines' root file systems, build/ARCH/initramfs-*.cpio

.PHONY: FORCE
FORCE:

$(INITRAMFS): $(OUT)/initramfs-%.cpio: FORCE $(FETCHED) \
		hypervisor hvctl configs inmates driver $(HELPERS) $(EXAMPLES)
	@ci/rootfs/mkinitramfs.py -o $@ --busybox $(OUT)/busybox/busybox \
		ci/rootfs/base.list $(ROOTFS_PARTS)

# The same with a kernel and an initrd for Linux in cells.

LINUX_INITRAMFS := $(KERNELS:%=$(OUT)/initramfs-linux-%.cpio)
CELL_INITRDS := $(KERNELS:%=$(OUT)/cell-initrd-%.cpio)

rootfs: $(LINUX_INITRAMFS)

$(CELL_INITRDS): $(OUT)/cell-initrd-%.cpio: FORCE $(FETCHED) driver $(EXAMPLES)
	@$(CROSS)strip -g -o $(@:.cpio=.ko) $(OUT)/driver-$*/bulkhead.ko
	@ci/rootfs/mkinitramfs.py -o $@ --busybox $(OUT)/busybox/busybox ci/rootfs/cell.list \
		'$(@:.cpio=.ko)=/lib/modules/bulkhead.ko' $(EXAMPLES:%='%=/usr/bin/')

$(LINUX_INITRAMFS): $(OUT)/initramfs-linux-%.cpio: $(INITRAMFS) $(CELL_INITRDS)
	@ci/rootfs/mkinitramfs.py -o $@ --busybox $(OUT)/busybox/busybox \
		ci/rootfs/base.list $(ROOTFS_PARTS) \
		'$(OUT)/cell-initrd-$*.cpio=/lib/bulkhead/linux/initrd' \
		'$(OUT)/linux-$*/vmlinuz=/lib/bulkhead/linux/vmlinuz' $(LINUX_PARTS)

# The same with systems for two security states: Linux unpacks concatenated archives one after the
# other.
TWO_STATES_INITRAMFS := $(patsubst %,$(OUT)/initramfs-two-states-%.cpio,$(KERNELS)) \
	$(patsubst %,$(OUT)/initramfs-linux-two-states-%.cpio,$(KERNELS))

ifeq ($(ARCH),arm64)
rootfs: $(TWO_STATES_INITRAMFS)
endif

$(OUT)/two-states.cpio: FORCE configs
	@ci/rootfs/mkinitramfs.py -o $@ --busybox /dev/null /dev/null '$(OUT)/configs/two-states/*.bin=/etc/bulkhead/'

$(OUT)/initramfs-two-states-%.cpio: $(OUT)/initramfs-%.cpio $(OUT)/two-states.cpio
	@cat $^ >$@

$(OUT)/initramfs-linux-two-states-%.cpio: $(OUT)/initramfs-linux-%.cpio $(OUT)/two-states.cpio
	@cat $^ >$@

# Programs that load root and a Linux in a cell, for long tests.

PROGRAMS := $(OUT)/programs.cpio.zst
PROGRAM_PATHS := usr/bin/stress-ng usr/bin/cyclictest usr/bin/perf

.PHONY: programs
programs: $(PROGRAMS) ## stress-ng, cyclictest and perf for long tests

$(OUT)/tools/stamp:
	ci/fetch --arch $(DEBIAN_ARCH) --link $(OUT) tools

$(PROGRAMS): $(OUT)/tools/stamp ci/rootfs/programs.py ci/rootfs/mkinitramfs.py
	@ci/rootfs/programs.py $(OUT)/tools/tree $(PROGRAM_PATHS) >$@.list
	@ci/rootfs/mkinitramfs.py -o $@.cpio --busybox /dev/null /dev/null $$(cat $@.list)
	@zstd -q -f --rm $@.cpio -o $@
	@rm $@.list

# The emulator's plugin that counts instructions.

PLUGIN := $(BUILD)/plugin/count.so

$(PLUGIN): ci/plugin/count.c ci/plugin/qemu-plugin.h
	@mkdir -p $(@D)
	gcc -std=gnu11 -O2 -Wall -Wextra -Werror -fPIC -shared -o $@ $<

.PHONY: plugin
plugin: $(PLUGIN) ## the emulator plugin that counts instructions

include ci/firmware/build.mk

# Machines.

.PHONY: run
run: rootfs ## boot the machine with a root shell (ARCH=, KERNEL=, CPU=)
	@$(PYTHON) ci/run.py --arch $(BOARD) --kernel $(KERNEL) --cpu $(CPU)

# The steps run one after the other, because each needs the one before.
# main: a real-time cell beside Linux; linux: a second Linux in a cell.
DEMO ?= main

.PHONY: demo
demo: ## install packages, fetch, build, boot, demonstrate a real-time cell (DEMO=linux: a second Linux)
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory fetch
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@PYTHONPATH=$(CI_PATH) $(PYTHON) -m demo --arch $(BOARD) --kernel $(KERNEL) --cpu $(CPU) --demo $(DEMO)

# Tests. Every target prints "N passed, N failed"; sum_tests.py makes all of them, even if
# one fails, with JOBS recipes at a time, and prints the sum. ALONE: for programs that run
# make themselves, on targets that are built before; that make is no sub-make of this one.

SUITE = +$(PYTHON) ci/suite.py --arch $(MACHINES) --jobs $(JOBS)
SUM_TESTS = $(PYTHON) ci/sum_tests.py --make $(MAKE) --jobs $(JOBS)
ALONE = env -u MAKEFLAGS

.PHONY: test
test: ## lint, host tests, system tests (arm64: 6.1 on cortex-a57, 6.12 on max; x86: the newest)
	@$(SUM_TESTS) lint test-ci test-host test-system $(OTHER_ARCHS:%=test-system-%)

.PHONY: test-all
test-all: export BULKHEAD_CORPUS := all
test-all: ## the same with the slow tests, other kernels and CPUs, all device trees
	@$(SUM_TESTS) lint test-ci test-host test-kernels test-system-all \
		$(OTHER_ARCHS:%=test-system-%-all)

.PHONY: test-kernels
test-kernels: hypervisor $(OTHER_ARCHS:%=all-%) ## build the module for all of Debian's kernels; needs the network
	@ci/kernels arm64 arm64
	@ci/kernels x86 amd64

# The parts' build.mk files add their tests.
.PHONY: test-host
test-host: ## host tests: units with sanitizers, fuzzers

# The recipe is in hypervisor/tests/build.mk.
fuzz-hyp: ## fuzz the hypervisor's core (FUZZ_SECONDS=30)

.PHONY: test-ci
test-ci: all $(OTHER_ARCHS:%=all-%) hvctl-native ## tests of ci/ itself, documents and installation
	@$(ALONE) $(PYTHON) -m pytest -q ci/tests

.PHONY: test-system test-system-all
test-system: all plugin ## system tests, the usual machines
	$(SUITE)

test-system-all: all plugin programs ## system tests, every kernel and CPU
	$(SUITE) --all

# The other architectures, after the outputs that all of them share.
$(OTHER_ARCHS:%=all-%): all-%: all FORCE
	+@$(MAKE) --no-print-directory ARCH=$* CPU= all

$(OTHER_ARCHS:%=test-system-%): test-system-%: all-% plugin FORCE
	+@$(MAKE) --no-print-directory ARCH=$* CPU= test-system

$(OTHER_ARCHS:%=test-system-%-all): test-system-%-all: all-% plugin FORCE
	+@$(MAKE) --no-print-directory ARCH=$* CPU= test-system-all

.PHONY: bench
bench: all plugin ## measure the hypervisor: a table, and build/bench/ARCH.json
	@PYTHONPATH=$(CI_PATH) $(PYTHON) -m bench --arch $(ARCH)

.PHONY: lint
lint: $(FETCHED) ## check formatting, and run static checks
	@$(ALONE) ci/lint

.PHONY: format
format: ## format all C and Python files
	@ci/lint --fix
