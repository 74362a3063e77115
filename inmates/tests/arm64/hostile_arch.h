/* SPDX-License-Identifier: GPL-2.0 */
#ifndef INMATE_HOSTILE_ARCH_H
#define INMATE_HOSTILE_ARCH_H

#include "hostile.h"
#include "probe.h"

/* hostile_sysreg.c */
void attack_sysreg_read(void);
void attack_sysreg_write(void);
void attack_sys(void);
/* hostile_gicd.c */
void attack_gicd(void);
void attack_gicd_control(void);
void attack_gicd_fuzz(void);
void attack_irouter(void);
void attack_gicr(void);
void attack_lpi(void);
/* hostile_icc.c */
void attack_sgi(void);
void attack_eoir(void);
void attack_pmr(void);
void attack_priorities(void);
void attack_ap1r(void);
void attack_ap1r_hold(void);
void attack_bpr1_hold(void);
void attack_igrpen(void);
/* hostile_calls.c */
void attack_call(void);
void attack_calls(void);
void attack_immediates(void);
void attack_psci(void);
void attack_cpu_off(void);
/* hostile_mmio.c */
void attack_mmio_forms(void);
void attack_mmio_unaligned(void);
void attack_mmio_fuzz(void);
void attack_set_way(void);
/* hostile_wild.c */
void attack_wfi(void);
void attack_wfi_closed(void);
void attack_wfe(void);
void attack_undefined(void);
void attack_bad_stack(void);
void attack_bad_vectors(void);
void attack_wild_jump(void);
void attack_self_modifying(void);
void attack_el0(void);
void attack_random_code(void);
void attack_debug(void);

/* Resets the CPU interface and the cell's interrupts, then initializes them. */
void gic_recover(void);

#endif
