/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_STOP_MACHINE_H
#define SHIM_STOP_MACHINE_H

/* test_leave.c: runs function on each CPU in turn. */
int stop_machine(int (*function)(void *), void *argument, const void *cpus);

#endif
