// SPDX-License-Identifier: GPL-2.0
/* The emulated PL011, used as drivers do. */
#include "test.h"
#include <arch/fake.h>
#include <hyp/console.h>
#include <pthread.h>
#include <string.h>

#define IRQ 241u

enum {
	DR = 0x00,
	FR = 0x18,
	IBRD = 0x24,
	FBRD = 0x28,
	LCR_H = 0x2c,
	CR = 0x30,
	IFLS = 0x34,
	IMSC = 0x38,
	RIS = 0x3c,
	MIS = 0x40,
	ICR = 0x44,
	DMACR = 0x48,
};
#define RX 0x10u
#define TX 0x20u
#define RT 0x40u
#define RXFE 0x10u
#define TXFF 0x20u
#define TXFE 0x80u
#define BUSY 0x08u

static struct bh_console ring;
static struct bh_cell_part config = { .console_kind = BH_CONSOLE_PL011, .console_irq = IRQ };
static struct cell cell = { .config = &config, .rights = BH_RIGHT_CONSOLE, .console.ring = &ring };

static bool access(uint64_t offset, unsigned size, bool write, uint64_t *value)
{
	struct mmio_access a = {
		.offset = offset, .size = (uint8_t)size, .write = write, .value = *value
	};
	bool ok;

	fake_cpu_alone();
	ok = pl011.access(&cell, &a, NULL);
	*value = a.value;
	CHECK_EQ(cell.console.lock >> 16, cell.console.lock & 0xffff); /* free */
	return ok;
}

static uint64_t get(uint64_t offset)
{
	uint64_t value = 0;

	CHECK(access(offset, 4, false, &value));
	return value;
}

static void set(uint64_t offset, uint64_t value)
{
	CHECK(access(offset, 4, true, &value));
}

static void input(const char *text)
{
	for (; *text; text++)
		ring.in[ring.in_head++ % BH_CONSOLE_IN] = (uint8_t)*text;
	console_input(&cell);
}

/* Interrupts since the last call. */
static unsigned irqs(void)
{
	unsigned n = fake.irqs[IRQ];

	fake.irqs[IRQ] = 0;
	return n;
}

TEST(identification)
{
	static const uint8_t ids[] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };
	uint32_t pid = 0, cid = 0;

	for (unsigned i = 0; i < 8; i++)
		CHECK_EQ(get(0xfe0 + 4 * i), ids[i]);
	/* The AMBA bus combines them to the id of the PL011. */
	for (unsigned i = 0; i < 4; i++) {
		pid |= (uint32_t)get(0xfe0 + 4 * i) << (8 * i);
		cid |= (uint32_t)get(0xff0 + 4 * i) << (8 * i);
	}
	CHECK_EQ(pid & 0x000fffff, 0x00041011);
	CHECK_EQ(cid, 0xb105f00d);
}

TEST(reset_values)
{
	set(IMSC, 0x7ff);
	set(CR, 0);
	set(IFLS, 0);
	console_reset(&cell);
	CHECK_EQ(get(CR), 0x300);
	CHECK_EQ(get(IFLS), 0x12);
	CHECK_EQ(get(IMSC), 0);
	CHECK_EQ(get(RIS) & ~TX, 0);
	CHECK_EQ(get(LCR_H), 0);
	CHECK(cell.console.ring == &ring);
}

TEST(registers_keep_their_bits)
{
	static const struct {
		uint64_t offset, bits;
	} regs[] = { { IBRD, 0xffff }, { FBRD, 0x3f }, { LCR_H, 0xff },
		     { CR, 0xffff },   { IFLS, 0x3f }, { IMSC, 0x7ff } };

	for (unsigned i = 0; i < ARRAY_SIZE(regs); i++) {
		set(regs[i].offset, UINT64_MAX);
		CHECK_EQ(get(regs[i].offset), regs[i].bits);
		set(regs[i].offset, 0);
		CHECK_EQ(get(regs[i].offset), 0);
	}
}

/* As Linux and U-Boot do: wait until the FIFO has room, send, wait until it is sent. */
TEST(polled_output)
{
	const char *text = "Hello";

	for (const char *p = text; *p; p++) {
		CHECK(!(get(FR) & TXFF));
		set(DR, (uint8_t)*p);
		CHECK(!(get(FR) & BUSY) && get(FR) & TXFE);
	}
	CHECK_EQ(ring.out_head, strlen(text));
	CHECK(!memcmp(ring.out, text, strlen(text)));
	CHECK_EQ(irqs(), 0);
}

TEST(output_needs_the_right)
{
	cell.rights = 0;
	set(DR, 'x');
	CHECK_EQ(ring.out_head, 0);
}

TEST(polled_input)
{
	CHECK(get(FR) & RXFE);
	CHECK_EQ(get(DR), 0);
	input("ab");
	CHECK(!(get(FR) & RXFE));
	CHECK_EQ(get(DR), 'a');
	CHECK_EQ(get(DR), 'b');
	CHECK(get(FR) & RXFE);
	CHECK_EQ(irqs(), 0);
}

/* The accesses of amba-pl011's interrupt handler. */
static unsigned linux_handler(char *got, const char *send)
{
	unsigned rounds = 0, n = 0;
	uint64_t status;

	while ((status = get(RIS) & get(IMSC)) && rounds++ < 256) {
		set(ICR, status & ~(uint64_t)(TX | RT | RX));
		if (status & (RT | RX))
			while (!(get(FR) & RXFE))
				got[n++] = (char)get(DR);
		if (status & TX) {
			set(ICR, TX);
			for (unsigned i = 0; *send && i < 8; i++)
				set(DR, (uint8_t)*send++);
			if (!*send)
				set(IMSC, get(IMSC) & ~(uint64_t)TX);
		}
	}
	got[n] = '\0';
	return rounds;
}

