#!/usr/bin/env python3
"""The same GPT-2 through Hugging Face transformers: same weights, prompt, shapes, type and device.

Reads what `llmmem run MODEL --save-model DIR --save-logits FILE --out DIR` wrote, decodes the same tokens with
transformers' GPT2LMHeadModel, and compares logits step by step, allocated and reserved peak, the driver's total, and
tokens a second. Prints one JSON document, or writes it with --out.

    llmmem run gpt2-medium --dtype fp16 --save-model m --save-logits l.safetensors --out r
    python3 side-by-side.py --model m --logits l.safetensors --results r/results.jsonl --out side-by-side.json

Needs Python 3.10 or newer with torch, transformers and safetensors. Exit codes: 0 done, 1 a bar is missed
(with --gate), 2 bad input, 3 torch or transformers is missing, or there is no such device.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

LARGEST_FP16_DIFFERENCE = 2e-2
SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
FORMATS = {"F32": "f", "F16": "e", "I64": "q"}


# llmmem sets these before libtorch is loaded, unless they are set: cuDNN's attention would be another kernel than the one compared.
PINS = {"TORCH_CUDNN_SDPA_PREFERRED": "0", "TORCH_CUDNN_SDPA_DEPRIORITIZED": "1"}


class BadInput(Exception):
    """One line that says what, where, and what would be right."""


@dataclass(frozen=True)
class StoredTensor:
    """A tensor of a safetensors file: element type, shape, and its bytes from the start of the file."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int

    @property
    def count(self) -> int:
        return math.prod(self.shape)


def read_header(path: Path) -> dict[str, StoredTensor]:
    """The tensors of a safetensors file, checked against its length. The file is not trusted."""
    size = path.stat().st_size
    with path.open("rb") as file:
        prefix = file.read(8)
        if len(prefix) < 8:
            raise BadInput(f"{path}: {size} bytes are no safetensors file; one that llmmem wrote is needed")
        (length,) = struct.unpack("<Q", prefix)
        if length > min(size - 8, 100_000_000):
            raise BadInput(f"{path}: its header says {length} bytes, the file has {size - 8}; it was cut off, or is no safetensors file")
        try:
            header = json.loads(file.read(length))
        except ValueError as error:
            raise BadInput(f"{path}: its header is no JSON ({error}); a safetensors file is needed") from error
    tensors: dict[str, StoredTensor] = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        try:
            start, end = entry["data_offsets"]
            tensor = StoredTensor(entry["dtype"], tuple(entry["shape"]), 8 + length + start, 8 + length + end)
            fits = 0 <= start <= end and tensor.end <= size and end - start == tensor.count * SIZES[tensor.dtype]
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(f"{path}: {name} has no readable entry ({error!r}); a safetensors file is needed") from error
        if not fits:
            raise BadInput(f"{path}: {name} {entry} does not fit the file; it was cut off, or is no safetensors file")
        tensors[name] = tensor
    return tensors


def read_numbers(path: Path, tensor: StoredTensor) -> tuple[Any, ...]:
    """All elements, row by row."""
    if tensor.dtype not in FORMATS:
        raise BadInput(f"{path}: elements are {tensor.dtype}; one of {', '.join(FORMATS)} can be read")
    with path.open("rb") as file:
        file.seek(tensor.start)
        return struct.unpack(f"<{tensor.count}{FORMATS[tensor.dtype]}", file.read(tensor.end - tensor.start))


def rows(numbers: tuple[Any, ...], width: int) -> list[tuple[Any, ...]]:
    return [numbers[at : at + width] for at in range(0, len(numbers), width)]


@dataclass(frozen=True)
class Agreement:
    """How two implementations' logits agree."""

    steps: int
    rows: int
    same_argmax: int
    largest_difference: float
    largest_magnitude: float
    worst_step: int

    def meets(self, dtype: str) -> bool:
        """FP32: the same token at each step; half types: no logit further off than 2e-2."""
        if dtype == "fp32":
            return self.same_argmax == self.rows
        return self.largest_difference <= LARGEST_FP16_DIFFERENCE


def agreement(differences: list[list[float]], ours: list[list[int]], theirs: list[list[int]], magnitude: float) -> Agreement:
    """From the largest difference of each step and sequence, and the tokens both chose; [step][sequence]."""
    flat = [(value, step) for step, values in enumerate(differences) for value in values]
    # A NaN is further off than anything.
    worst, step = max(flat, key=lambda pair: math.inf if math.isnan(pair[0]) else pair[0])
    same = sum(a == b for mine, other in zip(ours, theirs, strict=True) for a, b in zip(mine, other, strict=True))
    return Agreement(len(differences), len(flat), same, worst, magnitude, step)


