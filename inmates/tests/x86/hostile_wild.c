// SPDX-License-Identifier: GPL-2.0
/* Instructions that exit to the hypervisor or never complete. */
#include "args.h"
#include "cpu.h"
#include "hostile_arch.h"
#include "hypercall.h"
#include "insn.h"

void attack_calls(void)
{
	uint64_t count = args_get_u64("count", 20000);
	unsigned int taken = 0;

	for (uint64_t i = 0; i < count && keep_going(); i++) {
		uint64_t function = random64() >> (random64() & 63);

		/* These succeed in any cell, or end it. */
		if (function >= BH_HC_VERSION && function < BH_HC_CELL_CREATE)
			continue;
		taken += hypercall((uint32_t)function, random64(), random64(), random64()) >= 0;
	}
	report(!taken, "calls", "%u were answered", taken);
}

typedef void (*probe_function_t)(void *argument);

static void run_vmrun(void *argument)
{
	__asm__ volatile("vmrun %%rax" ::"a"(argument) : "memory");
}

static void run_vmload(void *argument)
{
	__asm__ volatile("vmload %%rax" ::"a"(argument) : "memory");
}

static void run_vmsave(void *argument)
{
	__asm__ volatile("vmsave %%rax" ::"a"(argument) : "memory");
}

static void run_stgi(void *argument)
{
	(void)argument;
	__asm__ volatile("stgi");
}

static void run_clgi(void *argument)
{
	(void)argument;
	__asm__ volatile("clgi");
}

static void run_skinit(void *argument)
{
	__asm__ volatile("skinit %%eax" ::"a"(argument));
}

static void run_invlpga(void *argument)
{
	__asm__ volatile("invlpga %%rax, %%ecx" ::"a"(argument), "c"(0));
}

static void run_ud2(void *argument)
{
	(void)argument;
	__asm__ volatile("ud2");
}

static void run_int3(void *argument)
{
	(void)argument;
	__asm__ volatile("int3");
}

static void run_icebp(void *argument)
{
	(void)argument;
	__asm__ volatile(".byte 0xf1");
}

/* The other vendor's hypercall instruction. */
static void run_foreign_call(void *argument)
{
	(void)argument;
	if (cpuid_vendor() == VENDOR_INTEL)
		__asm__ volatile("vmmcall");
	else
		__asm__ volatile("vmcall");
}

static void run_vmxon(void *argument)
{
	__asm__ volatile("vmxon (%0)" ::"r"(argument) : "cc", "memory");
}

static void run_vmclear(void *argument)
{
	__asm__ volatile("vmclear (%0)" ::"r"(argument) : "cc", "memory");
}

static void run_vmptrld(void *argument)
{
	__asm__ volatile("vmptrld (%0)" ::"r"(argument) : "cc", "memory");
}

static void run_vmptrst(void *argument)
{
	__asm__ volatile("vmptrst (%0)" ::"r"(argument) : "cc", "memory");
}

static void run_vmread(void *argument)
{
	__asm__ volatile("vmread %1, (%0)" ::"r"(argument), "r"(0ul) : "cc", "memory");
}

static void run_vmwrite(void *argument)
{
	__asm__ volatile("vmwrite (%0), %1" ::"r"(argument), "r"(0ul) : "cc", "memory");
}

static void run_vmlaunch(void *argument)
{
	(void)argument;
	__asm__ volatile("vmlaunch" ::: "cc", "memory");
}

static void run_vmresume(void *argument)
{
	(void)argument;
	__asm__ volatile("vmresume" ::: "cc", "memory");
}

static void run_vmxoff(void *argument)
{
	(void)argument;
	__asm__ volatile("vmxoff" ::: "cc", "memory");
}

static void run_invept(void *argument)
{
	__asm__ volatile("invept (%0), %1" ::"r"(argument), "r"(2ul) : "cc", "memory");
}

static void run_invvpid(void *argument)
{
	__asm__ volatile("invvpid (%0), %1" ::"r"(argument), "r"(2ul) : "cc", "memory");
}

static void run_vmfunc(void *argument)
{
	(void)argument;
	__asm__ volatile("vmfunc" ::"a"(0), "c"(0) : "memory");
}

static void run_getsec(void *argument)
{
	(void)argument;
	__asm__ volatile("getsec" ::"a"(0), "b"(0) : "memory");
}

