# SPDX-License-Identifier: GPL-2.0
#
# The EL3 firmware of test machines, an image that QEMU loads with -bios. Only arm64 has one.

ifeq ($(ARCH),arm64)

FIRMWARE_OBJ := $(OUT)/firmware
FIRMWARE := $(OUT)/firmware.bin
FIRMWARE_OBJECTS := $(patsubst ci/firmware/%,$(FIRMWARE_OBJ)/%.o,$(wildcard ci/firmware/*.[cS]))
# The MMU stays off, so all memory is of a Device type: no unaligned accesses.
FIRMWARE_CFLAGS := -std=gnu11 -Os -g -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-pie \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
	-mgeneral-regs-only -mstrict-align -mno-outline-atomics

.PHONY: firmware
firmware: $(FIRMWARE) ## build/arm64/firmware.bin, the EL3 firmware of test machines
all: firmware

$(FIRMWARE_OBJ)/%.c.o: ci/firmware/%.c
	@mkdir -p $(@D)
	$(CROSS)gcc $(FIRMWARE_CFLAGS) -MMD -MP -c -o $@ $<

$(FIRMWARE_OBJ)/%.S.o: ci/firmware/%.S
	@mkdir -p $(@D)
	$(CROSS)gcc -g -Wa,--fatal-warnings -MMD -MP -c -o $@ $<

$(FIRMWARE_OBJ)/firmware.elf: $(FIRMWARE_OBJECTS) ci/firmware/firmware.lds
	$(CROSS)gcc -nostdlib -static -no-pie -Wl,--build-id=none -Wl,--no-warn-rwx-segments \
		-T ci/firmware/firmware.lds -o $@ $(FIRMWARE_OBJECTS)

$(FIRMWARE): $(FIRMWARE_OBJ)/firmware.elf
	$(CROSS)objcopy -O binary -j .text $< $@

-include $(FIRMWARE_OBJECTS:.o=.d)

endif
