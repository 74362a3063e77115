/* SPDX-License-Identifier: GPL-2.0 */
/* Decoder of instructions that access emulated registers (AMD64 APM volume 3). */
#ifndef ARCH_INSN_H
#define ARCH_INSN_H

#include <hyp/types.h>

#define INSN_MAX 15u /* bytes of the longest instruction */

struct insn {
	uint8_t length;	 /* in bytes */
	uint8_t size;	 /* of the memory operand: 1, 2, 4 or 8 bytes */
	uint8_t reg;	 /* number of the register operand */
	uint8_t to_size; /* bytes of the register that a load writes: 1, 2, 4 or 8 */
	bool high_byte;	 /* AH, CH, DH or BH; reg is AX, CX, DX or BX */
	bool write;	 /* stores to memory */
	bool immediate;	 /* stores `value`, not a register */
	bool sign;	 /* a load extends the sign */
	uint64_t value;
};

/*
 * Pure. mode: 16, 32 or 64 (see struct vm_ops). False: no plain move between memory and a register
 * or immediate, or longer than count bytes. A decoded instruction is the one that a CPU would have
 * executed.
 */
bool insn_decode(const uint8_t *bytes, unsigned count, unsigned mode, struct insn *insn);

#endif
