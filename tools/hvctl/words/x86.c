// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stddef.h>

#include "config/reserve.h"
#include "words/arch.h"
#include "words/names.h"
#include "words/tables.h"

#define RCX 1

/* Exit codes of SVM (AMD64 APM volume 2, appendix C), exit reasons of VMX (Intel SDM 3, C). */
enum {
	EXIT_EXCEPTION = 0x40, /* first of 32: vector of the exception */
	EXIT_PORT = 0x7b,
	EXIT_MSR = 0x7c,
	EXIT_PAGE_FAULT = 0x400,
	VMX_PORT = BH_X86_VMX | 30,
	VMX_RDMSR = BH_X86_VMX | 31,
	VMX_WRMSR = BH_X86_VMX | 32,
	VMX_EPT_VIOLATION = BH_X86_VMX | 48,
	VMX_ENTRY_FAILED = BH_X86_VMX | 1u << 31, /* low bits: the reason (27.8) */
};

/* An access that caused a violation, decoded from SVM or VMX. */
struct access {
	bool write, fetch, by_walk, there;
};

static const struct {
	uint64_t code;
	const char *words;
} exits[] = {
	{ 0x52, "machine check" },
	{ 0x61, "NMI" },
	{ 0x63, "INIT" },
	{ 0x72, "CPUID" },
	{ 0x76, "INVD" },
	{ 0x7a, "INVLPGA" },
	{ 0x7f, "shutdown (a fault while it handled a double fault)" },
	{ 0x80, "VMRUN" },
	{ 0x81, "VMMCALL" },
	{ 0x82, "VMLOAD" },
	{ 0x83, "VMSAVE" },
	{ 0x84, "STGI" },
	{ 0x85, "CLGI" },
	{ 0x86, "SKINIT" },
	{ UINT32_MAX, "VM entry with a state that the CPU refuses" },
	{ BH_X86_VMX | 0, "exception" },
	{ BH_X86_VMX | 2, "shutdown (a fault while it handled a double fault)" },
	{ BH_X86_VMX | 10, "CPUID" },
	{ BH_X86_VMX | 13, "INVD" },
	{ BH_X86_VMX | 18, "VMCALL" },
	{ BH_X86_VMX | 28, "access to a control register" },
	{ VMX_ENTRY_FAILED | 33, "VM entry with a state that the CPU refuses" },
	{ VMX_ENTRY_FAILED | 41, "machine check at VM entry" },
	{ BH_X86_VMX | 49, "misconfigured second stage" },
	{ BH_X86_VMX | 55, "XSETBV" },
};

static const char *const names[16] = { "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
				       "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15" };

static void write_access(FILE *out, const char *fault, struct access access)
{
	fprintf(out, "%s: %s%s, %s", fault,
		access.fetch   ? "instruction fetch"
		: access.write ? "write"
			       : "read",
		access.by_walk ? " by its own table walk" : "",
		access.there ? "not permitted there" : "nothing is mapped there");
}

/*
 * Decodes a nested page fault (APM 2, 15.25.6). Bit 0: present, 1: write, 4: instruction fetch, 33:
 * guest page table walk.
 */
static struct access nested_page_fault(uint64_t info)
{
	return (struct access){ info >> 1 & 1, info >> 4 & 1, info >> 33 & 1, info & 1 };
}

/*
 * Decodes an EPT violation (SDM 3, table 28-7). Bits 0 to 2: kind of access, 3 to 5: rights of the
 * mapping, 7: the linear address is valid, 8: the access is to it (else a page table walk).
 */
static struct access ept_violation(uint64_t info)
{
	return (struct access){ info >> 1 & 1, info >> 2 & 1, (info >> 7 & 3) == 1, info >> 3 & 7 };
}

static void write_port(FILE *out, uint64_t info, bool in, bool string, unsigned int bytes)
{
	fprintf(out, "%s%s of %u byte%s at port 0x%x", string ? "string " : "",
		in ? "input" : "output", bytes, bytes == 1 ? "" : "s",
		(unsigned int)(info >> 16 & 0xffff));
}

/* Describes exits that have details beyond their name; false: no such exit. */
static bool write_detailed(FILE *out, uint64_t code, const struct bh_x86_failure *x86)
{
	uint64_t info = x86->info1;

	switch (code) {
	case EXIT_PAGE_FAULT:
		write_access(out, "nested page fault", nested_page_fault(info));
		return true;
	case VMX_EPT_VIOLATION:
		write_access(out, "EPT violation", ept_violation(info));
		return true;
	case EXIT_PORT: /* APM 2, 15.10.2 */
		write_port(out, info, info & 1, info & 1 << 2, info >> 4 & 7);
		return true;
	case VMX_PORT: /* SDM 3, table 28-5 */
		write_port(out, info, info & 1 << 3, info & 1 << 4, 1 + (info & 7));
		return true;
	case EXIT_MSR:
	case VMX_RDMSR:
	case VMX_WRMSR:
		fprintf(out, "%s of MSR 0x%" PRIx32,
			code == VMX_WRMSR || (code == EXIT_MSR && info & 1) ? "write" : "read",
			(uint32_t)x86->regs[RCX]);
		return true;
	}
	return false;
}

