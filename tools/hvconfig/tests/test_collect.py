# SPDX-License-Identifier: GPL-2.0
"""Platforms that collect makes of device trees."""

import pytest

from hvconfig.model import IrqRange, Range
from hvconfig.problems import ConfigError

from tests.trees import CPUS, GIC, platform


def test_addresses_are_translated_through_every_bus() -> None:
    found = platform(
        """
        soc {
            compatible = "simple-bus";
            #address-cells = <1>; #size-cells = <1>;
            ranges = <0x0 0x10000000 0x1000000>, <0x7e000000 0x20000000 0x1000>;
            inner@10008000 {
                compatible = "simple-bus";
                reg = <0x8000 0x1000>;
                #address-cells = <2>; #size-cells = <1>;
                ranges = <1 0 0x8000 0x1000>;
                thing@100000010 { compatible = "a"; reg = <1 0x10 0x20>; };
                beyond@100001000 { compatible = "b"; reg = <1 0x1000 0x20>; };
            };
            far@7e000100 { compatible = "c"; reg = <0x7e000100 4>; reg-names = "x"; };
            closed {
                #address-cells = <1>; #size-cells = <1>;
                chip@20 { compatible = "on,i2c"; reg = <0x20 1>; };
            };
        };"""
    ).devices
    assert {name: device.regs for name, device in found.items()} == {
        "thing": (Range(0x10008010, 0x20),),
        "far": (Range(0x20000100, 4),),
    }
    assert found["far"].regs[0].name == "x"


def test_interrupts_are_followed_to_the_gic() -> None:
    found = platform(
        """
        plain@10000000 { compatible = "a"; reg = <0x10000000 16>;
            interrupts = <0 5 4>, <1 7 4>, <0 6 4>; };
        extended@10001000 { compatible = "b"; reg = <0x10001000 16>;
            interrupts-extended = <&gic 0 9 4>, <&gpio 3 1>; };
        gpio: gpio@10002000 { compatible = "c"; reg = <0x10002000 16>;
            interrupts = <0 20 4>; interrupt-controller; #interrupt-cells = <2>; };
        behind@10003000 { compatible = "d"; reg = <0x10003000 16>;
            interrupt-parent = <&gpio>; interrupts = <3 1>; };
        stacked: wake@10004000 { compatible = "e"; reg = <0x10004000 16>;
            interrupt-controller; #interrupt-cells = <3>; };
        gpc: gpc@10007000 { compatible = "fsl,imx8mq-gpc"; reg = <0x10007000 16>;
            interrupts = <0 31 4>; interrupt-controller; #interrupt-cells = <3>; };
        behind_gpc@10008000 { compatible = "h"; reg = <0x10008000 16>;
            interrupt-parent = <&gpc>; interrupts = <0 32 4>; };
        woken@10005000 { compatible = "f"; reg = <0x10005000 16>;
            interrupt-parent = <&stacked>; interrupts = <0 30 4>; };
        mapper: mapper { #interrupt-cells = <2>; #address-cells = <0>;
            interrupt-map-mask = <0xff 0>;
            interrupt-map = <1 0 &gic 0 0 40 4>, <2 0 &gic 0 0 41 4>; };
        mapped@10006000 { compatible = "g"; reg = <0x10006000 16>;
            interrupt-parent = <&mapper>; interrupts = <0x102 4>; };"""
    ).devices
    irqs = {name: device.irqs for name, device in found.items()}
    assert irqs["plain"] == (IrqRange(23), IrqRange(37, 2))
    assert irqs["extended"] == (IrqRange(41),)
    assert irqs["gpio"] == (IrqRange(52),)
    assert irqs["behind"] == () and found["behind"].needs == ("gpio",)
    assert irqs["woken"] == (IrqRange(62),)
    assert irqs["behind_gpc"] == (IrqRange(64),) and irqs["gpc"] == (IrqRange(63),)
    assert irqs["mapped"] == (IrqRange(73),)


