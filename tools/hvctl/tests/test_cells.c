// SPDX-License-Identifier: GPL-2.0
/* hvctl cell ..., against the fake module. */
#include <fcntl.h>
#include <pty.h>
#include <unistd.h>

#include "cmd/command.h"
#include "fake.h"
#include "sample.h"
#include "test.h"

TEST(a_cells_whole_life)
{
	struct fake_cell *cell = &fake.cells[1];

	fake_enable_sample();
	CHECK(RUN("cell", "create", "rt") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "Cell \"rt\" is created, its id is 1.");
	CHECK(RUN("cell", "load", "rt", temporary_file("image", 5)) == OUTCOME_OK);
	CHECK(cell->loaded_at == 0x40000000 && cell->loaded_size == 5);
	CHECK(memcmp(cell->loaded, "image", 5) == 0);
	CHECK(RUN("cell", "start", "1", "--period", "1000", "-v") == OUTCOME_OK);
	CHECK_TEXT(cell->args, "--period 1000 -v");
	CHECK(RUN("cell", "start", "rt") == OUTCOME_REFUSED);
	CHECK_TEXT(run_stderr, "hvctl: cannot start cell \"rt\": cell \"rt\" is running\n"
			       "hvctl: what to do: stop it first: hvctl cell shutdown rt\n");
	CHECK(RUN("cell", "destroy", "rt") == OUTCOME_REFUSED);
	CHECK(RUN("cell", "shutdown", "rt", "--timeout", "123") == OUTCOME_OK);
	CHECK(fake.shutdown.timeout_ms == 123 && !fake.shutdown.force);
	CHECK(RUN("cell", "destroy", "rt") == OUTCOME_OK);
	CHECK(cell->status.state == BH_STATE_NONE);
}

TEST(cells_come_from_files_too)
{
	struct sample sample;
	const char *file;
	char name[64];

	fake_enable_sample();
	sample_make(&sample);
	file = temporary_file(sample.data, sample.size);
	CHECK(RUN("cell", "create", file) == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr,
		  "has not exactly one cell: name one as FILE:NAME; its cells: rt, other");
	snprintf(name, sizeof(name), "%s:other", file);
	CHECK(RUN("cell", "create", "--unbind", name) == OUTCOME_OK);
	CHECK(fake.create_flags == BH_CREATE_UNBIND);
	CHECK_TEXT(fake.cells[1].status.name, "other");
	snprintf(name, sizeof(name), "%s:third", file);
	CHECK(RUN("cell", "create", name) == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "has no cell \"third\"");
	file = temporary_file(sample.rt, sample.rt->header.size);
	CHECK(RUN("cell", "create", file) == OUTCOME_OK);
	CHECK_TEXT(fake.cells[2].status.name, "rt");
}

TEST(unknown_cells_are_named_with_those_there_are)
{
	fake_reset();
	CHECK(RUN("cell", "create", "rt") == OUTCOME_REFUSED);
	CHECK_HAS(run_stderr, "no system is enabled");
	fake_enable_sample();
	CHECK(RUN("cell", "create", "third") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "system \"demo\" has no cell \"third\"");
	CHECK_HAS(run_stderr, "its cells: rt, other");
	CHECK(RUN("cell", "start", "rt") == OUTCOME_REFUSED);
	CHECK_HAS(run_stderr, "there is no cell \"rt\"; existing cells: none");
	fake_add_cell("rt", BH_STATE_CREATED);
	CHECK(RUN("cell", "start", "7") == OUTCOME_REFUSED);
	CHECK_HAS(run_stderr, "there is no cell \"7\"; existing cells: rt (id 1)");
}

TEST(names_win_over_ids)
{
	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_CREATED);
	fake_add_cell("1", BH_STATE_CREATED);
	CHECK(RUN("cell", "start", "1") == OUTCOME_OK);
	CHECK(fake.cells[2].status.state == BH_STATE_RUNNING);
}

