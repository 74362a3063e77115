# SPDX-License-Identifier: GPL-2.0
"""PCI functions in /sys/bus/pci/devices."""

import re

from ..model import Device, IrqRange, PciFunction, Range
from . import inputs
from .inputs import Inputs

_ADDRESS = re.compile(r"([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])")
# Common names of class codes (PCI Code and ID Assignment, 1).
_CLASSES = {
    "0100": "scsi",
    "0101": "ide",
    "0106": "sata",
    "0108": "nvme",
    "0200": "ethernet",
    "0280": "wireless",
    "03": "display",
    "0403": "audio",
    "0600": "host-bridge",
    "0601": "isa-bridge",
    "0604": "pci-bridge",
    "0700": "serial",
    "0805": "sdhci",
    "0c03": "usb",
    "0c05": "smbus",
}
_MEMORY, _IO = 0x200, 0x100  # flags of Linux's resources
_MSI, _MSIX = 0x05, 0x11  # capability IDs
_CAPABILITIES = 0x34
_MAX_GSI = 256


def functions(files: Inputs, hosts: dict[str, Device], x86: bool) -> list[Device]:
    """All PCI functions, by address."""
    addresses = sorted(
        {
            name[len(inputs.PCI) :].partition("/")[0]
            for name in files
            if name.startswith(inputs.PCI)
        }
    )
    found = []
    for address in addresses:
        match = _ADDRESS.fullmatch(address)
        if match:
            host = _host(hosts, int(match[1], 16), int(match[2], 16))
            found.append(_function(files, address, host, x86))
    return found


def _host(hosts: dict[str, Device], segment: int, bus: int) -> str:
    for device in hosts.values():
        host = device.pci_host
        if host and host.segment == segment:
            if host.first_bus <= bus <= host.last_bus:
                return device.name
    return ""


def _function(files: Inputs, address: str, host: str, x86: bool) -> Device:
    base = f"{inputs.PCI}{address}/"
    kind = f"{_hex(files, base + 'class'):06x}"[-6:]
    config = files.get(base + "config", b"")
    bridge = kind.startswith("06")
    msi, msix = _messages(config)
    memory, ports = _bars(files.get(base + "resource", b""))
    vendor, device = (_hex(files, base + x) & 0xFFFF for x in ("vendor", "device"))
    return Device(
        name=f"{_name(kind)}-{re.sub('[:.]', '-', address.removeprefix('0000:'))}",
        regs=() if bridge else memory,
        irqs=_irqs(files, base, config) if x86 else (),
        dma=not bridge,
        msi=bool(msi or msix),
        ports=() if bridge else ports,
        pci=PciFunction(address, f"{vendor:04x}:{device:04x}", kind, host, msi, msix),
    )


def _name(kind: str) -> str:
    return _CLASSES.get(kind[:4]) or _CLASSES.get(kind[:2]) or "pci"


def _bars(raw: bytes) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
    """Memory and ports of the base address registers: six lines of resource."""
    memory, ports = [], []
    lines = raw.decode("ascii", "replace").splitlines()[:6]
    for number, line in enumerate(lines):
        words = line.split()
        if len(words) != 3 or not all(
            re.fullmatch("0x[0-9a-f]{1,16}", x) for x in words
        ):
            continue
        start, end, flags = (int(word, 16) for word in words)
        if end > start:
            area = Range(start, end - start + 1, f"bar{number}")
            if flags & _MEMORY:
                memory.append(area)
            elif flags & _IO:
                ports.append(area)
    return tuple(memory), tuple(ports)


def _irqs(files: Inputs, base: str, config: bytes) -> tuple[IrqRange, ...]:
    """The interrupt of its pin; on x86, Linux shows the GSI."""
    text = files.get(base + "irq", b"").decode("ascii", "replace").strip()
    has_pin = len(config) > 0x3D and config[0x3D]
    if not has_pin or not re.fullmatch(r"[0-9]{1,3}", text):
        return ()
    return (IrqRange(int(text)),) if 0 < int(text) < _MAX_GSI else ()


def _messages(config: bytes) -> tuple[int, int]:
    """The numbers of MSI and MSI-X messages (PCI Local Bus 3.0, 6.8)."""
    msi = msix = 0
    if len(config) < 64 or not config[6] & 0x10:
        return 0, 0
    at, seen = config[_CAPABILITIES] & ~3, set[int]()
    while 0x40 <= at < len(config) - 3 and at not in seen:
        seen.add(at)
        control = int.from_bytes(config[at + 2 : at + 4], "little")
        if config[at] == _MSI:
            msi = min(1 << (control >> 1 & 7), 32)
        elif config[at] == _MSIX:
            msix = (control & 0x7FF) + 1
        at = config[at + 1] & ~3
    return msi, msix


def _hex(files: Inputs, name: str) -> int:
    text = files.get(name, b"").decode("ascii", "replace").strip()
    return int(text, 16) if re.fullmatch("0x[0-9a-f]{1,8}", text) else 0
