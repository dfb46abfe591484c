"""The shipped schemas: complete, described, and checked at speed with the verdict of jsonschema."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.dataset import schema
from pytest_ood.evidence.arm import Arm, ScoredDraw
from pytest_ood.evidence.outcomes import OUTCOMES
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.evidence.trace import DEFAULTS, FIELDS, Trace
from pytest_ood.evidence.verdict import ReasonCode, Verdict
from pytest_ood.replay import reading as replay

TRACE: dict[str, Any] = {
    "id": "0" * 32,
    "run_id": "run-1",
    "probe": "test_probe",
    "task": "toys.spell",
    "task_version": 1,
    "family": "toys",
    "params": '{"length":3}',
    "arm": "shift",
    "strategy": "direct",
    "model": "fake/oracle",
    "model_args": "{}",
    "seed": 1,
    "draw": 0,
    "messages": [{"role": "user", "content": "?"}],
    "response": "<answer>a</answer>",
    "reasoning": None,
    "finish_reason": "stop",
    "answer_given": "a",
    "answer_expected": "b",
    "answer_unique": True,
    "outcome": "wrong",
    "lure": None,
    "lures": "{}",
    "detail": "{}",
    "input_tokens": None,
    "output_tokens": 3,
    "cost_usd": None,
    "latency_s": 0.5,
    "created_at": 1.75e9,
    "prompt_sha256": "0" * 64,
    "pytest_ood_version": "0.1.0",
    "pair_id": None,
    "control_params": None,
    "question": "?",
    "shots": 0,
    "served_model": None,
    "stopping": None,
    "condition": None,
    "system_fingerprint": None,
    "reasoning_tokens": 2,
    "cached_tokens": None,
}
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([2**63, -(2**63) - 1, 2**63 - 1]),
    st.floats(-1, 2, allow_nan=False).filter(lambda number: not number.is_integer()),
    st.sampled_from(["", "a", "shift", "wrong", "0" * 32, "f" * 64, "{}", "{\n}", "[]", "run/1", "\x00"]),
    st.lists(st.dictionaries(st.sampled_from(["role", "content", "name"]), st.sampled_from(["", "user", None, 1]))),
    st.dictionaries(st.sampled_from(["role", "content"]), st.text(max_size=2)),
)


def described(spec: Any, path: str = "") -> list[str]:
    """The places in a schema that define a value and do not say what it is."""
    missing = []
    if isinstance(spec, dict):
        if ("type" in spec or "$ref" in spec) and not str(spec.get("description", "")).endswith("."):
            missing.append(path)
        for name, inner in spec.items():
            missing += described(inner, f"{path}/{name}")
    return missing


# Fields that need not be there: those of a trace are the ones that have a default.
OPTIONAL: dict[schema.Name, set[str]] = {
    "summary": {"replay", "examples", "model_states", "errors", "damaged", "batches", "model_sizes", "scale"},
    "trace": set(DEFAULTS),
    "case": set(),
}


@pytest.mark.parametrize("name", OPTIONAL)
def test_schemas_are_valid_and_every_field_is_described(name: schema.Name) -> None:
    """Each schema is valid JSON Schema 2020-12 and says of every field in a sentence what it is; rows stay open."""
    loaded = schema.load(name)
    jsonschema.Draft202012Validator.check_schema(loaded)
    assert loaded["additionalProperties"] is (name != "summary")
    assert set(loaded["properties"]) - set(loaded["required"]) == OPTIONAL[name]
    assert described(loaded) == []


def test_trace_schema_is_the_trace() -> None:
    """The schema has the fields of Trace, in their order, and the outcomes and arms of the code."""
    fields = schema.load("trace")["properties"]
    assert list(FIELDS) == list(fields)
    assert list(OUTCOMES) == fields["outcome"]["enum"]
    for field in dataclasses.fields(Trace):
        nullable = "None" in str(field.type)
        assert nullable == ("null" in fields[field.name]["type"]), field.name


def test_summary_schema_takes_the_rows_of_arms_and_all_verdicts() -> None:
    """What an arm gives for the summary fits the schema, asked or not; the verdicts are those of the code."""
    loaded = schema.load("summary")
    arm = Arm(Sampling())
    validator = jsonschema.Draft202012Validator({**loaded["$defs"]["arm"]})
    validator.validate(arm.row())
    arm.add(ScoredDraw("wrong", rejected=2))
    validator.validate(arm.row())
    verdicts = [verdict.value for verdict in Verdict]
    assert verdicts == loaded["$defs"]["cell"]["properties"]["verdict"]["enum"]
    assert verdicts == loaded["properties"]["totals"]["properties"]["verdicts"]["required"]
    assert [*get_args(ReasonCode), None] == loaded["$defs"]["cell"]["properties"]["reason_code"]["enum"]
    assert list(replay.READINGS) == loaded["$defs"]["replayed"]["properties"]["reading"]["enum"]


def test_a_good_row_passes_both_checks() -> None:
    """A full row fits, alone and as columns, also with its nullable fields filled."""
    filled = {**TRACE, "reasoning": "r", "lure": "copied", "input_tokens": 1, "cost_usd": 0}
    for row in (TRACE, filled):
        schema.check(row, "trace")
        schema.check_columns({name: [value] for name, value in row.items()})
    schema.check_columns({name: [TRACE[name], filled[name]] for name in FIELDS})
    schema.check_columns({name: [] for name in FIELDS})


@given(field=st.sampled_from(FIELDS), value=ANYTHING)
def test_the_quick_check_agrees_with_jsonschema(field: str, value: Any) -> None:
    """Whatever stands in a field, the column check accepts it exactly when jsonschema does."""
    row = {**TRACE, field: value}
    good = jsonschema.Draft202012Validator(schema.load("trace")).is_valid(row)
    columns = {name: [TRACE[name], row[name]] for name in FIELDS}
    if good:
        schema.check_columns(columns)
    else:
        with pytest.raises(schema.SchemaError) as caught:
            schema.check_columns(columns)
        assert (1, field) == (caught.value.row, caught.value.field)
        assert str(caught.value).startswith(f"row 1: {field}")


@pytest.mark.parametrize(("field", "value"), [("cost_usd", math.nan), ("latency_s", math.inf), ("draw", 1.0)])
def test_the_quick_check_refuses_what_json_cannot_hold(field: str, value: float) -> None:
    """Numbers that have no JSON form, and floats for integers, are refused although jsonschema lets them by."""
    with pytest.raises(schema.SchemaError, match=field):
        schema.check_columns({name: [value if name == field else TRACE[name]] for name in FIELDS})


def test_a_missing_column_is_named_and_a_further_one_is_let_by() -> None:
    """One that a row may lack is not missed."""
    columns = {name: [value] for name, value in TRACE.items()}
    schema.check_columns({**columns, "bonus": [1]})
    schema.check({**TRACE, "bonus": 1}, "trace")
    del columns["shots"]
    schema.check_columns(columns)
    del columns["lure"]
    with pytest.raises(schema.SchemaError, match="lure: is missing") as caught:
        schema.check_columns(columns)
    assert (caught.value.field, caught.value.row) == ("lure", None)


def test_the_quick_check_names_row_field_and_place() -> None:
    """A column that is not known, before it, does not end the check."""
    bad = {**TRACE, "messages": [{"role": "user", "content": 1}]}
    columns = {"bonus": [1, 2], **{name: [TRACE[name], bad[name]] for name in FIELDS}}
    with pytest.raises(schema.SchemaError) as caught:
        schema.check_columns(columns)
    assert (caught.value.field, caught.value.where, caught.value.row) == ("messages", "messages[0].content", 1)
    assert str(caught.value).startswith("row 1: messages[0].content: ")
    with pytest.raises(schema.SchemaError) as caught:
        schema.check({**TRACE, "draw": -1}, "trace")
    assert str(caught.value).startswith("draw: -1")


def test_a_huge_offending_value_does_not_fill_the_message() -> None:
    """The message quotes a value of ten million characters in part."""
    with pytest.raises(schema.SchemaError) as caught:
        schema.check_columns({name: ["x" * 10**7 if name == "arm" else TRACE[name]] for name in FIELDS})
    assert 300 < len(str(caught.value)) < 400


def test_check_names_the_place() -> None:
    """A broken value is named by its path and by what is wrong with it."""
    with pytest.raises(schema.SchemaError, match="'role' is a required property") as caught:
        schema.check({**TRACE, "messages": [{"content": "?"}]}, "trace")
    assert (caught.value.where, caught.value.row) == ("messages[0]", None)


TURN = {
    "type": "object",
    "properties": {"role": {"type": "string", "enum": ["user"]}, "size": {"type": ["integer", "null"]}},
    "required": ["role", "size"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("spec", "good", "bad"),
    [
        ({"type": "string"}, ["", "a"], [1, None, True]),
        ({"type": ["string", "null"], "minLength": 1}, ["a", None], ["", 1]),
        ({"type": "string", "minLength": 2}, ["ab", "abc"], ["a"]),
        ({"type": "string", "enum": ["a", "b"], "description": "A or b."}, ["a", "b"], ["c", "ab"]),
        ({"type": "string", "pattern": "^[0-9]+$"}, ["1", "23"], ["", "a"]),
        ({"type": "integer"}, [0, -3, 2**70], [1.0, True, "1", None]),
        ({"type": "integer", "minimum": 1, "maximum": 3}, [1, 3], [0, 4]),
        ({"type": "number"}, [0, 0.5], [math.nan, math.inf, True, "1"]),
        ({"type": ["number", "null"], "minimum": 0}, [0, 0.5, None], [-0.5, math.nan]),
        ({"type": "boolean"}, [True, False], [0, 1, "true"]),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 1}, [[1], [1, 2]], [[], ["a"], [1, "a"], "1"]),
        (
            {"type": "array", "items": TURN},
            [[], [{"role": "user", "size": 1}, {"role": "user", "size": None}]],
            [[{"role": "user"}], [{"role": "user", "size": 1, "x": 1}], [{"role": "I", "size": 1}], [None]],
        ),
        (TURN, [{"role": "user", "size": 1}], [{"role": "user", "size": "1"}, {}, []]),
    ],
)
def test_the_quick_check_keyword_by_keyword(spec: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    """What fits, passes together; one value that does not is found alone and among others."""
    every = schema.compile_every(spec)
    assert every(good)
    assert every([])
    assert [value for value in bad if every([value])] == []
    assert [value for value in bad if every([*good, value])] == []


@pytest.mark.parametrize(
    "spec",
    [
        {"type": "string", "format": "date"},
        {"type": "string", "required": []},
        {"type": "object", "properties": {}, "required": [], "additionalProperties": True},
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": [], "additionalProperties": False},
    ],
)
def test_a_keyword_the_quick_check_does_not_know_is_refused(spec: dict[str, Any]) -> None:
    """A schema that says more than the quick check looks at cannot be compiled: nothing is passed over in silence."""
    with pytest.raises(NotImplementedError):
        schema.compile_every(spec)


def test_an_installed_package_reads_its_own_schemas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the wheel has put the schemas into the package, they are read from there."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "trace.schema.json").write_text('{"title": "shipped"}')
    monkeypatch.setattr("importlib.resources.files", lambda _: tmp_path)
    assert schema.load.__wrapped__("trace") == {"title": "shipped"}
    assert schema.load.__wrapped__("summary") == schema.load("summary")


def test_schemas_are_plain_files() -> None:
    """The top-level folder holds the very schemas that are loaded."""
    for name in OPTIONAL:
        text = (Path(schema.__file__).parents[2] / "schemas" / f"{name}.schema.json").read_text("utf-8")
        assert json.loads(text) == schema.load(name)
