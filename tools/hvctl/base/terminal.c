// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "base/terminal.h"

static struct termios saved;
static int raw_fd = -1;

void terminal_restore(void)
{
	if (raw_fd >= 0)
		tcsetattr(raw_fd, TCSADRAIN, &saved);
	raw_fd = -1;
}

bool terminal_raw(int fd)
{
	struct termios raw;

	if (tcgetattr(fd, &saved) != 0)
		return false;
	raw = saved;
	cfmakeraw(&raw);
	/* Output processing stays on: a line feed from the cell returns to the left margin. */
	raw.c_oflag |= OPOST | ONLCR;
	raw_fd = fd;
	atexit(terminal_restore);
	if (tcsetattr(fd, TCSADRAIN, &raw) != 0) {
		raw_fd = -1;
		return false;
	}
	return true;
}
