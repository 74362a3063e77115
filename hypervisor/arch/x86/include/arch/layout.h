/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor's address space. The image is linked at HYP_VA, and its region is mapped there
 * linearly. Linux reserves these addresses for hypervisors, in 4- and in 5-level paging (its
 * Documentation/arch/x86/x86_64/mm.rst): the tables of entry can map Linux and the hypervisor.
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

#define HYP_VA 0xffff800000000000     /* the hypervisor's region, at most 1 GiB */
#define PRIVATE_VA 0xffff800040000000 /* 2 MiB: the local APIC, the CPUs' windows, the I/O APICs */
#define WINDOW_VA (PRIVATE_VA + 0x1000)
#define WINDOWS 7u /* of each CPU: two for mmu_window()'s callers, then those of insn_window.h */
#define WINDOW_INSN 2u /* the first window of insn_window.h */
#define IO_APIC_VA (PRIVATE_VA + 0x1f0000)

/* Each CPU's area behind the image has four pages: an unmapped guard page, the stack, and two for
 * hardware. SVM: VMCB, host save area; VMX: VMCS, VMXON region. */
#define AREA_STRIDE 0x4000
#define AREA_CONTROL 0x2000
#define AREA_HOST 0x3000

#define FRAME_SIZE 160 /* struct guest_regs, at the top of each stack */

/* Pages for the page tables that the driver builds for the entry: see boot.c. */
#define ENTRY_TABLES 4

/* Selectors, with Linux's numbers: see descriptors.c. */
#define HOST_CS 0x10
#define HOST_DS 0x18
#define HOST_TSS 0x40

#endif
