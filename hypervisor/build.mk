# SPDX-License-Identifier: GPL-2.0
# The hypervisor image of one architecture: core and arch/$(ARCH) linked to one file.

HYP_OUT := $(BUILD)/$(ARCH)
HYP_OBJ := $(HYP_OUT)/hypervisor
HYP_CC ?= $(CROSS)gcc
HYP_LD ?= $(CROSS)ld
HYP_OBJCOPY ?= $(CROSS)objcopy

# $(call hyp_tree,FOLDER...): the sources in these folders and at most three levels below.
hyp_tree = $(foreach d,$(1),$(wildcard $(foreach l,/ /*/ /*/*/ /*/*/*/,$(d)$(l)*.c $(d)$(l)*.S)))
# $(call hyp_named,ARCH,NAME...): an architecture's sources of these names, in whichever folder.
hyp_named = $(foreach n,$(2),$(or $(filter %/$(n).c,$(call hyp_tree,hypervisor/arch/$(1))), \
	$(error hypervisor/arch/$(1) has no $(n).c)))

HYP_SRC := $(wildcard hypervisor/*.c) $(HYP_UARTS:%=hypervisor/uart/%.c) \
	$(call hyp_tree,$(HYP_PARTS:%=hypervisor/%) hypervisor/arch/$(ARCH))
# The linker script is preprocessed separately, below.
HYP_LDS := $(filter %.lds.S,$(HYP_SRC))
HYP_OBJS := $(patsubst hypervisor/%,$(HYP_OBJ)/%.o,$(filter-out $(HYP_LDS),$(HYP_SRC)))

# Code that runs on exits is compiled for speed, the rest for size: the image is the trusted base.
hyp_objs = $(patsubst hypervisor/%,$(HYP_OBJ)/%.o,$(call hyp_named,$(ARCH),$(1)))
$(foreach o,$(HYP_OBJS),$(eval $(o): HYP_OPT = $$(HYP_SMALL)))
$(foreach o,$(call hyp_objs,$(HYP_HOT_SMALL)),$(eval $(o): HYP_OPT = -Os $$(HYP_DENSE)))
$(foreach o,$(call hyp_objs,$(HYP_HOT)),$(eval $(o): HYP_OPT = -O2 $$(HYP_DENSE)))

# memset() must not be compiled into a call of memset(). gcc uses LTO, except for the functions that
# the compiler itself calls: the image is a tenth smaller.
HYP_LDFLAGS := --gc-sections --build-id=none -zmax-page-size=4096
ifneq ($(findstring clang,$(HYP_CC)),)
HYP_COMPILER := -fno-builtin
HYP_LINK = $(HYP_LD) -nostdlib --no-warn-rwx-segments $(HYP_LDFLAGS) $(HYP_LDFLAGS_CLANG)
else
HYP_COMPILER := -fno-tree-loop-distribute-patterns -flto
HYP_FEWER := $(HYP_FEWER_GCC)
HYP_DENSE := -falign-functions=1 -falign-jumps=1 -falign-loops=1
HYP_LINK = $(HYP_CC) $(HYP_CFLAGS) $(HYP_SMALL) -static -no-pie $(HYP_LTO) $(HYP_LDFLAGS:%=-Wl,%)
HYP_COMPILER += $(HYP_GCC)
$(HYP_OBJ)/string.c.o: HYP_OPT := -Os -fno-lto
$(call hyp_objs,string): HYP_OPT := $(HYP_STRING) -fno-lto
endif

HYP_CFLAGS := -std=gnu11 -ffreestanding -nostdlib -g -Wall -Wextra -Werror \
	-Wstrict-prototypes -Wmissing-prototypes -Wshadow -Wno-unused-command-line-argument \
	-fno-common -fomit-frame-pointer -fno-stack-protector -fno-asynchronous-unwind-tables \
	-fno-strict-aliasing -ffunction-sections -fdata-sections -fno-jump-tables \
	-mgeneral-regs-only $(HYP_MACHINE) $(HYP_COMPILER) \
	-Iinclude -Ihypervisor/include -Ihypervisor/arch/$(ARCH)/include

.PHONY: hypervisor hypervisor-clang
hypervisor: $(HYP_OUT)/bulkhead-$(ARCH).bin

# The same sources with clang, into another directory; without warnings.
hypervisor-clang:
	@$(MAKE) --no-print-directory hypervisor BUILD=$(BUILD)/clang HYP_CC="clang --target=$(TRIPLET)"

$(HYP_OBJ)/%.c.o: hypervisor/%.c hypervisor/build.mk arch/$(ARCH).mk
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(HYP_CC) $(HYP_CFLAGS) $(HYP_OPT) -MMD -MP -c -o $@ $<

$(HYP_OBJ)/%.S.o: hypervisor/%.S hypervisor/build.mk arch/$(ARCH).mk
	@mkdir -p $(@D)
	@echo "  AS      $<"
	@$(HYP_CC) $(HYP_CFLAGS) $(HYP_OPT) -D__ASSEMBLY__ -MMD -MP -c -o $@ $<

$(HYP_OBJ)/hypervisor.lds: $(HYP_LDS) \
		hypervisor/arch/$(ARCH)/include/arch/layout.h
	@mkdir -p $(@D)
	@$(HYP_CC) -E -P -x assembler-with-cpp -Ihypervisor/arch/$(ARCH)/include -o $@ $<

$(HYP_OUT)/hypervisor.elf: $(HYP_OBJ)/hypervisor.lds $(HYP_OBJS) hypervisor/resources.lds
	@echo "  LD      $@"
	@$(HYP_LINK) -T $< -o $@ $(HYP_OBJS)

$(HYP_OUT)/bulkhead-$(ARCH).bin: $(HYP_OUT)/hypervisor.elf
	@$(HYP_OBJCOPY) -O binary $< $@

-include $(HYP_OBJS:.o=.d)
