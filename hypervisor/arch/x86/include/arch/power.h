/* SPDX-License-Identifier: GPL-2.0 */
/* Ports that reset the machine or switch it off: if the config says so, root can do neither while
 * cells run. Some of them also switch A20 off, which root never can. */
#ifndef ARCH_POWER_H
#define ARCH_POWER_H

#include <hyp/percpu.h>

/* power_port_of(): the port of this kind (0 to POWER_PORTS - 1); 0: the machine has none.
 * power_is_port(): is it the port of any kind? */
#define POWER_PORTS 7u
uint16_t power_port_of(unsigned kind);
bool power_is_port(uint16_t port);

/* A cell writes a byte to a port. Returns unless the write resets the cell or switches it off. */
void power_cell_port(struct percpu *cpu, uint16_t port, uint8_t value);

/* Root accesses a power port. A wide access may also cover adjacent ports. */
void power_port(struct percpu *cpu, uint16_t port, unsigned size, bool write, uint32_t *value);

/* Root's CPU shut down (triple fault): resets the machine, as without a hypervisor. */
void __noreturn power_shutdown(struct percpu *cpu);

#endif
