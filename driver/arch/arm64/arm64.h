/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of this folder share. */
#ifndef BULKHEAD_ARM64_H
#define BULKHEAD_ARM64_H

#include "arch.h"

struct device_node;

/* entry.c */
bool bhd_stub_has_el2(void);

/* psci.c */
u32 bhd_psci_lacks(void);

/* machine.c */
bool bhd_booted_at_el2(void);
bool bhd_kvm_is_active(void);
struct device_node *bhd_gic_node(void);
int bhd_platform_matches(const struct bh_arm64_platform *platform, struct bhd_why *why);
int bhd_two_security_states(u64 gicd_phys, bool *two);
int bhd_irq_map_edge(u32 intid);

/* features.c */
int bhd_check_features(const struct bhd_blob *blob, struct bhd_why *why);

#endif
