/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_CPUMASK_H
#define SHIM_CPUMASK_H

#define cpu_online_mask NULL

#endif
