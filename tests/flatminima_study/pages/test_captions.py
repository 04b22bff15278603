"""What the report calls figures and tables, and where it lists them."""

from copy import deepcopy

import pytest

from flatminima_study.configuration import ConfigurationError, parse_study
from flatminima_study.pages.captions import (
    describe_figure,
    figure_labels,
    figure_section,
)
from tests.default import CONFIG, STUDY


def test_each_figure_of_the_study_has_a_section_and_says_what_it_shows():
    assert figure_section(STUDY, "1c") == ("Gaussian initialisation", None)
    assert figure_section(STUDY, "theory_path") == ("Theory", None)
    assert figure_labels(STUDY, "1a") == {
        "figure": "1a: squared distance after training against scale of the initialisation"
    }
    assert figure_labels(STUDY, "1c") == {
        "figure": "1c: squared distance, sharpness along training"
    }
    labels = {figure_labels(STUDY, name)["figure"] for name in STUDY.figures}
    assert len(labels) == len(STUDY.figures)


def test_an_experiment_without_a_section_is_listed_under_experiments():
    config = deepcopy(CONFIG)
    del config["experiments"]["depth"]["section"]
    assert figure_section(parse_study(config), "2") == ("Experiments", None)


def test_every_figure_of_the_study_says_what_to_see_and_no_two_the_same():
    captions = [block["caption"] for block in CONFIG["figures"].values()]
    assert len(set(captions)) == len(captions)


def test_a_caption_says_what_to_see_and_which_parameters_made_it():
    caption = describe_figure(STUDY, "1b")
    assert "**What to see:** Small scales end just above the lower bound" in caption
    assert "``overdetermined`` (50 samples, 5 features, noise 1)" in caption
    assert "* **Learning rate:** 0.005; 40000 steps, 20 repetitions." in caption
    assert "* **Runs:** 1600 in the experiment ``gaussian``; drawn of learning rate" in caption
    assert "``critical_rate_condition``" in describe_figure(STUDY, "theory_critical_rate")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda config: config["figures"]["1a"].update(caption="two\nlines"), "figures.1a.caption"),
        (
            lambda config: config["experiments"]["depth"].update(section="`x`_"),
            "experiments.depth.section",
        ),
    ],
)
def test_what_would_break_the_page_is_refused(change, says):
    config = deepcopy(CONFIG)
    change(config)
    with pytest.raises(ConfigurationError, match=says):
        parse_study(config)
