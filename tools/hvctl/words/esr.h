/* SPDX-License-Identifier: GPL-2.0 */
/* Describes ESR_ELx (Arm ARM, D17.2.37 "ESR_EL2, Exception Syndrome Register"). */
#ifndef HVCTL_WORDS_ESR_H
#define HVCTL_WORDS_ESR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Writes, for example, "data abort: write of 8 bytes, translation fault at level 2". */
void write_esr(FILE *out, uint64_t esr);

/* Does FAR_ELx hold an address for this exception? */
bool esr_has_address(uint64_t esr);

#endif
