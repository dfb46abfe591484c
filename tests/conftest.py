"""What all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.hub import Hub

if TYPE_CHECKING:
    from tests.client import Client

pytest_plugins = ["pytester"]

# The runs that tests start are not steps of the job that runs the tests.
for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
    os.environ.pop(name, None)

# `make browser` runs them where there is a browser, and `make interop` where the other tools are installed.
collect_ignore = [
    *([] if "OOD_BROWSER" in os.environ else ["browser"]),
    *([] if "OOD_INTEROP" in os.environ else ["interop"]),
]

# A slow machine is not a failure; where a change is judged the examples are the same every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


# What `make test-fast` leaves out: tests that take seconds, most of them because they start other processes. They are
# named by fixture, by file and by test, so that a test that moves to another folder keeps its mark; a new slow test can
# as well carry @pytest.mark.slow itself.
SLOW_FIXTURES = {"hub"}
SLOW_FILES = {
    "test_batch_runs.py",
    "test_batch_submit.py",
    "test_card_code.py",
    "test_certification.py",
    "test_certify.py",
    "test_example.py",
    "test_examples.py",
    "test_howtos.py",
    "test_local.py",
    "test_many_processes.py",
    "test_pool.py",
    "test_probes.py",
    "test_providers.py",
    "test_push.py",
    "test_ray.py",
    "test_sharding.py",
    "test_task_names.py",
    "test_wheel.py",
    "test_xdist.py",
}
SLOW_TESTS = {
    "test_a_broken_task_is_at_fault_for_what_is_broken",
    "test_a_budget_holds_over_two_workers",
    "test_a_function_by_its_address",
    "test_a_function_is_asked_once_more",
    "test_a_function_that_was_edited_is_asked_again",
    "test_a_game_played_from_its_messages",
    "test_a_merge_joins_it_with_rows_of_today",
    "test_a_run_without_failures_loads_too",
    "test_a_task_is_certified",
    "test_a_task_is_not_hidden_by_its_module",
    "test_few_slips_in_a_name_are_overlooked",
    "test_hostile_text_reaches_no_terminal",
    "test_its_outputs_are_those_of_a_run",
    "test_killed_twenty_times",
    "test_many_rows_stay_in_their_batches",
    "test_no_letter_of_a_line_is_overlooked",
    "test_killed_in_the_middle_of_a_tool_conversation",
    "test_other_programs_read_the_files",
    "test_plain_datasets_loads_both_configs",
    "test_plain_datasets_loads_it",
    "test_process_ends_clean",
    "test_rows_of_datasets_come_as_they_are",
    "test_stated_words_are_many",
    "test_the_bank_is_complete",
    "test_the_bank_is_made_as_documented",
    "test_the_bank_is_proved_again",
    "test_the_dataset_loads",
    "test_the_dialogue_runs",
    "test_the_failing_probe_is_shown_as_it_is_printed",
    "test_the_script_measures",
    "test_the_hub_by_hand",
    "test_the_live_line_on_a_terminal",
    "test_the_model_answers",
    "test_the_module_is_found_from_the_root_folder_and_from_here",
    "test_the_names_of_the_first_edition_still_work",
    "test_the_paired_questions_are_asked",
    "test_the_plugin_asks_nothing_that_a_script_asked",
    "test_the_probe_runs",
    "test_the_quick_check_agrees_with_jsonschema",
    "test_the_same_run_twice_asks_nothing_and_loads_no_litellm",
    "test_the_solver_finds_all_solutions",
    "test_the_verdict_is_that_of_looking_after_every_answer",
    "test_the_verifier_agrees_with_look_up",
    "test_two_workers_draw_the_same_curve",
    "test_two_workers_ask_on_what_one_process_asks_on",
    "test_two_workers_find_what_one_process_finds",
    "test_two_workers_show_what_one_process_shows",
    "test_type_checkers_know_the_tasks",
    "test_what_datasets_has_cached_is_not_taken_for_a_dataset_that_has_grown",
    "test_who_sits_at_a_terminal_is_asked",
    "test_workers_collect_nothing_else_either",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests, before pytest selects by mark."""
    for item in items:
        fixtures = SLOW_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if fixtures or item.path.name in SLOW_FILES or item.name.partition("[")[0] in SLOW_TESTS:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A local Hugging Face hub, with nothing in it."""
    with Hub() as serving:
        yield serving


@pytest.fixture
def client(tmp_path: Path, hub: Hub) -> "Client":
    """A machine that may write to the hub, with a dataset of ten traces of one run."""
    from tests.client import Client
    from tests.dataset.making import export, some, summary

    made = Client(tmp_path, hub)
    export(made.folder, some(10), summary())
    return made
