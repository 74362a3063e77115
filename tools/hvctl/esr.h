/* SPDX-License-Identifier: GPL-2.0 */
/* ESR_ELx in words (Arm ARM, D17.2.37 "ESR_EL2, Exception Syndrome Register"). */
#ifndef HVCTL_ESR_H
#define HVCTL_ESR_H

#include <stdint.h>
#include <stdio.h>

/* "data abort from a lower exception level: write of 8 bytes, translation fault at level 2" */
void write_esr(FILE *out, uint64_t esr);

#endif
