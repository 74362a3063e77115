/* SPDX-License-Identifier: GPL-2.0 */
/* hvctl check: what CPUs offer, as the module has measured it, and their errata. */
#ifndef HVCTL_CMD_CHECK_CPUS_H
#define HVCTL_CMD_CHECK_CPUS_H

#include <bulkhead/ioctl.h>

#include "base/json.h"

/* A line for each kind of CPU, and one for each of its errata that the user should know. */
void write_check_cpus(const struct bh_ioc_check *check);
/* The same, as the arrays "cpus" and "warnings". */
void json_check_cpus(struct json *json, const struct bh_ioc_check *check);

#endif
