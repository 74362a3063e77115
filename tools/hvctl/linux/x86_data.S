/* SPDX-License-Identifier: GPL-2.0 */
/* The code of x86_stub.S, as data for hvctl on any architecture. */
	.section .rodata
	.globl	linux_x86_stub
	.type	linux_x86_stub, %object
linux_x86_stub:
	.incbin	"x86_stub.bin"
	.size	linux_x86_stub, . - linux_x86_stub
	.section .note.GNU-stack, "", %progbits
