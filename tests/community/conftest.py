import pytest


@pytest.fixture(autouse=True)
def judge_is_quick(monkeypatch):
    """The judge of spam has its own tests, and one here; elsewhere a word stands for what it would find."""
    from livingroom.community.questions import judging, operations

    def decent(text, member, language):
        spam = "casino" in text
        because = "Perhaps advertising" if spam else ""
        return judging.Judged("held" if spam else "public", because, 0.9 * spam, language)

    monkeypatch.setattr(operations, "judged", decent)
