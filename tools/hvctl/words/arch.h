/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between architectures in messages; words/arm64.c and words/x86.c define it. */
#ifndef HVCTL_WORDS_ARCH_H
#define HVCTL_WORDS_ARCH_H

#include <bulkhead/hypercall.h>
#include <bulkhead/ring.h>
#include <stdio.h>

#include "base/json.h"
#include "config/architectures.h"
#include "config/blob.h"

struct platform_field {
	uint32_t offset; /* offset in the platform struct, in bytes */
	const char *words;
};

struct arch_words {
	uint16_t number;		       /* BH_ARCH_* */
	const char *name;		       /* the architecture's name in file names */
	const char *cpu_id;		       /* the words for bh_cpu.hw_id */
	const char *irqs;		       /* how cells get interrupts; NULL: by irq_mode */
	const struct platform_field *platform; /* ascending; the last one has no words */

	/* Writes how to make Linux leave the memory of a config alone. blob may be NULL. */
	void (*write_reserve_advice)(FILE *out, const struct blob *blob);

	/* Writes the exception or exit that stopped a cell: "data abort: write of 8 bytes, ..." */
	void (*write_exception)(FILE *out, const struct bh_failure *failure);
	/* Writes the virtual address of an access, if it is known and not the guest address. */
	void (*write_virtual)(FILE *out, const struct bh_failure *failure);
	/* Writes a line about the last exception that the guest itself took, if there is one. */
	void (*write_guest_exception)(FILE *out, const struct bh_failure *failure);
	void (*write_registers)(FILE *out, const struct bh_failure *failure);
	void (*json_registers)(struct json *json, const struct bh_failure *failure);
	/*
	 * Writes the first value of the messages BH_MSG_VIOLATION and BH_MSG_HYPERVISOR_FAULT in
	 * words.
	 */
	void (*write_message)(FILE *out, const struct bh_message *message);
};

#define DECLARE_WORDS(arch, ...) extern const struct arch_words arch_words_##arch;
ARCHITECTURES(DECLARE_WORDS)
#undef DECLARE_WORDS

/* Returns the words of this machine's architecture. */
const struct arch_words *arch_words(void);

/* Returns the words of an architecture (BH_ARCH_*); of this machine's for an unknown number. */
const struct arch_words *arch_words_of(uint16_t number);

#endif
