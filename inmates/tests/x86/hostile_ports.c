// SPDX-License-Identifier: GPL-2.0
/* I/O ports and model-specific registers that do not belong to the cell. */
#include "hostile_arch.h"
#include "info.h"
#include "insn.h"
#include "msr.h"

#define UART_PORTS 8
#define PCI_ADDRESS 0xcf8
#define TIMER 0x40
#define CLOCK 0x70
#define RESET 0xcf9

struct access {
	uint32_t where;
	unsigned int bytes;
	uint64_t value;
};

static void port_in(void *argument)
{
	struct access *a = argument;
	uint32_t value = 0;

	if (a->bytes == 1)
		__asm__ volatile("inb %w1, %b0" : "+a"(value) : "d"(a->where));
	else if (a->bytes == 2)
		__asm__ volatile("inw %w1, %w0" : "+a"(value) : "d"(a->where));
	else
		__asm__ volatile("inl %w1, %0" : "+a"(value) : "d"(a->where));
	a->value = value;
}

static void port_out(void *argument)
{
	const struct access *a = argument;

	if (a->bytes == 1)
		__asm__ volatile("outb %b0, %w1" ::"a"(a->value), "d"(a->where));
	else if (a->bytes == 2)
		__asm__ volatile("outw %w0, %w1" ::"a"(a->value), "d"(a->where));
	else
		__asm__ volatile("outl %0, %w1" ::"a"((uint32_t)a->value), "d"(a->where));
}

static bool is_our_port(uint32_t port, unsigned int bytes)
{
	uint64_t uart = info()->console_guest;

	return info()->console_kind == BH_CONSOLE_16550 && port < uart + UART_PORTS &&
	       port + bytes > uart;
}

/* Some ports fault, others read as absent. The PCI address register returns the value written
 * last. */
static bool is_absent(uint32_t port, const struct access *access)
{
	if ((port & ~3u) == TIMER) /* the timer's ports read as zeros */
		return !access->value;
	return access->value == ~0u >> (32 - 8 * access->bytes) || port == PCI_ADDRESS ||
	       ((port & ~1u) == CLOCK && access->bytes == 1); /* the clock chip stores writes */
}

/* Returns true if the port is one by which the cell resets itself, which it may do. */
static bool resets(uint32_t port, unsigned int bytes)
{
	return port <= RESET && port + bytes > RESET;
}

void attack_ports(void)
{
	unsigned int bad = 0;

	for (uint32_t port = 0; port < 0x10000 && keep_going(); port++) {
		for (unsigned int bytes = 1; bytes <= 4; bytes *= 2) {
			struct access access = { port, bytes, random64() };

			if (is_our_port(port, bytes))
				continue;
			if (!resets(port, bytes))
				probe_call(port_out, &access);
			if (!probe_call(port_in, &access) && !is_absent(port, &access) && bad++ < 4)
				detail("port 0x%x gives 0x%lx", port, access.value);
		}
	}
	report(!bad, "ports", "%u found something", bad);
}

/* Returns true if the cell may access the MSR, which is switched with the cell or affects only its
 * CPU. */
static bool is_our_msr(uint32_t msr)
{
	return (msr >= 0x174 && msr <= 0x176) || msr == 0x277 || msr == 0x48 || msr == 0x49 ||
	       msr == 0x6e0 || (msr >= 0x800 && msr <= 0x8ff) || /* the local APIC's */
	       (msr >= 0xc0000080 && msr <= 0xc0000084) || (msr >= 0xc0000100 && msr <= 0xc0000103);
}

/* Returns true if a cell may read the MSR, because it only describes the machine: see
 * cell_may_read() in msr.c. */
static bool may_be_known(uint32_t msr)
{
	return is_our_msr(msr) || msr == 0x10 || msr == 0x1b || msr == 0x8b || msr == 0xfe ||
	       msr == 0x179 || msr == 0x1a0 || (msr >= 0x200 && msr <= 0x2ff) ||
	       msr == 0xc0010010 || msr == 0xc0010015 || msr == 0xc001001f || msr == 0xc0010114;
}

typedef bool (*msr_attack_t)(uint32_t msr);

static bool reads(uint32_t msr)
{
	uint64_t value;

	if (msr_probe_read(msr, &value) || may_be_known(msr))
		return false;
	detail("MSR 0x%x gives 0x%lx", msr, value);
	return true;
}

static bool writes(uint32_t msr)
{
	if (is_our_msr(msr) || msr_probe_write(msr, random64()))
		return false;
	detail("MSR 0x%x can be written", msr);
	return true;
}

/* All MSRs that the bitmap covers (AMD64 APM 2, 15.11), and some that it does not. */
static unsigned int sweep(msr_attack_t attack)
{
	static const uint32_t starts[] = { 0, 0xc0000000, 0xc0010000, 0x40000000, 0x4b564d00 };
	unsigned int bad = 0;

	for (unsigned int i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		for (uint32_t msr = 0; msr < 0x2000 && keep_going(); msr++)
			bad += attack(starts[i] + msr);
	for (unsigned int i = 0; i < 5000 && keep_going(); i++)
		bad += attack((uint32_t)random64());
	return bad;
}

void attack_msr_read(void)
{
	unsigned int bad = sweep(reads);

	report(!bad, "msr-read", "%u could be read", bad);
}

void attack_msr_write(void)
{
	unsigned int bad = sweep(writes);

	report(!bad, "msr-write", "%u could be written", bad);
}

/*
 * Writes the cell's own MSRs; selftest can check that the CPU's next owner does
 * not see the values.
 */
void attack_leftovers(void)
{
	static const uint32_t msrs[] = {
		0x174,	    0x175,	0x176,	    0xc0000081, 0xc0000082,
		0xc0000083, 0xc0000084, 0xc0000100, 0xc0000102, 0xc0000103
	};
	static const uint32_t mxcsr = 0x3f80;
	static const uint16_t fcw = 0x27f;
	uint64_t junk = random64() >> 33;
	unsigned int refused = 0;

	for (unsigned int i = 0; i < sizeof(msrs) / sizeof(msrs[0]); i++)
		refused += msr_probe_write(msrs[i], junk);
	__asm__ volatile("mov %0, %%dr0\n\tmov %0, %%dr1\n\tmov %0, %%cr2" ::"r"(junk));
	__asm__ volatile("movq %0, %%xmm0\n\tmovq %0, %%xmm15" ::"r"(junk));
	__asm__ volatile("fldcw %0\n\tfldpi\n\tldmxcsr %1" ::"m"(fcw), "m"(mxcsr));
	apic_write(APIC_TPR, 0xf0);
	apic_write(APIC_LDR, 0xff000000);
	apic_write(APIC_DFR, 0);
	apic_write(APIC_TIMER_DIVIDE, 3);
	apic_write(APIC_LVT_ERROR, 0x60);
	apic_write(APIC_ICR_HIGH, 0xff000000);
	report(!refused, "leftovers", "%u MSRs refused", refused);
}
