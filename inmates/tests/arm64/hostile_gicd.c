// SPDX-License-Identifier: GPL-2.0
/* Attacks on the interrupt controller's memory-mapped registers. */
#include "args.h"
#include "cpu.h"
#include "gic.h"
#include "hostile_arch.h"
#include "info.h"
#include "irq.h"
#include "machine.h"
#include "mmio.h"
#include "percpu.h"
#include "sysreg.h"

#define WORDS 32 /* words of a bit array for 1024 interrupts */

static uint64_t gicd(void)
{
	return info()->gicd_guest;
}

static uint64_t own_sgi_frame(void)
{
	return gicr_of(this_cpu()->id) + GICR_SGI_FRAME;
}

/* Deactivates, disables and unpends the cell's interrupts, then initializes the controller. */
void gic_recover(void)
{
	for (unsigned int i = 0; i < WORDS; i++) {
		uint64_t frame = i ? gicd() : own_sgi_frame();

		mmio_write32(frame + GICD_ICENABLER + 4 * i, ~0u);
		mmio_write32(frame + GICD_ICPENDR + 4 * i, ~0u);
		mmio_write32(frame + GICD_ICACTIVER + 4 * i, ~0u);
	}
	sysreg_write(icc_ap1r0_el1, 0);
	isb();
	irq_init();
}

/* Finds the cell's SPIs among 32: those whose enable bits can be set. */
static uint32_t own_spis(unsigned int word)
{
	uint32_t set;

	mmio_write32(gicd() + GICD_ISENABLER + 4 * word, ~0u);
	set = mmio_read32(gicd() + GICD_ISENABLER + 4 * word);
	mmio_write32(gicd() + GICD_ICENABLER + 4 * word, set);
	return set;
}

/* Whether the argument own=A+B+C lists the number. */
static bool listed(unsigned int irq)
{
	char list[128];
	unsigned int value = 0;

	args_get("own", list, sizeof(list));
	for (const char *p = list;; p++) {
		if (*p >= '0' && *p <= '9') {
			value = value * 10 + *p - '0';
			continue;
		}
		if (value == irq)
			return true;
		value = 0;
		if (!*p)
			return false;
	}
}

static unsigned int wrong_owner(unsigned int irq)
{
	detail("interrupt %u is ours", irq);
	return args_has("own") && !listed(irq);
}

/* Writes all ones to a register of foreign interrupts; returns the bits that read back as set. */
static uint64_t probe_array(unsigned int array, unsigned int bits, unsigned int irq)
{
	uint64_t address = gicd() + array + (uint64_t)irq * bits / 8, value;

	if (bits == 64) {
		mmio_write64(address, ~0ull);
		value = mmio_read64(address);
	} else if (bits == 8) {
		mmio_write8(address, 0xff);
		value = mmio_read8(address);
	} else {
		address &= ~3ull;
		mmio_write32(address, ((1u << bits) - 1) << irq * bits % 32);
		value = mmio_read32(address) >> irq * bits % 32 & ((1u << bits) - 1);
	}
	return value;
}

/* Writes all registers of a foreign interrupt, which must read as zero. Returns how many
 * do not. */
static unsigned int probe_foreign(unsigned int irq)
{
	static const struct {
		uint16_t array;
		uint8_t bits;
	} arrays[] = {
		{ GICD_IGROUPR, 1 },   { GICD_ISENABLER, 1 },  { GICD_ICENABLER, 1 },
		{ GICD_ISPENDR, 1 },   { GICD_ICPENDR, 1 },    { GICD_ISACTIVER, 1 },
		{ GICD_ICACTIVER, 1 }, { GICD_IGRPMODR, 1 },   { GICD_ICFGR, 2 },
		{ GICD_NSACR, 2 },     { GICD_IPRIORITYR, 8 }, { GICD_ITARGETSR, 8 },
		{ GICD_IROUTER, 64 },
	};
	unsigned int bad = 0;

	for (unsigned int i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++) {
		uint64_t value = probe_array(arrays[i].array, arrays[i].bits, irq);

		if (value && bad++ < 1)
			detail("interrupt %u isn't ours, register 0x%x gives 0x%lx", irq,
			       arrays[i].array, value);
	}
	return bad;
}

void attack_gicd(void)
{
	unsigned int bad = 0, ours = 0;

	for (unsigned int word = 1; word < WORDS && keep_going(); word++) {
		uint32_t own = own_spis(word);

		for (unsigned int irq = 32 * word; irq < 32 * word + 32 && irq < IRQ_LINES; irq++) {
			if (own >> irq % 32 & 1) {
				ours++;
				bad += wrong_owner(irq);
			} else {
				bad += probe_foreign(irq) != 0;
			}
		}
	}
	gic_recover();
	report(!bad || info_native(), "gicd", "%u SPIs ours, %u wrong", ours, bad);
}