def test_a_pci_host_bridge_with_an_iommu() -> None:
    host = platform(
        """
        smmu: iommu@9050000 { compatible = "arm,smmu-v3"; reg = <0x9050000 0x20000>;
            #iommu-cells = <1>; };
        pcie@3f000000 {
            compatible = "pci-host-ecam-generic"; device_type = "pci";
            reg = <0x3f000000 0x1000000>; bus-range = <0 15>;
            #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>;
            ranges = <0x1000000 0 0 0x3e000000 0 0x10000>,
                     <0x2000000 0 0x10000000 0x10000000 0 0x2000000>,
                     <0x42000000 0 0x80000000 0x20000000 0 0x2000000>;
            interrupt-map-mask = <0 0 0 7>;
            interrupt-map = <0 0 0 1 &gic 0 0 3 4>, <0 0 0 2 &gic 0 0 4 4>;
            iommu-map = <0 &smmu 0x100 0x1000>; msi-map = <0 &its 0 0x10000>;
            net@0,0 { compatible = "pci8086,10d3"; reg = <0 0 0 0 0>; };
        };"""
    ).devices["pcie"]
    assert host.pci_host is not None
    assert host.pci_host.ecam == Range(0x3F000000, 0x1000000)
    assert host.pci_host.last_bus == 15
    kinds = [(x.kind, x.range.start, x.bus) for x in host.pci_host.windows]
    assert kinds == [
        ("io", 0x3E000000, 0),
        ("mem", 0x10000000, 0x10000000),
        ("prefetch", 0x20000000, 0x80000000),
    ]
    assert [reg.name for reg in host.regs] == ["ecam", "io", "mem", "prefetch"]
    assert host.irqs == (IrqRange(35, 2),)
    assert (host.iommu, host.stream_ids) == ("iommu", (Range(0x100, 0x1000),))
    assert host.msi and host.dma


def test_what_a_device_needs() -> None:
    found = platform(
        """
        clk: clock-controller@10000000 { compatible = "clk"; reg = <0x10000000 16>;
            #clock-cells = <1>; };
        pinctrl@10001000 { compatible = "pins"; reg = <0x10001000 16>;
            group: group { }; };
        crystal: crystal { compatible = "fixed-clock"; #clock-cells = <0>; };
        dma: dma@10002000 { compatible = "dma"; reg = <0x10002000 16>;
            #dma-cells = <1>; };
        serial@10003000 { compatible = "uart"; reg = <0x10003000 16>;
            clocks = <&crystal>, <&clk 3>; pinctrl-0 = <&group>; dmas = <&dma 1>; };
        """
    ).devices
    assert found["serial"].needs == ("clock-controller", "dma", "pinctrl")
    assert [x.name for x in found.values() if x.dma] == ["dma"]


def test_names_come_from_aliases_then_kinds_then_addresses() -> None:
    found = platform(
        """
        aliases { serial0 = "/serial@10001000"; gpio = "/nothing"; };
        chosen { stdout-path = "serial0:115200n8"; };
        serial@10000000 { compatible = "x"; reg = <0x10000000 16>; };
        serial@10001000 { compatible = "arm,pl011"; reg = <0x10001000 16>; };
        gpio@10002000 { compatible = "x"; reg = <0x10002000 16>; status = "disabled"; };
        i2c@10003000 { compatible = "x"; reg = <0x10003000 16>; };
        i2c@10004000 { compatible = "x"; reg = <0x10004000 16>; };
        a-name-of-more-than-thirty-characters@5000 {
            compatible = "x"; reg = <0x5000 16>; };"""
    )
    assert list(found.devices) == [
        "a-name-of-more-than-thirty-char",
        "serial",
        "serial0",
        "gpio",
        "i2c-10003000",
        "i2c-10004000",
    ]
    assert found.devices["gpio"].disabled
    assert (found.stdout, found.uart) == ("serial0", 0x10001000)


