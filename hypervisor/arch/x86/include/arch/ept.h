/* SPDX-License-Identifier: GPL-2.0 */
/* Extended page tables. */
#ifndef ARCH_EPT_H
#define ARCH_EPT_H

#include <hyp/paging.h>

#define EPT_RIGHTS 7ull /* read, write, execute: any of them makes an entry present */

extern const struct pt_format ept_format, ept_format_2m, ept_format_4k;

#endif
