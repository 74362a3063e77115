/* SPDX-License-Identifier: GPL-2.0 */
/* System calls and instructions that need a real machine; the tests link a fake of them. */
#ifndef HVCTL_DEVICE_BACKEND_H
#define HVCTL_DEVICE_BACKEND_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

/* Returns a file descriptor, or -errno. */
int backend_open(const char *path);

/* Returns 0, or -errno. */
int backend_ioctl(int fd, unsigned long request, void *argument);

/* Like poll(2), but returns -errno on failure. */
int backend_poll(struct pollfd *fds, unsigned int n, int timeout_ms);

/* Reads a small file of sysfs or securityfs, truncated to size - 1 bytes; empty on failure. */
void backend_kernel_text(const char *path, char *text, size_t size);

/* BH_ARCH_* of this machine; 0: unknown. */
uint16_t backend_arch(void);

/*
 * Reads the counter that has the same value in root and cells: CNTVCT_EL0 on arm64, the TSC on x86.
 */
uint64_t backend_counter(void);

#endif
