// SPDX-License-Identifier: GPL-2.0
/* Syndromes, failures of cells, messages. */
#include "fake.h"
#include "sample.h"
#include "test.h"
#include "words/esr.h"
#include "words/failure.h"
#include "words/messages.h"
#include "words/names.h"

static const char *esr(uint64_t value)
{
	return CAPTURE(out, write_esr(out, value));
}

TEST(syndromes)
{
	CHECK_TEXT(esr(0x93c08046), "data abort: write of 8 bytes, translation fault at level 2");
	CHECK_TEXT(esr(0x93c08046 & ~(1u << 24)),
		   "data abort: write, translation fault at level 2");
	CHECK_TEXT(esr(0x9200000f), "data abort: read, permission fault at level 3");
	CHECK_TEXT(esr(0x82000007), "instruction abort: translation fault at level 3");
	CHECK_TEXT(esr(0x92000061), "data abort: write, alignment fault");
	CHECK_TEXT(esr(0x5a000000), "HVC #0");
	CHECK_TEXT(esr(0x5e000007), "SMC #7");
	CHECK_TEXT(esr(0x06000000), "wait: WFI");
	CHECK_TEXT(esr(0x06000001), "wait: WFE");
	CHECK_TEXT(esr(0x62000000 | 3 << 20 | 5 << 17 | 12 << 10 | 2 << 5 | 11 << 1),
		   "system register or instruction: write of ICC_SGI1R_EL1 (x2)");
	CHECK_TEXT(esr(0x62000000 | 3 << 20 | 4 << 14 | 1 << 10 | 31 << 5 | 1 << 1 | 1),
		   "system register or instruction: read of S3_4_C1_C1_0 (xzr)");
	CHECK_TEXT(esr(0xbe000000), "SError");
	CHECK_TEXT(esr(0xfc000000), "exception class 0x3f");
}

static struct sample sample;
static struct blob blob;
static struct bh_cell_status stopped;

/* "rt" stopped for this reason at this guest address. */
static const char *failure(uint32_t reason, uint64_t address, bool registers)
{
	sample_make(&sample);
	sample_parse(&sample, &blob);
	stopped = (struct bh_cell_status){ .id = 1, .state = BH_STATE_FAILED, .name = "rt" };
	stopped.failure.reason = reason;
	stopped.failure.cpu = 3;
	stopped.failure.pc = 0x40000120;
	stopped.failure.syndrome = 0x93c08046;
	stopped.failure.fault_va = address;
	stopped.failure.fault_ipa = address;
	stopped.failure.arm64.regs[30] = 0xabc;
	return CAPTURE(out, failure_write(out, &stopped, &blob, sample.rt, registers));
}

TEST(every_reason_to_stop_has_a_name)
{
	uint32_t reason;

	for (reason = BH_STOP_NONE; reason <= BH_STOP_PORT; reason++) {
		CHECK(strcmp(stop_reason_key(reason), "unknown") != 0);
		CHECK(strcmp(stop_reason_words(reason), "unknown") != 0);
	}
	CHECK_TEXT(stop_reason_key(reason), "unknown");
}

TEST(a_stray_access_in_sentences)
{
	CHECK_TEXT(failure(BH_STOP_ACCESS, 0xba000010, false),
		   "cell \"rt\" accessed memory that its config doesn't give it\n"
		   "  CPU 3, pc 0x40000120: data abort: write of 8 bytes, translation fault at "
		   "level 2\n"
		   "  guest address 0xba000010\n"
		   "  the nearest region of the cell is region 1 (shared 0x50000000 to 0x50000fff, "
		   "rw-), 0x69fff011 below it\n"
		   "  as a physical address, it belongs to cell \"other\" (its region 0)\n");
	CHECK_HAS(failure(BH_STOP_ACCESS, 0xbfc00000, false), "belongs to the hypervisor\n");
	CHECK_HAS(failure(BH_STOP_ACCESS, 0x41000000, false), "belongs to the root cell\n");
	CHECK(!strstr(failure(BH_STOP_ACCESS, 0x1000, false), "belongs to"));
	CHECK_HAS(failure(BH_STOP_ACCESS, 0x3ffff000, false), "0x1000 above it");
	CHECK_HAS(failure(BH_STOP_ACCESS, 0x50000004, false), "that is in region 1 (shared");
}

