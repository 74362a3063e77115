# SPDX-License-Identifier: GPL-2.0
#
# hvctl: statically linked for the target; for the host with sanitizers, and a fake module for unit
# tests.

HVCTL_DIR := tools/hvctl
HVCTL_FOLDERS := base config device words request linux linux/acpi cmd
HVCTL_SOURCES := $(HVCTL_DIR)/main.c $(HVCTL_DIR)/hvctl.c \
	$(wildcard $(HVCTL_FOLDERS:%=$(HVCTL_DIR)/%/*.c))
HVCTL_CFLAGS := -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Iinclude -I$(HVCTL_DIR) \
	-I$(BUILD)/hvctl -MMD -MP

# Libraries; those of the target come from ci/fetch.
HVCTL_LIBS := -lfdt -lz -lzstd
HVCTL_TREE := $(BUILD)/$(ARCH)/libs
HVCTL_INCLUDES := -isystem $(HVCTL_TREE)/include -isystem $(HVCTL_TREE)/include/$(TRIPLET)

HVCTL_OBJECTS := $(HVCTL_SOURCES:$(HVCTL_DIR)/%.c=$(BUILD)/$(ARCH)/hvctl-objects/%.o) \
	$(BUILD)/$(ARCH)/hvctl-objects/linux/x86_data.o

# The words shared with hvconfig and the documents, as C.
HVCTL_WORDS := $(BUILD)/hvctl/word_tables.h
HVCTL_WORD_SOURCES := $(wildcard tools/hvconfig/hvconfig/words/*.toml)

$(HVCTL_WORDS): $(HVCTL_DIR)/words/make_words.py $(HVCTL_WORD_SOURCES)
	@mkdir -p $(@D)
	$(PYTHON) -B $^ $@

hvctl: $(BUILD)/$(ARCH)/hvctl

# The manual page needs scdoc; the program doesn't need the manual page.
.PHONY: hvctl-man
hvctl-man: $(BUILD)/hvctl.8 ## build/hvctl.8, the manual page
ifneq ($(shell command -v scdoc),)
hvctl: hvctl-man
endif

$(BUILD)/$(ARCH)/hvctl-objects/%.o: $(HVCTL_DIR)/%.c $(HVCTL_DIR)/build.mk \
		| $(HVCTL_TREE)/stamp $(HVCTL_WORDS)
	@mkdir -p $(@D)
	$(CROSS)gcc $(HVCTL_CFLAGS) $(HVCTL_INCLUDES) -Os -ffunction-sections -fdata-sections -c -o $@ $<

# The start code of x86 Linux cells: x86 code, data of hvctl on any architecture.
HVCTL_STUB := $(BUILD)/hvctl/x86_stub.bin

$(HVCTL_STUB): $(HVCTL_DIR)/linux/x86_stub.S $(HVCTL_DIR)/build.mk
	@mkdir -p $(@D)
	gcc -m32 -c -o $(@:.bin=.o) $<
	ld -m elf_i386 -Ttext=0 --oformat binary -o $@ $(@:.bin=.o)

$(BUILD)/$(ARCH)/hvctl-objects/linux/x86_data.o: $(HVCTL_DIR)/linux/x86_data.S $(HVCTL_STUB)
	@mkdir -p $(@D)
	$(CROSS)gcc -c -Wa,-I$(dir $(HVCTL_STUB)) -o $@ $<

$(BUILD)/$(ARCH)/hvctl: $(HVCTL_OBJECTS)
	$(CROSS)gcc -static -s -Wl,--gc-sections -o $@ $^ -L$(HVCTL_TREE)/lib $(HVCTL_LIBS)

$(BUILD)/hvctl.8: $(HVCTL_DIR)/hvctl.8.scd
	@mkdir -p $(@D)
	scdoc <$< >$@

# Host tests: all but main.c and the real system calls.

HVCTL_HOST := $(BUILD)/host/hvctl
HVCTL_TESTED := $(filter-out $(HVCTL_DIR)/main.c $(HVCTL_DIR)/device/backend.c,$(HVCTL_SOURCES))
HVCTL_TESTS := $(filter-out $(HVCTL_DIR)/tests/fuzz_%.c,$(wildcard $(HVCTL_DIR)/tests/*.c))
HVCTL_TEST_OBJECTS := $(HVCTL_TESTED:$(HVCTL_DIR)/%.c=$(HVCTL_HOST)/%.o) \
	$(HVCTL_HOST)/linux/x86_data.o \
	$(HVCTL_TESTS:$(HVCTL_DIR)/%.c=$(HVCTL_HOST)/%.o)
HVCTL_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all

$(HVCTL_HOST)/%.o: $(HVCTL_DIR)/%.c $(HVCTL_DIR)/build.mk | $(HVCTL_WORDS)
	@mkdir -p $(@D)
	gcc $(HVCTL_CFLAGS) -g -O1 $(HVCTL_SANITIZE) -c -o $@ $<

$(HVCTL_HOST)/linux/x86_data.o: $(HVCTL_DIR)/linux/x86_data.S $(HVCTL_STUB)
	@mkdir -p $(@D)
	gcc -c -Wa,-I$(dir $(HVCTL_STUB)) -o $@ $<

$(HVCTL_HOST)/test-hvctl: $(HVCTL_TEST_OBJECTS)
	gcc $(HVCTL_SANITIZE) -o $@ $^ $(HVCTL_LIBS)

# The program for the host, to try out: HVCTL_DEVICE=... build/host/hvctl/hvctl
HVCTL_NATIVE_OBJECTS := $(HVCTL_SOURCES:$(HVCTL_DIR)/%.c=$(HVCTL_HOST)/%.o) \
	$(HVCTL_HOST)/linux/x86_data.o

$(HVCTL_HOST)/hvctl: $(HVCTL_NATIVE_OBJECTS)
	gcc $(HVCTL_SANITIZE) -o $@ $^ $(HVCTL_LIBS)

.PHONY: hvctl-native
hvctl-native: $(HVCTL_HOST)/hvctl ## hvctl for this machine, with sanitizers

.PHONY: test-hvctl
test-hvctl: $(HVCTL_HOST)/test-hvctl ## hvctl on the host, against a fake module
	@$<

test-host: test-hvctl

# hvctl's fuzzers run a third of FUZZ_SECONDS each: hvctl is not trusted by the hypervisor.
FUZZ_SECONDS ?= 30
HVCTL_FUZZERS := blob kernel
HVCTL_FUZZ_blob := config/blob.c
HVCTL_FUZZ_kernel := linux/kernel.c linux/bzimage.c linux/unpack.c base/file_error.c

define HVCTL_FUZZER
$(HVCTL_HOST)/fuzz-$(1): $(addprefix $(HVCTL_DIR)/,$(HVCTL_FUZZ_$(1)) tests/fuzz_$(1).c) \
		$(wildcard $(HVCTL_DIR)/*/*.h include/bulkhead/*.h)
	@mkdir -p $$(@D)
	clang -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Iinclude -I$(HVCTL_DIR) -g -O1 \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		-o $$@ $$(filter %.c,$$^) $(HVCTL_LIBS)
endef
$(foreach fuzzer,$(HVCTL_FUZZERS),$(eval $(call HVCTL_FUZZER,$(fuzzer))))

# New inputs are stored below build/; the checked-in corpora are only read.
HVCTL_FUZZ_RUNS := $(HVCTL_FUZZERS:%=fuzz-hvctl-%)

.PHONY: fuzz-hvctl
fuzz-hvctl: $(HVCTL_FUZZ_RUNS) ## fuzz hvctl's reading of configs and kernels (FUZZ_SECONDS=30: a third)

$(HVCTL_FUZZ_RUNS): fuzz-hvctl-%: $(HVCTL_HOST)/fuzz-% FORCE
	@mkdir -p $(HVCTL_HOST)/corpus/$*
	@$< -max_total_time=$$(($(FUZZ_SECONDS) / 3)) -max_len=8192 -artifact_prefix=$(HVCTL_HOST)/ \
		$(HVCTL_HOST)/corpus/$* $(HVCTL_DIR)/tests/corpus/$* \
		>$(HVCTL_HOST)/fuzz-$*.log 2>&1 \
		|| { tail -n 40 $(HVCTL_HOST)/fuzz-$*.log; exit 1; }
	@echo "fuzz $*: $$(grep -o 'Done [0-9]* runs.*' $(HVCTL_HOST)/fuzz-$*.log)"

fuzz: fuzz-hvctl

-include $(HVCTL_OBJECTS:.o=.d) $(HVCTL_TEST_OBJECTS:.o=.d) $(HVCTL_NATIVE_OBJECTS:.o=.d)