TEST(loading_says_where)
{
	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_CREATED);
	fake_add_cell("stranger", BH_STATE_CREATED);
	CHECK(RUN("cell", "load", "rt", temporary_file("x", 1), "--at", "0x40080000") ==
	      OUTCOME_OK);
	CHECK(fake.cells[1].loaded_at == 0x40080000);
	CHECK(RUN("cell", "load", "rt", temporary_file("x", 1), "--at=here") == OUTCOME_USAGE);
	CHECK_HAS(run_stderr, "\"here\" after --at is not an address");
	CHECK(RUN("cell", "load", "stranger", temporary_file("x", 1)) == OUTCOME_USAGE);
	CHECK_HAS(run_stderr, "give the address with --at ADDRESS");
	CHECK(RUN("cell", "load", "rt", "/nonexistent") == OUTCOME_BAD_FILE);
	CHECK(RUN("cell", "load", "rt", temporary_file(fake.blob, FAKE_LOADED_MAX + 1000)) ==
	      OUTCOME_REFUSED);
	CHECK_HAS(run_stderr, "0x40004000 is outside the loadable memory of cell \"rt\"");
}

TEST(long_command_lines_are_refused)
{
	char word[BH_ARGS_SIZE + 1];

	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_CREATED);
	memset(word, 'a', sizeof(word));
	word[BH_ARGS_SIZE - 1] = '\0';
	CHECK(RUN("cell", "start", "rt", word) == OUTCOME_OK);
	fake.cells[1].status.state = BH_STATE_CREATED;
	CHECK(RUN("cell", "start", "rt", word, "b") == OUTCOME_USAGE);
	CHECK_HAS(run_stderr, "longer than 255 characters");
}

TEST(no_answer_is_exit_code_4)
{
	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_RUNNING);
	fake.fail_request = BH_IOC_CELL_SHUTDOWN;
	fake.refusal = (struct bh_refusal){ .code = BH_D_TIMEOUT, .value = 5000 };
	CHECK(RUN("cell", "shutdown", "rt") == OUTCOME_TIMED_OUT);
	CHECK_TEXT(
		run_stderr,
		"hvctl: cannot shut down cell \"rt\": cell \"rt\" did not answer within 5000 ms\n"
		"hvctl: what to do: stop it without its consent: hvctl cell shutdown --force "
		"rt\n");
	CHECK(RUN("cell", "shutdown", "--force", "rt") == OUTCOME_OK);
	CHECK(fake.shutdown.force == 1);
}

TEST(run_is_all_or_nothing)
{
	fake_enable_sample();
	CHECK(RUN("cell", "run", "rt", temporary_file("x", 1), "-a", "--help") == OUTCOME_OK);
	CHECK_TEXT(fake.cells[1].args, "-a --help");
	CHECK(fake.cells[1].status.state == BH_STATE_RUNNING);
	fake.fail_request = BH_IOC_CELL_START;
	fake.refusal = (struct bh_refusal){ BH_E_CPU_LOST, BH_F_CPUS, 2, 2, 2 };
	CHECK(RUN("cell", "run", "other", temporary_file("x", 1)) == OUTCOME_TIMED_OUT);
	CHECK_HAS(run_stderr, "cell \"other\" is destroyed again");
	CHECK(fake.cells[2].status.state == BH_STATE_NONE);
	CHECK(RUN("cell", "run", "other", "/nonexistent") == OUTCOME_BAD_FILE);
	CHECK(fake.cells[2].status.state == BH_STATE_NONE);
}

