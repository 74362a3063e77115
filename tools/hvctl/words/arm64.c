// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stddef.h>

#include "config/reserve.h"
#include "words/arch.h"
#include "words/esr.h"
#include "words/tables.h"

#define FIELD(field, offset, words) { offset, words },
#define SAME_OFFSET(field, offset, words) \
	_Static_assert(offsetof(struct bh_arm64_platform, field) == (offset), #field);

ARM64_PLATFORM(SAME_OFFSET)

static const struct platform_field platform[] = { ARM64_PLATFORM(FIELD){ 0 } };

static void write_reserve_advice(FILE *out, const struct blob *blob)
{
	uint64_t bytes;

	if (reserve_mem_argument(blob, &bytes))
		fprintf(out, "add 'mem=%" PRIu64 "M' to the kernel's command line and reboot, or ",
			bytes >> 20);
	fputs("reserve it in the device tree (reserved-memory with no-map)", out);
}

static void write_exception(FILE *out, const struct bh_failure *failure)
{
	bool own = failure->reason == BH_STOP_HYPERVISOR_FAULT;

	if (own)
		fputs("the hypervisor's own exception: ", out);
	write_esr(out, failure->syndrome);
	if (own && esr_has_address(failure->syndrome))
		fprintf(out, ", hypervisor address 0x%" PRIx64, failure->fault_va);
}

static void write_virtual(FILE *out, const struct bh_failure *failure)
{
	if (failure->fault_va != failure->fault_ipa)
		fprintf(out, " (virtual 0x%" PRIx64 ")", failure->fault_va);
}

/* Writes the guest's own last exception, which is often the first step of what went wrong. */
static void write_guest_exception(FILE *out, const struct bh_failure *failure)
{
	if (failure->arm64.guest_syndrome == 0)
		return;
	fprintf(out, "  the guest's own last exception, from pc 0x%" PRIx64 ": ",
		failure->arm64.guest_elr);
	write_esr(out, failure->arm64.guest_syndrome);
	fputc('\n', out);
}

static void write_registers(FILE *out, const struct bh_failure *failure)
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

static void json_registers(struct json *json, const struct bh_failure *failure)
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

static void write_message(FILE *out, const struct bh_message *message)
{
	write_esr(out, message->v[0]);
}

const struct arch_words arch_words_arm64 = {
	.number = BH_ARCH_ARM64,
	.name = "arm64",
	.cpu_id = "MPIDR",
	.platform = platform,
	.write_reserve_advice = write_reserve_advice,
	.write_exception = write_exception,
	.write_virtual = write_virtual,
	.write_guest_exception = write_guest_exception,
	.write_registers = write_registers,
	.json_registers = json_registers,
	.write_message = write_message,
};
