"""Who is signed in, and for how long."""

from __future__ import annotations

from playwright.sync_api import expect

from core.tests.e2e.conftest import PASSWORD, OpenContext, Visit, sign_in


def test_a_wrong_password_and_no_account_yet(visit: Visit) -> None:
    page = visit.page
    page.goto("/app/patients")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    visit.screens.look("sign-in")
    page.get_by_label("E-mail").fill("nobody@clinic.example")
    page.get_by_label("Password", exact=True).fill("not-the-password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").filter(has_text="E-mail or password does not match.")).to_be_visible()
    visit.observer.check_access(page, "sign-in refused")
    page.get_by_role("link", name="Forgotten password").click()
    expect(page.get_by_role("button", name="Send the e-mail")).to_be_visible()
    visit.screens.look("forgotten-password")
    page.goto("/app/register")
    visit.screens.look("register")


def test_a_visit_survives_a_reload_and_ends_everywhere(
    signed_in: Visit, account: dict[str, str], open_context: OpenContext
) -> None:
    page = signed_in.page
    signed_in.screens.look("today-empty")
    page.reload()
    expect(page.get_by_role("button", name="Add patient")).to_be_visible()
    cookies = page.context.cookies()
    assert [(one["name"], one["httpOnly"], one["path"]) for one in cookies] == [
        ("refresh_token", True, "/auth")
    ]
    other_context, _ = open_context()
    other = other_context.new_page()
    sign_in(other, account)

    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_label("Full name")).to_have_value(account["full_name"])
    signed_in.screens.look("settings")
    page.get_by_role("combobox", name="Country").fill("AE")  # the code is found in every language
    signed_in.screens.check("list of countries")
    page.get_by_role("option", name="United Arab Emirates").click()
    page.get_by_label("Credentials").fill("LCSW")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Saved").first).to_be_visible()
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_text("You are signed out on all devices.").last).to_be_visible()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    signed_in.observer.check_access(page, "signed out everywhere")
    for ended in (page, other):
        ended.goto("/app/")
        expect(ended.get_by_role("button", name="Sign in")).to_be_visible()


def test_the_password_is_kept_nowhere(signed_in: Visit) -> None:
    page = signed_in.page
    kept = page.evaluate(
        "() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])"
    )
    assert PASSWORD not in kept
    assert "eyJ" not in kept  # how a token begins