def test_cpus_clusters_and_caches() -> None:
    cpus = """
    cpus {
        #address-cells = <2>; #size-cells = <0>;
        cpu@0 { device_type = "cpu"; reg = <0 0>; next-level-cache = <&l2a>;
            d-cache-size = <0x8000>; };
        cpu@1 { device_type = "cpu"; reg = <0 1>; next-level-cache = <&l2a>; };
        cpu@100000000 { device_type = "cpu"; reg = <1 0>; next-level-cache = <&l2b>; };
        cpu@3 { device_type = "cpu"; reg = <0 3>; status = "fail"; };
        l2a: l2-cache0 { compatible = "cache"; cache-size = <0x80000>;
            next-level-cache = <&l3>; };
        l2b: l2-cache1 { compatible = "cache"; cache-level = <2>;
            next-level-cache = <&l3>; };
        l3: l3-cache { compatible = "cache"; cache-level = <3>; };
    };"""
    found = platform(cpus=cpus)
    assert [cpu.hw_id for cpu in found.cpus] == [0, 1, 1 << 32]
    assert [cpu.cluster for cpu in found.cpus] == [0, 0, 1]
    assert {(x.level, x.cpus, x.size) for x in found.caches} == {
        (1, (0,), 0x8000),
        (2, (0, 1), 0x80000),
        (2, (2,), 0),
        (3, (0, 1, 2), 0),
    }
    by_map = (
        CPUS.replace("cpu@0", "a: cpu@0")
        .replace("cpu@100", "b: cpu@100")
        .replace(
            "#size-cells = <0>;",
            """#size-cells = <0>;
        cpu-map { socket0 {
            cluster0 { core0 { cpu = <&a>; }; };
            cluster1 { core0 { thread0 { cpu = <&b>; }; }; };
        }; };""",
            1,
        )
    )
    assert [cpu.cluster for cpu in platform(cpus=by_map).cpus] == [0, 1]


def test_memory_that_is_reserved() -> None:
    found = platform(
        """
        reserved-memory {
            #address-cells = <1>; #size-cells = <1>; ranges;
            firmware@40000000 { reg = <0x40000000 0x100000>; no-map; };
            anywhere { size = <0x100000>; };
        };
        framebuffer@41000000 { compatible = "simple-framebuffer";
            reg = <0x41000000 0x1000>; };
        memory@1000 { device_type = "memory"; reg = <0x1800 0x2900>; };""",
    )
    kept = [(x.range, x.name, x.no_map) for x in found.reserved]
    assert kept == [(Range(0x40000000, 0x100000), "firmware", True)]
    assert found.ram == (Range(0x2000, 0x2000), Range(0x40000000, 0x40000000))
    assert found.devices == {}


def test_spare_interrupts_are_in_the_last_block_that_is_used() -> None:
    found = platform(
        'a@10000000 { compatible = "a"; reg = <0x10000000 16>;'
        " interrupts = <0 100 4>, <0 93 4>; };"
    )
    # Devices have 132 and 125, so the GIC has at least 160 interrupts.
    assert (found.root_doorbell, found.spare_irqs) == (151, tuple(range(152, 160)))


def test_the_timers_by_position_and_by_name() -> None:
    by_position = platform(
        'timer { compatible = "arm,armv8-timer";'
        " interrupts = <1 1 8>, <1 2 8>, <1 3 8>, <1 0 8>; };"
    ).timer
    assert (by_position.physical, by_position.virtual) == (18, 19)
    by_name = platform(
        'timer { compatible = "arm,armv8-timer"; interrupt-names = "virt", "phys";'
        " interrupts = <1 11 8>, <1 14 8>; };"
    ).timer
    assert (by_name.physical, by_name.virtual, by_name.hypervisor) == (30, 27, 0)


def test_gicv2_is_described() -> None:
    gic = """
    gic: interrupt-controller@8000000 {
        compatible = "arm,gic-400"; interrupt-controller; #interrupt-cells = <3>;
        reg = <0x8000000 0x1000>, <0x8002000 0x2000>, <0x8004000 0x2000>,
              <0x8006000 0x2000>;
        interrupts = <1 9 4>;
    };"""
    found = platform(gic=gic).gic
    assert (found.version, found.maintenance_irq) == (2, 25)
    assert [(x.start, x.name) for x in found.other] == [
        (0x8002000, "cpu"),
        (0x8004000, "hyp"),
        (0x8006000, "vcpu"),
    ]


@pytest.mark.parametrize(
    "parts, sentence",
    [
        ({"memory": ""}, "has no addresses of RAM"),
        ({"cpus": ""}, "describes no CPUs"),
        ({"gic": GIC.replace('arm,gic-v3"', 'apple,aic"')}, "is apple,aic"),
        ({"gic": "gic: nothing { };"}, "describes no machine with a GIC"),
    ],
)
def test_what_is_missing_is_said(parts: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        platform(**parts)
