// SPDX-License-Identifier: GPL-2.0
/* The generic timer: EL1 virtual timer, or with "ptimer" the physical one. */
#include "timer.h"
#include "args.h"
#include "cpu.h"
#include "sysreg.h"

#define VIRTUAL_TIMER_IRQ 27
#define PHYSICAL_TIMER_IRQ 30
#define CTL_ENABLE 1
#define CTL_IMASK 2
#define CTL_ISTATUS 4

static bool physical(void)
{
	static int choice = -1;

	if (choice < 0)
		choice = args_has("ptimer");
	return choice;
}

uint64_t clock_hz(void)
{
	return sysreg_read(cntfrq_el0);
}

uint64_t clock_now(void)
{
	isb();
	return physical() ? sysreg_read(cntpct_el0) : sysreg_read(cntvct_el0);
}

uint64_t clock_from_us(uint64_t us)
{
	return us * clock_hz() / 1000000;
}

uint64_t clock_to_us(uint64_t ticks)
{
	return ticks * 1000000 / clock_hz();
}

unsigned int timer_irq(void)
{
	return physical() ? PHYSICAL_TIMER_IRQ : VIRTUAL_TIMER_IRQ;
}

void timer_init(irq_handler_t handler)
{
	timer_stop();
	irq_enable(timer_irq(), handler);
}

void timer_set(uint64_t at)
{
	if (physical()) {
		sysreg_write(cntp_cval_el0, at);
		sysreg_write(cntp_ctl_el0, CTL_ENABLE);
	} else {
		sysreg_write(cntv_cval_el0, at);
		sysreg_write(cntv_ctl_el0, CTL_ENABLE);
	}
	isb();
}

void timer_stop(void)
{
	if (physical())
		sysreg_write(cntp_ctl_el0, CTL_IMASK);
	else
		sysreg_write(cntv_ctl_el0, CTL_IMASK);
	isb();
}

bool timer_expired(void)
{
	uint64_t ctl = physical() ? sysreg_read(cntp_ctl_el0) : sysreg_read(cntv_ctl_el0);

	return ctl & CTL_ISTATUS;
}

/*
 * With list registers, an interrupt may arrive after its timer was stopped, or
 * even set again. A timer that has been set again must keep running.
 */
static void expired(unsigned int irq)
{
	(void)irq;
	if (timer_expired())
		timer_stop();
}

void clock_wait_until(uint64_t at)
{
	timer_init(expired);
	timer_set(at);
	while (clock_now() < at)
		cpu_sleep();
	timer_stop();
}