static void all_fault(const char *name, const probe_function_t *functions, unsigned int n)
{
	static char page[4096] __attribute__((aligned(4096)));
	unsigned int bad = 0;

	for (unsigned int i = 0; i < n; i++) {
		if (probe_call(functions[i], page))
			continue;
		detail("number %u came through", i);
		bad++;
	}
	report(!bad, name, "%u of %u came through", bad, n);
}

void attack_svm(void)
{
	static const probe_function_t functions[] = {
		run_vmrun, run_vmload, run_vmsave, run_stgi, run_clgi, run_skinit, run_invlpga,
	};

	all_fault("svm", functions, sizeof(functions) / sizeof(functions[0]));
}

void attack_vmx(void)
{
	static const probe_function_t functions[] = {
		run_vmxon,   run_vmclear,  run_vmptrld,	 run_vmptrst, run_vmread,
		run_vmwrite, run_vmlaunch, run_vmresume, run_vmxoff,  run_invept,
		run_invvpid, run_vmfunc,   run_getsec,
	};

	all_fault("vmx", functions, sizeof(functions) / sizeof(functions[0]));
}

void attack_undefined(void)
{
	static const probe_function_t functions[] = { run_ud2, run_int3, run_icebp,
						      run_foreign_call };

	all_fault("undefined", functions, sizeof(functions) / sizeof(functions[0]));
}

#define CR4_OSXSAVE (1ul << 18)
#define XCR0_X87_SSE 3ul

static void set_xcr0(void *value)
{
	uint64_t bits = (uint64_t)value;

	__asm__ volatile("xsetbv" ::"a"((uint32_t)bits), "d"((uint32_t)(bits >> 32)), "c"(0));
}

static uint64_t xcr0(void)
{
	uint32_t low, high;

	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (uint64_t)high << 32 | low;
}

/* Writes XCR0. Values that lack x87 or set undefined bits must raise #GP. */
void attack_xcr0(void)
{
	static const uint64_t wrong[] = { 0, 2, 1ul << 62, ~0ul };
	unsigned int refused = 0, taken = 0;
	uint64_t cr4;

	if (cpuid_features() & CPUID_XSAVE) {
		__asm__ volatile("mov %%cr4, %0\n\tor %1, %0\n\tmov %0, %%cr4"
				 : "=&r"(cr4)
				 : "r"(CR4_OSXSAVE));
		for (uint64_t value = 1; value <= XCR0_X87_SSE; value += 2)
			refused += probe_call(set_xcr0, (void *)value) || xcr0() != value;
		for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
			taken += !probe_call(set_xcr0, (void *)wrong[i]) || xcr0() != XCR0_X87_SSE;
	}
	report(!refused && !taken, "xcr0", "%u right ones refused, %u wrong ones taken", refused,
	       taken);
}

/* A triple fault: the CPU shuts down. */
void attack_shutdown(void)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) none = { 0, 0 };

	__asm__ volatile("lidt %0\n\tud2" ::"m"(none));
}

void attack_halt(void)
{
	cpu_irqs_disable();
	for (;;)
		__asm__ volatile("hlt");
}

#define MSR_EFER 0xc0000080
#define EFER_LMSLE (1ul << 13)

static void set_lmsle(void *argument)
{
	(void)argument;
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_LMSLE);
}

/* Emulated CPUs accept the bit and then refuse to enter the guest. Others raise #GP, or have it. */
void attack_efer(void)
{
	probe_call(set_lmsle, NULL);
	attack_shutdown();
}

/* A code segment that is 64-bit and 32-bit at once: CPUs raise #GP, but emulated ones load it and
 * then refuse to enter the guest. */
static void load_code(void *argument)
{
	static const uint64_t gdt[] = { 0, 0x00ef9b000000ffff };
	static struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) table = { sizeof(gdt) - 1, 0 };

	(void)argument;
	table.base = (uint64_t)gdt;
	__asm__ volatile("lgdt %0\n\tpushq $8\n\tlea 1f(%%rip), %%rax\n\tpush %%rax\n\t"
			 "lretq\n1:\tcpuid" /* which exits */
			 :
			 : "m"(table)
			 : "rax", "rbx", "rcx", "rdx", "memory");
}

void attack_code_segment(void)
{
	probe_call(load_code, NULL);
	attack_shutdown();
}
