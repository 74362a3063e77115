/* SPDX-License-Identifier: GPL-2.0 */
/* A terminal that passes every key on. */
#ifndef HVCTL_BASE_TERMINAL_H
#define HVCTL_BASE_TERMINAL_H

#include <stdbool.h>

/* Makes fd raw if it is a terminal, until terminal_restore() or exit(). False: it is none. */
bool terminal_raw(int fd);
void terminal_restore(void);

#endif
