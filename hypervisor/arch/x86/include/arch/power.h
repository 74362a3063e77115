/* SPDX-License-Identifier: GPL-2.0 */
/* Ways in which root resets the machine or switches it off: kept from it while cells run, where a config says so. */
#ifndef ARCH_POWER_H
#define ARCH_POWER_H

#include <hyp/percpu.h>

/* The ports that can reset or switch off the machine; 0: it has none of this kind. */
#define POWER_PORTS 6u
uint16_t power_port_of(unsigned kind);
bool power_is_port(uint16_t port);

/* A cell's write of a byte: returns unless that resets it or switches it off. */
void power_cell_port(struct percpu *cpu, uint16_t port, uint8_t value);

/* Root's access to such a port, or next to it. */
void power_port(struct percpu *cpu, uint16_t port, unsigned size, bool write, uint32_t *value);

/* Root's CPU shut itself down (a triple fault): as on a machine without hypervisor, a reset. */
void __noreturn power_shutdown(struct percpu *cpu);

#endif
