# SPDX-License-Identifier: GPL-2.0
"""Features of x86-64 with Intel VMX and an x2APIC."""

import pathlib
import re
from collections.abc import Callable

import pytest
import yaml
from audit import check
from bulkhead.hv import Hv
from bulkhead.linux_cell import LinuxCell, exits_of, linux_config
from bulkhead.systems import system_file
from hvconfig.model import System
from hvconfig.read.system import load_system
from hvconfig.write import blob
from machine.bochs.emulator import BochsMachine, BochsProgram
from machine.config import Config
from machine.paths import SOURCE
from machine.patience import patient
from machine.qemu import Machine
from machine.wait import until


def bochs(hv: Hv) -> BochsMachine:
    assert isinstance(hv.machine, BochsMachine)
    return hv.machine


def test_xcr0(enabled: Hv) -> None:
    """XSETBV always exits."""
    hv = enabled
    hv.run("hostile", "hostile", "attack=xcr0")
    hv.wait_console("hostile", "PASS xcr0")


def backtraces(hv: Hv) -> int:
    said = hv.machine.check("dmesg | grep -c 'NMI backtrace for cpu [123]'; true")
    return int(said)


@pytest.mark.kernel_trouble
def test_linux_gets_its_own_nmis(enabled: Hv) -> None:
    """Linux's NMIs arrive while cells, whose kicks are NMIs too, come and go."""
    hv = enabled
    before = backtraces(hv)
    ask = "i=0; while [ $i -lt 5 ]; do i=$((i+1)); echo l >/proc/sysrq-trigger; done"
    hv.machine.spawn(f"{ask}; echo asked >/tmp/asked")
    for _ in range(2):
        hv.run("rt", "hello")
        hv.end("rt")
    until("all", lambda: not hv.machine.run("test -s /tmp/asked").status or None, 120)
    # Linux skips CPUs of cells, and its asking CPU needs no NMI.
    assert backtraces(hv) - before >= 10
    assert hv.online() == "0-3"


def test_a_vm_entry_that_fails_ends_the_cell(enabled: Hv) -> None:
    """The test changes the VMCS link pointer, which makes the next VM entry fail."""
    hv = enabled
    hv.run("alpha", "canary")
    hv.run("rt", "rt-timer")
    hv.wait_beats("rt", 10)
    machine = bochs(hv)
    with machine.paused() as debugger:
        where = debugger.state("cpu3.VMX")["vmcsptr"]
        fields = machine.read_physical(where, 4096)
        places = [m.start() for m in re.finditer(b"(?=\xff{8})", fields)]
        links = [place for place in places if place % 8 == 0]
        assert len(links) == 1, links
        machine.write_physical(where + links[0], b"\1")
    hv.wait_state("rt", "failed")
    said = hv.ok("cell list -v")
    assert "VM entry with a state that the CPU refuses" in said, said
    assert hv.wait_beats("alpha", 3).errors == 0
    hv.ok("cell destroy rt")
    hv.run("rt", "hello")
    hv.wait_console("rt", "Hello from cell")


# kernel_trouble: at boot Linux complains about CPUID of Bochs's CPUs.
@pytest.mark.kernel_trouble
@pytest.mark.thorough
def test_firmware_that_forbids_vmx(
    new_machine: Callable[[Config], Machine], config: Config
) -> None:
    """The firmware locks VMX off on one CPU only."""
    hv = Hv(new_machine(config.with_changes(forbid_vmx=True)).boot())
    hv.insmod()
    before = hv.snapshot()
    document = hv.check_document("test")
    states = {item["name"]: item["state"] for item in document["requirements"]}
    assert states["virtualization"] == "missing" and not document["ready"], states
    said = hv.refused("enable test", "Intel VMX, disabled by the firmware")
    assert "what to do: switch it on in the firmware's setup" in said
    assert hv.snapshot() == before
    hv.machine.check("rmmod bulkhead")


def system_of_two_cpus(config: Config, directory: pathlib.Path) -> System:
    """Returns the system "demo" on two CPUs, with its first cell only."""
    name = f"{config.board.name}.yaml"
    platform = yaml.safe_load((SOURCE / "configs" / "platforms" / name).read_text())
    platform["cpus"] = platform["cpus"][:2]
    (directory / "platform.yaml").write_text(yaml.safe_dump(platform))
    system = yaml.safe_load(system_file(config.board, "demo").read_text())
    system |= {"name": "two", "platform": "platform.yaml"}
    system["cells"] = {"rt": system["cells"]["rt"] | {"cpus": [1]}}
    (directory / "two.yaml").write_text(yaml.safe_dump(system))
    return load_system(str(directory / "two.yaml"))


@pytest.mark.kernel_trouble  # for the same reason as above
@pytest.mark.thorough
def test_a_machine_with_two_cpus(
    new_machine: Callable[[Config], Machine], config: Config, tmp_path: pathlib.Path
) -> None:
    machine = new_machine(config.with_changes(smp=2)).boot()
    hv = Hv.of(machine)
    system = system_of_two_cpus(config, tmp_path)
    machine.put("/etc/bulkhead/two.bin", blob.encode(system))
    hv.insmod()
    assert "This machine is ready." in hv.ok("check two")
    hv.ok("enable two")
    hv.system = system
    for _ in range(2):
        hv.run("rt", "rt-timer", "period_us=2000")
        hv.wait_beats("rt", 20)
        assert hv.online() == "0"
        hv.expected = check.Expected(enabled=True, created=["rt"], running=["rt"])
        hv.audit()
        hv.expected = None
        hv.end("rt")
        assert hv.online() == "0-1"
    hv.disable()


