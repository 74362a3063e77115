/* SPDX-License-Identifier: GPL-2.0 */
/* Model-specific registers that may be absent or inaccessible. */
#ifndef INMATE_MSR_H
#define INMATE_MSR_H

#include <stdbool.h>
#include <stdint.h>

/* Access an MSR. Return true if the access faulted; a read then leaves *value unchanged. */
bool msr_probe_read(uint32_t msr, uint64_t *value);
bool msr_probe_write(uint32_t msr, uint64_t value);

#endif
