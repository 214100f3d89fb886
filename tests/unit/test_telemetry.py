"""Libraries that would tell their makers about us do not."""

import os
import subprocess
import sys
from pathlib import Path

RUN = "import onnxruntime; onnxruntime.get_available_providers()"


def kept(home: Path, code: str) -> list[str]:
    """Return what a fresh process leaves behind in its user's home."""
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")}
    # No proxy leads anywhere, so that the control, too, reaches nobody.
    environment |= dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY"), "http://127.0.0.1:9")
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=120)
    return [one.name for one in home.rglob("*") if one.is_file()]


def test_onnx_runtime_keeps_no_id_of_this_machine_and_queues_no_events(tmp_path: Path) -> None:
    assert "deviceid" in kept(tmp_path / "bare", RUN), "it no longer does so by itself: the setting can go"
    assert kept(tmp_path / "ours", f"import assistant; {RUN}") == []
