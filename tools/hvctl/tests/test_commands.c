// SPDX-License-Identifier: GPL-2.0
/* Commands that are not about cells, against the fake module. */
#include <errno.h>

#include "cmd/command.h"
#include "fake.h"
#include "sample.h"
#include "test.h"

TEST(help_and_version)
{
	unsigned int i;

	CHECK(RUN("--version") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "ABI version 1.7");
	CHECK(RUN("--help") == OUTCOME_OK);
	for (i = 0; commands[i]; i++)
		CHECK_HAS(run_stdout, commands[i]->name);
	CHECK(RUN("enable", "--help") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "usage: hvctl enable SYSTEM\n\nMove all CPUs");
	CHECK(RUN("cell", "shutdown", "--help") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "--timeout MS");
	CHECK(RUN("cell", "--help") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "cell create");
}

TEST(wrong_usage_is_named)
{
	fake_reset();
	CHECK(run_hvctl(NULL, NULL) == OUTCOME_USAGE);
	CHECK(RUN("frobnicate") == OUTCOME_USAGE);
	CHECK_HAS(run_stderr, "there is no command \"frobnicate\"");
	CHECK(RUN("cell") == OUTCOME_USAGE);
	CHECK(RUN("cell", "frob") == OUTCOME_USAGE);
	CHECK_HAS(run_stderr, "\"cell frob\"");
	CHECK(RUN("enable") == OUTCOME_USAGE);
	CHECK_HAS(run_stderr, "usage: hvctl enable SYSTEM");
	CHECK(RUN("status", "x") == OUTCOME_USAGE);
	CHECK_HAS(run_stderr, "\"x\"");
	CHECK(RUN("status", "--jason") == OUTCOME_USAGE);
	CHECK_HAS(run_stderr, "no option \"--jason\"");
	CHECK(RUN("cell", "shutdown", "rt", "--timeout") == OUTCOME_USAGE);
	CHECK_HAS(run_stderr, "--timeout needs an argument: MS");
	CHECK(RUN("cell", "shutdown", "rt", "--timeout", "soon") == OUTCOME_USAGE);
	CHECK_HAS(run_stderr, "\"soon\" after --timeout");
	CHECK(RUN("status", "--json=yes") == OUTCOME_USAGE);
	CHECK_TEXT(run_stdout, "");
}

TEST(no_device_is_exit_code_3)
{
	fake_reset();
	fake.open_error = -ENOENT;
	CHECK(RUN("status") == OUTCOME_NO_DEVICE);
	CHECK_HAS(run_stderr, "load the module first");
	fake.open_error = -EPERM;
	CHECK(RUN("status") == OUTCOME_NO_DEVICE);
	CHECK_HAS(run_stderr, "needs root");
}

/* Returns the message if the module isn't loaded and the kernel's files have this content. */
static const char *without_module(const char *lockdown, const char *sig_enforce)
{
	fake_reset();
	fake.open_error = -ENOENT;
	fake.lockdown = lockdown;
	fake.sig_enforce = sig_enforce;
	CHECK(RUN("check") == OUTCOME_NO_DEVICE);
	return run_stderr;
}

TEST(who_refuses_modules_is_named)
{
	CHECK_HAS(without_module("none [integrity] confidentiality\n", "N\n"),
		  "locked down (integrity)");
	CHECK_HAS(run_stderr, "what to do: sign the module");
	CHECK_HAS(without_module("none integrity [confidentiality]\n", NULL), "(confidentiality)");
	CHECK_HAS(without_module("[none] integrity confidentiality\n", "Y\n"),
		  "(module.sig_enforce)");
	CHECK_HAS(run_stderr, "what to do: sign the module");
	without_module("[none] integrity confidentiality\n", "N\n");
	CHECK(!strstr(run_stderr, "sign"));
	without_module(NULL, NULL);
	CHECK(!strstr(run_stderr, "sign"));
	without_module("[", "");
	CHECK(!strstr(run_stderr, "sign"));
}

TEST(errors_without_a_refusal)
{
	fake_reset();
	fake.fail_request = BH_IOC_INFO;
	fake.fail_errno = EINVAL;
	CHECK(RUN("status") == OUTCOME_NO_DEVICE);
	CHECK_HAS(run_stderr, "ABI version 1.7");
	fake.fail_request = BH_IOC_INFO;
	fake.fail_errno = ENOTTY;
	CHECK(RUN("status") == OUTCOME_NO_DEVICE);
	fake.fail_request = BH_IOC_INFO;
	fake.fail_errno = EINTR;
	CHECK(RUN("status") == OUTCOME_INTERRUPTED);
}

