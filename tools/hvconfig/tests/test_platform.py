# SPDX-License-Identifier: GPL-2.0
"""The keys of a platform, and the problems that check finds in them."""

import pathlib
from typing import Any

import pytest
import yaml

from hvconfig.cli.main import main
from hvconfig.model import Platform, Range

from tests.helpers import PLATFORM, SOURCE, errors, good, system, warnings

PLATFORMS = sorted((SOURCE / "configs" / "platforms").glob("*.yaml"))

FULL = """\
model: Test board 1
caches:
  - {level: 2, type: unified, size: 512K, cpus: [0, 1]}
  - {level: 2, type: unified, cpus: [2, 3]}
reserved:
  - {at: 0x40000000, size: 1M, name: firmware, no_map: true}
timer: {virtual: 27, physical: 30, hypervisor: 26, secure: 29}
psci: smc
stdout: uart0
devices:
  uart0:
    path: /soc/serial@9000000
    compatible: ["arm,pl011", "arm,primecell"]
    regs: [{at: 0x9000000, size: 4K, name: main}]
    irqs: [33]
    needs: [clk]
  clk: {regs: [{at: 0x9100000, size: 4K}], disabled: true}
  smmu: {regs: [{at: 0x9200000, size: 64K}], dma: true}
  pcie:
    regs: [{at: 0x9400000, size: 4K, name: dbi}]
    dma: true
    msi: true
    iommu: smmu
    stream_ids: [0x100-0x1ff, 7]
    pci_host:
      segment: 1
      buses: [0, 15]
      ecam: {at: 0x20000000, size: 16M}
      windows:
        - {type: io, at: 0x21000000, size: 64K, bus: 0}
        - {type: mem, at: 0x22000000, size: 16M}
  net:
    regs: [{at: 0x22000000, size: 64K}]
    pci:
      {address: "0001:01:00.0", id: "8086:10d3", class: "020000", host: pcie, msix: 5}
"""


def full(**changes: Any) -> dict[str, Any]:
    """Returns a system whose platform has every key."""
    return system(
        platform=yaml.safe_load(PLATFORM) | yaml.safe_load(FULL) | changes,
    )


def full_platform() -> Platform:
    return good(full()).platform


def test_everything_reaches_the_model() -> None:
    platform = full_platform()
    assert platform.model == "Test board 1"
    assert [cache.cpus for cache in platform.caches] == [(0, 1), (2, 3)]
    assert platform.reserved[0].range == Range(0x40000000, 1 << 20)
    assert platform.reserved[0].no_map
    uart, pcie = platform.devices["uart0"], platform.devices["pcie"]
    assert uart.compatible[0] == "arm,pl011" and uart.needs == ("clk",)
    assert uart.regs[0].name == "main"
    assert platform.devices["clk"].disabled
    assert pcie.stream_ids == (Range(0x100, 0x100), Range(7, 1))
    assert [reg.name for reg in pcie.regs] == ["dbi", "ecam", "io", "mem"]
    assert pcie.pci_host is not None and pcie.pci_host.windows[0].bus == 0
    assert pcie.pci_host.windows[1].bus == 0x22000000
    net = platform.devices["net"].pci
    assert net is not None and net.host == "pcie" and net.msix == 5


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"stdout": "uart1"}, "there is no device 'uart1'; did you mean 'uart0'?"),
        ({"devices": {"a": {"needs": ["b"]}}, "stdout": "a"}, "no device 'b'"),
        ({"devices": {"uart0": {"iommu": "smmu"}}}, "no device 'smmu'"),
        ({"devices": {"uart0": {"stream_ids": ["9-3"]}}}, "are a descending range"),
        ({"devices": {"uart0": {"stream_ids": ["x"]}}}, "such as 0x10-0x1f"),
        ({"dtb": "none.dtb"}, "there is no file 'none.dtb'"),
        ({"model": "x" * 201}, "is too long"),
        ({"reserved": [{"at": 0, "size": 0}]}, "is impossible"),
        (
            {"caches": [{"level": 1, "type": "data", "cpus": [9]}]},
            "used by CPU 9, which doesn't exist",
        ),
        ({"gic": None}, "is not a mapping"),
    ],
)
def test_what_can_not_be_is_an_error(changes: dict[str, Any], expected: str) -> None:
    found = errors(full(**changes))
    assert any(expected in line for line in found), found


GICV2 = {
    "version": 2,
    "distributor": 0x8000000,
    "maintenance_irq": 25,
    "other": [
        {"at": 0x8010000, "size": "8K", "name": "cpu"},
        {"at": 0x8012000, "size": "8K", "name": "hyp"},
    ],
}


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"gic": GICV2}, "its interrupt controller is a GICv2"),
        ({"psci": "none"}, "has no PSCI"),
        ({"psci": "hvc"}, "called by hvc"),
        ({"ram": [{"at": 1 << 40, "size": "2G"}]}, "exceeds the hypervisor"),
    ],
)
def test_described_but_not_supported(
    changes: dict[str, Any],
    reason: str,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = full(**changes)
    assert any(reason in line for line in warnings(data)), warnings(data)
    machine = tmp_path / "machine.yaml"
    machine.write_text(yaml.safe_dump(data["platform"]))
    assert main(["check", str(machine)]) == 0
    path, out = tmp_path / "system.yaml", tmp_path / "out.bin"
    path.write_text(yaml.safe_dump(data))
    assert main(["build", str(path), "-o", str(out)]) == 1
    assert reason in capsys.readouterr().err
    assert not out.exists()


def test_x86_is_described(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "pc.yaml"
    path.write_text(
        "arch: x86\n"
        "cpus: [{number: 0, apic_id: 0}, {number: 1, apic_id: 2}]\n"
        "ram: [{at: 0, size: 640K}, {at: 1M, size: 1G}]\n"
        "io_apics: [{id: 2, at: 0xfec00000, first_irq: 0}]\n"
        "devices: {com1: {ports: [{at: 0x3f8, size: 8}], irqs: [4]}}\n"
    )
    assert main(["check", str(path)]) == 0


@pytest.mark.parametrize("line, missing", [("arch: arm64", "gic"), ("", "arch")])
def test_an_incomplete_platform_is_an_error(
    line: str,
    missing: str,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        f"{line}\ncpus: [{{number: 0, mpidr: 0}}]\nram: [{{at: 0, size: 1G}}]"
    )
    assert main(["check", str(path)]) == 1
    assert f"the key '{missing}' is missing" in capsys.readouterr().err


@pytest.mark.parametrize("path", PLATFORMS, ids=[path.stem for path in PLATFORMS])
def test_shipped_platforms_are_right(path: pathlib.Path) -> None:
    assert main(["check", str(path)]) == 0


def test_cells_get_the_timers_of_the_platform() -> None:
    found = good(full(timer={"virtual": 20, "physical": 18}))
    assert [irq.first for irq in found.cells[0].irqs][:2] == [18, 20]
