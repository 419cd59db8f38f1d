"""POST /auth/refresh and /auth/logout."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import Therapist
from accounts.services.tokens import LEEWAY, TokenPair, token_issue, tokens_purge

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(therapist: Therapist) -> TokenPair:
    return token_issue(therapist=therapist)


def refresh(client: APIClient, token: str, **headers: Any) -> Any:
    return client.post("/auth/refresh", {"refresh": token}, **headers)


def me(access: str) -> int:
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {access}").get("/auth/me").status_code


def test_it_works(anonymous: APIClient, pair: TokenPair) -> None:
    answer = refresh(anonymous, pair.refresh)
    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh"}
    assert me(answer.json()["access"]) == 200
    assert answer.json()["refresh"] != pair.refresh


def test_a_refresh_token_works_once(anonymous: APIClient, pair: TokenPair) -> None:
    later = refresh(anonymous, pair.refresh).json()["refresh"]
    again = refresh(anonymous, pair.refresh)
    assert (again.status_code, again.json()["code"]) == (401, "not_authenticated")
    assert refresh(anonymous, later).status_code == 200


def test_by_cookie(anonymous: APIClient, pair: TokenPair) -> None:
    anonymous.cookies["refresh_token"] = pair.refresh
    answer = anonymous.post("/auth/refresh", {})
    assert set(answer.json()) == {"access"}
    assert answer.cookies["refresh_token"].value not in {"", pair.refresh}
    assert anonymous.post("/auth/refresh").status_code == 200


def test_a_cookie_that_was_lost_on_the_way(anonymous: APIClient, pair: TokenPair) -> None:
    """The page was left before the answer came: its old cookie is taken again, for a moment."""
    for _ in range(2):
        anonymous.cookies["refresh_token"] = pair.refresh
        answer = anonymous.post("/auth/refresh", {})
        assert answer.status_code == 200
        assert me(answer.json()["access"]) == 200
    BlacklistedToken.objects.update(blacklisted_at=timezone.now() - LEEWAY)
    anonymous.cookies["refresh_token"] = pair.refresh
    assert anonymous.post("/auth/refresh", {}).status_code == 401


def test_no_leeway_outlives_a_logout(anonymous: APIClient, pair: TokenPair) -> None:
    anonymous.cookies["refresh_token"] = pair.refresh
    anonymous.post("/auth/refresh", {})
    assert anonymous.post("/auth/logout", {}).status_code == 204
    anonymous.cookies["refresh_token"] = pair.refresh
    assert anonymous.post("/auth/refresh", {}).status_code == 401


def test_remembering_is_remembered(anonymous: APIClient, therapist: Therapist) -> None:
    anonymous.cookies["refresh_token"] = token_issue(therapist=therapist, remember=True).refresh
    answer = anonymous.post("/auth/refresh", {})
    assert answer.cookies["refresh_token"]["max-age"] == 30 * 86400


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
def test_what_is_no_token(anonymous: APIClient, token: str) -> None:
    assert refresh(anonymous, token).status_code in {400, 401}


def test_without_any(anonymous: APIClient) -> None:
    assert anonymous.post("/auth/refresh", {}).json()["code"] == "not_authenticated"


def test_an_access_token_is_no_refresh_token(anonymous: APIClient, pair: TokenPair) -> None:
    assert refresh(anonymous, pair.access).status_code == 401
    assert me(pair.refresh) == 401


def test_a_token_of_other_making(anonymous: APIClient, therapist: Therapist, pair: TokenPair) -> None:
    OutstandingToken.objects.all().delete()
    assert refresh(anonymous, pair.refresh).status_code == 401
    forged = AccessToken()
    forged["user_id"] = "not-a-uuid"
    assert me(str(forged)) == 401


def test_an_old_access_token(therapist: Therapist) -> None:
    token = AccessToken.for_user(therapist)
    assert me(str(token)) == 200
    token.set_exp(lifetime=timedelta(seconds=-1))
    assert me(str(token)) == 401


def test_who_left_is_refused_at_once(anonymous: APIClient, therapist: Therapist, pair: TokenPair) -> None:
    Therapist.objects.update(is_active=False)
    assert me(pair.access) == 401
    assert refresh(anonymous, pair.refresh).status_code == 401
    therapist.delete()
    assert me(pair.access) == 401
    assert refresh(anonymous, pair.refresh).status_code == 401


def test_the_stored_rows_hold_no_tokens(pair: TokenPair) -> None:
    assert not OutstandingToken.objects.exclude(token="").exists()


def test_logout_ends_this_session_only(anonymous: APIClient, therapist: Therapist, pair: TokenPair) -> None:
    other = token_issue(therapist=therapist)
    answer = anonymous.post("/auth/logout", {"refresh": pair.refresh})
    assert (answer.status_code, answer.content) == (204, b"")
    assert refresh(anonymous, pair.refresh).status_code == 401
    assert refresh(anonymous, other.refresh).status_code == 200


def test_logout_by_cookie_clears_it(anonymous: APIClient, pair: TokenPair) -> None:
    anonymous.cookies["refresh_token"] = pair.refresh
    answer = anonymous.post("/auth/logout", {})
    assert answer.status_code == 204
    assert answer.cookies["refresh_token"].value == ""
    assert answer.cookies["refresh_token"]["path"] == "/auth"
    assert refresh(anonymous, pair.refresh).status_code == 401


def test_logout_by_the_access_token_alone(pair: TokenPair) -> None:
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    assert client.post("/auth/logout").status_code == 204
    assert refresh(APIClient(), pair.refresh).status_code == 401


@pytest.mark.parametrize("by", ["refresh", "access"])
def test_logout_everywhere(anonymous: APIClient, therapist: Therapist, pair: TokenPair, by: str) -> None:
    other = token_issue(therapist=therapist)
    if by == "refresh":
        answer = anonymous.post("/auth/logout", {"everywhere": True, "refresh": pair.refresh})
    else:
        client = APIClient(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
        answer = client.post("/auth/logout", {"everywhere": True})
    assert answer.status_code == 204
    for session in (pair, other):
        assert me(session.access) == 401
        assert refresh(anonymous, session.refresh).status_code == 401


def test_logout_everywhere_with_a_cookie_that_is_used_up(therapist: Therapist, pair: TokenPair) -> None:
    assert refresh(APIClient(), pair.refresh).status_code == 200
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    client.cookies["refresh_token"] = pair.refresh
    assert client.post("/auth/logout", {"everywhere": True}).status_code == 204
    assert me(pair.access) == 401


def test_a_token_that_was_signed_out_ends_no_other_session(anonymous: APIClient, pair: TokenPair) -> None:
    anonymous.post("/auth/logout", {"refresh": pair.refresh})
    answer = anonymous.post("/auth/logout", {"everywhere": True, "refresh": pair.refresh})
    assert answer.status_code == 401
    assert me(pair.access) == 200


def test_logout_of_nobody(anonymous: APIClient) -> None:
    assert anonymous.post("/auth/logout", {}).json()["code"] == "not_authenticated"
    assert anonymous.post("/auth/logout", {"everywhere": True, "refresh": "x"}).status_code == 401
    assert anonymous.post("/auth/logout", {"refresh": "x"}).status_code == 204
    assert anonymous.post("/auth/logout", {"all": True}).status_code == 400


def test_expired_tokens_are_forgotten(therapist: Therapist, pair: TokenPair) -> None:
    assert tokens_purge() == 0
    OutstandingToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tokens_purge() == 1
