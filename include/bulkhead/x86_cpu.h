/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Linux may have switched on in a CPU at enable. Other bits belong to features that the
 * hypervisor can't preserve or isolate. The driver's check and the hypervisor, which looks again
 * on each CPU at enable, refuse them.
 */
#ifndef BULKHEAD_X86_CPU_H
#define BULKHEAD_X86_CPU_H

/* EFER (AMD64 APM volume 2, 3.1.7): SCE, LME, LMA, NXE, FFXSR, TCE, MCOMMIT, INTWB, AIBRSE. Not
 * SVME, LMSLE, UAIE. */
#define BH_X86_EFER_KNOWN 0x0026cd01ull

/* CR4 (Intel SDM volume 3A, 2.5): bits 0 to 12, FSGSBASE, PCIDE, OSXSAVE, SMEP, SMAP, PKE, CET,
 * PKS, LASS. Not VMXE, SMXE, KL, UINTR, LAM_SUP, FRED. */
#define BH_X86_CR4_KNOWN 0x09f71fffull

/* XCR0 (SDM volume 1, 13.3): x87, SSE, AVX, MPX, AVX-512, PKRU, AMX, APX. */
#define BH_X86_XCR0_KNOWN 0x000e02ffull

/* IA32_XSS (same place): PASID, user and supervisor CET, LBR. Not PT, UINTR, HDC, HWP. */
#define BH_X86_XSS_KNOWN 0x00009c00ull

/* IA32_S_CET (SDM volume 1, 17.1.2): ENDBR_EN. Linux has no supervisor shadow stacks. */
#define BH_X86_S_CET_KNOWN 0x4ull

#endif
