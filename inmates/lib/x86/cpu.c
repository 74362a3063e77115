// SPDX-License-Identifier: GPL-2.0
#include "cpu.h"
#include "args.h"
#include "console.h"
#include "data.h"
#include "exception.h"
#include "info.h"
#include "insn.h"
#include "irq.h"
#include "machine.h"
#include "percpu.h"

#define ICR_INIT 0x4500u
#define ICR_SIPI 0x4600u
#define START_MS 100

int main(void);
void boot_cpu_start(void);
void secondary_cpu_start(void);

uint32_t on_intel; /* not 0: vectors.S makes hypercalls by VMCALL */
bool apic_x2;
struct percpu percpu[MAX_CPUS];
char stacks[MAX_CPUS][STACK_BYTES] __attribute__((aligned(16)));
extern struct percpu *volatile starting;

uint64_t machine_argument(void)
{
	return boot_state.regs[7]; /* RDI */
}

static void enable_x2apic(void)
{
	wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_BASE_X2);
}

static void set_up_cpu(struct percpu *cpu)
{
	cpu->self = cpu;
	wrmsr(MSR_GS_BASE, (uint64_t)cpu);
	exception_init();
	if (apic_x2)
		enable_x2apic();
	cpu->id = apic_x2 ? apic_read(APIC_ID) : apic_read(APIC_ID) >> 24;
}

/* Called by entry.S on the boot CPU. */
void boot_cpu_start(void)
{
	data_init();
	set_up_cpu(&percpu[0]);
	on_intel = cpuid_vendor() == VENDOR_INTEL;
	info_init();
	if (args_has("x2apic") && cpuid_features() & CPUID_X2APIC) {
		enable_x2apic();
		apic_x2 = true;
	}
	console_init();
	main();
	finish();
}

/* Called by entry.S on secondary CPUs. */
void secondary_cpu_start(void)
{
	struct percpu *cpu = starting;

	set_up_cpu(cpu);
	starting = &percpu[0];
	cpu->function(cpu->argument);
	cpu_off();
}

/* One CPU at a time: entry.S reads its struct percpu from starting. */
int cpu_start(unsigned int index, void (*function)(void *argument), void *argument)
{
	struct percpu *cpu = &percpu[index];
	uint64_t end;

	if (index >= cpu_count())
		return -1;
	cpu->index = index;
	cpu->stack = (uint64_t)&stacks[index + 1];
	cpu->function = function;
	cpu->argument = argument;
	starting = cpu;
	apic_send((uint32_t)info()->cpu_ids[index], ICR_INIT);
	apic_send((uint32_t)info()->cpu_ids[index], ICR_SIPI | CELL_RAM_BASE >> 12);
	end = rdtsc() + info()->clock_hz / 1000 * START_MS;
	while (starting == cpu) {
		if (rdtsc() > end)
			return -1;
		cpu_relax();
	}
	return 0;
}

/* The CPU sends INIT to itself. It is then off: it waits for SIPI. */
void cpu_off(void)
{
	apic_send((uint32_t)this_cpu()->id, ICR_INIT);
	for (;;)
		cpu_wait();
}

unsigned int cpu_count(void)
{
	return info()->n_cpus < MAX_CPUS ? info()->n_cpus : MAX_CPUS;
}

unsigned int cpu_index(void)
{
	return (unsigned int)this_cpu()->index;
}

/* Doesn't use HLT: with interrupts disabled it would never wake. */
void cpu_wait(void)
{
	cpu_relax();
}

void cpu_relax(void)
{
	__asm__ volatile("pause" ::: "memory");
}

void cpu_irqs_enable(void)
{
	__asm__ volatile("sti" ::: "memory");
}

void cpu_irqs_disable(void)
{
	__asm__ volatile("cli" ::: "memory");
}

void cpu_sleep(void)
{
	__asm__ volatile("sti\n\thlt\n\tcli" ::: "memory");
}

/* Does nothing: entry.S has turned the MMU on. */
void mmu_enable(void)
{
}
