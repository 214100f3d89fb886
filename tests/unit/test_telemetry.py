"""Libraries that would tell their makers about us do not."""

import os
import subprocess
import sys
from pathlib import Path

PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")


def test_onnx_runtime_keeps_no_id_of_this_machine_and_queues_no_events(tmp_path: Path) -> None:
    # ONNX Runtime also keeps quiet where CI, GITHUB_ACTIONS and the like are set: nothing of that is passed on, so
    # that it is our setting that does it. No proxy leads anywhere, so that nobody is reached where it does not.
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / ".cache")}
    environment |= dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY"), "http://127.0.0.1:9")
    code = (
        "import os, assistant; assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'; "
        "import onnxruntime; onnxruntime.get_available_providers()"
    )

    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=120)

    assert [str(one) for one in tmp_path.rglob("*") if one.is_file()] == []
