# SPDX-License-Identifier: GPL-2.0
#
# Tests of the config tool.

.PHONY: test-hvconfig
test-hvconfig: export PYTHONDONTWRITEBYTECODE := 1
test-hvconfig: export HYPOTHESIS_STORAGE_DIRECTORY := $(abspath $(BUILD))/hypothesis
test-hvconfig: ## tests of the config tool
	@cd tools/hvconfig && $(PYTHON) -m pytest -q

test-host: test-hvconfig
