from __future__ import annotations

from cstokg.engine.board import IDLE, NEVER, Board


def test_each_place_has_its_own_notes() -> None:
    board = Board()
    for place in (0, 1):
        board.clear_engine(place)
    board.begin(1, 12.5, 0.25)
    board.dismiss(1)
    assert (board.since(0), board.dismissed(0)) == (NEVER, False)
    assert (board.since(1), board.used(1), board.dismissed(1)) == (12.5, 0.25, True)


def test_who_has_just_seen_an_engine_at_work_does_not_take_its_whole_life_for_a_job() -> None:
    # It may rest between two looks: at whether it works, and at what it had used before.
    board = Board()
    board.begin(3, 12.5, 60.0)
    board.rest(3)
    assert board.since(3) == IDLE
    assert board.used(3) == 60.0
