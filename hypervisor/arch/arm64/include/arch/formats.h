/* SPDX-License-Identifier: GPL-2.0 */
/* Formats of page tables: VMSAv8-64 with 4 KiB granules (DDI 0487 D8.3, D8.5). */
#ifndef ARCH_FORMATS_H
#define ARCH_FORMATS_H

#include <hyp/paging.h>

extern const struct pt_format el2_format;		 /* EL2's own translation, a first stage */
extern const struct pt_format s2_format, s2_root_format; /* the second stage of cells, of root */

/* Both stages */
#define PTE_VALID BIT(0)
#define PTE_TABLE BIT(1) /* a table; at the last level, a page */
#define PTE_SH_INNER (3ull << 8)
#define PTE_AF BIT(10)
#define PTE_XN BIT(54)
#define PTE_ADDRESS 0x0000fffffffff000ull

/* First stage of EL2 */
#define S1_DEVICE (1ull << 2) /* AttrIndx 1: see MAIR_EL2_VALUE */
#define S1_AP_RES1 BIT(6)
#define S1_READ_ONLY BIT(7)
#define S1_LEAF (PTE_VALID | S1_AP_RES1 | PTE_SH_INNER | PTE_AF)

#endif
