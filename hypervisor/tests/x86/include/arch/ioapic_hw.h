/* SPDX-License-Identifier: GPL-2.0 */
/* The model's I/O APICs. */
#ifndef ARCH_IOAPIC_HW_H
#define ARCH_IOAPIC_HW_H

#include <stdint.h>

uint32_t ioapic_hw_read(unsigned chip, uint32_t index);
void ioapic_hw_write(unsigned chip, uint32_t index, uint32_t value);

#endif
