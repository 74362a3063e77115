// SPDX-License-Identifier: GPL-2.0
#include "exception.h"
#include "cpu.h"
#include "heartbeat.h"
#include "info.h"
#include "percpu.h"
#include "print.h"

#define PSTATE_DAIF (0xfu << 6)
#define PSTATE_EL1H 5u

static exception_handler_t handlers[64];

void exception_attach(unsigned int class, exception_handler_t handler)
{
	handlers[class & 0x3f] = handler;
}

/* Prints the exception and ends the program; a fault in here ends it silently. */
static void fatal(const struct frame *frame)
{
	static volatile bool again;

	if (!again) {
		again = true;
		printf("\nFATAL: CPU %u vector %lu esr %lx pc %lx far %lx pstate %lx\n",
		       cpu_index(), frame->vector, frame->esr, frame->pc, frame->far,
		       frame->pstate);
		for (unsigned int i = 0; i < 31; i++)
			printf("x%02u %016lx%s", i, frame->x[i], i % 4 == 3 ? "\n" : "  ");
		printf("\n");
		heartbeat.errors++;
		if (cpu_index() == 0)
			finish();
	}
	for (;;)
		cpu_wait();
}

/* Ends the probe that faulted: probe_run() returns true. */
static void end_probe(struct percpu *cpu, struct frame *frame)
{
	cpu->fault = (struct probe_fault){
		.syndrome = frame->esr,
		.address = frame->far,
		.pc = frame->pc,
		.kind = frame->vector,
	};
	frame->pc = cpu->probe_pc;
	frame->pstate = (frame->pstate & PSTATE_DAIF) | PSTATE_EL1H;
	cpu->probe_pc = 0;
}

void probe_abandon(void)
{
	this_cpu()->abandon = true;
}

static void interrupt(struct percpu *cpu, struct frame *frame)
{
	irq_take();
	if (cpu->abandon && cpu->probe_pc)
		end_probe(cpu, frame);
	cpu->abandon = false;
}

void exception(struct frame *frame)
{
	struct percpu *cpu = this_cpu();
	exception_handler_t handler = handlers[esr_class(frame->esr)];

	switch (frame->vector % 4) {
	case 1: /* IRQ */
		interrupt(cpu, frame);
		return;
	case 0: /* synchronous */
		if (!cpu->probe_pc && handler && handler(frame))
			return;
		/* fall through */
	default: /* FIQ, SError */
		if (!cpu->probe_pc)
			fatal(frame);
		end_probe(cpu, frame);
	}
}
