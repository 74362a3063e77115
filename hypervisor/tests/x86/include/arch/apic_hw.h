/* SPDX-License-Identifier: GPL-2.0 */
/* The model's local APIC. */
#ifndef ARCH_APIC_HW_H
#define ARCH_APIC_HW_H

#include <stdint.h>

uint32_t apic_hw_read(unsigned offset);
void apic_hw_write(unsigned offset, uint32_t value);

#endif