TEST(enable_status_lock_disable)
{
	struct sample sample;

	fake_reset();
	sample_make(&sample);
	CHECK(RUN("status") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "disabled");
	CHECK(RUN("disable") == OUTCOME_REFUSED);
	CHECK_TEXT(run_stderr, "hvctl: cannot disable the hypervisor: no system is enabled\n"
			       "hvctl: what to do: enable one: hvctl enable SYSTEM\n");
	CHECK(RUN("enable", temporary_file(sample.data, sample.size)) == OUTCOME_OK);
	CHECK_HAS(run_stdout, "System \"demo\" is enabled");
	CHECK(RUN("status", "--json") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "\"state\": \"enabled\"");
	CHECK(RUN("status") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "4 MiB at 0xbfc00000");
	CHECK(RUN("lock") == OUTCOME_OK && fake.state == BH_DRIVER_LOCKED);
	CHECK(RUN("disable") == OUTCOME_OK && fake.state == BH_DRIVER_DISABLED);
}

TEST(status_tells_smis_where_they_are_counted)
{
	fake_enable_sample();
	CHECK(RUN("status") == OUTCOME_OK);
	CHECK(!strstr(run_stdout, "SMI"));
	CHECK(RUN("status", "--json") == OUTCOME_OK);
	CHECK(!strstr(run_stdout, "smi"));
	fake.smis = "17\n";
	CHECK(RUN("status") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "SMIs:               17 since enable\n");
	CHECK(RUN("status", "--json") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "\"smis\": 17");
	fake.state = BH_DRIVER_DISABLED;
	CHECK(RUN("status") == OUTCOME_OK);
	CHECK(!strstr(run_stdout, "SMI"));
}

TEST(bad_configs_never_reach_the_module)
{
	struct sample sample;

	fake_reset();
	sample_make(&sample);
	CHECK(RUN("enable", "/nonexistent/x") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "cannot open /nonexistent/x: No such file");
	CHECK(RUN("enable", "nosuchsystem") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "/etc/bulkhead/nosuchsystem.bin");
	CHECK(RUN("enable", "/tmp") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "is not a regular file");
	CHECK(RUN("enable", temporary_file(sample.data, 40)) == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "is truncated");
	CHECK(RUN("enable", temporary_file(sample.rt, sample.rt->header.size)) == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "has no system part");
	CHECK(fake.state == BH_DRIVER_DISABLED);
}

TEST(refusals_name_the_request)
{
	struct sample sample;

	fake_reset();
	sample_make(&sample);
	fake.fail_request = BH_IOC_ENABLE;
	fake.refusal = (struct bh_refusal){ .code = BH_D_VHE, .owner = BH_OWNER_NONE };
	CHECK(RUN("enable", temporary_file(sample.data, sample.size)) == OUTCOME_REFUSED);
	CHECK_TEXT(run_stderr,
		   "hvctl: cannot enable system \"demo\": Linux itself runs at EL2 (VHE)\n"
		   "hvctl: what to do: add 'id_aa64mmfr1.vh=0 kvm-arm.mode=none' to the "
		   "kernel's command line and reboot\n");
}

/* A machine that meets all requirements but one. */
static void machine_without(enum bh_requirement missing, uint32_t code)
{
	fake_reset();
	fake.check.mine = fake.check.known = (1u << BH_REQ_COUNT) - 1;
	fake.check.ok = fake.check.known & ~(1u << missing);
	fake.check.why[missing].refusal.code = code;
}

TEST(check_shows_each_requirement)
{
	struct sample sample;

	machine_without(BH_REQ_DIRECT, BH_D_PSEUDO_NMI);
	sample_make(&sample);
	CHECK(RUN("check", temporary_file(sample.data, sample.size)) == OUTCOME_OK);
	CHECK(fake.check_blob_size == sample.size);
	CHECK_HAS(run_stdout,
		  "no       direct interrupts are possible (not required)\n         Linux "
		  "masks");
	CHECK_HAS(run_stdout, "This machine is ready.\n");
	fake.check.ok &= ~(1u << BH_REQ_NOT_VHE);
	fake.check.why[BH_REQ_NOT_VHE].refusal.code = BH_D_VHE;
	fake.check.known &= ~(1u << BH_REQ_CPUS);
	CHECK(RUN("check") == OUTCOME_REFUSED);
	CHECK_HAS(run_stdout, "missing  Linux itself runs at EL1\n");
	CHECK_HAS(run_stdout, "what to do: add 'id_aa64mmfr1.vh=0");
	CHECK_HAS(run_stdout, "unknown  the CPUs match");
	CHECK(RUN("check", "--json") == OUTCOME_REFUSED);
	CHECK_HAS(run_stdout, "\"ready\": false");
	CHECK_HAS(run_stdout, "\"name\": \"el1\"");
}

