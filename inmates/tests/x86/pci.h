/* SPDX-License-Identifier: GPL-2.0 */
/* A PCI function of the cell: its configuration space, and where its messages go. */
#ifndef INMATE_PCI_H
#define INMATE_PCI_H

#include <stdbool.h>
#include <stdint.h>

#define BAR(i) (0x10u + 4 * (i))
#define CAP_MSI 0x05
#define CAP_MSIX 0x11
#define MESSAGES 0xfee00000u /* where a message is written to (AMD64 APM 2, 16.12) */
#define MESSAGE_VECTOR 0x90u

/* A word of its configuration space. */
volatile uint32_t *config(uint32_t offset);

/* What a BAR shows of it. */
volatile uint32_t *registers(unsigned int bar);

/* The capability of this kind, or 0. */
uint32_t capability(uint32_t kind);

/* It reads as before, whatever is written. */
bool keeps(volatile uint32_t *at, uint32_t value);

/* This CPU, as a message's address has it. */
uint32_t own_id(void);

/* Raised, the device sends one message, and it comes here; then it is ended. */
void expect_message(const char *name, void (*raise)(void), void (*end)(void));

/* None of what these say of a message, its address and its data, can name anything else than an
 * interrupt for one of our CPUs. */
void try_to_forge(volatile uint32_t *address, volatile uint32_t *data);

/* The devices that are known. */
void try_edu(void);
void try_e1000e(void);

#endif
