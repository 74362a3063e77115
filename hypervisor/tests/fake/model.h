/* SPDX-License-Identifier: GPL-2.0 */
/* Interfaces between the files of the fake architecture. */
#ifndef FAKE_MODEL_H
#define FAKE_MODEL_H

#include <arch/fake.h>

/* Returns where the byte at p lies in the memory behind the caches, which page-table walkers
 * read. */
void *fake_shadow_of(const void *p);
bool fake_is_ram(const void *p);

/* Fill the memory behind the caches of a page: what was there before the page was handed out. Fail
 * if a guest gets to see a page of the pool that was not cleaned as a whole since then. */
void fake_poison(void *page);
void fake_check_shown(paddr_t pa);

/* windows.c: tables of the hypervisor's own, for arm64's window.c. fake_window(): open a window and
 * return the page that a CPU finds through its TLB; fails if that is another one. */
void fake_windows_init(void);
void *fake_window(unsigned slot, paddr_t phys);
void fake_window_close(unsigned slot);
bool fake_window_is_open(unsigned slot);

/* Start the guests of all CPUs in boot->cpus. */
void fake_cpus_init(void);

/* Index of the CPU that executes now. */
unsigned fake_current(void);

/* Is another CPU in its guest in this table, where an access now would find a broken entry? */
bool fake_table_in_use(const struct page_table *pt);

/* On a CPU that executes its guest: run function in the hypervisor. */
void fake_enter_hypervisor(void (*function)(void *), void *argument);

#endif
