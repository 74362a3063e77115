/* SPDX-License-Identifier: GPL-2.0 */
#ifndef INMATE_HOSTILE_ARCH_H
#define INMATE_HOSTILE_ARCH_H

#include "hostile.h"
#include "probe.h"

/* hostile_ports.c */
void attack_ports(void);
void attack_msr_read(void);
void attack_msr_write(void);
void attack_leftovers(void);
/* hostile_io.c */
void attack_pci(void);
void attack_io_apic(void);
/* hostile_apic.c */
void attack_local_vectors(void);
void attack_apic_forms(void);
void attack_moving_tables(void);
/* hostile_ipi.c */
void attack_ipi(void);
void attack_start(void);
/* hostile_wild.c */
void attack_calls(void);
void attack_svm(void);
void attack_vmx(void);
void attack_undefined(void);
void attack_xcr0(void);
void attack_shutdown(void);
void attack_halt(void);
void attack_efer(void);
void attack_code_segment(void);

#endif
