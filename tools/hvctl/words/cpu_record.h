/* SPDX-License-Identifier: GPL-2.0 */
/* What a CPU left behind when its cell failed: the architecture's part of that, in words. */
#ifndef HVCTL_WORDS_CPU_RECORD_H
#define HVCTL_WORDS_CPU_RECORD_H

#include <bulkhead/hypercall.h>
#include <bulkhead/ring.h>
#include <stdio.h>

#include "base/json.h"

struct cpu_record {
	/* "data abort: write of 8 bytes, ..." */
	void (*what)(FILE *out, const struct bh_failure *failure);
	/* Behind the guest address: the virtual one, if it is known and another. */
	void (*address)(FILE *out, const struct bh_failure *failure);
	/* A line about what the guest itself had seen before, if anything. */
	void (*before)(FILE *out, const struct bh_failure *failure);
	void (*registers)(FILE *out, const struct bh_failure *failure);
	void (*json)(struct json *json, const struct bh_failure *failure);
	/* The first value of BH_MSG_VIOLATION and BH_MSG_EL2_FAULT. */
	void (*message)(FILE *out, const struct bh_message *message);
};

extern const struct cpu_record cpu_record_arm64, cpu_record_x86;

/* This machine's. */
const struct cpu_record *cpu_record(void);

#endif