TEST(registers_on_demand)
{
	CHECK_HAS(failure(BH_STOP_ACCESS, 0, true), "x30 0000000000000abc");
	CHECK(!strstr(failure(BH_STOP_ACCESS, 0, false), "x30"));
}

static const char *x86_failure(uint32_t reason, uint64_t code, uint64_t info1)
{
	fake.arch = BH_ARCH_X86;
	failure(reason, 0x3f000000, false);
	stopped.failure.syndrome = code;
	stopped.failure.x86.info1 = info1;
	stopped.failure.x86.regs[1] = 0xc0000080;
	stopped.failure.x86.rip = 0x10456;
	return CAPTURE(out, failure_write(out, &stopped, NULL, NULL, true));
}

TEST(exits_of_x86_in_words)
{
	const char *text = x86_failure(BH_STOP_ACCESS, 0x400, 1ull << 32 | 6);

	CHECK_HAS(text, "pc 0x40000120: nested page fault: write, nothing is mapped there\n"
			"  guest address 0x3f000000\n");
	CHECK_HAS(text, "rcx 00000000c0000080");
	CHECK_HAS(text, "rip 0000000000010456");
	CHECK_HAS(text, "exit code 400 info 100000006");
	CHECK_HAS(x86_failure(BH_STOP_FETCH, 0x400, 0x15), "instruction fetch, not permitted");
	CHECK_HAS(x86_failure(BH_STOP_ACCESS, 0x400, 1ull << 33), "read by its own table walk, ");
	CHECK_HAS(x86_failure(BH_STOP_PORT, 0x7b, 0x0cf80011), "input of 1 byte at port 0xcf8\n");
	CHECK_HAS(x86_failure(BH_STOP_PORT, 0x7b, 0x00800044),
		  "string output of 4 bytes at port 0x80\n");
	CHECK_HAS(x86_failure(BH_STOP_TRAP, 0x7c, 1), "write of MSR 0xc0000080\n");
	CHECK_HAS(x86_failure(BH_STOP_TRAP, 0x7f, 0), ": shutdown (");
	CHECK_HAS(x86_failure(BH_STOP_SERROR, 0x52, 0), ": machine check\n");
	CHECK_HAS(x86_failure(BH_STOP_TRAP, 0xffffffff, 0),
		  ": VM entry with a state that the CPU refuses\n");
	CHECK_HAS(x86_failure(BH_STOP_TRAP, 0x4d, 0), ": exception 13\n");
	CHECK_HAS(x86_failure(BH_STOP_TRAP, 0x99, 0), ": exit code 0x99\n");
	CHECK_HAS(x86_failure(BH_STOP_HYPERVISOR_FAULT, 0x7c, 0),
		  "the hypervisor was handling: read of MSR");
	fake_reset();
}

TEST(exits_of_vmx_in_words)
{
	CHECK_HAS(x86_failure(BH_STOP_ACCESS, BH_X86_VMX | 48, 0x182),
		  "EPT violation: write, nothing is mapped there\n");
	CHECK_HAS(x86_failure(BH_STOP_FETCH, BH_X86_VMX | 48, 0x19c),
		  "EPT violation: instruction fetch, not permitted there\n");
	CHECK_HAS(x86_failure(BH_STOP_ACCESS, BH_X86_VMX | 48, 0x081), "by its own table walk");
	CHECK_HAS(x86_failure(BH_STOP_PORT, BH_X86_VMX | 30, 0x0cf80008),
		  "input of 1 byte at port 0xcf8\n");
	CHECK_HAS(x86_failure(BH_STOP_TRAP, BH_X86_VMX | 32, 0), "write of MSR 0xc0000080\n");
	CHECK_HAS(x86_failure(BH_STOP_TRAP, BH_X86_VMX | 2, 0), ": shutdown (");
	CHECK_HAS(x86_failure(BH_STOP_TRAP, BH_X86_VMX | 0x80000021, 0),
		  ": VM entry with a state that the CPU refuses\n");
	CHECK_HAS(x86_failure(BH_STOP_TRAP, BH_X86_VMX | 99, 0), ": exit reason 0x63\n");
	fake_reset();
}

TEST(orderly_ends_are_one_line)
{
	CHECK_TEXT(failure(BH_STOP_NONE, 0, true), "");
	CHECK_TEXT(failure(BH_STOP_REQUESTED, 0, false), "cell \"rt\" shut down on request\n");
	CHECK_TEXT(failure(BH_STOP_CPU_LOST, 0, false),
		   "cell \"rt\" has a CPU that did not respond\n  it is CPU 3\n");
	CHECK_TEXT(failure(99, 0, false), "cell \"rt\" stopped for reason 99, which this hvctl "
					  "doesn't know\n");
}