#define FIELD(field, offset, words) { offset, words },
#define SAME_OFFSET(field, offset, words) \
	_Static_assert(offsetof(struct bh_x86_platform, field) == (offset), #field);

X86_PLATFORM(SAME_OFFSET)

static const struct platform_field platform[] = { X86_PLATFORM(FIELD){ 0 } };

/* GRUB starts a variable with $. */
static void write_reserve_advice(FILE *out, const struct blob *blob)
{
	fputs("add '", out);
	if (!reserve_memmap_arguments(out, blob))
		fputs("memmap=SIZE$START", out);
	fputs("' to the kernel's command line (in GRUB's files, $ is written \\$) and reboot", out);
}

static void write_exception(FILE *out, const struct bh_failure *failure)
{
	unsigned int i;

	if (failure->reason == BH_STOP_HYPERVISOR_FAULT)
		fputs("the hypervisor was handling: ", out);
	if (write_detailed(out, failure->syndrome, &failure->x86))
		return;
	for (i = 0; i < COUNT(exits); i++) {
		if (exits[i].code == failure->syndrome) {
			fputs(exits[i].words, out);
			return;
		}
	}
	if (failure->syndrome - EXIT_EXCEPTION < 32)
		fprintf(out, "exception %u", (unsigned int)(failure->syndrome - EXIT_EXCEPTION));
	else
		fprintf(out, "exit %s 0x%" PRIx32,
			failure->syndrome & BH_X86_VMX ? "reason" : "code",
			(uint32_t)failure->syndrome);
}

/* The CPU reports neither the virtual address nor the guest's last exception. */
static void write_nothing(FILE *out, const struct bh_failure *failure)
{
	(void)out;
	(void)failure;
}

static void write_registers(FILE *out, const struct bh_failure *failure)
{
	const struct bh_x86_failure *x86 = &failure->x86;
	unsigned int i;

	for (i = 0; i < COUNT(names); i++)
		fprintf(out, "%s %-3s %016" PRIx64,
			i % 4 ? ""
			: i   ? "\n "
			      : " ",
			names[i], x86->regs[i]);
	fprintf(out,
		"\n  rip %016" PRIx64 " rflags %08" PRIx64 " cs %04" PRIx64 " (base %08" PRIx64
		") ss %04" PRIx64,
		x86->rip, x86->rflags, x86->cs, x86->cs_base, x86->ss);
	fprintf(out,
		"\n  cr0 %08" PRIx64 " cr2 %016" PRIx64 " cr3 %016" PRIx64 " cr4 %08" PRIx64
		" efer %04" PRIx64,
		x86->cr0, x86->cr2, x86->cr3, x86->cr4, x86->efer);
	fprintf(out,
		"\n  exit code %" PRIx64 " info %" PRIx64 " %" PRIx64 " guest address %016" PRIx64
		"\n",
		failure->syndrome, x86->info1, x86->info2, failure->fault_ipa);
}

static void json_registers(struct json *json, const struct bh_failure *failure)
{
	const struct bh_x86_failure *x86 = &failure->x86;
	unsigned int i;

	for (i = 0; i < COUNT(names); i++)
		json_hex(json, names[i], x86->regs[i]);
	json_hex(json, "rip", x86->rip);
	json_hex(json, "rflags", x86->rflags);
	json_hex(json, "cs", x86->cs);
	json_hex(json, "cs_base", x86->cs_base);
	json_hex(json, "ss", x86->ss);
	json_hex(json, "cr0", x86->cr0);
	json_hex(json, "cr2", x86->cr2);
	json_hex(json, "cr3", x86->cr3);
	json_hex(json, "cr4", x86->cr4);
	json_hex(json, "efer", x86->efer);
	json_hex(json, "exit_info_1", x86->info1);
	json_hex(json, "exit_info_2", x86->info2);
}

/* Violation: enum bh_stop_reason; fault: vector << 32 | error code. */
static void write_message(FILE *out, const struct bh_message *message)
{
	if (message->code == BH_MSG_VIOLATION)
		fputs(stop_reason_key(message->v[0]), out);
	else
		fprintf(out, "exception %" PRIu64 " (error code 0x%" PRIx32 ")",
			message->v[0] >> 32, (uint32_t)message->v[0]);
}

const struct arch_words arch_words_x86 = {
	.number = BH_ARCH_X86,
	.name = "x86",
	.cpu_id = "APIC ID",
	.irqs = "apic", /* the local APICs of its CPUs raise all interrupts of a cell */
	.platform = platform,
	.write_reserve_advice = write_reserve_advice,
	.write_exception = write_exception,
	.write_virtual = write_nothing,
	.write_guest_exception = write_nothing,
	.write_registers = write_registers,
	.json_registers = json_registers,
	.write_message = write_message,
};
