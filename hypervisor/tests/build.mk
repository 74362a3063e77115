# SPDX-License-Identifier: GPL-2.0
# The core on the fake architecture, as host programs: tests and fuzzers, with sanitizers.

HT_OUT := $(BUILD)/host
HT_CC ?= clang
FUZZ_SECONDS ?= 30

HT_DIR := hypervisor/tests
HT_CORE := $(filter-out hypervisor/string.c,$(wildcard hypervisor/*.c hypervisor/uart/*.c hypervisor/tests/fake/*.c))
HT_TESTS := $(HT_DIR)/main.c $(wildcard $(HT_DIR)/test_*.c $(HT_DIR)/pt_*.c)
HT_FUZZERS := $(patsubst $(HT_DIR)/fuzz_%.c,%,$(wildcard $(HT_DIR)/fuzz_*.c))

HT_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-Iinclude -Ihypervisor/include -Ihypervisor/tests/fake/include -I$(HT_DIR)
HT_LDFLAGS := -Wl,-T,$(HT_DIR)/resources.lds

# Each architecture's own tests; they may add to HT_CORE and HT_FUZZERS.
include $(wildcard $(HT_DIR)/*/build.mk)

HT_CORE_OBJS := $(HT_CORE:%.c=$(HT_OUT)/%.o)
HT_TEST_OBJS := $(HT_TESTS:%.c=$(HT_OUT)/%.o)
HT_FUZZ_BINS := $(HT_FUZZERS:%=$(HT_OUT)/fuzz_%)

.PHONY: test-hyp fuzz fuzz-hyp fuzz-keep
test-hyp: $(HT_OUT)/hyp-tests ## host tests of the hypervisor's core
	@ASAN_OPTIONS=detect_leaks=0 $<

test-host: test-hyp fuzz

fuzz: fuzz-hyp ## each fuzzer for FUZZ_SECONDS (30)

# New inputs go below build/; the kept corpus is only read.
fuzz-hyp: $(HT_FUZZ_BINS)
	@CORPUS=$(HT_DIR)/corpus $(HT_DIR)/fuzz $(FUZZ_SECONDS) $(HT_OUT) $(HT_FUZZERS)

fuzz-keep: $(HT_FUZZ_BINS) ## add what the fuzzers found to the kept corpus
	@for f in $(HT_FUZZERS); do \
		mkdir -p $(HT_DIR)/corpus/$$f $(HT_OUT)/corpus/$$f && \
		$(HT_OUT)/fuzz_$$f -merge=1 $(HT_DIR)/corpus/$$f $(HT_OUT)/corpus/$$f || exit 1; \
	done

$(HT_OUT)/hyp-tests: $(HT_CORE_OBJS) $(HT_TEST_OBJS)
	$(HT_CC) $(HT_CFLAGS) $(HT_LDFLAGS) -o $@ $^

$(HT_OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(HT_CC) $(HT_CFLAGS) -MMD -MP -c -o $@ $<

# Objects with coverage counters for fuzzers, built with clang.
$(HT_OUT)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	clang $(HT_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

# The fake machine itself is not counted.
$(HT_OUT)/fuzz/hypervisor/tests/fake/%.o: hypervisor/tests/fake/%.c
	@mkdir -p $(@D)
	clang $(HT_CFLAGS) -MMD -MP -c -o $@ $<

$(HT_OUT)/fuzz_%: $(HT_OUT)/fuzz/$(HT_DIR)/fuzz_%.o $(HT_CORE:%.c=$(HT_OUT)/fuzz/%.o)
	clang $(HT_CFLAGS) -fsanitize=fuzzer $(HT_LDFLAGS) -o $@ $^

-include $(HT_CORE_OBJS:.o=.d) $(HT_TEST_OBJS:.o=.d)
-include $(patsubst %.c,$(HT_OUT)/fuzz/%.d,$(HT_CORE) $(wildcard $(HT_DIR)/fuzz_*.c))
