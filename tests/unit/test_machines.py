"""Claims about kinds of machines: told by what may round otherwise, without importing torch."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from initatlas import machines


@pytest.mark.parametrize(
    ("text", "processor"),
    [
        ("processor\t: 0\nmodel name\t: One @ 2 GHz\nmodel name\t: Other\n", "One @ 2 GHz"),
        ("processor\t: 0\nCPU part\t: 0xd0c\n", "a name"),  # as on Arm
        (None, "a name"),  # not Linux
    ],
)
def test_the_processor_is_the_first_model_or_what_the_system_calls_it(
    monkeypatch, tmp_path, text, processor
):
    path = tmp_path / "cpuinfo"
    if text is not None:
        path.write_text(text)
    monkeypatch.setattr(machines, "CPUINFO", path)
    for name, value in {"system": "Linux", "machine": "mips", "processor": "a name"}.items():
        monkeypatch.setattr(f"platform.{name}", lambda value=value: value)
    assert machines.kind() == f"Linux mips, {processor}"


@pytest.mark.parametrize(("used", "more"), [(False, ""), (True, ", A GPU 80 GB")])
def test_a_gpu_counts_where_the_process_has_used_it(monkeypatch, used, more):
    plain = machines.kind()
    there = SimpleNamespace(is_initialized=lambda: used, get_device_name=lambda: "A GPU 80 GB")
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=there))
    assert machines.kind() == plain + more


def test_asking_imports_no_torch():
    code = (
        "import sys; from initatlas import machines; machines.kind(); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
