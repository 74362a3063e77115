/* SPDX-License-Identifier: GPL-2.0 */
/* Ending a long command on Ctrl-C, SIGTERM or SIGHUP in an orderly way. */
#ifndef HVCTL_BASE_SIGNALS_H
#define HVCTL_BASE_SIGNALS_H

#include <stdbool.h>

/* From now on these signals only interrupt waits and are remembered. */
void signals_catch(void);

/* Did one arrive since? */
bool signals_arrived(void);

/* Sleeps so long, or until one of them arrives. */
void signals_sleep(unsigned int ms);

#endif
