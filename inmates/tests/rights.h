/* SPDX-License-Identifier: GPL-2.0 */
#ifndef INMATE_RIGHTS_H
#define INMATE_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>

/* Jumps there, or near before it: may it not be fetched? What is there needn't be an instruction. */
bool rights_fetch_is_refused(uint64_t address);

#endif
