/* SPDX-License-Identifier: GPL-2.0 */
/* For assembly only: save and restore registers pair by pair. */
#ifndef ARCH_ASM_H
#define ARCH_ASM_H

/* clang-format off */
	.altmacro

.macro register_pair op, first, second, base, at
	\op	x\first, x\second, [\base, #\at]
.endm

/* Stores (op = stp) or loads (op = ldp) registers x<first> to x<last>; x<first> is at base + at. */
.macro register_pairs op, first, last, base, at
	.set	pair, \first
	.rept	(\last - \first + 1) / 2
	register_pair \op, %pair, %(pair + 1), \base, %(\at + 8 * (pair - \first))
	.set	pair, pair + 2
	.endr
.endm

#endif
