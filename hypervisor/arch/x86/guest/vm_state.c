// SPDX-License-Identifier: GPL-2.0
/* State of a guest's CPU at enable, at reset and in failure records: see vm.h. */
#include <arch/asm.h>
#include <arch/boot.h>
#include <arch/cpu.h>
#include <arch/descriptors.h>
#include <arch/insn_cache.h>
#include <arch/msr.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <hyp/string.h>

static uint32_t limit_of(uint16_t selector)
{
	uint32_t limit = 0;

	asm("lsl %1, %0" : "+r"(limit) : "r"((uint32_t)selector) : "cc");
	return limit;
}

static uint32_t rights_of(uint16_t selector)
{
	uint32_t rights = 0;

	asm("lar %1, %0" : "+r"(rights) : "r"((uint32_t)selector) : "cc");
	return rights >> 8 & 0xf0ff;
}

/* The base in a system descriptor (SDM 3A, 8.2.3). */
static uint64_t base_of(const struct descriptor_table *gdt, uint16_t selector)
{
	uint64_t d[2];

	memcpy(d, (const char *)gdt->base + (selector & ~7u), sizeof(d));
	return (d[0] >> 16 & 0xffffff) | (d[0] >> 56 & 0xff) << 24 | d[1] << 32;
}

/* Reads Linux's segments and descriptor tables. Code and data segments are flat: bases are 0. */
static void take_segments(struct vm_state *state)
{
	struct descriptor_table gdt, idt;
	uint16_t selectors[SEG_GDTR];

	asm volatile("sgdt %0\n\tsidt %1" : "=m"(gdt), "=m"(idt));
	asm volatile("mov %%es, %0\n\tmov %%cs, %1\n\tmov %%ss, %2\n\tmov %%ds, %3"
		     : "=m"(selectors[SEG_ES]), "=m"(selectors[SEG_CS]), "=m"(selectors[SEG_SS]),
		       "=m"(selectors[SEG_DS]));
	asm volatile("mov %%fs, %0\n\tmov %%gs, %1\n\tsldt %2\n\tstr %3"
		     : "=m"(selectors[SEG_FS]), "=m"(selectors[SEG_GS]), "=m"(selectors[SEG_LDTR]),
		       "=m"(selectors[SEG_TR]));
	for (unsigned i = 0; i < SEG_GDTR; i++) {
		state->segment[i].selector = selectors[i];
		state->segment[i].rights = RIGHTS_UNUSABLE;
		if (!(selectors[i] & ~3u))
			continue;
		state->segment[i].rights = rights_of(selectors[i]);
		state->segment[i].limit = limit_of(selectors[i]);
		if (i >= SEG_LDTR)
			state->segment[i].base = base_of(&gdt, selectors[i]);
	}
	state->segment[SEG_FS].base = rdmsr(MSR_FS_BASE);
	state->segment[SEG_GS].base = rdmsr(MSR_GS_BASE);
	state->segment[SEG_GDTR].base = gdt.base;
	state->segment[SEG_GDTR].limit = gdt.limit;
	state->segment[SEG_IDTR].base = idt.base;
	state->segment[SEG_IDTR].limit = idt.limit;
}

/* Drops requests for the previous guest, and what was cached of it. */
static void forget(struct percpu *cpu)
{
	cpu->arch.flush = cpu->arch.nmi = 0;
	cpu->arch.nmi_masked = cpu->arch.faulting = false;
	insn_cache_clear(cpu);
}

void vm_take(struct percpu *cpu, const struct linux_frame *found, uint64_t cr3, uint64_t cr4)
{
	struct vm_state state = { 0 };

	forget(cpu);
	take_segments(&state);
	state.reg[VM_RIP] = found->rip;
	state.reg[VM_RSP] = (uint64_t)(found + 1);
	state.reg[VM_RFLAGS] = found->rflags;
	state.reg[VM_CR0] = read_cr(0);
	state.reg[VM_CR2] = read_cr(2);
	state.reg[VM_CR3] = cr3;
	state.reg[VM_CR4] = cr4;
	state.reg[VM_EFER] = rdmsr(MSR_EFER);
	state.reg[VM_DR6] = read_dr(6);
	state.reg[VM_DR7] = read_dr(7);
	state.reg[VM_PAT] = rdmsr(MSR_PAT);
	vm->take(cpu, &state);
}

/* State after INIT and SIPI (APM 2, table 14-1; SDM 3A, table 10-1). The entry is below 4 GiB. */
static void reset_registers(struct percpu *cpu)
{
	uint64_t entry = cpu->public.entry, base = entry & ~PAGE_MASK;
	struct vm_state state = { 0 };

	for (unsigned i = 0; i < SEG_COUNT; i++) {
		state.segment[i].limit = 0xffff;
		state.segment[i].rights = RIGHTS_DATA;
	}
	state.segment[SEG_CS].selector = (uint16_t)(base >> 4);
	state.segment[SEG_CS].base = base;
	state.segment[SEG_CS].rights = RIGHTS_CODE16;
	state.segment[SEG_LDTR].rights = RIGHTS_LDT;
	state.segment[SEG_TR].rights = RIGHTS_TSS16;
	state.reg[VM_RIP] = entry & PAGE_MASK;
	state.reg[VM_RFLAGS] = RFLAGS_FIXED;
	state.reg[VM_CR0] = CR0_ET | CR0_CD | CR0_NW;
	state.reg[VM_DR6] = DR6_RESET;
	state.reg[VM_DR7] = 0x400;
	state.reg[VM_PAT] = PAT_RESET;
	vm->reset(cpu, &state);
}

void vm_reset(struct percpu *cpu, struct guest_regs *regs)
{
	forget(cpu);
	reset_registers(cpu);
	memset(regs->r, 0, sizeof(regs->r));
	regs->r[R_DX] = cpuid(1, 0).a; /* family, model, stepping */
	regs->r[R_DI] = cpu->public.argument;
	write_dr(0, 0);
	write_dr(1, 0);
	write_dr(2, 0);
	write_dr(3, 0);
	write_dr(6, DR6_RESET);
	write_cr(2, 0);
	fpu_reset();
	msr_reset();
}

void vm_record(const struct percpu *cpu, const struct guest_regs *regs, struct bh_failure *f)
{
	uint64_t *first = (uint64_t *)((char *)f + offsetof(struct bh_failure, x86.rip));

	memcpy(f->x86.regs, regs->r, sizeof(f->x86.regs));
	f->x86.regs[R_SP] = vm_get(cpu, VM_RSP);
	for (unsigned i = VM_RIP; i <= VM_CS_BASE; i++)
		first[i] = vm_get(cpu, i);
	vm->describe_exit(cpu, f);
}

_Static_assert(offsetof(struct bh_x86_failure, cs_base) - offsetof(struct bh_x86_failure, rip) ==
		       8 * VM_CS_BASE,
	       "registers in the record's order");
