// SPDX-License-Identifier: GPL-2.0
/* The model's hardware: see model.h. */
#include "model.h"
#include "../test.h"
#include <arch/apic.h>
#include <arch/apic_hw.h>
#include <arch/asm.h>
#include <arch/cpu.h>
#include <arch/descriptors.h>
#include <arch/features.h>
#include <arch/ioapic_hw.h>
#include <hyp/pci.h>
#include <string.h>

#define REMOTE_IRR BIT(14)
#define LEVEL BIT(15)

static uint32_t apics[MODEL_CPUS][0x1000 / 4];
static uint64_t bases[MODEL_CPUS];
static struct {
	uint32_t msr;
	uint64_t value;
} msrs[256];
static uint64_t pins[MODEL_PINS];
static uint8_t functions[5][256];
static const unsigned addresses[] = { 0x0000, 0x0010, 0x0018, 0x00f8, 0x0100 };
uint32_t model_bars[6];
static uint32_t device[0x2000 / 4];
struct model_message model_messages[64];
unsigned model_sent, model_outs;
uint16_t model_last_port;
uint32_t model_last_value, model_status;
bool model_has_x2apic = true;
uint64_t model_cr[9], model_xcr0;

static unsigned me(void)
{
	return this_cpu()->public.index;
}

/* ---- local APICs ---- */

uint32_t *model_apic(unsigned cpu, unsigned offset)
{
	return &apics[cpu][offset / 4];
}

uint64_t *model_base(unsigned cpu)
{
	return &bases[cpu];
}

static void sent(uint64_t to, uint32_t icr)
{
	CHECK(model_sent < 64);
	model_messages[model_sent++] = (struct model_message){ me(), to, icr };
}

void model_forget(void)
{
	model_sent = 0;
}

/* Takes the highest vector out of eight registers. -1: there is none. */
static int take_highest(unsigned first)
{
	for (int vector = 255; vector >= 0; vector--) {
		uint32_t *bits = model_apic(me(), first + vector / 32 * 0x10);

		if (*bits & BIT(vector % 32)) {
			*bits &= ~(uint32_t)BIT(vector % 32);
			return vector;
		}
	}
	return -1;
}

struct descriptor_table drain_idt;

void interrupts_drain(const struct descriptor_table *idt)
{
	int vector = take_highest(APIC_IRR);

	CHECK(idt == &drain_idt);
	if (vector >= 0)
		*model_apic(me(), APIC_ISR + vector / 32 * 0x10) |= BIT(vector % 32);
}

uint32_t apic_hw_read(unsigned offset)
{
	CHECK(!(bases[me()] & APIC_BASE_EXTD));
	return *model_apic(me(), offset);
}

void apic_hw_write(unsigned offset, uint32_t value)
{
	CHECK(!(bases[me()] & APIC_BASE_EXTD));
	*model_apic(me(), offset) = value;
	if (offset == APIC_EOI)
		take_highest(APIC_ISR);
	if (offset == APIC_ICR)
		sent(*model_apic(me(), APIC_ICR_HIGH) >> 24, value);
}

uint64_t *model_msr(uint32_t msr)
{
	unsigned i = 0;

	while (i < ARRAY_SIZE(msrs) && msrs[i].msr && msrs[i].msr != msr)
		i++;
	CHECK(i < ARRAY_SIZE(msrs));
	msrs[i].msr = msr;
	return &msrs[i].value;
}

static bool is_apics(uint32_t msr)
{
	return msr >= APIC_MSR(0) && msr < APIC_MSR_END;
}

uint64_t rdmsr(uint32_t msr)
{
	if (msr == MSR_APIC_BASE)
		return bases[me()];
	if (!is_apics(msr))
		return *model_msr(msr);
	CHECK(bases[me()] & APIC_BASE_EXTD);
	return *model_apic(me(), (msr - APIC_MSR(0)) << 4);
}

void wrmsr(uint32_t msr, uint64_t value)
{
	if (msr == MSR_APIC_BASE) {
		uint64_t both = APIC_BASE_ENABLE | APIC_BASE_EXTD;

		/* The only way out of x2APIC mode is to disable the APIC (SDM 3, 11.12.5). */
		CHECK((value & both) != APIC_BASE_EXTD);
		CHECK((bases[me()] & both) != both || (value & both) != APIC_BASE_ENABLE);
		bases[me()] = value;
		return;
	}
	if (!is_apics(msr)) {
		*model_msr(msr) = value;
		return;
	}
	CHECK(bases[me()] & APIC_BASE_EXTD);
	*model_apic(me(), (msr - APIC_MSR(0)) << 4) = (uint32_t)value;
	if (msr == APIC_MSR(APIC_EOI))
		take_highest(APIC_ISR);
	if (msr == APIC_MSR(APIC_ICR))
		sent(value >> 32, (uint32_t)value);
}

bool rdmsr_safe(uint32_t msr, uint64_t *value)
{
	*value = rdmsr(msr);
	return true;
}

bool xsetbv_safe(uint64_t value)
{
	model_xcr0 = value;
	return true;
}

bool wrmsr_safe(uint32_t msr, uint64_t value)
{
	wrmsr(msr, value);
	return true;
}

uint32_t model_hidden[WORD_COUNT];

/* Extended state: components of XCR0 with their sizes and places in an area. */
static struct cpuid extended_state(uint32_t subleaf)
{
	if (subleaf == 0)
		return (struct cpuid){ .a = 0xe02ff, .b = 576, .c = 11008 };
	if (subleaf == 1)
		return (struct cpuid){ .a = 0x1f, .b = 832, .c = 0x9c00 };
	return (struct cpuid){ .a = 64, .b = 576 + 64 * subleaf };
}

