# SPDX-License-Identifier: GPL-2.0
"""Device trees for the tests."""

import functools
import os
import pathlib
import subprocess

from hvconfig.collect import devicetree
from hvconfig.collect.devicetree import Choices
from hvconfig.model import Platform
from hvconfig.tree import nodes

# The cache of ci/fetch, which may be missing.
CACHE = pathlib.Path(
    os.environ.get("BULKHEAD_CACHE")
    or pathlib.Path(
        os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache", "bulkhead"
    )
)

GIC = """
    gic: interrupt-controller@8000000 {
        compatible = "arm,gic-v3";
        reg = <0x08000000 0x10000>, <0x080a0000 0x80000>;
        interrupts = <1 9 4>;
        #interrupt-cells = <3>;
        interrupt-controller;
        #address-cells = <1>;
        #size-cells = <1>;
        ranges;
        its: msi-controller@8080000 {
            compatible = "arm,gic-v3-its";
            reg = <0x08080000 0x20000>;
            msi-controller;
            #msi-cells = <1>;
        };
    };
"""
CPUS = """
    cpus {
        #address-cells = <1>;
        #size-cells = <0>;
        cpu@0 {
            device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <0>;
            enable-method = "psci";
        };
        cpu@100 {
            device_type = "cpu"; compatible = "arm,cortex-a72"; reg = <0x100>;
            enable-method = "psci";
        };
    };
"""
MEMORY = 'memory@40000000 { device_type = "memory"; reg = <0x40000000 0x40000000>; };'


def source(body: str, cpus: str = CPUS, memory: str = MEMORY, gic: str = GIC) -> str:
    """Returns the source of a small machine's device tree with "body" added."""
    return f"""/dts-v1/;
/ {{
    compatible = "test";
    #address-cells = <1>;
    #size-cells = <1>;
    interrupt-parent = <&gic>;
    {gic} {cpus} {memory} {body}
}};
"""


@functools.cache
def compile_source(text: str) -> bytes:
    result = subprocess.run(
        ["dtc", "-q", "-q", "-I", "dts", "-O", "dtb"],
        input=text.encode(),
        capture_output=True,
        check=True,
    )
    return result.stdout


def platform(body: str = "", **parts: str) -> Platform:
    """Returns the platform that collect makes of source()."""
    blob = compile_source(source(body, **parts))
    return devicetree.platform(nodes.parse(blob, "test.dtb"), "test.dtb", Choices())


def corpus(kernel: str = "linux-6.12") -> list[pathlib.Path]:
    """Returns the device tree blobs of Debian's kernel package; none if missing."""
    place = CACHE / "arm64" / kernel / "tree" / "usr" / "lib"
    return sorted(place.glob("linux-image-*/**/*.dtb"))


def board(name: str) -> pathlib.Path:
    """Returns one of these blobs, by vendor and name."""
    return next(path for path in corpus() if str(path).endswith(f"/{name}.dtb"))
