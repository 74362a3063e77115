# SPDX-License-Identifier: GPL-2.0
"""Finds devices that access memory by DMA; device trees rarely say."""

import re

from ..tree.nodes import Node

# Node names (Devicetree Specification 2.2.2) of devices without DMA of their own.
# If a DMA controller serves them, that controller accesses memory.
_HARMLESS = frozenset(
    """
    adc bus can can-transceiver cec chipid clk clock clock-controller counter csi-phy
    cti ddr-pmu dsi-phy edp-phy efuse flash funnel gpio hwlock hwspinlock i2c
    interconnect interrupt interrupt-controller ir keypad mailbox mbox memory
    mipi-dphy nvmem ocotp otp pcie-phy performance-monitor phy pinctrl pinmux
    platform-bus pmu power-controller power-domain power-management pwm regulator
    replicator reset reset-controller rng rst rtc serial spi sram syscon system-cntl
    system-controller temperature-sensor thermal timer tsadc tsens uart usb-phy
    usb2-phy usb3-phy video-phy watchdog wdt
    """.split()
)
_COMPATIBLE = (
    *("arm,pl011", "arm,pl031", "arm,pl061", "arm,armv8-pmuv3"),
    *("arm,coresight-etm4x", "arm,coresight-cti"),
    *("syscon", "simple-mfd", "simple-bus"),
)
_BY_ITSELF = {"iommus", "iommu-map", "dma-coherent", "#dma-cells"}


def reaches_memory(node: Node) -> bool:
    """Whether the node may do DMA; unknown devices may."""
    if node.props.keys() & _BY_ITSELF:
        return True
    if node.is_like(*_COMPATIBLE):
        return False
    return re.sub(r"[-_]?[0-9]+$", "", node.base_name) not in _HARMLESS
