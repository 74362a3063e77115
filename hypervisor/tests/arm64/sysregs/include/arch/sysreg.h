/* SPDX-License-Identifier: GPL-2.0 */
/* Replaces arm64's header: accesses to the model's registers (model.c), by name or encoding. */
#ifndef ARCH_SYSREG_H
#define ARCH_SYSREG_H

#include <hyp/types.h>

#define _STR(...) #__VA_ARGS__
#define STR(...) _STR(__VA_ARGS__)

uint64_t model_read(const char *name);
void model_write(const char *name, uint64_t value);
void model_clear(const char *names);
void model_clear_points(const char *kind, unsigned last);
const char *model_name(const char *prefix, const char *numbers, const char *suffix, unsigned n);
void model_isb(void);
void model_drain(void);

#define read_sysreg(name) model_read(STR(name))
#define write_sysreg(value, name) model_write(STR(name), value)
#define clear_sysregs(...) model_clear(STR(__VA_ARGS__))

#define NUMBERS_16 "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15"
#define read_sysreg_n(prefix, numbers, suffix, n) \
	model_read(model_name(STR(prefix), numbers, STR(suffix), n))
#define write_sysreg_n(value, prefix, numbers, suffix, n) \
	model_write(model_name(STR(prefix), numbers, STR(suffix), n), value)

#define clear_points(kind, last) model_clear_points(kind, last)
#define clear_vectors() ((void)0)
#define tlbi_guests() ((void)0)
#define drain_buffers() model_drain()
#define isb() model_isb()
#define dsb(scope) ((void)0)
#define dmb(scope) ((void)0)

#endif
