"""Bonds as of a day: memberships, treaty parties, observers, offices, recognition.

`accounts` gathers what sources tell, `verdicts` judges it, `wording` says why, `as_of` answers for
one thing, `network` for all; `lanes` and `network_drawing` draw. docs/answers.md defines the words.
"""
