// SPDX-License-Identifier: GPL-2.0
/* Echoes its console's input, which arrives by interrupt. */
#include "console.h"
#include "cpu.h"
#include "heartbeat.h"
#include "info.h"
#include "print.h"
#include "timer.h"

static volatile unsigned int characters;

static void on_input(char c)
{
	characters++;
	if (c == '\r' || c == '\n')
		printf("\n");
	else
		console_putc(c);
}

/* Without an interrupt: poll for input. */
static void poll(void)
{
	int c;

	while ((c = console_getc()) >= 0)
		on_input(c);
}

int main(void)
{
	bool interrupt;

	irq_init();
	interrupt = console_on_input(on_input);
	printf("echo: type something (input is %s)\n", interrupt ? "by interrupt" : "polled");
	while (!shutdown_requested()) {
		clock_wait_until(clock_now() + clock_from_us(10000));
		if (!interrupt)
			poll();
		heartbeat_beat();
	}
	printf("\necho: %u characters\n", characters);
	finish();
}
