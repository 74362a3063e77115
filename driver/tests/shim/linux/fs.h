/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_FS_H
#define SHIM_FS_H

#include <asm/ioctl.h>
#include <linux/types.h>

size_t strscpy(char *to, const char *from, size_t room);

#endif
