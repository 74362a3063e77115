/* SPDX-License-Identifier: GPL-2.0 */
#ifndef INMATE_HYPERCALL_H
#define INMATE_HYPERCALL_H

#include <bulkhead/hypercall.h>

/* Makes a hypercall. Returns 0, a positive result, or minus a bh_refusal_code. */
int64_t hypercall(uint64_t function, uint64_t a, uint64_t b, uint64_t c);

#endif
