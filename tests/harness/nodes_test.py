"""Tests the clocks that can be set. Run by script/stages/12-harness.sh."""

import os
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import nodes  # noqa: E402

SCRIPT = "import time\nfor _ in range(2):\n    input()\n    print(time.time(), time.monotonic(), flush=True)\n"
HOUR = 3600


@unittest.skipUnless(nodes.Clocks.is_available(), "gcc is not installed")
class ClocksTest(unittest.TestCase):
    def test_jumps_while_a_process_runs(self):
        clocks = self.enterContext(nodes.Clocks())
        process = self.enterContext(subprocess.Popen(
            [sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **clocks.environment("a")}))
        self.assertAlmostEqual(self.ask(process)[0], time.time(), delta=60)
        clocks.shift("a", -HOUR)
        wall, monotonic = self.ask(process)
        self.assertAlmostEqual(wall, time.time() - HOUR, delta=60)
        self.assertAlmostEqual(monotonic, time.monotonic(), delta=60)

    def ask(self, process):
        process.stdin.write("\n")
        process.stdin.flush()
        return [float(word) for word in process.stdout.readline().split()]


if __name__ == "__main__":
    unittest.main()
