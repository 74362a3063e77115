/* SPDX-License-Identifier: GPL-2.0 */
/* Lets long commands end cleanly on Ctrl-C, SIGQUIT, SIGTERM or SIGHUP. */
#ifndef HVCTL_BASE_SIGNALS_H
#define HVCTL_BASE_SIGNALS_H

#include <stdbool.h>

/* From now on, these signals only interrupt waits and set a flag. */
void signals_catch(void);

/* Did such a signal arrive since signals_catch()? */
bool signals_arrived(void);

/* Sleeps for the time, or until such a signal arrives. */
void signals_sleep(unsigned int ms);

#endif
