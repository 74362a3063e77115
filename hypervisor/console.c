// SPDX-License-Identifier: GPL-2.0
/*
 * Console rings. Root can write the whole ring: each position is read once and
 * masked before it is an index, so that nonsense in it costs only characters.
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
	/* Root writes its tail, then looks at the head, then sleeps. With the fence, either it
	 * sees this byte or we see that it has caught up. */
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

	/* No lock: the worst is an interrupt for input that was read meanwhile. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (uart)
		uart->update(cell);
}