TEST(interrupt_driven_input)
{
	char got[32];

	set(ICR, 0x7ff);
	set(IMSC, RX | RT);
	CHECK_EQ(irqs(), 0);
	input("hello");
	CHECK_EQ(irqs(), 1);
	CHECK_EQ(get(MIS), RX | RT);
	linux_handler(got, "");
	CHECK(!strcmp(got, "hello"));
	CHECK_EQ(get(MIS), 0);
	irqs();
	input("x");
	CHECK_EQ(irqs(), 1);
	linux_handler(got, "");
	CHECK_EQ(irqs(), 0); /* one byte: the ring was empty after it */
}

/* Taking the interrupt clears the pending bit: remaining input must set it again. */
TEST(input_is_not_forgotten)
{
	set(IMSC, RX | RT);
	input("abc");
	irqs();
	CHECK_EQ(get(DR), 'a'); /* a driver that reads one byte per interrupt */
	CHECK_EQ(irqs(), 1);
	set(ICR, RX | RT);
	CHECK_EQ(irqs(), 1);
	CHECK_EQ(get(DR), 'b');
	CHECK_EQ(irqs(), 1);
	CHECK_EQ(get(DR), 'c');
	CHECK_EQ(irqs(), 0);
	CHECK_EQ(get(MIS), 0);
}

TEST(input_before_the_mask)
{
	input("a");
	CHECK_EQ(irqs(), 0);
	set(IMSC, RT);
	CHECK_EQ(irqs(), 1);
	CHECK_EQ(get(MIS), RT);
	set(IMSC, 0);
	CHECK_EQ(irqs(), 0);
}

TEST(interrupt_driven_output)
{
	char got[8];
	const char *text = "more than what one round of the handler sends";

	set(IMSC, TX); /* TX: raised once */
	CHECK_EQ(irqs(), 1);
	set(ICR, TX);
	CHECK_EQ(irqs(), 0);
	CHECK_EQ(get(MIS), 0);
	set(DR, 'a'); /* sent at once: TX again */
	CHECK_EQ(irqs(), 1);
	set(DR, 'b');
	CHECK_EQ(irqs(), 0);
	CHECK(linux_handler(got, text) > 2);
	CHECK_EQ(get(IMSC), 0);
	CHECK(!memcmp(ring.out + 2, text, strlen(text)));
	set(IMSC, TX); /* the next message */
	CHECK(irqs() > 0);
}

TEST(clearing_one_interrupt_keeps_the_others)
{
	set(IMSC, TX | RX);
	input("a");
	irqs();
	set(ICR, RX | 0x780);
	CHECK_EQ(get(MIS), TX | RX);
	CHECK_EQ(irqs(), 1);
	set(ICR, TX);
	CHECK_EQ(get(MIS), RX);
	CHECK_EQ(irqs(), 1);
}

TEST(input_for_a_cell_without_console)
{
	config.console_kind = BH_CONSOLE_NONE;
	cell.console.ring = NULL;
	cell.console.imsc = RX;
	console_input(&cell);
	CHECK_EQ(irqs(), 0);
}

static void *holder(void *unused)
{
	(void)unused;
	while (__atomic_load_n(&fake.ticks, __ATOMIC_RELAXED) < 10000)
		;
	CHECK_EQ(ring.out_head, 0);
	__atomic_fetch_add(&cell.console.lock, 1, __ATOMIC_RELEASE); /* serves the next ticket */
	return NULL;
}

/* While another CPU of the cell holds the UART lock, root does not wait for it. */
TEST(cpus_wait_for_each_other)
{
	pthread_t thread;

	cell.console.lock = 0x10000; /* one ticket is out */
	cell.console.imsc = RX;
	input("a");
	CHECK_EQ(irqs(), 1);
	CHECK_EQ(pthread_create(&thread, NULL, holder, NULL), 0);
	set(DR, 'x');
	pthread_join(thread, NULL);
	CHECK_EQ(ring.out_head, 1);
}

TEST(no_interrupt_configured)
{
	config.console_irq = 0;
	set(IMSC, 0x7ff);
	input("a");
	set(DR, 'b');
	for (unsigned i = 0; i < FAKE_IRQS; i++)
		CHECK_EQ(fake.irqs[i], 0);
}

TEST(access_sizes)
{
	uint64_t value = 'a';

	CHECK(access(DR, 1, true, &value));
	CHECK(access(DR, 2, true, &value));
	CHECK_EQ(ring.out_head, 2);
	CHECK(!access(DR, 8, true, &value));
	CHECK(!access(DR, 8, false, &value));
	CHECK(!access(CR + 1, 2, false, &value));
	CHECK(!access(CR + 2, 4, false, &value));
	CHECK_EQ(ring.out_head, 2);
	set(CR, 0x301);
	CHECK(access(CR, 1, false, &value));
	CHECK_EQ(value, 1);
	CHECK(access(CR + 1, 1, false, &value));
	CHECK_EQ(value, 3);
	CHECK(access(CR, 2, false, &value));
	CHECK_EQ(value, 0x301);
	CHECK(access(CR + 2, 2, false, &value));
	CHECK_EQ(value, 0);
}

/* Every offset, size and direction: no crash, values fit the size, the lock is released. */
TEST(every_access)
{
	input("some input");
	for (uint64_t offset = 0; offset < PAGE_SIZE; offset++) {
		for (unsigned size = 1; size <= 8; size *= 2) {
			uint64_t value = 0;
			bool ok = access(offset, size, false, &value);

			CHECK_EQ(ok, size <= 4 && offset % size == 0);
			CHECK(!ok || value < BIT(8 * size));
			value = UINT64_MAX;
			CHECK_EQ(access(offset, size, true, &value), ok);
		}
	}
}
