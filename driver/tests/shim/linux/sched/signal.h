/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_SCHED_SIGNAL_H
#define SHIM_SCHED_SIGNAL_H

#define fatal_signal_pending(task) 0
#define cond_resched() ((void)0)

#endif
