# SPDX-License-Identifier: GPL-2.0
#
# Host tests of the driver's checks of user input: its unchanged files, compiled with
# substitutes of the kernel's headers, in the harness of the hypervisor's tests.

DT_DIR := driver/tests
DT_OUT := $(BUILD)/host/driver-tests
DT_CC ?= clang
FUZZ_SECONDS ?= 30

DT_COMMON := driver/parts.c driver/ioctl.c driver/load.c $(addprefix $(DT_DIR)/,fake.c fake_driver.c sample.c)
DT_TESTS := hypervisor/tests/main.c driver/power.c driver/shm/root.c driver/arch/arm64/limits.c driver/leave.c \
	driver/arch/arm64/psci.c driver/arch/arm64/newer.c $(wildcard $(DT_DIR)/test_*.c)
DT_FUZZERS := $(patsubst $(DT_DIR)/fuzz_%.c,%,$(wildcard $(DT_DIR)/fuzz_*.c))

# As in the kernel: char is unsigned; unused arguments and missing initializers are allowed.
DT_CFLAGS := -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -funsigned-char \
	-Wno-unused-parameter -Wno-missing-field-initializers -Wno-sign-compare \
	-fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
	-I$(DT_DIR)/shim -Iinclude -Idriver -I$(DT_DIR) -Ihypervisor/tests

DT_TEST_OBJS := $(patsubst %.c,$(DT_OUT)/%.o,$(DT_COMMON) $(DT_TESTS))
DT_FUZZ_BINS := $(DT_FUZZERS:%=$(DT_OUT)/fuzz_%)

.PHONY: test-driver fuzz-driver fuzz-driver-keep
test-driver: $(DT_OUT)/driver-tests ## host tests of the driver's checks
	@ASAN_OPTIONS=detect_leaks=0 $<

test-host: test-driver
fuzz: fuzz-driver

# New inputs are stored below build/; the kept corpus is only read.
fuzz-driver: $(DT_FUZZ_BINS) ## fuzz the driver's checks (FUZZ_SECONDS=30)
	@CORPUS=$(DT_DIR)/corpus hypervisor/tests/fuzz $(FUZZ_SECONDS) $(DT_OUT) $(DT_FUZZERS)

fuzz-driver-keep: $(DT_FUZZ_BINS) ## add what fuzz-driver found to the kept corpus
	@for f in $(DT_FUZZERS); do \
		mkdir -p $(DT_DIR)/corpus/$$f $(DT_OUT)/corpus/$$f && \
		$(DT_OUT)/fuzz_$$f -merge=1 $(DT_DIR)/corpus/$$f $(DT_OUT)/corpus/$$f || exit 1; \
	done

fuzz-keep: fuzz-driver-keep

$(DT_OUT)/driver-tests: $(DT_TEST_OBJS)
	$(DT_CC) $(DT_CFLAGS) -o $@ $^

$(DT_OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(DT_CC) $(DT_CFLAGS) -MMD -MP -c -o $@ $<

# Only the driver's code has coverage instrumentation.
$(DT_OUT)/fuzz/driver/%.o: driver/%.c
	@mkdir -p $(@D)
	clang $(DT_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

$(DT_OUT)/fuzz/$(DT_DIR)/%.o: $(DT_DIR)/%.c
	@mkdir -p $(@D)
	clang $(DT_CFLAGS) -MMD -MP -c -o $@ $<

$(DT_OUT)/fuzz_%: $(DT_OUT)/fuzz/$(DT_DIR)/fuzz_%.o $(DT_COMMON:%.c=$(DT_OUT)/fuzz/%.o)
	clang $(DT_CFLAGS) -fsanitize=fuzzer -o $@ $^

-include $(DT_TEST_OBJS:.o=.d)
-include $(patsubst %.c,$(DT_OUT)/fuzz/%.d,$(DT_COMMON) $(wildcard $(DT_DIR)/fuzz_*.c))