static struct cpuid all_features(uint32_t leaf, uint32_t subleaf)
{
	const uint64_t all = ~0u;

	switch (leaf) {
	case 0:
		return (struct cpuid){ .a = 0x24, .b = 0x756e6547 };
	case 1: /* with features of Intel and of AMD, which must be hidden */
		return (struct cpuid){ .c = (BIT(31) - 1) & (model_has_x2apic ? all : ~BIT(21)),
				       .d = all };
	case 6:
		return (struct cpuid){ .a = 0x77, .b = 2, .c = 9 };
	case 7:
		return (struct cpuid){ .a = subleaf ? all : 5, .b = all, .c = all, .d = all };
	case 10:
		return (struct cpuid){ .a = 0x07300404, .d = 0x603 };
	case 13:
		return extended_state(subleaf);
	case 0x40000000: /* an outer hypervisor */
	case 0x40000001:
		return (struct cpuid){ leaf, 1, 2, 3 };
	case 0x80000000:
		return (struct cpuid){ .a = 0x80000026 };
	case 0x80000001: /* no pages of 1 GiB */
		return (struct cpuid){ .c = all, .d = all & ~BIT(26) };
	case 0x80000008:
		return (struct cpuid){ .a = 48, .b = all };
	case 0x8000000a:
		return (struct cpuid){ .b = 3, .d = 1 | BIT(4) | BIT(20) | BIT(24) };
	}
	return (struct cpuid){ all, all, all, all };
}

struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid id = all_features(leaf, subleaf);

	for (unsigned i = 0; i < WORD_COUNT; i++)
		if (cpuid_words[i].leaf == leaf &&
		    (cpuid_words[i].sub == ANY_SUB || cpuid_words[i].sub == subleaf))
			(&id.a)[cpuid_words[i].reg] &= ~(uint64_t)model_hidden[i];
	return id;
}

/* ---- I/O APIC ---- */

uint64_t model_pin(unsigned pin)
{
	return pins[pin];
}

void model_set_pin(unsigned pin, uint64_t entry)
{
	pins[pin] = entry;
}

void model_accept(unsigned pin)
{
	CHECK(pins[pin] & LEVEL);
	pins[pin] |= REMOTE_IRR;
}

uint32_t ioapic_hw_read(unsigned chip, uint32_t index)
{
	CHECK(chip == 0 && index < 0x10 + 2 * MODEL_PINS);
	if (index < 0x10)
		return index == 1 ? (MODEL_PINS - 1) << 16 | 0x20 : 0;
	return (uint32_t)(pins[(index - 0x10) / 2] >> (index % 2 ? 32 : 0));
}

void ioapic_hw_write(unsigned chip, uint32_t index, uint32_t value)
{
	uint64_t *pin = &pins[(index - 0x10) / 2];

	CHECK(chip == 0 && index >= 0x10 && index < 0x10 + 2 * MODEL_PINS);
	if (index % 2) {
		*pin = (uint32_t)*pin | (uint64_t)value << 32;
		return;
	}
	*pin = (*pin & (~0ull << 32 | REMOTE_IRR)) | (value & ~REMOTE_IRR);
	if (!(value & LEVEL))
		*pin &= ~REMOTE_IRR;
}

/* ---- ports and PCI ---- */

uint32_t port_in(uint16_t port, unsigned size)
{
	model_last_port = port;
	if (port == 0x64)
		return model_status;
	return 0xa5a5a5a5u >> (32 - 8 * size);
}

void port_out(uint16_t port, unsigned size, uint32_t value)
{
	(void)size;
	model_last_port = port;
	model_last_value = value;
	model_outs++;
}

uint8_t *model_function(unsigned bdf)
{
	for (unsigned i = 0; i < ARRAY_SIZE(addresses); i++)
		if (addresses[i] == bdf)
			return functions[i];
	return NULL;
}

uint32_t arch_pci_read(pci_bdf_t bdf, uint32_t offset, unsigned size)
{
	const uint8_t *space = model_function(bdf);
	uint32_t value = ~0u >> (32 - 8 * size);

	if (space && offset + size <= 256)
		memcpy(&value, space + offset, size);
	return value;
}

void arch_pci_write(pci_bdf_t bdf, uint32_t offset, unsigned size, uint32_t value)
{
	uint8_t *space = model_function(bdf);
	uint32_t mask, bars;

	if (!space || offset + size > 256)
		return;
	bars = space[PCI_HEADER_TYPE] & 1 ? 2 : PCI_BARS; /* a bridge has two */
	if (offset >= PCI_BAR && offset < PCI_BAR + 4 * bars) {
		CHECK(!(space[PCI_COMMAND] & 3)); /* or it would decode wrong addresses */
		mask = model_bars[(offset - PCI_BAR) / 4] >> 8 * (offset % 4);
		value = (arch_pci_read(bdf, offset, size) & ~mask) | (value & mask);
	}
	memcpy(space + offset, &value, size);
}

uint32_t *model_device(uint64_t phys)
{
	CHECK(phys >= 0xfebd0000 && phys < 0xfebd2000);
	return &device[(phys - 0xfebd0000) / 4];
}

uint32_t arch_device_read(paddr_t at)
{
	return *model_device(at);
}

void arch_device_write(paddr_t at, uint32_t value)
{
	*model_device(at) = value;
}
