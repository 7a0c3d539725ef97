"""Builds ONNX graphs whose linear layers are int8, one operator a call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET: Final = 20
IR_VERSION: Final = 9
FLOAT: Final[int] = TensorProto.FLOAT


def quantize(weight: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round `weight`, shape (rows, columns), to int8 with one symmetric scale a row, shape (rows,)."""
    exact = weight.astype(np.float32)
    scale = np.abs(exact).max(axis=1) / np.float32(127)
    scale[scale == 0] = 1
    return np.rint(exact / scale[:, None]).astype(np.int8), scale


ZERO: Final = 128
"""What stands for 0 in `unsigned` weights."""


def unsigned(weight: NDArray[np.int8]) -> NDArray[np.uint8]:
    """`weight` + 128, as products want it.

    onnxruntime adds two products of unsigned and signed bytes in 16 bits on x86 without VNNI, which saturates: numbers
    then depend on the processor, and on what is computed beside them. Of two unsigned bytes it adds in 32 bits
    (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html, U8U8).
    """
    return (weight.astype(np.int16) + ZERO).astype(np.uint8)


class Graph:
    """A graph under construction. Values are known by the names that the methods return."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._quantized: dict[str, list[str]] = {}
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []

    def input(self, name: str, shape: Sequence[int | str]) -> str:
        self._inputs.append(helper.make_tensor_value_info(name, FLOAT, shape))
        return name

    def output(self, name: str, value: str, shape: Sequence[int | str]) -> None:
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, FLOAT, shape))

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """A named weight; the same name is the same weight."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def integers(self, *values: int) -> str:
        """A constant vector of int64."""
        return self.constant("i" + "_".join(map(str, values)), np.array(values, np.int64))

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.split(kind, 1, *inputs, **attributes)[0]

    def split(self, kind: str, n_outputs: int, *inputs: str, **attributes: Any) -> list[str]:
        """As `op`, for an operator with several outputs."""
        outputs = [f"{kind}_{len(self._nodes)}_{i}" for i in range(n_outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), outputs, **attributes))
        return outputs

    def full(self, shape: str, value: float) -> str:
        """A tensor of `shape`, a vector that is computed, filled with `value`."""
        return self.op("ConstantOfShape", shape, value=helper.make_tensor("value", FLOAT, [1], [value]))

    def linear(self, name: str, x: str, weight: NDArray[Any], bias: NDArray[Any] | None) -> str:
        """`x` @ `weight`.T + `bias` with `weight`, shape (out, in), in int8 and `x` quantised as it comes."""
        rounded, scale = quantize(weight)
        stored = self.constant(f"{name}/weight", unsigned(rounded.T))
        product = self.int8_product(x, stored, self.constant(f"{name}/scale", scale))
        if bias is None:
            return product
        return self.op("Add", product, self.constant(f"{name}/bias", bias.astype(np.float32)))

    def int8_product(self, x: str, weight: str, scale: str) -> str:
        """`x` @ `weight` * `scale`: the pattern that onnxruntime fuses into one product; `weight` is `unsigned`."""
        if x not in self._quantized:
            self._quantized[x] = self.split("DynamicQuantizeLinear", 3, x)
        x_int8, x_scale, x_zero = self._quantized[x]
        zero = self.constant("zero", np.array(ZERO, np.uint8))
        sums = self.op("Cast", self.op("MatMulInteger", x_int8, weight, x_zero, zero), to=FLOAT)
        return self.op("Mul", sums, self.op("Mul", x_scale, scale))

    def save(self, name: str, path: Path) -> None:
        """Check the graph and write it; the same graph gives the same bytes."""
        graph = helper.make_graph(self._nodes, name, self._inputs, self._outputs, list(self._constants.values()))
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="roger")
        onnx.checker.check_model(model)
        path.write_bytes(model.SerializeToString(deterministic=True))
