# SPDX-License-Identifier: GPL-2.0
# The hypervisor image of one architecture: core and arch/$(ARCH) linked to one file.

HYP_OUT := $(BUILD)/$(ARCH)
HYP_OBJ := $(HYP_OUT)/hypervisor
HYP_CC ?= $(CROSS)gcc
HYP_LD ?= $(CROSS)ld
HYP_OBJCOPY ?= $(CROSS)objcopy

# The emulated UARTs that this architecture's cells can have: arch_uarts.
HYP_UARTS_arm64 := pl011
HYP_UARTS_x86 := ns16550

HYP_SRC := $(wildcard hypervisor/*.c hypervisor/arch/$(ARCH)/*.c hypervisor/arch/$(ARCH)/*.S) \
	$(HYP_UARTS_$(ARCH):%=hypervisor/uart/%.c)
HYP_OBJS := $(patsubst hypervisor/%,$(HYP_OBJ)/%.o,$(HYP_SRC))

# What runs on each exit is compiled for speed, the rest for size: the image is the trusted base.
HYP_SMALL_arm64 = -Os $(HYP_FEWER)
HYP_SMALL_x86 = -Oz $(HYP_FEWER_x86)
HYP_HOT := arch/arm64/abort arch/arm64/smccc arch/arm64/psci \
	arch/arm64/sysreg_trap arch/arm64/gic_list arch/arm64/gic_sysreg arch/arm64/gic_dist \
	arch/arm64/gic_redist arch/arm64/gic_bank arch/x86/svm_exit arch/x86/exits \
	arch/x86/access arch/x86/policy_cpuid arch/x86/apic_fast
$(foreach o,$(HYP_OBJS),$(eval $(o): HYP_OPT = $$(HYP_SMALL_$$(ARCH))))
# Under VMX an exit's time goes into reads of the VMCS.
$(HYP_OBJ)/arch/x86/vmx_exit.c.o: HYP_OPT = -Os $(HYP_DENSE)
$(foreach o,$(HYP_HOT:%=$(HYP_OBJ)/%.c.o),$(eval $(o): HYP_OPT = -O2 $$(HYP_DENSE)))

# memset() must not be compiled into a call of memset(). gcc optimizes all files as one, but for
# those that the compiler itself calls: the image is a tenth smaller.
HYP_LDFLAGS := --gc-sections --build-id=none -zmax-page-size=4096
ifneq ($(findstring clang,$(HYP_CC)),)
HYP_COMPILER := -fno-builtin
HYP_LDFLAGS_x86 := --no-relax # a GOT entry can't become an immediate of 32 bits
HYP_LINK = $(HYP_LD) -nostdlib --no-warn-rwx-segments $(HYP_LDFLAGS) $(HYP_LDFLAGS_$(ARCH))
else
HYP_COMPILER := -fno-tree-loop-distribute-patterns -flto
# What -Os and -Oz have on although it makes this code longer.
HYP_FEWER := -fno-shrink-wrap -fno-tree-tail-merge -fno-partial-inlining
HYP_FEWER_x86 := -fno-shrink-wrap -fno-tree-tail-merge -fno-tree-dominator-opts \
	-fno-tree-forwprop -fno-move-loop-invariants
HYP_DENSE := -falign-functions=1 -falign-jumps=1 -falign-loops=1
HYP_LINK = $(HYP_CC) $(HYP_CFLAGS) $(HYP_SMALL_$(ARCH)) -static -no-pie $(HYP_LTO_$(ARCH)) $(HYP_LDFLAGS:%=-Wl,%)
HYP_COMPILER_arm64 := -mcmodel=tiny
HYP_COMPILER_x86 := -mpreferred-stack-boundary=3
$(HYP_OBJ)/string.c.o: HYP_OPT := -Os -fno-lto
$(HYP_OBJ)/arch/arm64/string.c.o: HYP_OPT := -O2 -fno-lto
$(HYP_OBJ)/arch/x86/string.c.o: HYP_OPT := -Oz -fno-lto
endif

# x86: linked at an address of 64 bits, which only position independent code reaches.
HYP_MACHINE_arm64 := -fno-pic -mstrict-align -mno-outline-atomics
HYP_MACHINE_x86 := -m64 -fpie -fvisibility=hidden -mno-red-zone -fcf-protection=none
HYP_LTO_x86 := -fpie -flinker-output=pie -flto-partition=one

HYP_CFLAGS := -std=gnu11 -ffreestanding -nostdlib -g -Wall -Wextra -Werror \
	-Wstrict-prototypes -Wmissing-prototypes -Wshadow -Wno-unused-command-line-argument \
	-fno-common -fomit-frame-pointer -fno-stack-protector -fno-asynchronous-unwind-tables \
	-fno-strict-aliasing -ffunction-sections -fdata-sections -fno-jump-tables \
	-mgeneral-regs-only $(HYP_MACHINE_$(ARCH)) $(HYP_COMPILER) $(HYP_COMPILER_$(ARCH)) \
	-Iinclude -Ihypervisor/include -Ihypervisor/arch/$(ARCH)/include

.PHONY: hypervisor hypervisor-clang
hypervisor: $(HYP_OUT)/bulkhead-$(ARCH).bin

# The same sources with clang, into a directory of their own: must be free of warnings too.
hypervisor-clang:
	@$(MAKE) --no-print-directory hypervisor BUILD=$(BUILD)/clang HYP_CC="clang --target=$(TRIPLET)"

$(HYP_OBJ)/%.c.o: hypervisor/%.c hypervisor/build.mk
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(HYP_CC) $(HYP_CFLAGS) $(HYP_OPT) -MMD -MP -c -o $@ $<

$(HYP_OBJ)/%.S.o: hypervisor/%.S hypervisor/build.mk
	@mkdir -p $(@D)
	@echo "  AS      $<"
	@$(HYP_CC) $(HYP_CFLAGS) $(HYP_OPT) -D__ASSEMBLY__ -MMD -MP -c -o $@ $<

# The preprocessed linker script is an .lds.S, not an object.
HYP_OBJS := $(filter-out %.lds.S.o,$(HYP_OBJS))

$(HYP_OBJ)/hypervisor.lds: hypervisor/arch/$(ARCH)/hypervisor.lds.S \
		hypervisor/arch/$(ARCH)/include/arch/layout.h
	@mkdir -p $(@D)
	@$(HYP_CC) -E -P -x assembler-with-cpp -Ihypervisor/arch/$(ARCH)/include -o $@ $<

$(HYP_OUT)/hypervisor.elf: $(HYP_OBJ)/hypervisor.lds $(HYP_OBJS)
	@echo "  LD      $@"
	@$(HYP_LINK) -T $< -o $@ $(HYP_OBJS)

$(HYP_OUT)/bulkhead-$(ARCH).bin: $(HYP_OUT)/hypervisor.elf
	@$(HYP_OBJCOPY) -O binary $< $@

-include $(HYP_OBJS:.o=.d)