TEST(the_list)
{
	fake_enable_sample();
	CHECK(RUN("cell", "list") == OUTCOME_OK);
	CHECK(!strchr(strchr(run_stdout, '\n') + 1, '\n')); /* only the heading */
	fake_add_cell("rt", BH_STATE_FAILED);
	fake.cells[1].status.failure.reason = BH_STOP_ACCESS;
	fake.cells[1].status.failure.fault_ipa = 0xba000000;
	CHECK(RUN("cell", "list") == OUTCOME_OK);
	CHECK_HAS(run_stdout,
		  "1   rt               failed          3         direct         0  64 KiB\n");
	CHECK_HAS(run_stdout, "belongs to cell \"other\"");
	CHECK(RUN("cell", "list", "rt", "-v") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "x30");
	CHECK(RUN("cell", "list", "--json") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "\"name\": \"rt\"");
	CHECK_HAS(run_stdout, "\"cpus\": [3]");
	CHECK_HAS(run_stdout, "\"reason\": \"access\"");
}

TEST(cells_that_exist_are_owners_before_those_that_might)
{
	struct sample sample;

	sample_make(&sample);
	sample.rt->regions[0].phys = 0xba000000;
	fake_enable_sample();
	memcpy(fake.blob, sample.data, sample.size);
	fake_add_cell("other", BH_STATE_RUNNING);
	fake_add_cell("stray", BH_STATE_FAILED);
	fake.cells[2].status.failure.reason = BH_STOP_ACCESS;
	fake.cells[2].status.failure.fault_ipa = 0xba000000;
	CHECK(RUN("cell", "list") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "belongs to cell \"other\" (its region 0)");
}

TEST(the_list_has_shared_memory)
{
	struct sample sample;

	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_CREATED);
	CHECK(RUN("cell", "list") == OUTCOME_OK);
	CHECK(!strstr(run_stdout, "bell"));
	CHECK(RUN("cell", "list", "rt") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "Shared memory of cell \"rt\":\n"
			      "  bell: 4 KiB at 0x50000000, rw-, rung by interrupt 241, rings\n"
			      "    with root\n"
			      "    in root /dev/bulkhead-shm/bell\n");
	CHECK(RUN("cell", "list", "--json") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "\"guest_address\": \"0x50000000\"");
	CHECK_HAS(run_stdout, "\"device\": \"/dev/bulkhead-shm/bell\"");
	CHECK_HAS(run_stdout, "\"exists\": true");

	/* Another cell, which does not exist yet, has the memory; root has no access to it. */
	sample_make(&sample);
	sample.root->regions[2].flags = 0;
	sample.other->regions[0] = sample.rt->regions[1];
	memcpy(fake.blob, sample.data, sample.size);
	CHECK(RUN("cell", "list", "rt", "-v") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "rings\n    with other (not created)\n");
	CHECK(!strstr(run_stdout, "/dev/"));
	CHECK(RUN("cell", "list", "--json", "rt") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "\"device\": null");
	CHECK_HAS(run_stdout, "\"exists\": false");
	fake_add_cell("other", BH_STATE_CREATED);
	CHECK(RUN("cell", "list", "other") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "  (no name): 4 KiB at 0x50000000, rw-\n    with rt\n");
}

TEST(statistics)
{
	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_RUNNING);
	CHECK(RUN("cell", "stats", "rt") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "all exits                                       103\n");
	CHECK_HAS(run_stdout, "PSCI calls                                        3\n");
	CHECK(!strstr(run_stdout, "SError"));
	CHECK(RUN("cell", "stats", "root", "--json") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "\"cpu\": 2,");
	CHECK(!strstr(run_stdout, "\"cpu\": 3,"));
	CHECK_HAS(run_stdout, "\"mmio-gicd\": 0");
}

TEST(watched_statistics_of_a_cpu_that_starts_again)
{
	static const uint64_t exits[] = { 500, 530, 20, 0 };

	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_RUNNING);
	fake.exits = exits;
	CHECK(RUN("cell", "stats", "--watch", "--json", "rt") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "\"total\": 30,");
	CHECK_HAS(run_stdout, "\"total\": 20,");
	CHECK(run_stdout[0] == '{');
}

