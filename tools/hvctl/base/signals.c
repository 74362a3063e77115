// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/signals.h"

static volatile sig_atomic_t arrived;

static void remember(int number)
{
	(void)number;
	arrived = 1;
}

void signals_catch(void)
{
	static const int numbers[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };
	struct sigaction action;
	unsigned int i;

	memset(&action, 0, sizeof(action));
	action.sa_handler = remember; /* no SA_RESTART: poll() must return */
	sigemptyset(&action.sa_mask);
	arrived = 0;
	for (i = 0; i < COUNT(numbers); i++)
		sigaction(numbers[i], &action, NULL);
}

bool signals_arrived(void)
{
	return arrived;
}

void signals_sleep(unsigned int ms)
{
	const struct timespec time = { ms / 1000, ms % 1000 * 1000000l };

	nanosleep(&time, NULL);
}
