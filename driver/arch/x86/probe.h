/* SPDX-License-Identifier: GPL-2.0 */
/* What firmware and Linux have switched on. */
#ifndef BULKHEAD_X86_PROBE_H
#define BULKHEAD_X86_PROBE_H

#include "arch.h"

/* probe.c: checks as in struct bhd_check; does firmware lock local APICs in x2APIC mode? */
int bhd_probe_cpus(const struct bhd_blob *blob, struct bhd_why *why);
bool bhd_probe_x2apic_locked(void);

/* iommu.c */
int bhd_probe_iommus(const struct bhd_blob *blob, struct bhd_why *why);

/* machine.c */
bool bhd_kvm_loaded(void);

#endif