/* Registers that act on the whole distributor, or on interrupts by number. */
void attack_gicd_control(void)
{
	static const uint32_t values[] = { 0, ~0u, 1, 2, 3, GICD_CTLR_DS, GICD_CTLR_ARE };

	for (unsigned int i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		mmio_write32(gicd() + GICD_CTLR, values[i]);
		mmio_read32(gicd() + GICD_CTLR);
	}
	for (unsigned int irq = 0; irq < 1024 && keep_going(); irq++) {
		mmio_write32(gicd() + GICD_SETSPI_NSR, irq);
		mmio_write32(gicd() + GICD_CLRSPI_NSR, irq);
		mmio_write32(gicd() + GICD_SGIR, irq << 16 | irq % 16);
	}
	gic_recover();
	report(true, "gicd-control", "survived");
}

void attack_gicd_fuzz(void)
{
	uint64_t frames[] = { gicd(), gicr_of(this_cpu()->id), own_sgi_frame() };
	uint64_t count = args_get_u64("count", 20000), faults = 0;

	for (uint64_t i = 0; i < count && keep_going(); i++) {
		uint64_t r = random64(), bytes = 1 << (r >> 60) % 4, value;
		uint64_t address = frames[(r >> 56) % 3] + (r & 0xffff & -bytes);

		if (r >> 48 & 1)
			faults += probe_write(address, bytes, random64());
		else
			faults += probe_read(address, bytes, &value);
	}
	gic_recover();
	report(true, "gicd-fuzz", "%lu accesses, %lu faults", count, faults);
}

static bool is_own_cpu(uint64_t route)
{
	for (unsigned int i = 0; i < cpu_count(); i++)
		if (info()->cpu_ids[i] == route)
			return true;
	return false;
}

/* Routes own interrupts to foreign CPUs, and to any CPU (1 of N). */
static unsigned int misroute(unsigned int irq)
{
	uint64_t address = gicd() + GICD_IROUTER + 8ull * irq, value;
	unsigned int bad = 0;

	for (unsigned int i = 0; i < 40; i++) {
		mmio_write64(address, i < 16   ? i
				      : i < 32 ? GICD_IROUTER_ANY | (i - 16)
					       : random64());
		value = mmio_read64(address);
		if (is_own_cpu(value))
			continue;
		if (bad++ < 1)
			detail("interrupt %u goes to 0x%lx", irq, value);
	}
	return bad;
}

void attack_irouter(void)
{
	unsigned int bad = 0, ours = 0;

	for (unsigned int word = 1; word < WORDS; word++) {
		uint32_t own = own_spis(word);

		for (unsigned int bit = 0; bit < 32 && keep_going(); bit++) {
			if (!(own >> bit & 1))
				continue;
			ours++;
			bad += misroute(32 * word + bit);
		}
	}
	gic_recover();
	report(!bad || info_native(), "irouter", "%u SPIs, %u go elsewhere", ours, bad);
}

/* Registers of a foreign redistributor read as zero or abort. */
static unsigned int probe_frame(uint64_t frame)
{
	static const uint32_t offsets[] = {
		GICR_CTLR,
		GICR_TYPER,
		GICR_WAKER,
		GICR_PROPBASER,
		GICR_PENDBASER,
		GICR_SGI_FRAME + GICD_IGROUPR,
		GICR_SGI_FRAME + GICD_ISENABLER,
		GICR_SGI_FRAME + GICD_ICENABLER,
		GICR_SGI_FRAME + GICD_ISPENDR,
		GICR_SGI_FRAME + GICD_ISACTIVER,
		GICR_SGI_FRAME + GICD_IPRIORITYR,
		GICR_SGI_FRAME + GICD_ICFGR,
	};
	unsigned int bad = 0;

	for (unsigned int i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		uint64_t value = 0;

		probe_write(frame + offsets[i], 4, ~0u);
		if (!probe_read(frame + offsets[i], 4, &value) && value)
			bad++;
	}
	return bad;
}

void attack_gicr(void)
{
	uint64_t frames = args_get_u64("frames", 123);
	unsigned int bad = 0;

	for (uint64_t i = cpu_count(); i < frames && keep_going(); i++) {
		unsigned int here = probe_frame(info()->gicr_guest + i * GICR_STRIDE);

		if (here)
			detail("frame %lu answers", i);
		bad += here;
	}
	report(!bad || info_native(), "gicr", "%lu frames, %u registers answer",
	       frames - cpu_count(), bad);
}

/* Tries to enable LPIs: with them, the GIC would write to memory that the cell chooses. */
void attack_lpi(void)
{
	uint64_t frame = gicr_of(this_cpu()->id), stuck;

	mmio_write64(frame + GICR_PROPBASER, CELL_RAM_BASE | 0xf);
	mmio_write64(frame + GICR_PENDBASER, CELL_RAM_BASE + 0x10000);
	mmio_write32(frame + GICR_CTLR, mmio_read32(frame + GICR_CTLR) | 1);
	stuck = mmio_read64(frame + GICR_PROPBASER) | mmio_read64(frame + GICR_PENDBASER) |
		(mmio_read32(frame + GICR_CTLR) & 1);
	mmio_write32(frame + GICR_CTLR, 0);
	report(!stuck || info_native(), "lpi", "0x%lx stuck", stuck);
}
