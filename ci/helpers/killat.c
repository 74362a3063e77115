// SPDX-License-Identifier: GPL-2.0
/*
 * killat after N COMMAND...   runs a command and kills it after its N-th request
 *                             to /dev/bulkhead
 * killat in US COMMAND...     runs a command and kills it after US microseconds
 *
 * Exit code 0: the command was killed; 1: it ended earlier, with its code on stdout.
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <bulkhead/ioctl.h>

static int ended_sooner(int status)
{
	if (WIFEXITED(status))
		printf("killat: it exited with %d\n", WEXITSTATUS(status));
	else
		printf("killat: it ended by signal %d\n", WTERMSIG(status));
	return 1;
}

static pid_t start(char **command, int traced)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (traced)
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	execvp(command[0], command);
	fprintf(stderr, "killat: %s: %s\n", command[0], strerror(errno));
	_exit(127);
}

/* Whether a traced process, stopped at a system call, is leaving a request to the module. */
static int has_made_request(pid_t pid)
{
	static int is_request;
	struct __ptrace_syscall_info info = { 0 };

	ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info);
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		is_request =
			info.entry.nr == SYS_ioctl && _IOC_TYPE(info.entry.args[1]) == BH_IOC_TYPE;
	return info.op == PTRACE_SYSCALL_INFO_EXIT && is_request;
}

static int cut_after(unsigned long requests, char **command)
{
	pid_t pid = start(command, 1);
	unsigned long seen = 0;
	int status;

	waitpid(pid, &status, 0); /* at its exec */
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (;;) {
		int number = WIFSTOPPED(status) ? WSTOPSIG(status) : 0;

		if (!WIFSTOPPED(status))
			return ended_sooner(status);
		if (number == (SIGTRAP | 0x80) && has_made_request(pid) && ++seen >= requests)
			break;
		number = number & 0x80 || number == SIGTRAP ? 0 : number;
		ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(intptr_t)number);
		waitpid(pid, &status, 0);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return 0;
}

static int cut_in(unsigned long us, char **command)
{
	struct timespec delay = { us / 1000000, us % 1000000 * 1000 };
	pid_t pid = start(command, 0);
	int status;

	nanosleep(&delay, NULL);
	if (waitpid(pid, &status, WNOHANG) == pid)
		return ended_sooner(status);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "after"))
		return cut_after(strtoul(argv[2], NULL, 0), argv + 3);
	if (argc > 3 && !strcmp(argv[1], "in"))
		return cut_in(strtoul(argv[2], NULL, 0), argv + 3);
	fputs("usage: killat after N COMMAND... | killat in US COMMAND...\n", stderr);
	return 2;
}
