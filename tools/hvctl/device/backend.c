// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <bulkhead/limits.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "config/architectures.h"
#include "device/backend.h"

int backend_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int backend_ioctl(int fd, unsigned long request, void *argument)
{
	return ioctl(fd, request, argument) < 0 ? -errno : 0;
}

uint64_t backend_counter(void)
{
	uint64_t counter = 0;

#ifdef __aarch64__
	/* Neither root's nor a cell's virtual counter has an offset (hypervisor, el2_state.c). */
	asm volatile("isb; mrs %0, cntvct_el0" : "=r"(counter));
#elif defined(__x86_64__)
	counter = __builtin_ia32_rdtsc(); /* cells have no TSC offset */
#endif
	return counter;
}

int backend_poll(struct pollfd *fds, unsigned int n, int timeout_ms)
{
	int ready = poll(fds, n, timeout_ms);

	return ready < 0 ? -errno : ready;
}

void backend_kernel_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, text, size - 1);

	text[length < 0 ? 0 : length] = '\0';
	if (fd >= 0)
		close(fd);
}

uint16_t backend_arch(void)
{
	struct utsname name;

	if (uname(&name) != 0)
		return 0;
#define RETURN_NUMBER(arch, number, machine_name)    \
	if (strcmp(name.machine, machine_name) == 0) \
		return BH_ARCH_##number;
	ARCHITECTURES(RETURN_NUMBER)
	return 0;
}
