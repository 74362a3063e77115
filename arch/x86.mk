# SPDX-License-Identifier: GPL-2.0
#
# All settings of x86-64 for the build.

# The compiler's, Linux's and Debian's name of the architecture.
TRIPLET := x86_64-linux-gnu
LINUX_ARCH := x86
DEBIAN_ARCH := amd64

# Stock kernels, by the names of ci/fetch.
KERNELS := 6.1 6.12 newest
MORE_KERNELS := 6.12-rt newest-rt

# The emulated CPU, and the boards that run the system tests: keys of ci/machine/boards/.
# VIRT=vmx selects Bochs, which emulates Intel's CPUs; QEMU emulates AMD's.
ifeq ($(VIRT),vmx)
CPU ?= corei7_skylake_x
KERNEL ?= 6.12
BOARD := x86-vmx
endif
CPU ?= EPYC
MACHINES := x86 x86-vmx

# The hypervisor: the emulated UARTs (arch_uarts), folders that several architectures share,
# the compiler's options (the image is linked at an address of 64 bits, which only position
# independent code reaches), the files that are compiled for speed, and options for gcc or
# clang only.
HYP_UARTS := ns16550
HYP_PARTS := pci
HYP_MACHINE := -m64 -fpie -fvisibility=hidden -mno-red-zone -fcf-protection=none
HYP_SMALL = -Oz $(HYP_FEWER)
HYP_HOT := svm_exit exits s2_fault cpuid
# Compiled for size, but densely: the time of a VMX exit is spent in reads of the VMCS.
HYP_HOT_SMALL := vmx_exit
HYP_STRING := -Oz
HYP_GCC := -mpreferred-stack-boundary=3
# Optimizations of -Oz that make this code longer.
HYP_FEWER_GCC := -fno-shrink-wrap -fno-tree-tail-merge -fno-tree-dominator-opts \
	-fno-tree-forwprop -fno-move-loop-invariants
HYP_LTO := -fpie -flinker-output=pie -flto-partition=one
HYP_LDFLAGS_CLANG := --no-relax # a GOT entry can't become an immediate of 32 bits

# The platform in configs/ whose systems are built.
CONFIG_MACHINE := qemu-q35

INMATE_MACHINE := -mgeneral-regs-only -mno-red-zone -fcf-protection=none
