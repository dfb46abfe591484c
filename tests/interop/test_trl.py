"""TRL trains on the prompts, and its rewards are the verifier's."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset, load_dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import GRPOConfig, GRPOTrainer

from pytest_ood.dataset.formats.trl import reward
from pytest_ood.evidence.trace import Trace
from tests.interop.conftest import Convert
from tests.interop.rewards import expected_scores

TEMPLATE = "{% for turn in messages %}{{ turn['role'] }}: {{ turn['content'] }}\n{% endfor %}"


@pytest.fixture(scope="module")
def prompts(converted: Convert) -> Dataset:
    """The prompts, loaded as a user loads them."""
    return load_dataset("json", data_files=str(converted("trl") / "prompts.jsonl"), split="train")


@pytest.fixture
def trainer(prompts: Dataset, tmp_path: Path) -> GRPOTrainer:
    """A trainer of a tiny model that reads bytes."""
    bytes_ = {symbol: number for number, symbol in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab={**bytes_, "<end>": 256}, merges=[]))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    reader = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>", pad_token="<end>")
    reader.chat_template = TEMPLATE
    size = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    model = LlamaForCausalLM(LlamaConfig(vocab_size=257, max_position_embeddings=8192, **size))
    config = GRPOConfig(
        output_dir=str(tmp_path),
        max_steps=2,
        per_device_train_batch_size=4,
        num_generations=2,
        max_completion_length=4,
        use_cpu=True,
        report_to=[],
    )
    return GRPOTrainer(model=model, reward_funcs=reward, args=config, train_dataset=prompts, processing_class=reader)


def test_rewards_are_the_verifiers(trainer: GRPOTrainer, prompts: Dataset, traces: list[Trace]) -> None:
    """For each answer of the run, as the trainer itself calls the function."""
    scores = [one for one in expected_scores(traces, prompts) if one[1].outcome != "truncated"]
    assert len(scores) > 500
    inputs: Sequence[Any] = [row for row, _, _ in scores]
    completions = [[{"role": "assistant", "content": trace.response}] for _, trace, _ in scores]
    found = trainer._calculate_rewards(inputs, [row["prompt"] for row in inputs], completions, [[0]] * len(inputs))
    assert found[:, 0].tolist() == [score for _, _, score in scores]
    assert {score for _, _, score in scores} == {0.0, 1.0}


def test_it_trains(trainer: GRPOTrainer) -> None:
    """Two steps; a model that knows nothing gets nothing."""
    trainer.train()
    (logged,) = [entry for entry in trainer.state.log_history if "train_loss" in entry]
    assert logged["step"] == 2