TEST(faults_of_the_hypervisor_are_its_own)
{
	failure(BH_STOP_HYPERVISOR_FAULT, 0, false);
	stopped.failure.syndrome = 0x96000050;
	stopped.failure.fault_va = 0x800000001000;
	CHECK_HAS(CAPTURE(out, failure_write(out, &stopped, &blob, sample.rt, false)),
		  "the hypervisor's own exception: data abort at the same exception level: write, "
		  "external abort, hypervisor address 0x800000001000\n");
}

TEST(failures_without_a_config)
{
	failure(BH_STOP_ACCESS, 0x1000, false);
	CHECK_HAS(CAPTURE(out, failure_write(out, &stopped, NULL, NULL, true)),
		  "guest address 0x1000\n");
}

static void write_failure_json(FILE *out)
{
	struct json json = { .out = out, .lines = true };

	json_object(&json, NULL);
	failure_json(&json, &stopped, &blob, sample.rt);
	json_end_object(&json);
}

TEST(failures_in_json)
{
	const char *text;

	failure(BH_STOP_ACCESS, 0x1000, false);
	text = CAPTURE(out, write_failure_json(out));
	CHECK_HAS(text, "{\"stop\": {\"reason\": \"access\", \"text\": \"cell \\\"rt\\\" accessed");
	CHECK_HAS(text, "\"guest_address\": \"0x1000\"");
	CHECK_HAS(text, "\"x30\": \"0xabc\"");
	stopped.failure.reason = BH_STOP_NONE;
	CHECK_TEXT(CAPTURE(out, write_failure_json(out)), "{\"stop\": null}\n");
}

static bool name_of(uint32_t id, char name[BH_NAME_SIZE])
{
	strcpy(name, "rt");
	return id == 1;
}

static const char *message(struct bh_message value)
{
	const struct message_context context = { .clock_hz = 1000, .cell_name = name_of };

	return CAPTURE(out, message_write(out, &value, &context));
}

TEST(messages_in_words)
{
	CHECK_TEXT(message((struct bh_message){ 12345, BH_MSG_ENABLED, 0, 2, { 4, 900 } }),
		   "   12.345000 CPU 2 root: enabled, 4 CPUs, 900 pages in the pool\n");
	CHECK_TEXT(message((struct bh_message){ 1, BH_MSG_CELL_STARTED, 1, 3, { 0 } }),
		   "    0.001000 CPU 3 rt: started\n");
	CHECK_TEXT(message((struct bh_message){
			   1, BH_MSG_CELL_STOPPED, 2, 3, { BH_STOP_ACCESS, 0x40000000, 0x1000 } }),
		   "    0.001000 CPU 3 cell 2: accessed memory that its config doesn't give it, pc "
		   "0x40000000, address 0x1000\n");
	CHECK_HAS(message((struct bh_message){ 1,
					       BH_MSG_REFUSED,
					       0,
					       0,
					       { BH_E_NO_CELL, (uint64_t)BH_F_CELL_ID << 32, 7 } }),
		  "request refused: there is no cell with id 7\n");
	CHECK_HAS(message((struct bh_message){ 1, 999, 0, 0, { 1, 2, 3 } }),
		  "message 999, which this hvctl doesn't know (0x1, 0x2, 0x3)");
}

TEST(every_message_has_words)
{
	uint16_t code;

	for (code = 0; code <= BH_MSG_SHUTDOWN_REQUESTED; code++) {
		const char *text = message((struct bh_message){ 1, code, 0, 0, { 1, 2, 3 } });

		CHECK(!strchr(text, '{'));
		CHECK(!strstr(text, "which this hvctl"));
	}
}

TEST(messages_of_x86)
{
	struct bh_message value = { .code = BH_MSG_VIOLATION, .v = { BH_STOP_PORT, 0xcf8 } };

	fake.arch = BH_ARCH_X86;
	CHECK_HAS(message(value), "an abort for port, at 0xcf8");
	value = (struct bh_message){ .code = BH_MSG_HYPERVISOR_FAULT, .v = { 14ull << 32 | 2 } };
	CHECK_HAS(message(value), "exception 14 (error code 0x2)");
	fake_reset();
}
