"""The study of config.yaml, which many tests look at; not to be changed."""

from pathlib import Path

from flatminima_study.configuration import parse_study, read_text

CONFIG = read_text(Path(__file__).parents[1] / "config.yaml")
STUDY = parse_study(CONFIG)
