/* SPDX-License-Identifier: GPL-2.0 */
/* EL3's controls over lower exception levels. */
#ifndef FIRMWARE_EL3_H
#define FIRMWARE_EL3_H

/**
 * Sets the executing CPU's controls: lower levels are Non-secure and may use each feature that
 * this CPU has and EL3 can trap, but those of the switch "trap".
 */
void el3_set_controls(void);

#endif
