import gc

from assistant.entrypoints.serving import spare_what_was_loaded


def test_what_was_loaded_is_not_looked_through_again() -> None:
    loaded = [[number] for number in range(1000)]
    spare_what_was_loaded()
    try:
        assert gc.get_freeze_count() > len(loaded)
        assert not any(one is loaded[0] for one in gc.get_objects())
    finally:
        gc.unfreeze()
    assert any(one is loaded[0] for one in gc.get_objects())
