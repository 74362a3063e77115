/* SPDX-License-Identifier: GPL-2.0 */
/* Replaces arm64's header: accesses to registers of the model GIC (gic_model.c). */
#ifndef ARCH_SYSREG_H
#define ARCH_SYSREG_H

#include <hyp/types.h>

uint64_t model_read_sysreg(const char *name);
void model_write_sysreg(const char *name, uint64_t value);
uint64_t model_read(const volatile void *reg, unsigned size);
void model_write(volatile void *reg, unsigned size, uint64_t value);

#define read_sysreg(name) model_read_sysreg(#name)
#define write_sysreg(value, name) model_write_sysreg(#name, value)

#define NUMBERS_16 16u
const char *model_name(const char *prefix, unsigned numbers, const char *suffix, unsigned n);
#define read_sysreg_n(prefix, numbers, suffix, n) \
	model_read_sysreg(model_name(#prefix, numbers, #suffix, n))
#define write_sysreg_n(value, prefix, numbers, suffix, n) \
	model_write_sysreg(model_name(#prefix, numbers, #suffix, n), value)

#define isb() ((void)0)
#define dsb(scope) ((void)0)
#define dmb(scope) model_step()
#define tlbi(op) model_tlbi()
#define tlbi_by(op, value) ((void)(value), model_tlbi())
#define wfi() model_wfi()
#define sev() model_sev()

/* Where another CPU's steps can come between two of this one: before atomic accesses, entries of
 * tables, and writes that make the kick pending or not. See struct model_hooks. */
void model_step(void);
void model_tlbi(void);
void model_wfi(void);
void model_sev(void);
#define __atomic_store_n(...) (model_step(), __atomic_store_n(__VA_ARGS__))
#define __atomic_load_n(...) (model_step(), __atomic_load_n(__VA_ARGS__))

#define read8(reg) ((uint8_t)model_read(reg, 1))
#define read32(reg) ((uint32_t)model_read(reg, 4))
#define read64(reg) model_read(reg, 8)
#define write8(reg, value) model_write(reg, 1, value)
#define write32(reg, value) model_write(reg, 4, value)
#define write64(reg, value) model_write(reg, 8, value)

#endif
