# SPDX-License-Identifier: GPL-2.0
#
# The binary configs and the header with the inmates' addresses.

CONFIG_OUT := $(BUILD)/$(ARCH)/configs
CONFIG_SYSTEMS := $(wildcard configs/systems/$(CONFIG_MACHINE)-*.yaml)
CONFIG_BLOBS := $(CONFIG_SYSTEMS:configs/systems/$(CONFIG_MACHINE)-%.yaml=$(CONFIG_OUT)/%.bin)
# All inmates' cells have the same guest addresses, so one header fits all.
INMATE_HEADER := $(CONFIG_OUT)/inmate.h

HVCONFIG := tools/hvconfig/hvconfig.sh
HVCONFIG_SOURCES := $(HVCONFIG) \
	$(shell find tools/hvconfig/hvconfig -name '*.py' -o -name '*.json' -o -name '*.toml')
CONFIG_NEEDS := configs/platforms/$(CONFIG_MACHINE).yaml $(HVCONFIG_SOURCES) $(MACHINE_TREE)

configs: $(CONFIG_BLOBS) $(INMATE_HEADER)

$(CONFIG_BLOBS): $(CONFIG_OUT)/%.bin: configs/systems/$(CONFIG_MACHINE)-%.yaml $(CONFIG_NEEDS)
	@mkdir -p $(@D)
	$(HVCONFIG) build $< $(MACHINE_TREE:%=--dtb %) -o $@

# The same systems for machines with two security states: root is in list mode.
TWO_STATES := $(CONFIG_SYSTEMS:configs/systems/%.yaml=$(BUILD)/$(ARCH)/two-states/%.yaml)
TWO_STATES_BLOBS := $(CONFIG_SYSTEMS:configs/systems/$(CONFIG_MACHINE)-%.yaml=$(CONFIG_OUT)/two-states/%.bin)

ifeq ($(ARCH),arm64)
configs: $(TWO_STATES_BLOBS)
endif

$(TWO_STATES): $(BUILD)/$(ARCH)/two-states/%.yaml: configs/systems/%.yaml configs/build.mk
	@mkdir -p $(@D)
	sed -e '/^root:/,/^[a-z]/ { /^  irq_mode:/d }' -e 's/^root:/&\n  irq_mode: list/' \
		-e 's,\.\./platforms,$(CURDIR)/configs/platforms,' $< >$@

$(TWO_STATES_BLOBS): $(CONFIG_OUT)/two-states/%.bin: \
		$(BUILD)/$(ARCH)/two-states/$(CONFIG_MACHINE)-%.yaml $(CONFIG_NEEDS)
	@mkdir -p $(@D)
	$(HVCONFIG) build $< $(MACHINE_TREE:%=--dtb %) -o $@

# The device trees of cells that run Linux, where machines have such.
ifneq ($(MACHINE_TREE),)
CONFIG_TREES := $(addprefix $(CONFIG_OUT)/linux.,linux.dtb small.dtb wide.dtb io.dtb uboot.dtb)
CONFIG_TREES_SHARED := $(CONFIG_OUT)/shared.linux.dtb
endif

configs: $(CONFIG_TREES) $(CONFIG_TREES_SHARED)

$(CONFIG_TREES): $(CONFIG_OUT)/linux.%.dtb: configs/systems/$(CONFIG_MACHINE)-linux.yaml $(CONFIG_NEEDS)
$(CONFIG_TREES_SHARED): $(CONFIG_OUT)/shared.%.dtb: configs/systems/$(CONFIG_MACHINE)-shared.yaml $(CONFIG_NEEDS)
$(CONFIG_TREES) $(CONFIG_TREES_SHARED):
	@mkdir -p $(@D)
	$(HVCONFIG) dtb $< $* --dtb $(MACHINE_TREE) -o $@

$(MACHINE_TREE):
	@mkdir -p $(@D)
	$(MACHINE_TREE_COMMAND) 2>/dev/null

$(INMATE_HEADER): configs/systems/$(CONFIG_MACHINE)-demo.yaml $(CONFIG_NEEDS)
	@mkdir -p $(@D)
	$(HVCONFIG) header $< rt -o $@