/* Cells don't see them, so the machine is ready. */
TEST(check_counts_features_that_are_newer)
{
	struct sample sample;

	machine_without(BH_REQ_FEATURES, BH_D_NEWER_CPU);
	fake.check.why[BH_REQ_FEATURES].refusal.value = 3;
	strcpy(fake.check.why[BH_REQ_FEATURES].name, "S3_0_C0_C6_3, bit 16");
	sample_make(&sample);
	CHECK(RUN("check", temporary_file(sample.data, sample.size)) == OUTCOME_OK);
	CHECK_HAS(run_stdout, "no       the hypervisor knows every feature of the CPUs (not "
			      "required)\n         3 fields of ID registers are newer than the "
			      "hypervisor, the first in S3_0_C0_C6_3, bit 16\n");
	CHECK_HAS(run_stdout, "This machine is ready.\n");
}

TEST(check_names_the_cell_that_splits_a_core)
{
	struct sample sample;

	sample_make(&sample);
	machine_without(BH_REQ_CORES, BH_D_CORE);
	fake.check.why[BH_REQ_CORES].refusal =
		(struct bh_refusal){ BH_D_CORE, BH_F_CPUS, 3, BH_OWNER_NONE, 2 };
	strcpy(fake.check.why[BH_REQ_CORES].name, "rt");
	CHECK(RUN("check", temporary_file(sample.data, sample.size)) == OUTCOME_REFUSED);
	CHECK_HAS(run_stdout, "missing  no core is shared between cells\n"
			      "         CPU 3 of cell \"rt\" shares its core with CPU 2, which the "
			      "cell doesn't get\n"
			      "         what to do: give the cell all CPUs of a core or none");
}

TEST(check_knows_who_asks_for_direct_interrupts)
{
	struct sample sample;

	sample_make(&sample);
	sample.root->irq_mode = BH_IRQ_DIRECT;
	machine_without(BH_REQ_DIRECT, BH_D_PSEUDO_NMI);
	CHECK(RUN("check", temporary_file(sample.data, sample.size)) == OUTCOME_REFUSED);
	CHECK_HAS(run_stdout, "missing  direct interrupts are possible (the root cell needs them)\n"
			      "         Linux masks");
	CHECK_HAS(run_stdout, "This machine is not ready.\n");
	sample.root->irq_mode = BH_IRQ_LIST;
	sample.other->irq_mode = BH_IRQ_DIRECT;
	CHECK(RUN("check", temporary_file(sample.data, sample.size)) == OUTCOME_OK);
	CHECK_HAS(run_stdout, "no       direct interrupts are possible (not required)");
	fake.check.why[BH_REQ_DIRECT].refusal =
		(struct bh_refusal){ .code = BH_E_UNSUPPORTED, .field = BH_F_IRQ_MODE };
	CHECK(RUN("check", temporary_file(sample.data, sample.size)) == OUTCOME_REFUSED);
	CHECK_HAS(run_stdout, "missing  direct interrupts are possible (cell \"other\" needs "
			      "them)\n         the root cell can't have direct");
	CHECK(RUN("check", "--json", temporary_file(sample.data, sample.size)) == OUTCOME_REFUSED);
	CHECK_HAS(run_stdout, "\"ready\": false");
	fake.check.ok = fake.check.known;
	CHECK(RUN("check", temporary_file(sample.data, sample.size)) == OUTCOME_OK);
	CHECK_HAS(run_stdout, "ok       direct interrupts are possible (cell \"other\"");
}

static struct bh_cpu_facts facts(uint32_t cpu, uint32_t midr)
{
	return (struct bh_cpu_facts){ .cpu = cpu,
				      .midr = midr,
				      .pa_bits = 40,
				      .list_registers = 4,
				      .priority_bits = 5,
				      .counters = 6,
				      .line_bytes = 64 };
}

