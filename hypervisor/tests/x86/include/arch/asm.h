/* SPDX-License-Identifier: GPL-2.0 */
/* The real constants; the model replaces the CPU's instructions. */
#ifndef MODEL_ASM_H
#define MODEL_ASM_H

#define rdmsr real_rdmsr
#define wrmsr real_wrmsr
#define cpuid(leaf, subleaf) real_cpuid(leaf, subleaf)
#define port_in real_port_in
#define port_out real_port_out
#define vmload real_vmload
#define xgetbv real_xgetbv
#include_next <arch/asm.h>
#undef rdmsr
#undef wrmsr
#undef cpuid
#undef port_in
#undef port_out
#undef vmload
#undef xgetbv
#undef read_cr
#undef write_cr
#undef read_dr
#undef write_dr
#define read_cr(n) model_cr[n]
#define write_cr(n, v) ((void)(model_cr[n] = (v)))
#define read_dr(n) 0ull
#define write_dr(n, v) ((void)(v))

extern uint64_t model_cr[9], model_xcr0;
#define xgetbv() model_xcr0
uint64_t rdmsr(uint32_t msr);
void wrmsr(uint32_t msr, uint64_t value);
struct cpuid cpuid(uint32_t leaf, uint32_t subleaf);
uint32_t port_in(uint16_t port, unsigned size);
void port_out(uint16_t port, unsigned size, uint32_t value);
static inline void vmload(uint64_t pa)
{
	(void)pa;
}

#endif
