# SPDX-License-Identifier: GPL-2.0
#
# bulkhead.ko for each stock kernel, against its fetched headers. Kbuild writes
# beside the sources, so it is given a directory of links to them.

DRIVER_SOURCES := $(wildcard driver/*.c driver/*.h driver/Kbuild include/bulkhead/*.h)

ifneq ($(wildcard driver/Kbuild),)
DRIVER_MODULES := $(KERNELS:%=$(BUILD)/$(ARCH)/driver-%/bulkhead.ko)
driver: $(DRIVER_MODULES)
endif

DRIVER_LINKS = $(abspath $(wildcard driver/*.c driver/*.h driver/Kbuild))

# $(call kbuild,DIRECTORY,KERNEL,ARGUMENTS) -- the resolver of BTF needs the
# vmlinux that no headers package has. W=1 finds what the kernel leaves out.
define kbuild
	@mkdir -p $1
	@find $1 -maxdepth 1 -type l -delete
	@ln -sfn $(DRIVER_LINKS) $1/
	+@env -u MAKEFLAGS -u BUILD -u KERNEL -u CPU $(MAKE) --no-print-directory -s \
		-C $(realpath $(BUILD)/$(ARCH)/linux-$2/headers) \
		M=$(abspath $1) ARCH=$(LINUX_ARCH) CROSS_COMPILE=$(CROSS) CC=$(CROSS)gcc-12 \
		CONFIG_DEBUG_INFO_BTF_MODULES= \
		KCFLAGS="-I$(CURDIR)/include -Werror" $3 modules 2>&1 \
		| sed '/^Skipping BTF generation/d'; exit $${PIPESTATUS[0]}
endef

$(BUILD)/$(ARCH)/driver-%/bulkhead.ko: SHELL := /bin/bash
$(BUILD)/$(ARCH)/driver-%/bulkhead.ko: $(DRIVER_SOURCES) driver/build.mk \
		$(BUILD)/$(ARCH)/linux-%/stamp
	$(call kbuild,$(@D),$*,W=1)
	@touch $@

# The same with sparse, in a directory of its own.
.PHONY: driver-sparse
driver-sparse: SHELL := /bin/bash
driver-sparse: $(BUILD)/$(ARCH)/linux-6.1/stamp ## sparse on the driver; a part of lint
	$(call kbuild,$(BUILD)/$(ARCH)/driver-sparse,6.1,C=2 CF=-Wsparse-error)
