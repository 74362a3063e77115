/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor's address space. The image is linked at HYP_VA and its region
 * mapped there linearly: Linux leaves these addresses to hypervisors in 4- and
 * in 5-level paging (its Documentation/arch/x86/x86_64/mm.rst), so that the
 * same tables can show both for the moment of the switch.
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

#define HYP_VA 0xffff800000000000     /* the hypervisor's region, at most 1 GiB */
#define PRIVATE_VA 0xffff800040000000 /* 2 MiB: the local APIC, the CPUs' windows, the I/O APICs */
#define WINDOW_VA (PRIVATE_VA + 0x1000)
#define WINDOWS 7u /* of each CPU: two that are open for a moment, then those of insn_window.h */
#define WINDOW_INSN 2u
#define IO_APIC_VA (PRIVATE_VA + 0x1f0000)

/* Each CPU's area, behind the image: an unmapped page, its stack, then pages of the control
 * structure: the VMCB and the host save area, or the VMCS and the region of VMXON. */
#define AREA_STRIDE 0x4000
#define AREA_CONTROL 0x2000
#define AREA_HOST 0x3000

#define FRAME_SIZE 160 /* struct guest_regs, at the stack's top */

/* Pages for the driver's tables: see arch/x86/boot/boot.c. */
#define ENTRY_TABLES 4

/* Linux's own numbers: see descriptors.c. */
#define HOST_CS 0x10
#define HOST_DS 0x18
#define HOST_TSS 0x40

#endif