TEST(check_shows_kinds_of_cpus_and_their_errata)
{
	machine_without(BH_REQ_DIRECT, BH_D_PSEUDO_NMI);
	fake.check.n_cpus = 5;
	fake.check.cpus[0] = facts(0, 0x410fd034); /* Cortex-A53 r0p4 */
	fake.check.cpus[1] = facts(1, 0x411fd073); /* Cortex-A57 r1p3: no erratum of ours */
	fake.check.cpus[2] = facts(2, 0x411fd0d0); /* Cortex-A77 r1p0 */
	fake.check.cpus[3] = facts(3, 0x410fd034);
	fake.check.cpus[4] = facts(9, 0x510f8000);
	fake.check.cpus[4].flags = BH_FACT_FIQ_TAKEN;
	CHECK(RUN("check") == OUTCOME_OK);
	CHECK_HAS(run_stdout,
		  "found    CPUs 0,3: Cortex-A53 r0p4, 40-bit addresses, 4 list registers, "
		  "5 priority bits, 6 event counters, 64-byte cache lines\n"
		  "found    CPUs 1: Cortex-A57 r1p3, ");
	CHECK_HAS(run_stdout,
		  "cache lines\nwarning  CPUs 2, Cortex-A77 r1p0, erratum 1508412: a cell "
		  "can hang its CPU, ");
	CHECK_HAS(run_stdout, "\nwarning  CPUs 2, Cortex-A77 r1p0, erratum CVE-2024-5660: unless ");
	CHECK_HAS(run_stdout, "found    CPUs 9: core 0x800 of implementer 0x51 r0p0, 40-bit");
	CHECK_HAS(run_stdout, "lines, FIQs taken by the firmware\nThis machine is ready.\n");
	fake.check.cpus[1].midr = 0x411fd072;
	CHECK(RUN("check", "--json") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "\"numbers\": [");
	CHECK_HAS(run_stdout, "\"core\": \"Cortex-A57 r1p2\"");
	CHECK_HAS(run_stdout, "\"midr\": \"0x411fd072\"");
	CHECK_HAS(run_stdout, "\"CPUs 1, Cortex-A57 r1p2, erratum 832075: a cell can hang");
	CHECK_HAS(run_stdout, "\"CPUs 1, Cortex-A57 r1p2, erratum 834220: a cell that accesses");
}

TEST(check_survives_a_module_that_counts_too_many_cpus)
{
	machine_without(BH_REQ_DIRECT, BH_D_PSEUDO_NMI);
	fake.check.n_cpus = ~0u;
	fake.check.cpus[3] = facts(~0u, 0x410fd034);
	CHECK(RUN("check") == OUTCOME_OK);
	CHECK(!strstr(run_stdout, "Cortex-A53"));
}

TEST(check_does_not_call_ready_what_it_did_not_see)
{
	machine_without(BH_REQ_CPUS, 0);
	fake.check.known &= ~(1u << BH_REQ_CPUS);
	CHECK(RUN("check") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "unknown  the CPUs match");
	CHECK_HAS(run_stdout, "No requirement is missing among those that could be checked.\n"
			      "Name a SYSTEM to check the rest: hvctl check SYSTEM\n");
	CHECK(!strstr(run_stdout, "is ready"));
	CHECK(RUN("check", "--json") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "\"ready\": false");
}

TEST(the_log)
{
	fake_enable_sample();
	fake_add_cell("rt", BH_STATE_RUNNING);
	fake.n_messages = 2;
	fake.messages[0] = (struct bh_message){ 1, BH_MSG_ENABLED, 0, 0, { 4, 9 } };
	fake.messages[1] = (struct bh_message){ 2, BH_MSG_CELL_STARTED, 1, 3, { 0 } };
	CHECK(RUN("log") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "CPU 3 rt: started\n");
	fake.polls = 2;
	CHECK(RUN("log", "-f") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "CPU 3 rt: started\n");
	CHECK(RUN("log", "--json") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "\"cell_name\": \"rt\"");
	CHECK(run_stdout[0] == '[');
	/* A message about an earlier cell with the same id does not get the name "rt". */
	fake.n_messages = 3;
	fake.messages[2] = (struct bh_message){ 3, BH_MSG_CELL_CREATED, 1, 0, { 0 } };
	CHECK(RUN("log") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "CPU 3 cell 1: started\n");
	CHECK_HAS(run_stdout, "CPU 0 rt: created\n");
}
