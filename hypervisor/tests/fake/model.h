/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of the fake architecture. */
#ifndef FAKE_MODEL_H
#define FAKE_MODEL_H

#include <arch/fake.h>

/* The same place in the memory behind the caches; for page tables: as walkers see it. */
void *fake_shadow_of(const void *p);
bool fake_is_ram(const void *p);

/* All CPUs of boot->cpus execute their guests from now on. */
void fake_cpus_init(void);

/* Index of the CPU that executes now. */
unsigned fake_current(void);

/* Would a guest access on another CPU in this table meet the gap of a break now? */
bool fake_table_in_use(const struct page_table *pt);

/* On the CPU that executes its guest: run function in the hypervisor. */
void fake_enter_hypervisor(void (*function)(void *), void *argument);

#endif
