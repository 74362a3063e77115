/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names that differ between kernels, as driver/Kbuild has probed them. Versions are not compared:
 * distributions take changes back to older kernels.
 */
#ifndef BULKHEAD_X86_COMPAT_H
#define BULKHEAD_X86_COMPAT_H

#include <asm/msr.h>
#include <asm/processor.h>

#if __has_include(<asm/cpuid/api.h>)
#include <asm/cpuid/api.h>
#endif

#ifndef BHD_HAS_RDMSRQ
#define rdmsrq_safe rdmsrl_safe
#endif

#endif
