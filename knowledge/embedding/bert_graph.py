"""A BERT sentence encoder written straight into ONNX from its weights.

The layers are those of Devlin et al. 2018 (BERT, post-layer-norm, exact erf GELU of Hendrycks and Gimpel 2016); the
head is the mean over unmasked tokens and L2 normalisation, as sentence-transformers defines this model. Writing the
graph by hand keeps torch out of the set-up: it takes seconds and a few hundred megabytes less memory.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, NDArray[Any]]

# Opset 17 brings LayerNormalization as one operator, and every onnxruntime since 1.13 reads it.
OPSET = 17
IR_VERSION = 8

# exp() of it is zero in float32, so padding gets no attention.
MASKED = np.float32(-10000.0)


class BertGraph:
    """Collects the nodes and weights of one encoder; `model()` gives the finished ONNX model."""

    def __init__(self, weights: Weights, *, layers: int, heads: int, layer_norm_epsilon: float) -> None:
        """Write the whole encoder; `weights` has the parameter names of the transformers library."""
        self._weights = weights
        self._hidden = int(weights["embeddings.word_embeddings.weight"].shape[1])
        self._heads = heads
        self._epsilon = layer_norm_epsilon
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        hidden = self._embeddings()
        mask = self._attention_mask()
        for layer in range(layers):
            hidden = self._layer(f"encoder.layer.{layer}", hidden, mask)
        self._pool(hidden)

    def model(self) -> Any:
        """The finished `onnx.ModelProto`: int64 [batch, tokens] in, float32 [batch, hidden] out."""
        from onnx import TensorProto, helper

        tokens = ["batch", "tokens"]
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, tokens)
            for name in ("input_ids", "attention_mask", "token_type_ids")
        ]
        output = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", self._hidden])
        graph = helper.make_graph(self._nodes, "sentence_encoder", inputs, [output], self._constants)
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="warmline",
        )

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(self, operator: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        from onnx import helper

        self._nodes.append(helper.make_node(operator, list(inputs), [output], name=output, **attributes))
        return output

    def _dense(self, name: str, inputs: str) -> str:
        # torch keeps [out, in]; MatMul wants [in, out].
        weight = self._constant(f"{name}.weight", self._weights[f"{name}.weight"].T)
        bias = self._constant(f"{name}.bias", self._weights[f"{name}.bias"])
        product = self._node("MatMul", [inputs, weight], f"{name}.product")
        return self._node("Add", [product, bias], f"{name}.out")

    def _normalised(self, name: str, inputs: str) -> str:
        scale = self._constant(f"{name}.weight", self._weights[f"{name}.weight"])
        bias = self._constant(f"{name}.bias", self._weights[f"{name}.bias"])
        return self._node("LayerNormalization", [inputs, scale, bias], f"{name}.out", axis=-1, epsilon=self._epsilon)

    def _embeddings(self) -> str:
        words = self._constant("words", self._weights["embeddings.word_embeddings.weight"])
        types = self._constant("types", self._weights["embeddings.token_type_embeddings.weight"])
        positions = self._constant("positions", self._weights["embeddings.position_embeddings.weight"])
        zero = self._constant("int.0", np.array([0], dtype=np.int64))
        length = self._node("Shape", ["input_ids"], "length", start=1, end=2)
        position = self._node("Slice", [positions, zero, length, zero], "position")
        word = self._node("Gather", [words, "input_ids"], "word")
        kind = self._node("Gather", [types, "token_type_ids"], "kind")
        summed = self._node("Add", [self._node("Add", [word, kind], "word_kind"), position], "embedded")
        return self._normalised("embeddings.LayerNorm", summed)

    def _attention_mask(self) -> str:
        from onnx import TensorProto

        self._node("Cast", ["attention_mask"], "kept", to=TensorProto.FLOAT)
        middle = self._constant("axes.middle", np.array([1, 2], dtype=np.int64))
        wide = self._node("Unsqueeze", ["kept", middle], "kept.wide")
        one = self._constant("float.1", np.array(1.0, dtype=np.float32))
        dropped = self._node("Sub", [one, wide], "dropped")
        return self._node("Mul", [dropped, self._constant("masked", np.array(MASKED))], "mask")

    def _split_heads(self, name: str, inputs: str, order: Sequence[int]) -> str:
        size = self._hidden // self._heads
        shape = self._constant(f"{name}.shape", np.array([0, 0, self._heads, size], dtype=np.int64))
        cut = self._node("Reshape", [inputs, shape], f"{name}.cut")
        return self._node("Transpose", [cut], f"{name}.heads", perm=list(order))

    def _attention(self, name: str, hidden: str, mask: str) -> str:
        query = self._split_heads(f"{name}.query", self._dense(f"{name}.query", hidden), (0, 2, 1, 3))
        key = self._split_heads(f"{name}.key", self._dense(f"{name}.key", hidden), (0, 2, 3, 1))
        value = self._split_heads(f"{name}.value", self._dense(f"{name}.value", hidden), (0, 2, 1, 3))
        scores = self._node("MatMul", [query, key], f"{name}.scores")
        root = self._constant(f"{name}.root", np.array(math.sqrt(self._hidden / self._heads), dtype=np.float32))
        scaled = self._node("Div", [scores, root], f"{name}.scaled")
        masked = self._node("Add", [scaled, mask], f"{name}.masked")
        shares = self._node("Softmax", [masked], f"{name}.shares", axis=-1)
        mixed = self._node("MatMul", [shares, value], f"{name}.mixed")
        back = self._node("Transpose", [mixed], f"{name}.back", perm=[0, 2, 1, 3])
        shape = self._constant(f"{name}.joined.shape", np.array([0, 0, self._hidden], dtype=np.int64))
        return self._node("Reshape", [back, shape], f"{name}.joined")

    def _gelu(self, name: str, inputs: str) -> str:
        # x * (erf(x / sqrt 2) + 1) / 2, in the order of operators that onnxruntime fuses into one.
        root = self._constant(f"{name}.root", np.array(math.sqrt(2.0), dtype=np.float32))
        one = self._constant(f"{name}.one", np.array(1.0, dtype=np.float32))
        half = self._constant(f"{name}.half", np.array(0.5, dtype=np.float32))
        erf = self._node("Erf", [self._node("Div", [inputs, root], f"{name}.div")], f"{name}.erf")
        raised = self._node("Add", [erf, one], f"{name}.raised")
        return self._node("Mul", [self._node("Mul", [inputs, raised], f"{name}.twice"), half], f"{name}.gelu")

    def _layer(self, name: str, hidden: str, mask: str) -> str:
        attended = self._dense(
            f"{name}.attention.output.dense", self._attention(f"{name}.attention.self", hidden, mask)
        )
        summed = self._node("Add", [attended, hidden], f"{name}.attention.sum")
        middle = self._normalised(f"{name}.attention.output.LayerNorm", summed)
        wide = self._gelu(f"{name}.gelu", self._dense(f"{name}.intermediate.dense", middle))
        narrow = self._dense(f"{name}.output.dense", wide)
        return self._normalised(f"{name}.output.LayerNorm", self._node("Add", [narrow, middle], f"{name}.sum"))

    def _pool(self, hidden: str) -> None:
        last = self._constant("axes.last", np.array([-1], dtype=np.int64))
        tokens = self._constant("axes.tokens", np.array([1], dtype=np.int64))
        smallest = self._constant("smallest", np.array(1e-9, dtype=np.float32))
        kept = self._node("Unsqueeze", ["kept", last], "kept.column")
        rows = self._node("Mul", [hidden, kept], "kept.rows")
        total = self._node("ReduceSum", [rows, tokens], "total", keepdims=0)
        count = self._node("ReduceSum", [kept, tokens], "count", keepdims=0)
        count = self._node("Max", [count, smallest], "count.safe")
        mean = self._node("Div", [total, count], "mean")
        norm = self._node("ReduceL2", [mean], "norm", axes=[-1], keepdims=1)
        self._node("Div", [mean, self._node("Max", [norm, smallest], "norm.safe")], "sentence_embedding")