def matching_records(path: Path, model: str, workload: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The measured runs of the very same point, in their order. A last line that was cut off is passed over."""
    found = []
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
        except ValueError as error:
            if number == len(lines):
                continue
            raise BadInput(f"{path} line {number}: is no JSON ({error}); a results.jsonl of llmmem is needed") from error
        fits = (
            record.get("status") == "ok"
            and record["model"]["name"] == model
            and record["device"]["kind"] == kind
            and all(record["workload"].get(field) == value for field, value in workload.items())
        )
        if fits:
            found.append(record)
    return found


def median(values: list[float]) -> float | None:
    return statistics.median(values) if values else None


def ours_of(records: list[dict[str, Any]]) -> dict[str, Any]:
    """What llmmem measured of the point: the last run's bytes, the median of all runs' speeds."""
    if not records:
        return {}
    measured = records[-1]["measured"]
    speeds = [r["timing"]["decode_tokens_per_second"] for r in records if r["timing"]["decode_tokens_per_second"]]
    return {
        "runs": len(records),
        "allocated_peak_bytes": measured["allocated_peak_bytes"],
        "reserved_peak_bytes": measured["reserved_peak_bytes"],
        "device_peak_bytes": measured["device_peak_bytes"],
        "decode_tokens_per_second": median(speeds),
        "decode_tokens_per_second_of_each": speeds,
    }


def end(message: str, code: int) -> NoReturn:
    print(f"side-by-side: {message}", file=sys.stderr)
    sys.exit(code)


class Transformers:
    """transformers' GPT-2 on one device. Everything that needs torch is in here."""

    def __init__(self, folder: Path, device: str, dtype: str, attention: str) -> None:
        import torch
        import transformers

        self.torch = torch
        self.device = torch.device(device)
        self.is_cuda = self.device.type == "cuda"
        types = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
        torch.backends.cuda.matmul.allow_tf32 = False
        if self.is_cuda:
            torch.cuda.set_device(self.device)
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        load = {"attn_implementation": attention, "local_files_only": True}
        try:
            model = transformers.GPT2LMHeadModel.from_pretrained(folder, dtype=types[dtype], **load)
        except TypeError:
            # Before transformers 4.56 the type has its older name.
            model = transformers.GPT2LMHeadModel.from_pretrained(folder, torch_dtype=types[dtype], **load)
        self.model = model.eval().to(self.device)
        # Random weights may well choose the end's token; the length is given instead. generate may take it from either place.
        self.model.generation_config.eos_token_id = None
        self.model.config.eos_token_id = None
        self.model.generation_config.pad_token_id = 0

    def tensor(self, numbers: list[tuple[int, ...]]) -> Any:
        return self.torch.tensor(numbers, dtype=self.torch.int64, device=self.device)

    def logits(self, prompt: Any, forced: list[tuple[int, ...]]) -> Any:
        """Logits of each step on the CPU, [B, V] in FP32: the prompt, then one token after the other, with its cache."""
        torch = self.torch
        with torch.inference_mode():
            ids, cache = prompt, None
            for tokens in forced:
                out = self.model(input_ids=ids, past_key_values=cache, use_cache=True)
                cache = out.past_key_values
                yield out.logits[:, -1, :].float().cpu()
                ids = self.tensor([(token,) for token in tokens])

    def generate(self, prompt: Any, count: int) -> float:
        """Seconds of transformers' own greedy generation of exactly so many tokens."""
        torch = self.torch
        self.synchronize()
        began = time.perf_counter()
        with torch.inference_mode():
            mask = torch.ones_like(prompt)
            made = self.model.generate(prompt, attention_mask=mask, min_new_tokens=count, max_new_tokens=count, do_sample=False, use_cache=True)
        self.synchronize()
        if made.shape[1] != prompt.shape[1] + count:
            raise BadInput(f"transformers generated {made.shape[1] - prompt.shape[1]} tokens instead of {count}")
        return time.perf_counter() - began

    def synchronize(self) -> None:
        if self.is_cuda:
            self.torch.cuda.synchronize()

    def memory(self) -> dict[str, int | None]:
        if not self.is_cuda:
            return {"allocated_peak_bytes": None, "reserved_peak_bytes": None, "device_bytes": None}
        cuda = self.torch.cuda
        free, total = cuda.mem_get_info()
        return {
            "allocated_peak_bytes": cuda.max_memory_allocated(),
            "reserved_peak_bytes": cuda.max_memory_reserved(),
            "device_bytes": total - free,
        }


def compare(args: argparse.Namespace) -> dict[str, Any]:
    stored = read_header(args.logits)
    missing = {"prompt", "logits", "generated"} - stored.keys()
    if missing:
        raise BadInput(f"{args.logits}: lacks {', '.join(sorted(missing))}; a file of llmmem run --save-logits is needed")
    config = json.loads((args.model / "config.json").read_text(encoding="utf-8"))
    dtype = {"float32": "fp32", "float16": "fp16", "bfloat16": "bf16"}[config["torch_dtype"]]
    steps, batch, vocabulary = stored["logits"].shape
    prompt_length = stored["prompt"].shape[1]
    prompt = rows(read_numbers(args.logits, stored["prompt"]), prompt_length)
    generated = rows(read_numbers(args.logits, stored["generated"]), batch)
    workload = {"batch": batch, "prompt": prompt_length, "new_tokens": steps, "dtype": dtype}
    kind = "cuda" if args.device.startswith("cuda") else "cpu"
    records = matching_records(args.results, config["_name_or_path"], workload, kind) if args.results else []
    result: dict[str, Any] = {"schema": 1, "model": config["_name_or_path"], "workload": workload, "device": args.device, "llmmem": ours_of(records)}

    import torch
    import transformers

    result["versions"] = {"torch": torch.__version__, "cuda": torch.version.cuda, "transformers": transformers.__version__}
    result["environment"] = {
        name: os.environ[name]
        for name in ("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF", "PYTORCH_ALLOC_CONF", "CUBLAS_WORKSPACE_CONFIG", "CUDA_MODULE_LOADING", *PINS)
        if name in os.environ
    }
    theirs = Transformers(args.model, args.device, dtype, args.attention)
    ids = theirs.tensor(prompt)
    differences: list[list[float]] = []
    chosen: list[list[int]] = []
    magnitude = 0.0
    for step, logits in enumerate(theirs.logits(ids, generated)):
        mine = logits_of(torch, args.logits, stored["logits"], step, batch * vocabulary).reshape(batch, vocabulary)
        differences.append((logits - mine).abs().amax(dim=1).tolist())
        chosen.append(logits.argmax(dim=1).tolist())
        magnitude = max(magnitude, mine.abs().max().item())
    found = agreement(differences, [list(row) for row in generated], chosen, magnitude)
    # Peaks of a run that does nothing but generate, as llmmem's does nothing but decode.
    if theirs.is_cuda:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    whole = [theirs.generate(ids, steps) for _ in range(1 + args.repeats)][1:]
    first = [theirs.generate(ids, 1) for _ in range(1 + args.repeats)][1:]
    speed = batch * (steps - 1) / (statistics.median(whole) - statistics.median(first)) if steps > 1 else None
    result["transformers"] = {
        "attention": args.attention,
        **theirs.memory(),
        "generate_seconds": whole,
        "first_token_seconds": first,
        "decode_tokens_per_second": speed,
    }
    result["logits"] = {**found.__dict__, "meets_the_bar": found.meets(dtype)}
    mine_speed = result["llmmem"].get("decode_tokens_per_second")
    result["speed_ratio"] = mine_speed / speed if mine_speed and speed else None
    return result


def logits_of(torch: Any, path: Path, tensor: StoredTensor, step: int, count: int) -> Any:
    """One step's logits in FP32; BF16 too, which Python alone cannot read."""
    types = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
    size = SIZES[tensor.dtype] * count
    with path.open("rb") as file:
        file.seek(tensor.start + step * size)
        return torch.frombuffer(bytearray(file.read(size)), dtype=types[tensor.dtype]).float()


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The same GPT-2 through transformers, beside what llmmem measured.")
    parser.add_argument("--model", type=Path, required=True, help="folder of llmmem run --save-model")
    parser.add_argument("--logits", type=Path, required=True, help="file of llmmem run --save-logits")
    parser.add_argument("--results", type=Path, help="results.jsonl of runs of the same point; their speeds' median counts")
    parser.add_argument("--device", default="cuda:0", help="cuda:N or cpu [default: cuda:0]")
    parser.add_argument("--attention", choices=("eager", "sdpa"), default="eager", help="transformers' attention [default: eager]")
    parser.add_argument("--repeats", type=int, default=5, help="timed generations [default: 5]")
    parser.add_argument("--out", type=Path, help="file for the JSON; else it is printed")
    parser.add_argument("--gate", action="store_true", help="end with 1 where the logits or the speed miss their bar")
    args = parser.parse_args(argv)
    if args.repeats < 1:
        parser.error(f"--repeats is {args.repeats}; a whole number from 1 on is needed")
    return args


def require_libraries(device: str) -> None:
    try:
        import torch
    except ImportError as error:
        end(f"this python3 has no torch ({error}); a Python with torch and transformers is needed", 3)
    try:
        import transformers  # noqa: F401
    except ImportError as error:
        end(f"this python3 has torch {torch.__version__} but no transformers ({error}); pip install transformers, or use another Python", 3)
    if device.startswith("cuda") and not torch.cuda.is_available():
        end(f"--device {device}: torch {torch.__version__} finds no usable GPU; --device cpu works without one", 3)


def main(argv: list[str]) -> int:
    args = arguments(argv)
    try:
        # What is wrong with the files is said before the long import.
        read_header(args.logits)
        for name, value in PINS.items():
            os.environ.setdefault(name, value)
        require_libraries(args.device)
        result = compare(args)
    except (BadInput, OSError, KeyError) as error:
        end(str(error) if not isinstance(error, KeyError) else f"{args.model}/config.json lacks {error}; a folder of llmmem run --save-model is needed", 2)
    text = json.dumps(result, indent=2) + "\n"
    if args.out:
        part = args.out.with_name(args.out.name + ".part")
        part.write_text(text, encoding="utf-8")
        part.replace(args.out)
    else:
        print(text, end="")
    missed = not result["logits"]["meets_the_bar"] or (result["speed_ratio"] or 1.0) < 1.0
    return 1 if args.gate and missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
