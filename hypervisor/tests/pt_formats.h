/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Formats of page tables that pt_format can say: those of the images, and
 * those of architectures and IOMMUs to come. For each a reference walker that
 * reads the tables as the manual says that hardware does, and shares no code
 * with the hypervisor's walker.
 */
#ifndef PT_FORMATS_H
#define PT_FORMATS_H

#include <hyp/paging.h>

extern const struct pt_format s2_format, s2_root_format, el2_format; /* arm64 */
extern const struct pt_format npt_format, ept_format;		     /* x86-64 */
extern const struct pt_format riscv_g_format;			     /* Sv39x4, Sv48x4 */
extern const struct pt_format amdvi_format, vtd_format;

/* What hardware finds for an address. attrs: PT_*, as far as the hardware knows them. */
struct pt_found {
	paddr_t pa;
	unsigned attrs;
};

/*
 * Walk a table of so many levels from its root; false: not mapped. What the
 * manual reserves fails the test.
 */
typedef bool pt_reference(paddr_t root, unsigned levels, uint64_t va, struct pt_found *found);

pt_reference reference_s2, reference_s2_root, reference_el2;
pt_reference reference_npt, reference_ept;
pt_reference reference_riscv_g;
pt_reference reference_amdvi, reference_vtd;

#endif
