/* SPDX-License-Identifier: GPL-2.0 */
/* Raw mode of a terminal. */
#ifndef HVCTL_BASE_TERMINAL_H
#define HVCTL_BASE_TERMINAL_H

#include <stdbool.h>

/* Sets raw mode until terminal_restore() or exit(). False: fd is not a terminal. */
bool terminal_raw(int fd);
void terminal_restore(void);

#endif
