# SPDX-License-Identifier: GPL-2.0
#
# Installs below DESTDIR everything that a machine needs. The module is installed
# as source for dkms, which builds it for the machine's own kernel.

prefix ?= /usr
DESTDIR ?=

# ABI version; driver, hypervisor and tools must have the same one.
VERSION := $(shell sed -nE 's/^.define BH_ABI_(MAJOR|MINOR) +([0-9]+)u?.*/\2/p' \
	include/bulkhead/limits.h | paste -sd.)

INSTALL_ROOT = $(DESTDIR)$(prefix)
INSTALL_DKMS = $(INSTALL_ROOT)/src/bulkhead-$(VERSION)
INSTALL_SHARE = $(INSTALL_ROOT)/share/bulkhead
INSTALL_PROGRAMS := hello rt-timer smp echo shmem counter
# The Python package: modules and data in all its folders.
HVCONFIG_FILES = $(shell cd tools/hvconfig && find hvconfig -type f -name '*.py' -o -type f -name '*.json' -o -type f -name '*.toml')
INSTALL_FILE = install -m 644 -D -t
INSTALL_PROGRAM = install -m 755 -D -t

.PHONY: install install-tools install-files install-dkms
install: install-tools install-files install-dkms ## everything that a machine needs (ARCH=, DESTDIR=, prefix=/usr)

install-tools: hvctl hvctl-man ## a part of install: hvctl, hvconfig, their manuals and completions
	$(INSTALL_PROGRAM) $(INSTALL_ROOT)/sbin $(BUILD)/$(ARCH)/hvctl
	$(INSTALL_FILE) $(INSTALL_ROOT)/share/man/man8 $(BUILD)/hvctl.8
	install -m 644 -D tools/hvctl/hvctl.bash $(INSTALL_ROOT)/share/bash-completion/completions/hvctl
	for file in $(HVCONFIG_FILES); do \
		install -m 644 -D tools/hvconfig/$$file $(INSTALL_SHARE)/$$file || exit; \
	done
	sed -e '/^# hvconfig from/d' -e 's|^here=\(.*\)|here=\1/../share/bulkhead|' \
		tools/hvconfig/hvconfig.sh >$(BUILD)/hvconfig
	$(INSTALL_PROGRAM) $(INSTALL_ROOT)/bin $(BUILD)/hvconfig

install-files: hypervisor inmates ## a part of install: hypervisor, programs, configs, systemd unit
	$(INSTALL_FILE) $(DESTDIR)/lib/firmware $(BUILD)/$(ARCH)/bulkhead-$(ARCH).bin
	$(INSTALL_FILE) $(INSTALL_ROOT)/lib/bulkhead $(INSTALL_PROGRAMS:%=$(BUILD)/$(ARCH)/inmates/%.bin)
	$(INSTALL_FILE) $(INSTALL_SHARE)/configs/platforms configs/platforms/*.yaml
	$(INSTALL_FILE) $(INSTALL_SHARE)/configs/systems configs/systems/$(CONFIG_MACHINE)-demo.yaml
	install -m 755 -d $(DESTDIR)/etc/bulkhead
	$(INSTALL_PROGRAM) $(INSTALL_ROOT)/libexec tools/systemd/bulkhead-stop
	sed 's|=/usr/libexec|=$(prefix)/libexec|' tools/systemd/bulkhead.service >$(BUILD)/bulkhead.service
	$(INSTALL_FILE) $(DESTDIR)/lib/systemd/system $(BUILD)/bulkhead.service

install-dkms: $(DRIVER_HASH) ## a part of install: the driver's source, for dkms
	for file in $(DRIVER_FILES); do \
		install -m 644 -D driver/$$file $(INSTALL_DKMS)/$$file || exit; \
	done
	$(INSTALL_FILE) $(INSTALL_DKMS)/include/bulkhead include/bulkhead/*.h
	$(INSTALL_FILE) $(INSTALL_DKMS)/include $(DRIVER_HASH)
	sed 's/@VERSION@/$(VERSION)/' driver/dkms.conf >$(BUILD)/dkms.conf
	$(INSTALL_FILE) $(INSTALL_DKMS) $(BUILD)/dkms.conf
