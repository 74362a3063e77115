# SPDX-License-Identifier: GPL-2.0
#
# bulkhead.ko for each stock kernel, against its fetched headers. Kbuild writes objects
# beside the sources, so it builds in a copy of driver/'s folders with links to the files.

# Relative to driver/; also what "make install-dkms" installs.
DRIVER_FILES := $(patsubst driver/%,%,$(wildcard driver/Kbuild \
	$(foreach folder,driver driver/shm driver/arch/*,$(folder)/*.c $(folder)/*.h)))
DRIVER_SOURCES := $(DRIVER_FILES:%=driver/%) $(wildcard include/bulkhead/*.h)

ifneq ($(wildcard driver/Kbuild),)
DRIVER_MODULES := $(KERNELS:%=$(BUILD)/$(ARCH)/driver-%/bulkhead.ko)
driver: $(DRIVER_MODULES)
endif

# The hash of the hypervisor image of the same build, which the module compares with the file.
DRIVER_HASH := $(BUILD)/$(ARCH)/driver-include/image_hash.h

$(DRIVER_HASH): $(BUILD)/$(ARCH)/bulkhead-$(ARCH).bin
	@mkdir -p $(@D)
	@sha256sum <$< | sed -E 's/ .*//; s/../0x&, /g; s/^/#define BHD_IMAGE_SHA256 /' >$@

# $(call kbuild,DIRECTORY,KERNEL,ARGUMENTS) -- the compiler is the one that the kernel was built
# with: ci/fetch stores its name. BTF is off: its resolver needs a vmlinux,
# which no headers package has. W=1 enables warnings that the kernel's own build omits.
define kbuild
	@mkdir -p $1
	@find $1 -type l -delete
	@mkdir -p $(addprefix $1/,$(sort $(dir $(DRIVER_FILES))))
	@for file in $(DRIVER_FILES); do ln -s $(CURDIR)/driver/$$file $1/$$file; done
	+@compiler=$$(<$(BUILD)/$(ARCH)/linux-$2/compiler) && \
		env -u MAKEFLAGS -u BUILD -u KERNEL -u CPU $(MAKE) --no-print-directory -s \
		-C $(realpath $(BUILD)/$(ARCH)/linux-$2/headers) \
		M=$(abspath $1) ARCH=$(LINUX_ARCH) CC="$$compiler" CROSS_COMPILE="$${compiler%gcc-*}" \
		CONFIG_DEBUG_INFO_BTF_MODULES= \
		KCFLAGS="-I$(CURDIR)/include -I$(abspath $(dir $(DRIVER_HASH))) -Werror" $3 modules 2>&1 \
		| sed '/^Skipping BTF/d; /^warning: pahole version/,/You are using/d'; exit $${PIPESTATUS[0]}
endef

$(BUILD)/$(ARCH)/driver-%/bulkhead.ko: SHELL := /bin/bash
$(BUILD)/$(ARCH)/driver-%/bulkhead.ko: $(DRIVER_SOURCES) driver/build.mk $(DRIVER_HASH) \
		$(BUILD)/$(ARCH)/linux-%/stamp
	$(call kbuild,$(@D),$*,W=1)
	@touch $@

# The same with sparse, in a directory of its own.
.PHONY: driver-sparse
driver-sparse: SHELL := /bin/bash
driver-sparse: $(DRIVER_HASH) $(BUILD)/$(ARCH)/linux-6.1/stamp ## sparse on the driver; a part of lint
	$(call kbuild,$(BUILD)/$(ARCH)/driver-sparse,6.1,C=2 CF=-Wsparse-error)
