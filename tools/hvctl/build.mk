# SPDX-License-Identifier: GPL-2.0
#
# hvctl: static for the machine, and with sanitizers and a fake module for the
# host's unit tests.

HVCTL_DIR := tools/hvctl
HVCTL_SOURCES := $(wildcard $(HVCTL_DIR)/*.c)
HVCTL_CFLAGS := -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Iinclude -I$(HVCTL_DIR) -MMD -MP

HVCTL_OBJECTS := $(HVCTL_SOURCES:$(HVCTL_DIR)/%.c=$(BUILD)/arm64/hvctl-objects/%.o)

hvctl: $(BUILD)/arm64/hvctl

# The manual page needs scdoc; the program doesn't need the manual page.
.PHONY: hvctl-man
hvctl-man: $(BUILD)/hvctl.8 ## build/hvctl.8, the manual page
ifneq ($(shell command -v scdoc),)
hvctl: hvctl-man
endif

$(BUILD)/arm64/hvctl-objects/%.o: $(HVCTL_DIR)/%.c $(HVCTL_DIR)/build.mk
	@mkdir -p $(@D)
	$(CROSS)gcc $(HVCTL_CFLAGS) -Os -ffunction-sections -fdata-sections -c -o $@ $<

$(BUILD)/arm64/hvctl: $(HVCTL_OBJECTS)
	$(CROSS)gcc -static -s -Wl,--gc-sections -o $@ $^

$(BUILD)/hvctl.8: $(HVCTL_DIR)/hvctl.8.scd
	@mkdir -p $(@D)
	scdoc <$< >$@

# Host: everything but main.c and the real system calls.

HVCTL_HOST := $(BUILD)/host/hvctl
HVCTL_TESTED := $(filter-out $(HVCTL_DIR)/main.c $(HVCTL_DIR)/backend.c,$(HVCTL_SOURCES))
HVCTL_TESTS := $(filter-out %/fuzz_blob.c,$(wildcard $(HVCTL_DIR)/tests/*.c))
HVCTL_TEST_OBJECTS := $(HVCTL_TESTED:$(HVCTL_DIR)/%.c=$(HVCTL_HOST)/%.o) \
	$(HVCTL_TESTS:$(HVCTL_DIR)/%.c=$(HVCTL_HOST)/%.o)
HVCTL_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all

$(HVCTL_HOST)/%.o: $(HVCTL_DIR)/%.c $(HVCTL_DIR)/build.mk
	@mkdir -p $(@D)
	gcc $(HVCTL_CFLAGS) -g -O1 $(HVCTL_SANITIZE) -c -o $@ $<

$(HVCTL_HOST)/test-hvctl: $(HVCTL_TEST_OBJECTS)
	gcc $(HVCTL_SANITIZE) -o $@ $^

# The real program for this machine, to try on: HVCTL_DEVICE=... build/host/hvctl/hvctl
HVCTL_NATIVE_OBJECTS := $(HVCTL_SOURCES:$(HVCTL_DIR)/%.c=$(HVCTL_HOST)/%.o)

$(HVCTL_HOST)/hvctl: $(HVCTL_NATIVE_OBJECTS)
	gcc $(HVCTL_SANITIZE) -o $@ $^

.PHONY: hvctl-native
hvctl-native: $(HVCTL_HOST)/hvctl ## hvctl for this machine, with sanitizers

.PHONY: test-hvctl
test-hvctl: $(HVCTL_HOST)/test-hvctl ## hvctl on the host, against a fake module
	@$<

test-host: test-hvctl

# FUZZ_SECONDS: how long.
FUZZ_SECONDS ?= 30
HVCTL_FUZZED := $(addprefix $(HVCTL_DIR)/,blob.c tests/fuzz_blob.c)

$(HVCTL_HOST)/fuzz-blob: $(HVCTL_FUZZED) $(HVCTL_DIR)/blob.h $(wildcard include/bulkhead/*.h)
	@mkdir -p $(@D)
	clang -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Iinclude -I$(HVCTL_DIR) -g -O1 \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -o $@ $(HVCTL_FUZZED)

# What it finds goes below build/; the kept corpus is read only.
.PHONY: fuzz-hvctl
fuzz-hvctl: $(HVCTL_HOST)/fuzz-blob ## fuzz hvctl's reading of configs (FUZZ_SECONDS=30)
	@mkdir -p $(HVCTL_HOST)/corpus
	@$< -max_total_time=$(FUZZ_SECONDS) -max_len=8192 -artifact_prefix=$(HVCTL_HOST)/ \
		$(HVCTL_HOST)/corpus $(HVCTL_DIR)/tests/corpus >$(HVCTL_HOST)/fuzz.log 2>&1 \
		|| { tail -n 40 $(HVCTL_HOST)/fuzz.log; exit 1; }
	@echo "fuzz blob: $$(grep -o 'Done [0-9]* runs.*' $(HVCTL_HOST)/fuzz.log)"

fuzz: fuzz-hvctl

-include $(HVCTL_OBJECTS:.o=.d) $(HVCTL_TEST_OBJECTS:.o=.d) $(HVCTL_NATIVE_OBJECTS:.o=.d)
