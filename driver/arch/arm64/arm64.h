/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of this folder share. */
#ifndef BULKHEAD_ARM64_H
#define BULKHEAD_ARM64_H

#include "arch.h"
#include "limits.h"

struct device_node;

/* entry.c */
bool bhd_stub_has_el2(void);
long bhd_hvc_switch(u64 function, u64 *arg1, u64 arg2);

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

/* gic.c */
int bhd_gic_look(const struct bh_arm64_platform *platform, u32 *secure, u32 *extended);

/* probe.c */
const struct bhd_probe *bhd_probe_cpus(void);
bool bhd_fiqs_are_taken(void);

#endif
