/* SPDX-License-Identifier: GPL-2.0 */
/* What needs a real machine, and nothing else: the tests link another one. */
#ifndef HVCTL_DEVICE_BACKEND_H
#define HVCTL_DEVICE_BACKEND_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

/* A file descriptor, or -errno. */
int backend_open(const char *path);

/* 0, or -errno. */
int backend_ioctl(int fd, unsigned long request, void *argument);

/* As poll(2), but gives -errno. */
int backend_poll(struct pollfd *fds, unsigned int n, int timeout_ms);

/* What a small file of the kernel's says, cut off where text ends; empty if it can't be read. */
void backend_kernel_text(const char *path, char *text, size_t size);

/* BH_ARCH_* of this machine; 0: unknown. */
uint16_t backend_arch(void);

/* The counter that cells see, too: the virtual one of arm64, or the TSC. */
uint64_t backend_counter(void);

#endif
