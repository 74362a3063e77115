// SPDX-License-Identifier: GPL-2.0
#include "exception.h"
#include "cpu.h"
#include "heartbeat.h"
#include "info.h"
#include "percpu.h"
#include "print.h"
#include <stddef.h>

#define VECTORS 256
#define CODE64 0x10
#define FLAG_TRAP 0x100ul /* a probe may single-step */

extern const char vectors[];
bool probe_access(uint64_t address, unsigned int bytes, uint64_t *value, bool write);
void exception(struct frame *frame);

static struct gate {
	uint16_t offset_low, selector;
	uint16_t flags, offset_middle;
	uint32_t offset_high, reserved;
} idt[VECTORS] __attribute__((aligned(16)));

static const struct {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed)) idt_pointer = { sizeof(idt) - 1, (uint64_t)idt };

void exception_init(void)
{
	for (unsigned int i = 0; i < VECTORS; i++) {
		uint64_t offset = (uint64_t)vectors + i * 16;

		idt[i] = (struct gate){
			(uint16_t)offset,	  CODE64, 0x8e00, (uint16_t)(offset >> 16),
			(uint32_t)(offset >> 32), 0
		};
	}
	__asm__ volatile("lidt %0" ::"m"(idt_pointer));
}

static uint64_t fault_address(void)
{
	uint64_t address;

	__asm__ volatile("mov %%cr2, %0" : "=r"(address));
	return address;
}

/* Prints the exception and ends the program; a fault in here ends it silently. */
static void fatal(const struct frame *frame)
{
	static volatile bool again;

	if (!again) {
		again = true;
		printf("\nFATAL: CPU %u vector %lu error %lx pc %lx cr2 %lx flags %lx sp %lx\n",
		       cpu_index(), frame->vector, frame->error, frame->pc, fault_address(),
		       frame->flags, frame->sp);
		heartbeat.errors++;
		if (cpu_index() == 0)
			finish();
	}
	for (;;)
		cpu_wait();
}

void exception(struct frame *frame)
{
	struct percpu *cpu = this_cpu();

	if (frame->vector >= VECTOR_IRQ) {
		irq_take((unsigned int)frame->vector);
		return;
	}
	if (!cpu->probe_pc)
		fatal(frame);
	cpu->fault = (struct probe_fault){
		.syndrome = frame->error,
		.address = fault_address(),
		.pc = frame->pc,
		.kind = frame->vector,
	};
	frame->pc = cpu->probe_pc;
	frame->sp = cpu->probe_sp;
	frame->flags &= ~FLAG_TRAP;
	cpu->probe_pc = 0;
}

bool probe_read(uint64_t address, unsigned int bytes, uint64_t *value)
{
	*value = 0;
	return probe_access(address, bytes, value, false);
}

bool probe_write(uint64_t address, unsigned int bytes, uint64_t value)
{
	return probe_access(address, bytes, &value, true);
}

bool probe_fetch(uint64_t address)
{
	return probe_call((void (*)(void *))address, NULL);
}

const struct probe_fault *probe_fault(void)
{
	return &this_cpu()->fault;
}
