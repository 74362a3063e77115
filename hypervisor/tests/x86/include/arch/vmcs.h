/* SPDX-License-Identifier: GPL-2.0 */
/* The real constants; the model replaces the CPU's VMCS. */
#ifndef MODEL_VMCS_H
#define MODEL_VMCS_H

#define vmread real_vmread
#define vmwrite real_vmwrite
#include_next <arch/vmcs.h>
#undef vmread
#undef vmwrite

uint64_t vmread(uint64_t field);
void vmwrite(uint64_t field, uint64_t value);

#endif