def exits(hv: Hv, cell: str) -> int:
    return int(hv.json(f"cell stats {cell}")["cpus"][0]["exits"]["total"])


def exits_of_periods(hv: Hv, mode: str, periods: int) -> int:
    hv.run("rt", "rt-timer", f"period_us=2000 report=0 {mode}")
    hv.wait_beats("rt", 10)
    before = exits(hv, "rt")
    hv.wait_beats("rt", periods)
    return exits(hv, "rt") - before


def exits_of_two(hv: Hv, seconds: int) -> dict[str, int]:
    """Returns the exits of the Linux cell in so many seconds, by reason."""
    before = exits_of(hv.json("cell stats linux"))
    hv.machine.check(f"sleep {seconds}", 60)
    after = exits_of(hv.json("cell stats linux"))
    return {reason: n - before[reason] for reason, n in after.items()}


# Arguments for the cell's kernel. They skip tests that wait minutes for entropy.
QUICK = "cryptomgr.notests initcall_blacklist=jent_mod_init rodata=off"
TICKS = 250  # ticks a second in Debian's kernels


@pytest.mark.thorough
@pytest.mark.kernel_trouble  # for the same reason as above
@pytest.mark.timeout(600)
def test_a_linux_in_x2apic_mode(
    new_machine: Callable[[Config], Machine], config: Config
) -> None:
    """Linux starts and interrupts its second CPU; its timers cause no exits."""
    hv = Hv(new_machine(linux_config(config)).boot())
    hv.ready("linux")
    cell = LinuxCell(hv, "linux", more=QUICK)
    cell.start()
    assert cell.ask("nproc") == "2"
    assert "x2apic enabled" in cell.ask("dmesg | grep x2apic")
    cell.ask("for i in 1 2; do while :; do :; done & done; sleep 1")
    busy = exits_of_two(hv, 4)
    cell.ask("kill %1 %2; sleep 1")
    idle = exits_of_two(hv, 20)
    print(f"exits: {busy} in 4 s, computing; {idle} in 20 s, idle")
    # Only IPIs between its two CPUs cause exits.
    assert busy["total"] == busy["msr"] < 4 * TICKS / 2, busy
    assert idle["total"] == idle["msr"] < 20 * 2 * 20, idle
    assert cell.ask("dmesg | grep 'unchecked MSR'") == ""
    hv.audit()
    hv.machine.close()  # Bochs cannot leave x2APIC mode: see below


INFO_MAGIC = b"INFO"
BUSY = "x2apic busy count=3000"
LATENCIES = r"summary: \d+ periods, latency min (\d+) median (\d+) max (\d+) ticks"


def info_page(hv: Hv, cell: str) -> bytes:
    """Returns the info page of the running cell. An ended cell of the same name may
    have left its page in the pool: the arguments tell them apart."""
    assert hv.system
    where = hv.system.hypervisor
    memory = hv.machine.read_physical(where.start, where.size)
    pages = (memory[at : at + 4096] for at in range(0, where.size, 4096))
    found = [
        x
        for x in pages
        if x[:4] == INFO_MAGIC
        and x[16:].startswith(cell.encode())
        and BUSY.encode() in x
    ]
    assert len(found) == 1, len(found)
    return found[0]


def latencies_natively(hv: Hv, cell: str, program: str) -> tuple[int, ...]:
    """Runs the program natively, with the cell's info page; returns latencies."""
    elf = hv.machine.config.built / "inmates" / "obj" / f"{program}.elf"
    config = hv.config(cell)
    info = (config.info, info_page(hv, cell))
    name = f"{hv.machine.name}-native"
    with BochsProgram(hv.machine.config, name, elf.read_bytes(), info) as machine:
        said = machine.console.wait_for(LATENCIES, patient(60))
    return tuple(map(int, said.groups()))


def test_x2apic_mode(enabled: Hv) -> None:
    """In x2APIC mode a timer causes no exits and is as late as natively; interrupts to
    other CPUs are filtered. Bochs's local APIC cannot be disabled and enabled again,
    which is the way out of that mode, so the machine ends."""
    hv = enabled
    hv.run("neighbour", "canary")
    hv.wait_console("neighbour", "canary: watching")
    assert exits_of_periods(hv, "", 50) >= 100
    hv.end("rt")
    assert exits_of_periods(hv, BUSY, 200) == 0
    said = hv.wait_console("rt", LATENCIES)
    in_cell = tuple(map(int, said.groups()))
    with bochs(hv).paused():
        natively = latencies_natively(hv, "rt", "rt-timer")
    print(f"ticks from deadline to handler: {in_cell}, natively {natively}")
    assert in_cell[1] <= natively[1] + 20  # an exit takes more than 90 ticks
    hv.run("alpha", "hostile", "attack=ipi x2apic")
    hv.wait_console("alpha", "PASS ipi")
    assert hv.wait_beats("neighbour", 3).errors == 0
    assert hv.state("rt") == "running"
    assert hv.online() == "0"
    hv.audit()
    hv.machine.close()
