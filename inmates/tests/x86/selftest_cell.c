// SPDX-License-Identifier: GPL-2.0
/* The machine as seen by the cell: CPUID, MSRs, ports, other CPUs. */
#include "cpu.h"
#include "info.h"
#include "insn.h"
#include "irq.h"
#include "msr.h"
#include "percpu.h"
#include "selftest.h"
#include "timer.h"

#define EFER 0xc0000080
#define EFER_SVME (1u << 12)
#define VM_CR 0xc0010114
#define VM_HSAVE_PA 0xc0010117
#define FEATURE_CONTROL 0x3a
#define APIC_BASE_MSR 0x1b
#define APIC_ENABLED (1u << 11)
#define APIC_BOOT_CPU (1u << 8)
#define CLOCK_PORT 0x70

/* Checks CPUID: no guest has SVM or VMX. */
void selftest_identification(void)
{
	struct cpuid svm = cpuid_get(0x8000000a, 0);
	uint64_t value = 0, efer = 0;

	expect("id-vmx", cpuid_get(1, 0).c & (1u << 5 | 1u << 6), 0);
	expect("id-svm", cpuid_get(0x80000001, 0).c & (1u << 2 | 1u << 12), 0);
	expect("id-svm-features", svm.a | svm.b | svm.c | svm.d, 0);
	expect("id-apic", cpuid_get(1, 0).b >> 24, info()->cpu_ids[0]);
	expect("id-osxsave", cpuid_get(1, 0).c & 1u << 27, 0);
	msr_probe_read(EFER, &efer);
	expect("efer-svme", efer & EFER_SVME, 0);
	msr_probe_write(EFER, efer | EFER_SVME);
	msr_probe_read(EFER, &value);
	expect("efer-svme-stays", value, efer);
	report(msr_probe_write(EFER, efer | 1ull << 40), "efer-reserved", "refused");
	report(msr_probe_read(VM_HSAVE_PA, &value), "no-hsave", "refused");
	report(msr_probe_write(VM_CR, 0), "no-vm_cr", "refused");
	report(msr_probe_read(FEATURE_CONTROL, &value), "no-feature_control", "refused");
}

/* Checks ports and MSRs of the firmware: all are absent, except the MSR of the local APIC's base
 * and a clock chip that stores writes. */
void selftest_firmware(void)
{
	uint64_t base = 0;

	msr_probe_read(APIC_BASE_MSR, &base);
	expect("apic-base", base, APIC_BASE | APIC_ENABLED | APIC_BOOT_CPU);
	if (info_native())
		return;
	outb(CLOCK_PORT, 0x0d);
	outb(CLOCK_PORT + 1, 0x5a);
	expect("clock", inb(CLOCK_PORT + 1), 0x5a);
	report(msr_probe_write(APIC_BASE_MSR, APIC_BASE), "apic-stays-on", "refused");
	report(msr_probe_write(APIC_BASE_MSR, base + 0x1000), "apic-stays", "refused");
}

static volatile unsigned int rung;

static void on_ring(unsigned int irq)
{
	(void)irq;
	rung++;
}

static void second(void *boot_cpu)
{
	ipi_send((unsigned int)(uint64_t)boot_cpu, 2);
}

void selftest_interrupts(void)
{
	uint64_t end = clock_now() + clock_hz();

	expect("apic-id", apic_read(APIC_ID) >> 24, this_cpu()->id);
	irq_enable(3, on_ring);
	irq_set_pending(3);
	cpu_irqs_enable();
	while (!rung && clock_now() < end)
		cpu_relax();
	expect("self-pending", rung, 1);
	irq_enable(2, on_ring);
	if (cpu_count() > 1) {
		expect("second-on", (uint64_t)cpu_start(1, second, 0), 0);
		while (rung < 2 && clock_now() < end)
			cpu_relax();
		expect("second-rings", rung, 2);
	}
	cpu_irqs_disable();
}
