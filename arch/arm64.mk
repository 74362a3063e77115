# SPDX-License-Identifier: GPL-2.0
#
# All settings of arm64 for the build.

# The compiler's, Linux's and Debian's name of the architecture.
TRIPLET := aarch64-linux-gnu
LINUX_ARCH := arm64
DEBIAN_ARCH := arm64

# Stock kernels, by the names of ci/fetch.
KERNELS := 6.1 6.12
MORE_KERNELS := newest 6.12-rt newest-rt

# The emulated CPU, and the boards that run the system tests: keys of ci/machine/boards/.
CPU ?= cortex-a57
MACHINES := arm64 arm64-unkind

# The hypervisor: the emulated UARTs (arch_uarts), the compiler's options, the files that are
# compiled for speed, and options for gcc only.
HYP_UARTS := pl011
HYP_MACHINE := -fno-pic -mstrict-align -mno-outline-atomics
HYP_SMALL = -Os $(HYP_FEWER)
HYP_HOT := abort smccc psci sysreg_trap gic_list gic_sysreg gic_dist gic_redist gic_bank
HYP_STRING := -O2
HYP_GCC := -mcmodel=tiny
# Optimizations of -Os that make this code longer.
HYP_FEWER_GCC := -fno-shrink-wrap -fno-tree-tail-merge -fno-partial-inlining

# The platform in configs/ whose systems are built. Linux cells' trees are derived from the
# machine's own device tree.
CONFIG_MACHINE := qemu-virt-arm64
MACHINE_TREE := $(BUILD)/$(ARCH)/machine.dtb
MACHINE_TREE_COMMAND = qemu-system-aarch64 -smp 4 -m 2G -cpu cortex-a57 -nodefaults -display none \
	-M virt,virtualization=on,gic-version=3,dtb-randomness=off,dumpdtb=$@

INMATE_MACHINE := -mgeneral-regs-only -mstrict-align -mno-outline-atomics

# U-Boot for cells, of the package u-boot-qemu.
LINUX_PARTS := '/usr/lib/u-boot/qemu_arm64/u-boot.bin=/lib/bulkhead/linux/u-boot.bin' \
	'$(BUILD)/$(ARCH)/configs/linux.uboot.dtb=/lib/bulkhead/linux/u-boot.dtb'
