// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>

#include "words/cpu_record.h"
#include "words/esr.h"

static void what(FILE *out, const struct bh_failure *failure)
{
	bool own = failure->reason == BH_STOP_HYPERVISOR_FAULT;

	if (own)
		fputs("the hypervisor's own exception: ", out);
	write_esr(out, failure->syndrome);
	if (own && esr_has_address(failure->syndrome))
		fprintf(out, ", address 0x%" PRIx64 " of its own", failure->fault_va);
}

static void address(FILE *out, const struct bh_failure *failure)
{
	if (failure->fault_va != failure->fault_ipa)
		fprintf(out, " (virtual 0x%" PRIx64 ")", failure->fault_va);
}

/* The cell's own last exception: often the first step of what went wrong. */
static void before(FILE *out, const struct bh_failure *failure)
{
	if (failure->arm64.guest_syndrome == 0)
		return;
	fprintf(out, "  its own last exception, from pc 0x%" PRIx64 ": ", failure->arm64.guest_elr);
	write_esr(out, failure->arm64.guest_syndrome);
	fputc('\n', out);
}

static void registers(FILE *out, const struct bh_failure *failure)
{
	unsigned int i;

	for (i = 0; i < 31; i++)
		fprintf(out, "%s x%-2u %016" PRIx64,
			i % 4 ? ""
			: i   ? "\n "
			      : " ",
			i, failure->arm64.regs[i]);
	fprintf(out, "\n  pc  %016" PRIx64 " pstate %08" PRIx64, failure->pc,
		failure->arm64.pstate);
	fprintf(out, "\n  sp_el0 %016" PRIx64 " sp_el1 %016" PRIx64, failure->arm64.sp_el0,
		failure->arm64.sp_el1);
	fprintf(out, "\n  esr_el2 %08" PRIx64 " far_el2 %016" PRIx64 " guest address %016" PRIx64,
		failure->syndrome, failure->fault_va, failure->fault_ipa);
	fprintf(out, "\n  esr_el1 %08" PRIx64 " elr_el1 %016" PRIx64, failure->arm64.guest_syndrome,
		failure->arm64.guest_elr);
	fprintf(out, "\n  vbar_el1 %016" PRIx64 " sctlr_el1 %016" PRIx64 "\n",
		failure->arm64.guest_vbar, failure->arm64.guest_sctlr);
}

static void json(struct json *json, const struct bh_failure *failure)
{
	char name[4];
	unsigned int i;

	for (i = 0; i < 31; i++) {
		snprintf(name, sizeof(name), "x%u", i);
		json_hex(json, name, failure->arm64.regs[i]);
	}
	json_hex(json, "pstate", failure->arm64.pstate);
	json_hex(json, "sp_el0", failure->arm64.sp_el0);
	json_hex(json, "sp_el1", failure->arm64.sp_el1);
	json_hex(json, "esr_el1", failure->arm64.guest_syndrome);
	json_hex(json, "elr_el1", failure->arm64.guest_elr);
	json_hex(json, "vbar_el1", failure->arm64.guest_vbar);
	json_hex(json, "sctlr_el1", failure->arm64.guest_sctlr);
}

static void message(FILE *out, const struct bh_message *message)
{
	write_esr(out, message->v[0]);
}

const struct cpu_record cpu_record_arm64 = { what, address, before, registers, json, message };
