# SPDX-License-Identifier: GPL-2.0
#
# Bare-metal programs for cells: flat binaries in build/ARCH/inmates, and the
# same programs in obj/ as ELF files with symbols. A program NAME consists of
# NAME.c in demos/, tests/, tests/ARCH/ or bench/, and of INMATE_PARTS_NAME.

INMATES_OUT := $(BUILD)/$(ARCH)/inmates
INMATES_OBJ := $(INMATES_OUT)/obj

# An architecture's own programs are tests/ARCH/NAME.c; names with '_' are parts.
INMATE_PROGRAMS := $(basename $(notdir $(wildcard inmates/demos/*.c))) again hostile canary selftest rights bench \
	$(foreach name,$(basename $(notdir $(wildcard inmates/tests/$(ARCH)/*.c))),$(if $(findstring _,$(name)),,$(name)))
INMATE_PARTS_hostile := inmates/tests/hostile_memory.c $(wildcard inmates/tests/$(ARCH)/hostile_*.[cS]) \
	inmates/tests/report.c
INMATE_PARTS_selftest := $(wildcard inmates/tests/$(ARCH)/selftest_*.[cS]) \
	inmates/tests/report.c
INMATE_PARTS_rights := $(wildcard inmates/tests/$(ARCH)/rights_*.c) inmates/tests/report.c
INMATE_PARTS_pci := $(wildcard inmates/tests/$(ARCH)/pci_*.c) inmates/tests/report.c
INMATE_PARTS_bench := $(wildcard inmates/bench/$(ARCH)/*.[cS])

# The last include path has the addresses, generated from the configs.
INMATE_ADDRESSES := $(BUILD)/$(ARCH)/configs/inmate.h
INMATE_FLAGS := -Iinclude -Iinmates/lib -Iinmates/lib/$(ARCH) -Iinmates/tests -Iinmates/bench -Iexamples \
	-I$(dir $(INMATE_ADDRESSES))

INMATE_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror -ffreestanding \
	-fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables \
	-fno-tree-loop-distribute-patterns -ffunction-sections -fdata-sections
INMATE_LDFLAGS := -nostdlib -static -Wl,--gc-sections,--build-id=none,-z,max-page-size=4096
# A flat binary has no segments, so their rights do not matter.
INMATE_LDFLAGS += -Wl,--no-warn-rwx-segments

inmate-objects = $(patsubst inmates/%,$(INMATES_OBJ)/%.o,$(1))
INMATE_LIB := $(call inmate-objects,$(wildcard inmates/lib/*.c inmates/lib/$(ARCH)/*.[cS]))
INMATE_LIB := $(filter-out %.lds.S.o,$(INMATE_LIB))
inmate-main = $(wildcard $(1:%=inmates/demos/%.c) $(1:%=inmates/tests/%.c) $(1:%=inmates/bench/%.c) \
	$(1:%=inmates/tests/$(ARCH)/%.c))
INMATE_BINS := $(INMATE_PROGRAMS:%=$(INMATES_OUT)/%.bin)

inmates: $(INMATE_BINS)

$(INMATES_OBJ)/%.c.o: inmates/%.c | $(INMATE_ADDRESSES)
	@mkdir -p $(@D)
	$(CROSS)gcc $(INMATE_CFLAGS) $(INMATE_MACHINE) $(INMATE_FLAGS) -MMD -MP -c -o $@ $<

$(INMATES_OBJ)/%.S.o: inmates/%.S | $(INMATE_ADDRESSES)
	@mkdir -p $(@D)
	$(CROSS)gcc -g $(INMATE_FLAGS) -Wa,--fatal-warnings -MMD -MP -c -o $@ $<

$(INMATES_OBJ)/inmate.lds: inmates/lib/$(ARCH)/inmate.lds.S | $(INMATE_ADDRESSES)
	@mkdir -p $(@D)
	$(CROSS)gcc -E -P -x assembler-with-cpp $(INMATE_FLAGS) -MMD -MP -MT $@ -MF $@.d -o $@ $<

define inmate-program
$(INMATES_OBJ)/$(1).elf: $(call inmate-objects,$(call inmate-main,$(1)) $(INMATE_PARTS_$(1))) \
		$(INMATE_LIB) $(INMATES_OBJ)/inmate.lds
	$(CROSS)gcc $(INMATE_LDFLAGS) -T $(INMATES_OBJ)/inmate.lds -o $$@ $$(filter %.o,$$^)
endef
$(foreach program,$(INMATE_PROGRAMS),$(eval $(call inmate-program,$(program))))

$(INMATE_BINS): $(INMATES_OUT)/%.bin: $(INMATES_OBJ)/%.elf
	$(CROSS)objcopy -O binary $< $@

-include $(shell find $(INMATES_OBJ) -name '*.d' 2>/dev/null)
