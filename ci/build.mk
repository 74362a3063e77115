# SPDX-License-Identifier: GPL-2.0
#
# Fetched packages, root file systems, machines, tests, lint.

OUT := $(BUILD)/$(ARCH)
JOBS ?= 2
# Where Python finds the packages of ci/, and hvconfig.
CI_PATH := ci:tools/hvconfig

# Fetched packages: links into the cache, which is what "make clean" leaves.

FETCHED := $(KERNELS:%=$(OUT)/linux-%/stamp) $(OUT)/busybox/stamp \
	$(OUT)/libs/stamp

$(FETCHED) &:
	ci/fetch --arch $(DEBIAN_ARCH) --link $(OUT)

.PHONY: deps
deps: ## install what is missing of the build's and tests' Debian packages
	ci/deps

.PHONY: fetch
fetch: ## get the stock Debian kernels and busybox (cached)
	ci/fetch --arch $(DEBIAN_ARCH) --link $(OUT)

# Root file systems. Rebuilt each time, which takes a blink, and written only
# when something in them changed. In them: whatever the parts have built.

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

# Programs that tests need in the machine.

HELPER_SOURCES := $(wildcard ci/helpers/*.c ci/helpers/$(ARCH)/*.c)
HELPERS := $(HELPER_SOURCES:ci/helpers/%.c=$(OUT)/helpers/%)

$(HELPERS): $(OUT)/helpers/%: ci/helpers/%.c $(wildcard include/bulkhead/*.h)
	@mkdir -p $(@D)
	$(CROSS)gcc -std=gnu11 -O2 -Wall -Wextra -Werror -static -s -Iinclude -o $@ $<

# The examples for users are tests, too.

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

# The same with what a Linux in a cell needs: the machine's kernel, an initrd.

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

# Programs that put a load on root and on a Linux in a cell, for long tests only.

PROGRAMS := $(OUT)/programs.cpio.zst
PROGRAM_PATHS := usr/bin/stress-ng usr/bin/cyclictest usr/bin/perf

.PHONY: programs
programs: $(PROGRAMS) ## stress-ng, cyclictest and perf for the machines of long tests

$(OUT)/tools/stamp:
	ci/fetch --arch $(DEBIAN_ARCH) --link $(OUT) tools

$(PROGRAMS): $(OUT)/tools/stamp ci/rootfs/programs.py ci/rootfs/mkinitramfs.py
	@ci/rootfs/programs.py $(OUT)/tools/tree $(PROGRAM_PATHS) >$@.list
	@ci/rootfs/mkinitramfs.py -o $@.cpio --busybox /dev/null /dev/null $$(cat $@.list)
	@zstd -q -f --rm $@.cpio -o $@
	@rm $@.list

# The TCG plugin that counts instructions.

PLUGIN := $(BUILD)/plugin/count.so

$(PLUGIN): ci/plugin/count.c ci/plugin/qemu-plugin.h
	@mkdir -p $(@D)
	gcc -std=gnu11 -O2 -Wall -Wextra -Werror -fPIC -shared -o $@ $<

.PHONY: plugin
plugin: $(PLUGIN) ## the emulator plugin that counts instructions

# Machines.

.PHONY: run
run: rootfs ## boot the machine with a root shell (ARCH=, KERNEL=, CPU=)
	@$(PYTHON) ci/run.py --arch $(BOARD) --kernel $(KERNEL) --cpu $(CPU)

# The steps are one after the other: each needs what the one before installed.
# main: the main job; linux: a second Linux in a cell.
DEMO ?= main

.PHONY: demo
demo: ## from nothing to the main job: install, fetch, build, boot, walk (DEMO=linux: a second Linux)
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory fetch
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@PYTHONPATH=$(CI_PATH) $(PYTHON) -m demo --arch $(BOARD) --kernel $(KERNEL) --cpu $(CPU) --demo $(DEMO)

# Tests. Every floor prints "N passed, N failed"; sum_tests.py runs them all, also
# after one that failed, JOBS of their parts at a time, and ends with the sum.
# What a floor's programs run make for is built before; and that make is not ours.

SUITE = +$(PYTHON) ci/suite.py --arch $(MACHINES) --jobs $(JOBS)
SUM_TESTS = $(PYTHON) ci/sum_tests.py --make $(MAKE) --jobs $(JOBS)
ALONE = env -u MAKEFLAGS

.PHONY: test
test: ## lint, host tests, system tests (6.1 on cortex-a57, 6.12 on max; 6.12 on x86)
	@$(SUM_TESTS) lint test-ci test-host test-system $(OTHER_ARCHS:%=test-system-%)

.PHONY: test-all
test-all: export BULKHEAD_CORPUS := all
test-all: ## the same with system tests on every kernel and CPU, all device trees
	@$(SUM_TESTS) lint test-ci test-host test-system-all $(OTHER_ARCHS:%=test-system-%-all)

# The recipe is hypervisor/tests/build.mk's.
.PHONY: test-host
test-host: ## the core on the host: units, sanitizers, fuzzers

# The recipe is hypervisor/tests/build.mk's, too.
fuzz-hyp: ## fuzz the hypervisor's core (FUZZ_SECONDS=30)

.PHONY: test-ci
test-ci: all $(OTHER_ARCHS:%=all-%) hvctl-native ## what the tests themselves rely on
	@$(ALONE) $(PYTHON) -m pytest -q ci/tests

.PHONY: test-system test-system-all
test-system: all plugin ## system tests in two of the machines
	$(SUITE)

test-system-all: all plugin programs ## system tests in all machines
	$(SUITE) --all

# The other architectures, after what all of them build in the same place.
$(OTHER_ARCHS:%=all-%): all-%: all FORCE
	+@$(MAKE) --no-print-directory ARCH=$* CPU= all

$(OTHER_ARCHS:%=test-system-%): test-system-%: all-% plugin FORCE
	+@$(MAKE) --no-print-directory ARCH=$* CPU= test-system

$(OTHER_ARCHS:%=test-system-%-all): test-system-%-all: all-% plugin FORCE
	+@$(MAKE) --no-print-directory ARCH=$* CPU= test-system-all

.PHONY: bench
bench: all plugin ## the figures, as a table and as build/bench/ARCH.json
	@PYTHONPATH=$(CI_PATH) $(PYTHON) -m bench --arch $(ARCH)

.PHONY: lint
lint: $(FETCHED) ## formatting and static checks of everything
	@$(ALONE) ci/lint

.PHONY: format
format: ## format all C and Python files
	@ci/lint --fix
