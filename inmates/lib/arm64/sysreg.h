/* SPDX-License-Identifier: GPL-2.0 */
#ifndef INMATE_SYSREG_H
#define INMATE_SYSREG_H

#include <stdint.h>

#define sysreg_read(name)                                                    \
	({                                                                   \
		uint64_t value_;                                             \
		__asm__ volatile("mrs %0, " #name : "=r"(value_)::"memory"); \
		value_;                                                      \
	})
#define sysreg_write(name, value) \
	__asm__ volatile("msr " #name ", %x0" ::"rZ"((uint64_t)(value)) : "memory")

#define isb() __asm__ volatile("isb" ::: "memory")
#define dsb() __asm__ volatile("dsb sy" ::: "memory")

/* Affinity fields Aff3..Aff0 at their positions in MPIDR_EL1. */
#define MPIDR_AFFINITY 0xff00ffffffull

#endif