TEST(the_console_prints_history)
{
	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_RUNNING);
	fake.console = "Hello from a cell\n";
	CHECK(RUN("cell", "console", "rt") == OUTCOME_OK);
	CHECK_TEXT(run_stdout, fake.console);
	fake.polls = 3;
	CHECK(RUN("cell", "console", "rt", "-f") == OUTCOME_OK);
	CHECK_TEXT(run_stdout, fake.console);
	fake.cells[1].status.console_phys = 0;
	CHECK(RUN("cell", "console", "rt") == OUTCOME_REFUSED);
	CHECK_HAS(run_stderr, "no console in its config");
}

/* Runs a command with these bytes as standard input. */
static int run_with_input(const char *input)
{
	int before = dup(STDIN_FILENO), pipe_fds[2], code;

	if (pipe(pipe_fds) != 0 || write(pipe_fds[1], input, strlen(input)) < 0)
		return -1;
	close(pipe_fds[1]);
	dup2(pipe_fds[0], STDIN_FILENO);
	close(pipe_fds[0]);
	code = RUN("cell", "console", "rt", "--attach");
	dup2(before, STDIN_FILENO);
	close(before);
	return code;
}

TEST(attached_input_reaches_the_cell)
{
	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_RUNNING);
	fake.console = "> ";
	fake.polls = 20;
	fake.input_ready = true;
	fake.input_room = 2; /* the ring accepts two bytes at a time */
	CHECK(run_with_input("hello") == OUTCOME_OK);
	CHECK_TEXT(fake.input, "hello");
	CHECK_TEXT(run_stdout, "> ");
	fake.input[0] = '\0';
	memset(fake.input, 0, sizeof(fake.input));
	fake.polls = 20;
	CHECK(run_with_input("ab\x1d"
			     "cd") == OUTCOME_OK);
	CHECK_TEXT(fake.input, "ab");
}

TEST(the_terminal_is_restored)
{
	int before = dup(STDIN_FILENO), master, slave;
	struct termios first, last;

	if (!CHECK(openpty(&master, &slave, NULL, NULL, NULL) == 0))
		return;
	tcgetattr(slave, &first);
	dup2(slave, STDIN_FILENO);
	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_RUNNING);
	fake.polls = 2; /* and then SIGINT */
	CHECK(RUN("cell", "console", "rt", "--attach") == OUTCOME_OK);
	CHECK(fake.raw_seen);
	CHECK_HAS(run_stderr, "Ctrl-] leaves it");
	tcgetattr(slave, &last);
	CHECK(first.c_lflag == last.c_lflag && first.c_iflag == last.c_iflag);
	dup2(before, STDIN_FILENO);
	close(before);
	close(slave);
	close(master);
}

TEST(lost_output_is_said_once)
{
	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_RUNNING);
	fake.lost = 7;
	fake.polls = 3;
	CHECK(RUN("cell", "console", "rt", "-f") == OUTCOME_OK);
	CHECK_TEXT(run_stderr, "hvctl: 7 bytes of output were lost: they were not read in time\n");
}

TEST(a_destroyed_cell_ends_its_console)
{
	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_RUNNING);
	fake.fail_request = BH_IOC_CONSOLE_READ;
	fake.refusal = (struct bh_refusal){ BH_E_NO_CELL, BH_F_CELL_ID, 0, BH_OWNER_NONE, 1 };
	fake.polls = 3;
	CHECK(RUN("cell", "console", "rt", "-f") == OUTCOME_OK);
	CHECK(fake.polls == 3);
}

TEST(a_locked_hypervisor_says_so)
{
	fake_enable_sample();
	fake.fail_request = BH_IOC_CELL_CREATE;
	fake.refusal = (struct bh_refusal){ BH_E_LOCKED, BH_F_RIGHTS, 0, 0, 0 };
	CHECK(RUN("cell", "create", "rt") == OUTCOME_REFUSED);
	CHECK_TEXT(run_stderr,
		   "hvctl: cannot create cell \"rt\": the hypervisor is locked until the "
		   "machine is reset\n");
}
