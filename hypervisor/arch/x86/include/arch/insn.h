/* SPDX-License-Identifier: GPL-2.0 */
/* Instructions that access emulated registers, decoded (AMD64 APM volume 3). */
#ifndef ARCH_INSN_H
#define ARCH_INSN_H

#include <hyp/types.h>

#define INSN_MAX 15u /* bytes of the longest instruction */

struct insn {
	uint8_t length;	 /* in bytes */
	uint8_t size;	 /* of the access to memory: 1, 2, 4, 8 */
	uint8_t reg;	 /* the other operand: register number ... */
	uint8_t to_size; /* ... and what of it a load writes: 1, 2, 4, 8 */
	bool high_byte;	 /* AH, CH, DH or BH: reg is the number without 4 */
	bool write;	 /* to memory */
	bool immediate;	 /* not a register but this value is written */
	bool sign;	 /* a load extends the sign */
	uint64_t value;
};

/*
 * Pure. mode: 16, 32, 64 (see struct vm_ops). False: not a plain move between
 * memory and a register or immediate, or longer than count bytes. What is
 * decoded is what a CPU would have executed.
 */
bool insn_decode(const uint8_t *bytes, unsigned count, unsigned mode, struct insn *insn);

#endif
