/* SPDX-License-Identifier: GPL-2.0 */
/* The cell's PCI function: configuration space and messages. */
#ifndef INMATE_PCI_H
#define INMATE_PCI_H

#include <stdbool.h>
#include <stdint.h>

#define BAR(i) (0x10u + 4 * (i))
#define CAP_MSI 0x05
#define CAP_MSIX 0x11
#define MESSAGES 0xfee00000u /* address range of messages (AMD64 APM 2, 16.12) */
#define MESSAGE_VECTOR 0x90u

/* A doubleword of configuration space. */
volatile uint32_t *config(uint32_t offset);

/* The base address in a BAR. */
volatile uint32_t *registers(unsigned int bar);

/* Offset of the capability with this id, or 0. */
uint32_t capability(uint32_t kind);

/* Checks that writes do not change the register. */
bool keeps(volatile uint32_t *at, uint32_t value);

/* Message address of this CPU. */
uint32_t own_id(void);

/*
 * Makes the device raise its interrupt, checks that one message arrives on this
 * CPU, and ends the interrupt.
 */
void expect_message(const char *name, void (*raise)(void), void (*end)(void));

/* Checks that no value of a message's address and data registers results in anything except an
 * interrupt for one of the cell's CPUs. */
void try_to_forge(volatile uint32_t *address, volatile uint32_t *data);

/* Supported devices. */
void try_edu(void);
void try_e1000e(void);

#endif
