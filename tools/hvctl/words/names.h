/* SPDX-License-Identifier: GPL-2.0 */
/* Words for the enumerations of the ABI: "unknown" for unknown values, or NULL where noted. */
#ifndef HVCTL_WORDS_NAMES_H
#define HVCTL_WORDS_NAMES_H

#include <stdint.h>

const char *cell_state_name(uint64_t state);	/* enum bh_cell_state */
const char *driver_state_name(uint64_t state);	/* enum bh_driver_state */
const char *irq_mode_name(uint64_t mode);	/* enum bh_irq_mode */
const char *region_type_name(uint64_t type);	/* enum bh_region_type */
const char *stop_reason_key(uint64_t reason);	/* enum bh_stop_reason, as in JSON */
const char *stop_reason_words(uint64_t reason); /* enum bh_stop_reason, as words after "the cell" */
const char *exit_key(unsigned int exit);	/* enum bh_exit, as in JSON, or NULL */
const char *exit_words(unsigned int exit);	/* enum bh_exit, in words, or NULL */
const char *function_name(uint64_t function);	/* BH_HC_*, or NULL */

#endif
