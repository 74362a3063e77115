# SPDX-License-Identifier: GPL-2.0
#
# The binary configs, and the header with the inmates' addresses.

CONFIG_OUT := $(BUILD)/arm64/configs
CONFIG_SYSTEMS := $(wildcard configs/systems/qemu-virt-arm64-*.yaml)
CONFIG_BLOBS := $(CONFIG_SYSTEMS:configs/systems/qemu-virt-arm64-%.yaml=$(CONFIG_OUT)/%.bin)
# All inmates' cells show them the same addresses, so that one header fits all.
INMATE_HEADER := $(CONFIG_OUT)/inmate.h

HVCONFIG := tools/hvconfig/hvconfig.sh
HVCONFIG_SOURCES := $(HVCONFIG) $(wildcard tools/hvconfig/hvconfig/*.py \
	tools/hvconfig/hvconfig/schema/*.json)
CONFIG_NEEDS := configs/platforms/qemu-virt-arm64.yaml $(HVCONFIG_SOURCES)

configs: $(CONFIG_BLOBS) $(INMATE_HEADER)

$(CONFIG_BLOBS): $(CONFIG_OUT)/%.bin: configs/systems/qemu-virt-arm64-%.yaml $(CONFIG_NEEDS)
	@mkdir -p $(@D)
	$(HVCONFIG) build $< -o $@

# The device trees of cells that run Linux.
CONFIG_TREES := $(addprefix $(CONFIG_OUT)/linux.,linux.dtb small.dtb wide.dtb uboot.dtb)

configs: $(CONFIG_TREES)

$(CONFIG_TREES): $(CONFIG_OUT)/linux.%.dtb: configs/systems/qemu-virt-arm64-linux.yaml $(CONFIG_NEEDS)
	@mkdir -p $(@D)
	$(HVCONFIG) dtb $< $* -o $@

$(INMATE_HEADER): configs/systems/qemu-virt-arm64-demo.yaml $(CONFIG_NEEDS)
	@mkdir -p $(@D)
	$(HVCONFIG) header $< rt -o $@
