# SPDX-License-Identifier: GPL-2.0
#
# 'make help' lists every target.

BUILD ?= build
ARCH ?= arm64
PYTHON ?= /usr/bin/python3

# Each architecture has one file with all of its settings for the build.
ARCHS := $(sort $(patsubst arch/%.mk,%,$(wildcard arch/*.mk)))
OTHER_ARCHS := $(filter-out $(ARCH),$(ARCHS))
ifeq ($(filter $(ARCH),$(ARCHS)),)
$(error ARCH=$(ARCH) is none of $(ARCHS))
endif
include arch/$(ARCH).mk

# KERNELS are built for; the targets that test every kernel build and boot MORE_KERNELS, too.
ifneq ($(filter test-all test-system-all $(ARCHS:%=test-system-%-all),$(MAKECMDGOALS)),)
KERNELS += $(MORE_KERNELS)
endif

CROSS ?= $(TRIPLET)-
KERNEL ?= 6.1
BOARD ?= $(ARCH)
ifeq ($(filter $(KERNEL),$(KERNELS)),)
ifeq ($(filter $(KERNEL),$(MORE_KERNELS)),)
$(error KERNEL=$(KERNEL) is none of $(KERNELS) $(MORE_KERNELS))
endif
KERNELS += $(KERNEL)
endif

MAKEFLAGS += --no-builtin-rules --no-builtin-variables

# V=1 shows the commands.
ifndef V
.SILENT:
endif
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

# Settings for the scripts of ci/ and the tests.
export BUILD KERNEL CPU PYTHON

.PHONY: all
all: hypervisor hvctl configs inmates driver rootfs ## build everything

# Each part adds its outputs as prerequisites of these targets.
.PHONY: hypervisor hvctl configs inmates driver
hypervisor: ## build/ARCH/bulkhead-ARCH.bin, the hypervisor image
hypervisor-clang: ## the hypervisor image with clang, in build/clang; a part of lint
hvctl: ## build/ARCH/hvctl, the command line tool
configs: ## build/ARCH/configs/*.bin, the binary systems
inmates: ## build/ARCH/inmates/*.bin, bare-metal programs for cells
driver: ## build/ARCH/driver-KERNEL/bulkhead.ko, for each kernel

-include hypervisor/build.mk
-include hypervisor/tests/build.mk
-include tools/hvctl/build.mk
-include tools/hvconfig/build.mk
-include configs/build.mk
-include inmates/build.mk
-include driver/build.mk
-include driver/tests/build.mk
-include tools/install/build.mk
include ci/build.mk

.PHONY: clean
clean: ## remove the build directory, but not the cache of fetched packages
	rm -rf $(BUILD)

.PHONY: help
help: ## print this list
	@echo "usage: make [TARGET] [VARIABLE=VALUE]..."
	@echo
	@{ cat $(MAKEFILE_LIST) | sed -nE 's/^([a-z][a-z0-9-]*):.*## (.*)/  \1\t\2/p'; \
		for arch in $(OTHER_ARCHS); do printf '  %s\t%s\n' \
			"all-$$arch" "build everything for $(ARCH) and for $$arch" \
			"test-system-$$arch" "system tests on $$arch" \
			"test-system-$$arch-all" "system tests on $$arch, every kernel and CPU"; \
		done; } | sort -u | expand -t 22
	@echo
	@echo "  ARCH=arm64|x86      the architecture (now $(ARCH); one of: $(ARCHS))"
	@echo "  VIRT=svm|vmx        ARCH=x86: AMD processors in QEMU, or Intel ones in Bochs"
	@echo "  KERNEL=6.1|6.12|..    the stock Debian kernel (now $(KERNEL); one of: $(KERNELS) $(MORE_KERNELS))"
	@echo "  CPU=cortex-a57|max  the emulated CPU (now $(CPU)); x86: EPYC"
	@echo "  BUILD=DIR           the build directory (now $(BUILD))"
	@echo "  BULKHEAD_CACHE=DIR  the cache of fetched packages"
	@echo "  BULKHEAD_PATIENCE=N a factor on the time-outs of the tests"
