// SPDX-License-Identifier: GPL-2.0
/*
 * Console rings. Root can write the whole ring: each position is read once and masked before it is
 * used as an index, so that a wrong position only loses characters.
 */
#include <hyp/arch.h>
#include <hyp/console.h>
#include <hyp/shared.h>

void console_put(struct cell *cell, uint8_t byte)
{
	struct bh_console *ring = cell->console.ring;
	uint32_t head = ring->out_head;

	if (head - ring->out_tail >= BH_CONSOLE_OUT) {
		ring->out_dropped++;
		return;
	}
	ring->out[head % BH_CONSOLE_OUT] = byte;
	__atomic_store_n(&ring->out_head, head + 1, __ATOMIC_RELEASE);
	/* Root writes its tail, then reads the head, then sleeps. With the fence, either root sees
	 * this byte, or this CPU sees that root has read all earlier bytes and raises the
	 * doorbell. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (ring->out_tail == head)
		root_notify(cell);
}

uint32_t console_waiting(struct cell *cell)
{
	struct bh_console *ring = cell->console.ring;
	uint32_t head = __atomic_load_n(&ring->in_head, __ATOMIC_ACQUIRE);
	uint32_t waiting = head - ring->in_tail;

	return waiting <= BH_CONSOLE_IN ? waiting : 0;
}

int console_get(struct cell *cell)
{
	struct bh_console *ring = cell->console.ring;
	uint32_t tail = ring->in_tail;
	int byte;

	if (console_waiting(cell) == 0)
		return -1;
	byte = ring->in[tail % BH_CONSOLE_IN];
	__atomic_store_n(&ring->in_tail, tail + 1, __ATOMIC_RELEASE);
	return byte;
}

void console_reset(struct cell *cell)
{
	const struct uart *uart = arch_uarts[cell->config->console_kind];

	cell->console.lock = 0;
	if (uart)
		uart->reset(&cell->console);
}

void console_input(struct cell *cell)
{
	const struct uart *uart = arch_uarts[cell->config->console_kind];

	/* No lock is needed: at worst an interrupt is raised for input that the cell has read
	 * meanwhile. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (uart)
		uart->update(cell);
}
