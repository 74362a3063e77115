// SPDX-License-Identifier: GPL-2.0
/*
 * Executes steps on a device of shared memory. Each prints a line "STEP: RESULT"; the
 * result of a failure is the name of its errno.
 *
 * shm DEVICE STEP...
 *   size               the size by lseek()
 *   map=r|w|rw|rwx|private|OFFSET  maps the device (OFFSET: rw, from there on)
 *   protect=r|rw       mprotect() of the mapping
 *   get=OFFSET         reads a 64-bit word; "SIGBUS" if no memory is mapped
 *   put=OFFSET,VALUE   writes a 64-bit word, and reads it
 *   ring               rings the other users
 *   take               reads the number of rings since the last read, without waiting
 *   wait               the same, but waits for a ring
 *   poll=MS            the result of poll(): "in", "out", "hup"
 *   gone               waits until poll() reports "hup"
 *   again              opens the device again, without closing it
 *   unmap, close
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *path;
static int fd;
static char *memory = MAP_FAILED;
static size_t bytes;
static sigjmp_buf back;

static void say(const char *step, long result, uint64_t value)
{
	if (result < 0)
		printf("%s: %s\n", step, strerrorname_np(errno));
	else
		printf("%s: %" PRIu64 "\n", step, value);
	fflush(stdout);
}

static void on_sigbus(int signal)
{
	(void)signal;
	siglongjmp(back, 1);
}

static void map(const char *step, const char *how)
{
	int protection = PROT_READ, flags = MAP_SHARED;
	off_t offset = 0;

	if (!strcmp(how, "private"))
		flags = MAP_PRIVATE;
	else if (*how >= '0' && *how <= '9')
		offset = strtoull(how, NULL, 0);
	if (!strcmp(how, "w"))
		protection = PROT_WRITE;
	else if (strcmp(how, "r"))
		protection |= PROT_WRITE;
	if (!strcmp(how, "rwx"))
		protection |= PROT_EXEC;
	bytes = lseek(fd, 0, SEEK_END);
	memory = mmap(NULL, bytes, protection, flags, fd, offset);
	say(step, memory == MAP_FAILED ? -1 : 0, bytes);
}

static void access_word(const char *step, const char *where, bool write)
{
	char *value;
	volatile uint64_t *word = (void *)(memory + strtoull(where, &value, 0));

	if (sigsetjmp(back, 1)) {
		printf("%s: SIGBUS\n", step);
		fflush(stdout);
		return;
	}
	if (write)
		*word = strtoull(value + 1, NULL, 0);
	say(step, 0, *word);
}

static void take(const char *step, bool wait)
{
	uint64_t rings = 0;
	ssize_t result;

	fcntl(fd, F_SETFL, wait ? 0 : O_NONBLOCK);
	result = read(fd, &rings, sizeof(rings));
	say(step, result, rings);
}

static void ask_poll(const char *step, int timeout, short events)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };

	poll(&poll_fd, 1, timeout);
	printf("%s:%s%s%s\n", step, poll_fd.revents & POLLIN ? " in" : "",
	       poll_fd.revents & POLLOUT ? " out" : "", poll_fd.revents & POLLHUP ? " hup" : "");
	fflush(stdout);
}

static void open_device(const char *step)
{
	fd = open(path, O_RDWR);
	if (fd < 0)
		fd = open(path, O_RDONLY);
	say(step, fd, 0);
	if (fd < 0)
		exit(1);
}

static const char *argument(const char *step, const char *name)
{
	size_t length = strlen(name);

	return strncmp(step, name, length) || step[length] != '=' ? NULL : step + length + 1;
}

/* Runs a step with an argument; returns false if it is none. */
static bool run_with(const char *step)
{
	const char *what;

	if ((what = argument(step, "map")))
		map(step, what);
	else if ((what = argument(step, "protect")))
		say(step, mprotect(memory, bytes, PROT_READ | (strcmp(what, "r") ? PROT_WRITE : 0)),
		    0);
	else if ((what = argument(step, "get")))
		access_word(step, what, false);
	else if ((what = argument(step, "put")))
		access_word(step, what, true);
	else if ((what = argument(step, "poll")))
		ask_poll(step, atoi(what), POLLIN | POLLOUT);
	else
		return false;
	return true;
}

static void run(const char *step)
{
	const uint64_t one = 1;
	off_t size;

	if (run_with(step))
		return;
	if (!strcmp(step, "size")) {
		size = lseek(fd, 0, SEEK_END);
		say(step, size, size);
	} else if (!strcmp(step, "ring")) {
		say(step, write(fd, &one, sizeof(one)), 0);
	} else if (!strcmp(step, "take") || !strcmp(step, "wait")) {
		take(step, *step == 'w');
	} else if (!strcmp(step, "gone")) {
		ask_poll(step, -1, 0);
	} else if (!strcmp(step, "again")) {
		open_device(step);
	} else if (!strcmp(step, "unmap")) {
		say(step, munmap(memory, bytes), 0);
	} else if (!strcmp(step, "close")) {
		say(step, close(fd), 0);
	} else {
		fprintf(stderr, "shm: no such step: %s\n", step);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	signal(SIGBUS, on_sigbus);
	path = argv[1];
	open_device("open");
	for (int i = 2; i < argc; i++)
		run(argv[i]);
	return 0;
}
