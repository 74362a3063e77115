/* SPDX-License-Identifier: GPL-2.0 */
#ifndef INMATE_RIGHTS_H
#define INMATE_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Executes at or just before the address. Returns whether the fetch faulted; any
 * content is allowed.
 */
bool rights_fetch_is_refused(uint64_t address);

#endif
