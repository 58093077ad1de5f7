"""What side-by-side.py does without torch: files, agreement, records. Run by the .NET tests, or: python3 -m unittest discover tests/scripts"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import re
import struct
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "side-by-side.py"
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("side_by_side", SCRIPT)
assert spec and spec.loader
script = importlib.util.module_from_spec(spec)
sys.modules["side_by_side"] = script
spec.loader.exec_module(script)


def safetensors(header: object, data: bytes, length: int | None = None) -> bytes:
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def record(**changes: object) -> str:
    base = {
        "status": "ok",
        "model": {"name": "gpt2"},
        "device": {"kind": "cuda"},
        "workload": {"batch": 1, "prompt": 4, "new_tokens": 2, "dtype": "fp16"},
        "measured": {"allocated_peak_bytes": 5, "reserved_peak_bytes": 6, "device_peak_bytes": 7},
        "timing": {"decode_tokens_per_second": 10.0},
    }
    return json.dumps(base | changes)


class Files(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "file"

    def tearDown(self) -> None:
        self.folder.cleanup()

    def write(self, content: bytes | str) -> Path:
        self.path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.path

    def refuses(self, content: bytes, words: str) -> None:
        with self.assertRaisesRegex(script.BadInput, words):
            script.read_header(self.write(content))

    def test_tensors_are_read_where_they_stand(self) -> None:
        data = struct.pack("<3q", 7, -8, 9) + struct.pack("<4e", 0.5, -1.0, 2.0, 65504.0) + struct.pack("<2f", 1.25, -3.5)
        header = {
            "__metadata__": {"format": "pt"},
            "ids": {"dtype": "I64", "shape": [3], "data_offsets": [0, 24]},
            "half": {"dtype": "F16", "shape": [2, 2], "data_offsets": [24, 32]},
            "single": {"dtype": "F32", "shape": [2], "data_offsets": [32, 40]},
        }
        tensors = script.read_header(self.write(safetensors(header, data)))
        self.assertEqual((7, -8, 9), script.read_numbers(self.path, tensors["ids"]))
        self.assertEqual([(0.5, -1.0), (2.0, 65504.0)], script.rows(script.read_numbers(self.path, tensors["half"]), 2))
        self.assertEqual((1.25, -3.5), script.read_numbers(self.path, tensors["single"]))

    def test_broken_files_are_refused_in_one_line(self) -> None:
        entry = {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
        self.refuses(b"abc", "no safetensors file")
        self.refuses(safetensors(entry, b"", length=1 << 60), "cut off")
        self.refuses(struct.pack("<Q", 4) + b"{{{{", "no JSON")
        self.refuses(safetensors(entry, b"1234"), "does not fit")
        self.refuses(safetensors({"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}, b"12345678"), "does not fit")
        self.refuses(safetensors({"a": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}, b""), "does not fit")
        self.refuses(safetensors({"a": {"dtype": "X", "shape": [2], "data_offsets": [0, 8]}}, b"12345678"), "no readable entry")
        self.refuses(safetensors({"a": {"shape": [2]}}, b""), "no readable entry")

    def test_records_of_the_point_are_found_and_others_left(self) -> None:
        workload = {"batch": 1, "prompt": 4, "new_tokens": 2, "dtype": "fp16"}
        lines = [
            record(),
            record(status="oom"),
            record(model={"name": "gpt2-xl"}),
            record(device={"kind": "cpu"}),
            record(workload=workload | {"prompt": 5}),
            record(timing={"decode_tokens_per_second": 30.0}, measured={"allocated_peak_bytes": 1, "reserved_peak_bytes": 2, "device_peak_bytes": 3}),
            record(timing={"decode_tokens_per_second": 20.0}, measured={"allocated_peak_bytes": 1, "reserved_peak_bytes": 2, "device_peak_bytes": 3}),
            '{"status": "ok", "mod',
        ]
        found = script.matching_records(self.write("\n".join(lines)), "gpt2", workload, "cuda")
        ours = script.ours_of(found)
        self.assertEqual((3, 1, 2, 3, 20.0), (ours["runs"], ours["allocated_peak_bytes"], ours["reserved_peak_bytes"], ours["device_peak_bytes"], ours["decode_tokens_per_second"]))
        self.assertEqual({}, script.ours_of([]))

    def test_a_line_of_garbage_is_named(self) -> None:
        with self.assertRaisesRegex(script.BadInput, "line 1: is no JSON"):
            script.matching_records(self.write("garbage\n" + record()), "gpt2", {}, "cuda")


class Agreements(unittest.TestCase):
    def test_the_largest_difference_and_its_step_are_found(self) -> None:
        found = script.agreement([[0.001, 0.0], [0.019, 0.002]], [[1, 2], [3, 4]], [[1, 2], [3, 9]], 5.0)
        self.assertEqual((2, 4, 3, 0.019, 1), (found.steps, found.rows, found.same_argmax, found.largest_difference, found.worst_step))
        self.assertTrue(found.meets("fp16"))
        self.assertFalse(found.meets("fp32"))

    def test_half_types_are_held_to_the_bar(self) -> None:
        self.assertFalse(script.agreement([[0.0201]], [[1]], [[1]], 1.0).meets("fp16"))
        self.assertTrue(script.agreement([[0.5]], [[1]], [[1]], 1.0).meets("fp32"))

    def test_not_a_number_never_agrees(self) -> None:
        found = script.agreement([[0.0], [math.nan], [0.0]], [[1], [1], [1]], [[1], [1], [1]], 1.0)
        self.assertEqual(1, found.worst_step)
        self.assertFalse(found.meets("fp16"))

    def test_as_many_tokens_must_be_there(self) -> None:
        with self.assertRaises(ValueError):
            script.agreement([[0.0]], [[1]], [[1], [2]], 1.0)


class Generation(unittest.TestCase):
    """transformers and torch are stand-ins that note what they are asked."""

    def setUp(self) -> None:
        self.asked: dict[str, object] = {}
        model = mock.MagicMock()
        model.eval.return_value.to.return_value = model
        model.generation_config.eos_token_id = model.config.eos_token_id = 50256

        def generate(prompt: object, **options: object) -> object:
            self.asked = options | {"eos": (model.generation_config.eos_token_id, model.config.eos_token_id)}
            return mock.MagicMock(shape=(1, 4 + self.made))

        model.generate = generate
        self.made = 7
        modules = {"torch": mock.MagicMock(), "transformers": mock.MagicMock()}
        modules["transformers"].GPT2LMHeadModel.from_pretrained.return_value = model
        patch = mock.patch.dict(sys.modules, modules)
        patch.start()
        self.addCleanup(patch.stop)

    def test_no_token_ends_it_before_its_length(self) -> None:
        theirs = script.Transformers(Path("m"), "cpu", "fp32", "eager")
        theirs.generate(mock.MagicMock(shape=(1, 4)), 7)
        self.assertEqual((7, 7, (None, None)), (self.asked["min_new_tokens"], self.asked["max_new_tokens"], self.asked["eos"]))
        self.made = 6
        with self.assertRaisesRegex(script.BadInput, "6 tokens instead of 7"):
            theirs.generate(mock.MagicMock(shape=(1, 4)), 7)

    def test_the_pins_are_those_of_llmmem_and_stand_before_torch_is_imported(self) -> None:
        source = (SCRIPT.parents[1] / "src/LlmMemProfiler.Device/Compute/PinnedVariables.cs").read_text(encoding="utf-8")
        self.assertEqual(dict(re.findall(r'\["(TORCH_\w+)"\] = "(\d)"', source)), script.PINS)
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, {"TORCH_CUDNN_SDPA_PREFERRED": "1"}):
            os.environ.pop("TORCH_CUDNN_SDPA_DEPRIORITIZED", None)
            logits = Path(folder) / "l"
            logits.write_bytes(safetensors({}, b""))
            seen: list[dict[str, str]] = []
            with mock.patch.object(script, "require_libraries", lambda _: seen.append(dict(os.environ))), self.assertRaises(SystemExit):
                script.main(["--model", folder, "--logits", str(logits), "--device", "cpu"])
            # What the user has set stays.
            self.assertEqual(("1", "1"), (seen[0]["TORCH_CUDNN_SDPA_PREFERRED"], seen[0]["TORCH_CUDNN_SDPA_DEPRIORITIZED"]))


if __name__ == "__main__":
    unittest.main()
