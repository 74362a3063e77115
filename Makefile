# SPDX-License-Identifier: GPL-2.0
#
# The one way in: 'make help' lists every target.

BUILD ?= build
ARCH ?= arm64
KERNELS := 6.1 6.12
PYTHON ?= /usr/bin/python3

# By architecture: its compiler, Linux's and Debian's name of it, the emulated CPU.
ifeq ($(ARCH),arm64)
TRIPLET := aarch64-linux-gnu
LINUX_ARCH := arm64
DEBIAN_ARCH := arm64
CPU ?= cortex-a57
else ifeq ($(ARCH),x86)
TRIPLET := x86_64-linux-gnu
LINUX_ARCH := x86
DEBIAN_ARCH := amd64
ifeq ($(VIRT),vmx)
CPU ?= corei7_skylake_x
KERNEL ?= 6.12
BOARD := x86-vmx
endif
CPU ?= EPYC
else
$(error ARCH=$(ARCH) is none of arm64, x86)
endif
CROSS ?= $(TRIPLET)-
KERNEL ?= 6.1
BOARD ?= $(ARCH)
# Whose machines the tests of this architecture run in.
MACHINES_arm64 := arm64
MACHINES_x86 := x86 x86-vmx
MACHINES = $(MACHINES_$(ARCH))
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
hypervisor: ## build/ARCH/bulkhead-ARCH.bin, the hypervisor image
hypervisor-clang: ## the same with clang, into build/clang; a part of lint
hvctl: ## build/ARCH/hvctl, the tool
configs: ## build/ARCH/configs/*.bin, the systems
inmates: ## build/ARCH/inmates/*.bin, bare programs for cells
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
clean: ## remove the build directory (fetched packages stay cached)
	rm -rf $(BUILD)

.PHONY: help
help: ## this list
	@echo "usage: make [TARGET] [VARIABLE=VALUE]..."
	@echo
	@cat $(MAKEFILE_LIST) | sed -nE 's/^([a-z][a-z0-9-]*):.*## (.*)/  \1\t\2/p' \
		| sort -u | expand -t 22
	@echo
	@echo "  ARCH=arm64|x86      which architecture (now $(ARCH))"
	@echo "  VIRT=svm|vmx        ARCH=x86: QEMU's AMD processors or Bochs's Intel ones"
	@echo "  KERNEL=6.1|6.12     which stock Debian kernel (now $(KERNEL))"
	@echo "  CPU=cortex-a57|max  which emulated CPU (now $(CPU)); x86: EPYC"
	@echo "  BUILD=DIR           where everything is built (now $(BUILD))"
	@echo "  BULKHEAD_CACHE=DIR  where fetched packages are kept"
	@echo "  BULKHEAD_PATIENCE=N multiplies the time-outs of the tests"
