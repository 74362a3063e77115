# SPDX-License-Identifier: GPL-2.0
#
# The one way in: 'make help' lists every target.

BUILD ?= build
ARCH ?= arm64
CROSS ?= aarch64-linux-gnu-
KERNEL ?= 6.1
CPU ?= cortex-a57
KERNELS := 6.1 6.12
PYTHON ?= /usr/bin/python3

ifneq ($(ARCH),arm64)
$(error ARCH=$(ARCH): only arm64 so far)
endif
ifeq ($(filter $(KERNEL),$(KERNELS)),)
$(error KERNEL=$(KERNEL) is none of $(KERNELS))
endif

MAKEFLAGS += --no-builtin-rules --no-builtin-variables

# Commands are shown with V=1.
ifndef V
.SILENT:
endif
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

# What the scripts of ci/ and the tests take from here.
export BUILD KERNEL CPU PYTHON

.PHONY: all
all: hypervisor hvctl configs inmates driver rootfs ## build everything

# Each part adds its outputs as prerequisites of its name.
.PHONY: hypervisor hvctl configs inmates driver
hypervisor: ## build/arm64/bulkhead-arm64.bin, the hypervisor image
hypervisor-clang: ## the same with clang, into build/clang; a part of lint
hvctl: ## build/arm64/hvctl, the tool
configs: ## build/arm64/configs/*.bin, the systems
inmates: ## build/arm64/inmates/*.bin, bare programs for cells
driver: ## build/arm64/driver-KERNEL/bulkhead.ko, for each kernel

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
clean: ## remove the build directory (fetched packages stay cached)
	rm -rf $(BUILD)

.PHONY: help
help: ## this list
	@echo "usage: make [TARGET] [VARIABLE=VALUE]..."
	@echo
	@cat $(MAKEFILE_LIST) | sed -nE 's/^([a-z][a-z0-9-]*):.*## (.*)/  \1\t\2/p' \
		| sort -u | expand -t 22
	@echo
	@echo "  KERNEL=6.1|6.12     which stock Debian kernel (now $(KERNEL))"
	@echo "  CPU=cortex-a57|max  which emulated CPU (now $(CPU))"
	@echo "  BUILD=DIR           where everything is built (now $(BUILD))"
	@echo "  BULKHEAD_CACHE=DIR  where fetched packages are kept"
	@echo "  BULKHEAD_PATIENCE=N multiplies the time-outs of the tests"
