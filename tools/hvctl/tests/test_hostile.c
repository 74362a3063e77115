// SPDX-License-Identifier: GPL-2.0
/* What users other than root, and cells, may put in hvctl's way: files and bytes. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/signals.h"
#include "cmd/command.h"
#include "fake.h"
#include "sample.h"
#include "test.h"

/* Enters a new directory. Returns a descriptor of the one before. */
static int enter_directory(char *path)
{
	int before = open(".", O_RDONLY | O_DIRECTORY);

	CHECK(mkdtemp(path) && chdir(path) == 0);
	return before;
}

static void leave_directory(int before, const char *path)
{
	CHECK(fchdir(before) == 0);
	close(before);
	rmdir(path);
}

TEST(a_name_is_no_file_of_the_current_directory)
{
	char path[] = "/tmp/hvctl-test-XXXXXX";
	int before = enter_directory(path);

	fake_reset();
	CHECK(close(open("planted", O_CREAT | O_WRONLY, 0600)) == 0);
	CHECK(mkdir("directory", 0700) == 0);
	CHECK(close(open("directory/planted", O_CREAT | O_WRONLY, 0600)) == 0);
	CHECK(RUN("enable", "planted") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "cannot open /etc/bulkhead/planted.bin");
	CHECK(RUN("enable", "./planted") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "./planted ");
	fake_enable_sample();
	CHECK(RUN("cell", "create", "directory/planted") == OUTCOME_REFUSED);
	CHECK_HAS(run_stderr, "system \"directory\" is not enabled");
	unlink("planted");
	unlink("directory/planted");
	rmdir("directory");
	leave_directory(before, path);
}

TEST(a_fifo_or_a_device_is_refused_at_once)
{
	char path[] = "/tmp/hvctl-test-XXXXXX";
	int before = enter_directory(path);

	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_CREATED);
	CHECK(mkfifo("fifo", 0600) == 0);
	alarm(10); /* ends the tests if one of these waits for a writer */
	CHECK(RUN("check", "./fifo") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "./fifo is not a regular file");
	CHECK(RUN("cell", "load", "rt", "./fifo") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "./fifo is not a regular file");
	CHECK(RUN("cell", "load", "rt", "/dev/zero") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "/dev/zero is not a regular file");
	alarm(0);
	unlink("fifo");
	leave_directory(before, path);
}

TEST(a_cell_does_not_control_the_terminal)
{
	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_RUNNING);
	fake.console = "a\tb\r\n\x1b]0;title\a \xc2\x9b\x9b"
		       "31m\x7f\x0e";
	CHECK(RUN("cell", "console", "rt") == OUTCOME_OK);
	CHECK_TEXT(run_stdout, "a\tb\r\n?]0;title? ???31m??");
	CHECK(RUN("cell", "console", "--raw", "rt") == OUTCOME_OK);
	CHECK_TEXT(run_stdout, fake.console);
}

/* Each of these ends hvctl, which then restores the terminal. */
TEST(signals_end_a_console_cleanly)
{
	static const int numbers[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };
	unsigned int i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		signals_catch();
		raise(numbers[i]);
		CHECK(signals_arrived());
		signal(numbers[i], SIG_DFL);
	}
}
