import stat
from pathlib import Path

import pytest

from cstokg.errors import TokenError
from cstokg.web.http.token_file import TokenFile


def test_a_token_is_known_by_its_hash_alone(tmp_path: Path) -> None:
    tokens = TokenFile(tmp_path / "state" / "tokens.json")
    assert tokens.read() == ()
    secret = tokens.make("laptop")
    assert tokens.holder(secret) == "laptop"
    assert tokens.holder(secret + "x") is None
    assert secret not in tokens.path.read_text("utf-8")
    assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600


def test_a_revoked_token_holds_no_more(tmp_path: Path) -> None:
    server, admin = TokenFile(tmp_path / "t"), TokenFile(tmp_path / "t")
    first, second = admin.make("a"), admin.make("b")
    assert (server.holder(first), server.holder(second)) == ("a", "b")
    admin.revoke("a")
    assert (server.holder(first), server.holder(second)) == (None, "b")


def test_wrong_uses_are_told(tmp_path: Path) -> None:
    tokens = TokenFile(tmp_path / "t")
    tokens.make("a")
    with pytest.raises(TokenError, match="already"):
        tokens.make("a")
    with pytest.raises(TokenError, match="cannot be the name"):
        tokens.make("a b")
    with pytest.raises(TokenError, match="no token 'x'"):
        tokens.revoke("x")


def test_with_a_damaged_file_nobody_may_write(tmp_path: Path) -> None:
    tokens = TokenFile(tmp_path / "t")
    secret = tokens.make("a")
    tokens.path.write_text("{", "utf-8")
    assert tokens.holder(secret) is None
    with pytest.raises(TokenError, match="cannot be read"):
        tokens.read()
